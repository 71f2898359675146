"""Compare an ARN with AWS's ARN templates (``arn:${Partition}:s3:::${BucketName}/${ObjectName}``)."""

from __future__ import annotations

import re
from functools import lru_cache

from troubleshooter.reference.actions import ActionInfo, ResourceType

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_LONG = re.compile(
    r"(?:Object|KeyName|Path|WithPath|LogGroup|LogStream|Parameter|Name|Id|Alias|Arn|Slash|Function|Secret)",
    re.IGNORECASE,
)
_BUCKET = "${BucketName}"


@lru_cache(maxsize=4096)
def _compiled(pattern: str, *, loose: bool) -> re.Pattern[str]:
    """Return the template as a pattern; ``loose`` lets a last variable hold ``/`` and ``:``."""
    parts: list[str] = []
    position = 0
    for match in _VARIABLE.finditer(pattern):
        last = match.end() == len(pattern) and match.group() != _BUCKET
        parts.append(re.escape(pattern[position : match.start()]))
        parts.append(
            ".+"
            if last and loose and _LONG.search(match.group())
            else r"[^:/]*"
            if match.start() < len("arn:${Partition}:") + 40
            else r"[^:/]+"
        )
        position = match.end()
    return re.compile("".join(parts) + re.escape(pattern[position:]))


def fits(arn: str, kind: ResourceType) -> bool:
    """Return whether ``arn`` is of this resource type, a path or version suffix in its last part allowed."""
    patterns = [text.strip() for text in kind.arn_pattern.split(", ")]
    return any(_compiled(pattern, loose=loose).fullmatch(arn) for pattern in patterns for loose in (False, True))


def kind_of(arn: str, info: ActionInfo) -> ResourceType | None:
    """Return the action's resource type that ``arn`` is one of: exact ones before loose, required before optional."""
    kinds = sorted(info.resource_types, key=lambda kind: not kind.required)
    for loose in (False, True):
        for kind in kinds:
            if any(_compiled(text.strip(), loose=loose).fullmatch(arn) for text in kind.arn_pattern.split(", ")):
                return kind
    return None
