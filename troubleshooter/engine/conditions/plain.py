"""Bool and BinaryEquals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
"""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.conditions.ordered import ordered
from troubleshooter.engine.truth import NO, YES


def read_truth(text: str) -> str | None:
    """Return ``true`` or ``false`` in any case, else None (see ``silent``)."""
    lowered = text.strip().lower()
    return lowered if lowered in {"true", "false"} else None


def boolean(values: Sequence[str], _variables: bool) -> Comparison:
    """Compare truth values."""
    return ordered(values, read_truth, str.__eq__)


def binary(values: Sequence[str], _variables: bool) -> Comparison:
    """Compare base64 text as text: both sides are encoded already."""
    wanted = frozenset(values)
    return lambda value, _subject: YES if value in wanted else NO
