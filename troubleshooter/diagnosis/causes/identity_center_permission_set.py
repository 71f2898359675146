"""The caller's role belongs to IAM Identity Center: its policies come from a permission set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Basis, Confidence

_ROLE = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}(?:/|$)")


def is_permission_set(principal: Principal) -> bool:
    """Return whether the principal is a session of an Identity Center role."""
    return "AWSReservedSSO_" in f"{principal.arn} {principal.session_issuer_arn} {principal.name}"


def _find(case: Case) -> Iterable[Finding]:
    principal = case.denial.principal
    if not is_permission_set(principal):
        return
    match = _ROLE.search(principal.session_issuer_arn or principal.arn or "")
    name = f" {match['name']}" if match else ""
    yield CAUSE.finding(
        confidence=Confidence.LIKELY,
        basis=Basis.STATED,
        because=(
            f"The role is made by IAM Identity Center from permission set{name}. Its policies cannot be edited on the "
            "role: a change to its identity policies or boundary belongs into the permission set, which then has to "
            "be provisioned again."
        ),
    )


CAUSE = Cause(
    id="identity-center-permission-set",
    title="The role's policies come from an Identity Center permission set",
    source_url="https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    find=_find,
)
