"""No VPC endpoint policy allows the request, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.VPC_ENDPOINT,
    Decision.IMPLICIT_DENY,
    title="The VPC endpoint's policy does not allow the action",
    source_url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
