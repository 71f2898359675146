"""An explicit deny in a service control policy, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.SCP,
    Decision.EXPLICIT_DENY,
    title="An SCP explicitly denies the action",
    source_url="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
)
