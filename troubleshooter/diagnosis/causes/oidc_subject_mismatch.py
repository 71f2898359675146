"""A role's trust policy names the identity provider but another subject or audience than the token carries."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause
from troubleshooter.model.vocabulary import PolicyType

_ADVICE = "Compare the token's sub and aud claims, character by character, with what the trust policy lists."

CAUSE = condition_cause(
    "oidc-subject-mismatch",
    title="The trust policy expects another token subject or audience",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    keys=lambda key: key.endswith((":sub", ":aud", ":azp", ":amr")),
    fits=lambda blocked: blocked.policy_type is PolicyType.TRUST,
    advice=_ADVICE,
)
