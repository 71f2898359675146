"""The caller is a role that AWS manages: its policies cannot be edited in IAM."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.causes.identity_center_permission_set import is_permission_set
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence
from troubleshooter.steps.words import principal_words


def _find(case: Case) -> Iterable[Finding]:
    principal = case.denial.principal
    known = " ".join(
        item
        for item in (
            principal.session_issuer_arn,
            principal.arn,
            case.primary.policies.settings.principal_role_arn if case.primary else None,
        )
        if item
    )
    linked = "/aws-service-role/" in known or "/AWSServiceRoleFor" in known
    reserved = "/aws-reserved/" in known and not is_permission_set(principal)
    if linked or reserved:
        kind = "a service-linked role" if linked else "a role under aws-reserved/"
        yield CAUSE.finding(
            confidence=Confidence.LIKELY,
            basis=Basis.STATED,
            because=(
                f"{principal_words(principal)[0].upper()}{principal_words(principal)[1:]} is {kind}: AWS writes its "
                "policies and nobody can edit or extend them in IAM. "
                "What can be changed is the resource's policy, or which role makes the call."
            ),
        )


CAUSE = Cause(
    id="service-linked-or-reserved-role",
    title="The caller is a role that only AWS can change",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html",
    find=_find,
)
