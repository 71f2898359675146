"""Across accounts both sides must allow: the resource's side does, the caller's identity policies do not."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.words import layer_words


def _explain(blocked: Blocked) -> str | None:
    if blocked.policy_type is not PolicyType.IDENTITY or blocked.explicit or not blocked.cross_account:
        return None
    evaluation = blocked.judgement.evaluation
    sides = [evaluation.layer(PolicyType.RESOURCE), evaluation.layer(PolicyType.TRUST)]
    allowing = next((side for side in sides if side and side.decision is Decision.ALLOW), None)
    if allowing is None:
        return None
    words = layer_words(allowing.policy_type, blocked.request.resource)
    return (
        f"{does_not_allow(blocked)} The {words} in account {blocked.request.resource_account} already allows it, "
        f"but across accounts the caller's own account {blocked.request.principal.account} must allow it as well."
    )


CAUSE = Cause(
    id="cross-account-identity-side-missing",
    title="Across accounts, the caller's own account does not allow it",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
    explain=_explain,
)
