"""An Organizations call from a member account: only the management account or a delegated administrator may.

AWS says "no resource-based policy allows" there, to the root user too
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html).
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType

# What a member account may call by itself.
_OPEN_TO_MEMBERS = frozenset(
    {
        "organizations:describeorganization",
        "organizations:leaveorganization",
        "organizations:listhandshakesforaccount",
        "organizations:accepthandshake",
        "organizations:declinehandshake",
        "organizations:describehandshake",
        "organizations:describeeffectivepolicy",
        "organizations:createorganization",
    }
)


def applies(case: Case) -> bool:
    """Return whether the refused call is one that only the management account or a delegate may make."""
    action = (case.denial.action or "").lower()
    if not action.startswith("organizations:") or action in _OPEN_TO_MEMBERS:
        return False
    organization, account = case.evidence.organization, case.denial.principal.account
    management = organization.management_account if organization else None
    if management and account:
        return management != account
    return case.denial.stated_policy_type == PolicyType.RESOURCE.value


def _find(case: Case) -> Iterable[Finding]:
    if not applies(case):
        return
    stated = case.denial.stated_policy_type == PolicyType.RESOURCE.value
    organization = case.evidence.organization
    where = f" ({organization.management_account})" if organization and organization.management_account else ""
    yield CAUSE.finding(
        policy_type=PolicyType.RESOURCE,
        decision=Decision.IMPLICIT_DENY,
        blocking=True,
        confidence=Confidence.LIKELY,
        basis=Basis.STATED if stated else Basis.EVALUATED,
        because=(
            f"{case.denial.action} is called from member account {case.denial.principal.account or '(not named)'}. "
            f"Only the management account{where} or an account that its delegation policy names may call it; no policy "
            "of the member account helps. Call it from there, or have the account made a delegated administrator."
        ),
    )


CAUSE = Cause(
    id="organizations-call-from-member-account",
    title="The Organizations call comes from a member account",
    source_url="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",
    find=_find,
)
