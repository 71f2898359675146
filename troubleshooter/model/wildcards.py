"""IAM wildcards for filters: ``*`` any text, ``?`` one character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=1024)
def _compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(char) or re.escape(char) for char in re.sub(r"\*+", "*", pattern))
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches_any(patterns: Iterable[str], *texts: str | None, ignore_case: bool = False) -> bool:
    """Return whether any of ``texts`` matches any of ``patterns`` as a whole; None matches nothing."""
    return any(
        text is not None and _compiled(pattern, ignore_case=ignore_case).fullmatch(text) is not None
        for pattern in patterns
        for text in texts
    )
