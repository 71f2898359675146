"""A role's trust policy asks for an external ID that the call did not pass, or passed differently."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause
from troubleshooter.model.vocabulary import PolicyType

CAUSE = condition_cause(
    "external-id-mismatch",
    title="The external ID is missing or another one",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    keys=lambda key: key == "sts:externalid",
    fits=lambda blocked: blocked.policy_type is PolicyType.TRUST,
    advice="Pass the agreed value with --external-id; the role's owner knows it.",
)
