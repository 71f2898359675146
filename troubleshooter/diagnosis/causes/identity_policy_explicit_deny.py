"""An explicit deny in an identity policy, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.IDENTITY,
    Decision.EXPLICIT_DENY,
    title="An identity policy explicitly denies the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
)
