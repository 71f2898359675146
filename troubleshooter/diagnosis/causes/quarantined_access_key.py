"""AWS quarantined the caller's leaked access key: a deny that must not be lifted before the key is replaced."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Blocked, Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import denies
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType

_NAME = "AWSCompromisedKeyQuarantine"
_MEANING = (
    "AWS attaches this policy when it finds an access key exposed in public. Treat it as an incident: "
    "page security, replace the key, look for what it was used for; do not detach the policy to get going."
)


def _explain(blocked: Blocked) -> str | None:
    named = any(_NAME in f"{item.policy_arn} {item.policy_name}" for item in blocked.layer.determining)
    return f"{denies(blocked)} {_MEANING}" if blocked.explicit and named else None


def _find(case: Case) -> Iterable[Finding]:
    arn = case.denial.stated_policy_arn or ""
    if _NAME in arn and not any(_explain(blocked) for blocked in case.blocked):
        yield CAUSE.finding(
            policy_type=PolicyType.IDENTITY,
            decision=Decision.EXPLICIT_DENY,
            blocking=case.evidence.is_empty,
            confidence=Confidence.LIKELY,
            basis=Basis.STATED,
            because=f"AWS's message names {arn}, an explicit deny. {_MEANING}",
        )


CAUSE = Cause(
    id="quarantined-access-key",
    title="AWS quarantined the access key as leaked",
    source_url="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
    explain=_explain,
    find=_find,
)
