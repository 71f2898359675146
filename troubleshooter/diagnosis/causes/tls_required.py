"""Transport conditions: the request was not encrypted, or with too old a TLS version."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_ADVICE = "Use an https endpoint."

CAUSE = condition_cause(
    "tls-required",
    title="The request has to use TLS",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport",
    keys=lambda key: key in {"aws:securetransport", "s3:tlsversion"},
    advice=_ADVICE,
)
