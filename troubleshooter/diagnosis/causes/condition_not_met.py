"""Any other condition that alone kept a statement from deciding otherwise."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

CAUSE = condition_cause(
    "condition-not-met",
    title="A condition is not met",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
    keys=bool,
    fits=lambda blocked: not blocked.explicit,
)
