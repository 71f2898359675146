"""How a fix may be used: safe only where it is proved, exact, and opens the request for nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.plan import Plan
from troubleshooter.fixes.verify import Proof
from troubleshooter.model.diagnosis import Grant
from troubleshooter.model.vocabulary import Disposition, PolicyType
from troubleshooter.reference.actions import lookup

_ORGANIZATION = {PolicyType.SCP, PolicyType.RCP}
_SAFE = {PolicyType.IDENTITY, PolicyType.RESOURCE}


def disposition_of(
    made: Plan, proof: Proof, asked: Sequence[Asked], grants: Sequence[Grant], instead: Sequence[str]
) -> Disposition:
    """Return the strictest disposition that any part of the fix needs."""
    if any(change.policy_type in _ORGANIZATION for change in made.changes):
        return Disposition.NEEDS_ORG_ADMIN
    plain = all(change.policy_type in _SAFE for change in made.changes)
    harmless = not any(_sensitive(item) for item in asked)
    exact = made.exact and not made.stuck and all(_is_asked(grant, asked) for grant in grants)
    known = all(item.resource_known for item in asked)
    if proof.holds and plain and exact and known and harmless and not instead:
        return Disposition.SAFE
    return Disposition.NEEDS_REVIEW


def _is_asked(grant: Grant, asked: Sequence[Asked]) -> bool:
    return any(
        (grant.principal, grant.action, grant.resource) == (item.principal, item.action, item.resource)
        for item in asked
    )


def _sensitive(asked: Asked) -> bool:
    """Return whether the action can give its holder more access: those a person should look at."""
    info = lookup(asked.action)
    return info is None or info.access_level == "Permissions management" or asked.action == "iam:PassRole"
