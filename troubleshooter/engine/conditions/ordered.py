"""Comparisons of values that are parsed first: numbers and moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import INVALID, NO, YES

Parsed = TypeVar("Parsed")


def ordered(
    values: Sequence[str], read: Callable[[str], Parsed | None], accept: Callable[[Parsed, Parsed], bool]
) -> Comparison:
    """Compare parsed values; an unreadable one, on either side, satisfies neither operator nor negation."""
    parsed = [read(value) for value in values]
    wanted = [item for item in parsed if item is not None]
    unmatched = INVALID if len(wanted) < len(parsed) else NO

    def compare(value: str, _subject: Subject) -> int:
        actual = read(value)
        if actual is None:
            return INVALID
        return YES if any(accept(actual, item) for item in wanted) else unmatched

    return compare
