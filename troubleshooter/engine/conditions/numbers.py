"""Numeric operators; what is no number satisfies none of them, not even NumericNotEquals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.conditions.ordered import ordered

_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?")


def read_number(text: str) -> Decimal | None:
    """Return the number, or None; the size is bounded, so that hostile values stay cheap."""
    stripped = text.strip()
    return Decimal(stripped) if _NUMBER.fullmatch(stripped) else None


def numeric(accept: Callable[[Decimal, Decimal], bool]) -> Callable[[Sequence[str], bool], Comparison]:
    """Return the family of one comparison of numbers."""
    return lambda values, _variables: ordered(values, read_number, accept)
