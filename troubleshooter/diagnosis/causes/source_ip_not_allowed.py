"""Address conditions: the request came from outside the allowed ranges."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_ADVICE = (
    "A request through a VPC endpoint carries aws:VpcSourceIp instead of aws:SourceIp; "
    "a call that an AWS service makes carries the service's own address."
)

CAUSE = condition_cause(
    "source-ip-not-allowed",
    title="The caller's address is not allowed",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip",
    keys=lambda key: key in {"aws:sourceip", "aws:vpcsourceip"},
    advice=_ADVICE,
)
