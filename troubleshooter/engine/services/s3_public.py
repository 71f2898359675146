"""S3 Block Public Access: does RestrictPublicBuckets shut the caller out.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html: a bucket with a
public policy is then open only to AWS services and to the owner's account. A policy is public when it grants to
a wildcard principal without a condition that holds one of the listed keys to fixed values.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from troubleshooter.engine.conditions.condition import Condition
from troubleshooter.engine.statement import CompiledStatement

_LIMITING_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:sourceip",
        "aws:userid",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
_DEMANDING = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"})
_WIDEST = {4: 8, 6: 32}
"""Ranges broader than these count as public (the page's note on aws:SourceIp)."""


def is_public(statements: Iterable[CompiledStatement]) -> bool:
    """Return whether a bucket policy's statements make it public."""
    return any(
        not item.denies and item.principal is not None and item.principal.named.everyone and not _limited(item)
        for item in statements
    )


def _limited(statement: CompiledStatement) -> bool:
    return any(_limits(condition) for condition in statement.conditions)


def _limits(condition: Condition) -> bool:
    name = condition.name
    if condition.key not in _LIMITING_KEYS or name.base not in _DEMANDING or name.if_exists or name.values == "all":
        return False
    return bool(condition.values) and all(_fixed(condition.key, value) for value in condition.values)


def _fixed(key: str, value: str) -> bool:
    """Return whether a value is fixed: no wildcard or variable; an access point's ARN may leave its name open."""
    if key == "aws:sourceip":
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return False
        return network.prefixlen >= _WIDEST[network.version]
    if key == "s3:dataaccesspointarn":
        fields = value.split(":", 5)
        return len(fields) == 6 and fields[4].isdigit() and not any(sign in "".join(fields[:5]) for sign in "*?$")  # noqa: PLR2004
    return not any(sign in value for sign in ("*", "?", "${"))
