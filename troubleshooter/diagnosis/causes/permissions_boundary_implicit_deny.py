"""No permissions boundary allows the request, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.BOUNDARY,
    Decision.IMPLICIT_DENY,
    title="The permissions boundary does not allow the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
