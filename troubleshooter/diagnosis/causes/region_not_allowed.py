"""Region conditions: the call went to a Region outside the allowed ones."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_ADVICE = "Calls to global services count as us-east-1."

CAUSE = condition_cause(
    "region-not-allowed",
    title="The Region is not allowed",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion",
    keys=lambda key: key == "aws:requestedregion",
    advice=_ADVICE,
)
