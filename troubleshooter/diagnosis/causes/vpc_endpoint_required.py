"""Network conditions: the request did not come through the required VPC or endpoint."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_ADVICE = "Only a request through a VPC endpoint carries these keys."

CAUSE = condition_cause(
    "vpc-endpoint-required",
    title="The request has to come through a VPC endpoint",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce",
    keys=lambda key: (
        key
        in {
            "aws:sourcevpce",
            "aws:sourcevpc",
            "aws:sourcevpcarn",
            "aws:vpceaccount",
            "aws:vpceorgid",
            "aws:vpceorgpaths",
        }
    ),
    advice=_ADVICE,
)
