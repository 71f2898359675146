"""Who asked."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.model.vocabulary import PrincipalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """One principal as the contract prints it; every field the log did not hold is None.

    ``arn`` is the session's ARN for a role session (``arn:…:sts::…:assumed-role/…``), the service
    name (``lambda.amazonaws.com``) for an AWS service, ``anonymous`` for an unsigned request.
    ``session_issuer_arn`` is the role's ARN with its path where known.
    """

    arn: str | None = None
    kind: PrincipalKind = PrincipalKind.UNKNOWN
    account: str | None = None
    name: str | None = None
    session_name: str | None = None
    session_issuer_arn: str | None = None
    invoked_by: str | None = None
