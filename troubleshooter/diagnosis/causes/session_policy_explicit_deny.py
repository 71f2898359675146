"""An explicit deny in a session policy, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.SESSION,
    Decision.EXPLICIT_DENY,
    title="The session policy explicitly denies the action",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
)
