"""An explicit deny in a permissions boundary, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.BOUNDARY,
    Decision.EXPLICIT_DENY,
    title="The permissions boundary explicitly denies the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
