"""What a pasted sentence tells beyond its own fields: the Region that was called, and whose the resource is."""

from __future__ import annotations

import pytest

from troubleshooter.denials.parse import parse_text
from troubleshooter.model.denial import Denial

_CALLER = "arn:aws:iam::111122223333:user/ana"


def _denial(action: str, resource: str) -> Denial:
    (denial,) = parse_text(f"User: {_CALLER} is not authorized to perform: {action} on resource: {resource}")
    assert isinstance(denial, Denial)
    return denial


@pytest.mark.parametrize(
    ("action", "resource", "region"),
    [
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:orders", ("eu-west-1",)),
        ("s3:GetObject", "arn:aws:s3:::orders/key", None),
        ("ec2:CopySnapshot", "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1", None),
        ("ec2:StopInstances", "arn:aws:ec2:*:111122223333:instance/*", None),
    ],
)
def test_the_region_of_a_regional_resource_is_the_requested_one(
    action: str, resource: str, region: tuple[str, ...] | None
) -> None:
    assert _denial(action, resource).context.get("aws:RequestedRegion") == region


def test_the_callers_account_says_nothing_about_whose_bucket_it_is() -> None:
    assert _denial("s3:GetObject", "arn:aws:s3:::orders/key").resource_account is None
    assert _denial("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q").resource_account == "444455556666"
