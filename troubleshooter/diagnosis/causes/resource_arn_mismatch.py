"""A statement allows the action on other resources: a typo, another account, Region, name or path."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.vocabulary import Element

_FIELDS = {
    "partition": "the partition",
    "service": "the service",
    "region": "the Region",
    "account": "the account",
    "resource": "the resource's name or path",
}


def _explain(blocked: Blocked) -> str | None:
    near = blocked.near_miss
    if near is None or near.element is not Element.RESOURCE:
        return None
    differs = _difference(near.values, blocked.request.resource)
    return f"{does_not_allow(blocked)} {differs}".strip()


def _difference(listed: tuple[str, ...], wanted: str) -> str:
    """Return which single field of the closest listed ARN differs, empty where several do."""
    asked = parse_arn(wanted)
    for value in listed:
        given = parse_arn(value)
        if asked is None or given is None:
            continue
        other = [name for name in _FIELDS if not _alike(getattr(given, name), getattr(asked, name))]
        if len(other) == 1 and other[0] != "resource":
            name = other[0]
            return f"Only {_FIELDS[name]} differs: {getattr(given, name)!r} against {getattr(asked, name)!r}."
    return ""


def _alike(pattern: str, value: str) -> bool:
    return pattern == value or "*" in pattern


CAUSE = Cause(
    id="resource-arn-mismatch",
    title="The statement that should allow it lists another resource",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    explain=_explain,
)
