"""Every AWS call that live evidence can make, by purpose: what the printed IAM policy is made of."""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.evidence.api import ApiCall
from troubleshooter.evidence.collectors import (
    account,
    authorization_details,
    decoded_message,
    iam_policies,
    identity,
    identity_center,
    organization,
    sessions,
    simulator,
    stated_policy,
    vpc_endpoints,
)
from troubleshooter.evidence.collectors.registry import COLLECTORS

_RESOURCES = tuple(call for collector in COLLECTORS for call in collector.calls)
_FINDING = tuple(call for collector in COLLECTORS for call in collector.find_calls)

Calls = Mapping[str, tuple[ApiCall, ...]]

EXPLAIN_MEMBER: Calls = {
    "ReadAwsAnswers": (*authorization_details.CALLS, *decoded_message.CALLS, *simulator.CALLS),
    "ReadIdentities": (*identity.CALLS, *iam_policies.CALLS, *sessions.CALLS),
    "ReadResourcePolicies": (*_RESOURCES, *vpc_endpoints.CALLS),
    "ReadOrganizationMembership": (organization.DESCRIBE,),
}
"""What ``explain --live`` may call in an account; ``sts:GetCallerIdentity`` needs no permission."""

EXPLAIN_MANAGEMENT: Calls = {
    **EXPLAIN_MEMBER,
    "ReadOrganizationMembership": (*organization.CALLS, *stated_policy.CALLS),
    "ReadPermissionSets": identity_center.CALLS,
}
"""What it may call in the management account (or a delegated administrator's)."""

COLLECT_MEMBER: Calls = {**EXPLAIN_MEMBER, "ReadWholeAccount": (*account.CALLS, *_FINDING)}
COLLECT_MANAGEMENT: Calls = {
    **EXPLAIN_MANAGEMENT,
    "ReadWholeAccount": (*account.CALLS, *_FINDING),
    "ReadWholeOrganization": organization.WHOLE_CALLS,
}


def actions(calls: Calls) -> dict[str, tuple[str, ...]]:
    """Return the IAM actions by purpose, each action once, sorted."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for purpose, declared in calls.items():
        own = {action for call in declared for action in call.actions} - seen
        seen |= own
        if own:
            found[purpose] = tuple(sorted(own))
    return found
