"""Resource elements without one resource, where that can be written; and whether a pattern covers it at all."""

from __future__ import annotations

import re

from troubleshooter.fixes.action_patterns import wildcard_fits
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.documents import Json, listed
from troubleshooter.model.arn import partition_of, s3_bucket_arn
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.reference.actions import lookup

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def resource_fits(pattern: str, resource: str) -> bool:
    """Return whether a resource pattern (without variables) covers an ARN, segment by segment.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if pattern == "*":
        return True
    wanted, actual = pattern.split(":", 5), resource.split(":", 5)
    if len(actual) < len(wanted) or "${" in pattern:
        return False
    return all(wildcard_fits(mine, theirs) for mine, theirs in zip(wanted, actual, strict=False))


def without_resource(statement: Json, asked: Asked, kind: PolicyType) -> tuple[Json | None, bool]:
    """Return the statement for every resource it covers but the one asked, and whether that is exact.

    None: it covers no other, or (then not exact) what is left cannot be written. A pattern without one of its
    resources can only be written by ``NotResource``, so only where the pattern covers all that the action or
    the policy can be about.
    """
    if asked.resource == "*" or kind is PolicyType.TRUST:
        return None, asked.resource_known
    if "NotResource" in statement:
        return {**statement, "NotResource": [*listed(statement["NotResource"]), asked.resource]}, True
    patterns = [str(item) for item in listed(statement.get("Resource"))]
    if not patterns:
        return None, True
    hitting = [pattern for pattern in patterns if resource_fits(pattern, asked.resource)]
    if hitting and all(pattern == asked.resource for pattern in hitting):
        kept = [pattern for pattern in patterns if pattern not in hitting]
        return ({**statement, "Resource": kept} if kept else None), True
    spared = _spared(patterns, asked, kind)
    if spared is None:
        return None, False
    rest = {key: value for key, value in statement.items() if key != "Resource"}
    return {**rest, "NotResource": [asked.resource, *spared]}, True


def _spared(patterns: list[str], asked: Asked, kind: PolicyType) -> list[str] | None:
    """Return what ``NotResource`` must name beside the resource asked; None where it would deny too much."""
    if any(pattern == "*" for pattern in patterns) or _covers_action(patterns, asked):
        return []
    bucket = s3_bucket_arn(asked.resource)
    if kind is not PolicyType.RESOURCE or bucket is None:
        return None
    # A bucket policy is about its bucket and the objects in it, and nothing else.
    if f"{bucket}/*" not in patterns:
        return None
    return [] if bucket in patterns else [bucket]


def _covers_action(patterns: list[str], asked: Asked) -> bool:
    """Return whether the patterns cover every resource that the action can be about."""
    info = lookup(asked.action)
    if info is None or not info.resource_types:
        return False
    partition = partition_of(asked.resource)
    samples = [
        _PLACEHOLDER.sub(lambda found: _sample(found, partition), kind.arn_pattern) for kind in info.resource_types
    ]
    return all(any(resource_fits(pattern, sample) for pattern in patterns) for sample in samples)


def _sample(found: re.Match[str], partition: str) -> str:
    return partition if found.group(1) == "Partition" else f"any-{found.group(1)}-at-all"
