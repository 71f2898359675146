"""An explicit deny in a VPC endpoint policy, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.VPC_ENDPOINT,
    Decision.EXPLICIT_DENY,
    title="The VPC endpoint's policy explicitly denies the action",
    source_url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
