"""The cause that names a layer by nothing but its policy type and kind of deny."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import denies, does_not_allow
from troubleshooter.model.vocabulary import Decision, PolicyType


def plain_id(policy_type: PolicyType, decision: Decision) -> str:
    """Return ``<policy type with dashes>-<explicit-deny|implicit-deny>``."""
    return f"{policy_type.value}-{decision.value}".replace("_", "-")


def plain_cause(policy_type: PolicyType, decision: Decision, *, title: str, source_url: str) -> Cause:
    """Return the cause of every blocking layer of this type and kind that no named pattern fits."""

    def explain(blocked: Blocked) -> str | None:
        if blocked.policy_type is not policy_type or blocked.layer.decision is not decision:
            return None
        return denies(blocked) if blocked.explicit else does_not_allow(blocked)

    return Cause(id=plain_id(policy_type, decision), title=title, source_url=source_url, explain=explain)
