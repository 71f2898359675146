"""MFA conditions: no MFA in the session, or too long ago."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_ADVICE = (
    "A session made with MFA carries the key (aws sts get-session-token --serial-number … --token-code …, "
    "or a role assumed with both); long-term access keys never do."
)

CAUSE = condition_cause(
    "mfa-required",
    title="The caller has to use MFA",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
    keys=lambda key: key in {"aws:multifactorauthpresent", "aws:multifactorauthage"},
    advice=_ADVICE,
)
