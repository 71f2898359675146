"""No resource policy allows the request, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.RESOURCE,
    Decision.IMPLICIT_DENY,
    title="The resource's policy does not allow the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
)
