"""Which principal near misses are worth showing: a statement for somebody else altogether is none.

Every resource policy has statements for its administrators and for AWS services; each fails on the
principal alone for anybody else. Shown as "comes closest" they would mislead.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Element, PolicyType, PrincipalKind

_ALIKE = 0.5
_FEDERATED = frozenset({PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML})
_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")


def is_relevant(near_miss: NearMiss, request: Request) -> bool:
    """Return whether the near miss may be what was meant to allow the request."""
    if near_miss.element is not Element.PRINCIPAL or not near_miss.values:
        return True
    if near_miss.statement.policy_type is PolicyType.VPC_ENDPOINT and any(map(parse_arn, near_miss.values)):
        # An endpoint policy belongs to no resource: nobody in it is there as the resource owner's administrator.
        return True
    return any(_meant(value, request) for value in near_miss.values)


def _meant(value: str, request: Request) -> bool:
    """Return whether a listed principal may stand for the caller.

    The resource owner's own account or roles are not meant for a caller of another account, nor a
    service for anybody else; within one account a name has to look like the caller's.
    """
    if value.endswith(_SERVICE_SUFFIXES):
        return request.principal.kind is PrincipalKind.AWS_SERVICE
    if request.principal.kind in _FEDERATED and _is_provider(value):
        # A statement for another identity provider was written for federated callers, as this one is.
        return True
    named = value if is_account_id(value) else account_of(value)
    if named is None or request.resource_account is None or named != request.resource_account:
        return True
    theirs, ours = _name(value), _name(request.principal.session_issuer_arn or request.principal.arn)
    if request.principal.account != named:
        return bool(theirs) and theirs == ours
    return SequenceMatcher(a=theirs, b=ours).ratio() >= _ALIKE


def _is_provider(value: str) -> bool:
    arn = parse_arn(value)
    return arn is not None and arn.resource_type in {"oidc-provider", "saml-provider"}


def _name(principal: str | None) -> str:
    session, arn = assumed_role(principal), parse_arn(principal)
    if session:
        return session[1]
    return arn.name if arn and arn.resource_type else ""
