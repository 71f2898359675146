"""Time conditions: outside the window, or a session issued before its revocation."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

CAUSE = condition_cause(
    "outside-time-window",
    title="The request is outside the allowed time",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-currenttime",
    keys=lambda key: key in {"aws:currenttime", "aws:epochtime", "aws:tokenissuetime"},
)
