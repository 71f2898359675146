"""No resource control policy allows the request, and no named pattern fits."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.plain import plain_cause
from troubleshooter.model.vocabulary import Decision, PolicyType

CAUSE = plain_cause(
    PolicyType.RCP,
    Decision.IMPLICIT_DENY,
    title="No RCP of some level allows the action",
    source_url="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
)
