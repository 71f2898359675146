"""Across accounts both sides must allow: the caller's identity policies do, the resource's policy does not."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.words import layer_words


def _explain(blocked: Blocked) -> str | None:
    if blocked.policy_type is not PolicyType.RESOURCE or blocked.explicit or not blocked.cross_account:
        return None
    identity = blocked.judgement.evaluation.layer(PolicyType.IDENTITY)
    if identity is None or identity.decision is not Decision.ALLOW:
        return None
    words = layer_words(blocked.policy_type, blocked.request.resource)
    return (
        f"{does_not_allow(blocked)} The caller's account {blocked.request.principal.account} allows it, "
        f"but across accounts the {words} in account {blocked.request.resource_account} must allow it as well."
    )


CAUSE = Cause(
    id="cross-account-resource-side-missing",
    title="Across accounts, the resource's policy does not allow it",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
    explain=_explain,
)
