"""The call itself may pass; the KMS key that encrypts the resource is what refuses."""

from __future__ import annotations

from troubleshooter.diagnosis.behind.kms_key import asked_by_another_call
from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import denies, does_not_allow
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.steps.words import sentence

_SIDES = frozenset({PolicyType.IDENTITY, PolicyType.RESOURCE})


def _explain(blocked: Blocked) -> str | None:
    if blocked.policy_type not in _SIDES or not _behind(blocked):
        return None
    lead = blocked.judgement.why or (
        f"{blocked.case.denial.api_call} also needs {blocked.request.action} on the key behind the resource"
    )
    return f"{sentence(lead)} {denies(blocked) if blocked.explicit else does_not_allow(blocked)}"


def _behind(blocked: Blocked) -> bool:
    """Return whether the key is asked for by another service's call, judged behind it or named in the message."""
    named = blocked.primary and asked_by_another_call(blocked.case.denial, blocked.request.action)
    return named or blocked.judgement.role == "kms_key"


CAUSE = Cause(
    id="kms-key-behind-resource",
    title="The KMS key behind the resource refuses",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    explain=_explain,
)
