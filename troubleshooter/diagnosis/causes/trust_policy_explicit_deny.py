"""An explicit deny in a role trust policy, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.TRUST,
    Decision.EXPLICIT_DENY,
    title="The role's trust policy explicitly denies the caller",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html",
)
