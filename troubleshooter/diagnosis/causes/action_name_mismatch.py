"""A statement lists an action that AWS does not have: a typo, or the API call's name for the action's."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.vocabulary import Element
from troubleshooter.reference.actions import closest_actions, lookup


def _explain(blocked: Blocked) -> str | None:
    near = blocked.near_miss
    if near is None or near.element is not Element.ACTION:
        return None
    misnamed = next((value for value in near.values if _misnames(value, blocked)), None)
    if misnamed is None:
        return None
    return (
        f"{does_not_allow(blocked)} AWS has no action {misnamed}; the one that is needed is {blocked.request.action}."
    )


def _misnames(value: str, blocked: Blocked) -> bool:
    """Return whether ``value`` is no action at all and comes close to the one asked for."""
    if "*" in value or "?" in value or ":" not in value or lookup(value) is not None:
        return False
    wanted = blocked.request.action.lower()
    call = (blocked.case.denial.api_call or "").lower()
    service, _, name = value.lower().partition(":")
    if service != wanted.partition(":")[0]:
        return False
    return name == call or wanted in {item.lower() for item in closest_actions(value)}


CAUSE = Cause(
    id="action-name-mismatch",
    title="The statement that should allow it misspells the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    explain=_explain,
)
