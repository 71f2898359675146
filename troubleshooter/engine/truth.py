"""Three-valued truth inside the engine: small integers, so that *and* is ``min`` and *or* is ``max``.

``INVALID`` is a fourth outcome of comparing one value: the comparison itself is meaningless (text where a
number belongs, a variable without a value), so neither an operator nor its negation is satisfied.
"""

from __future__ import annotations

from troubleshooter.model.vocabulary import Match

NO = 0
UNKNOWN = 1
YES = 2
INVALID = -1

_MATCHES = {NO: Match.NO, UNKNOWN: Match.UNKNOWN, YES: Match.YES}


def as_match(value: int) -> Match:
    """Return the model's word for an engine truth value."""
    return _MATCHES[value]


def negated(value: int) -> int:
    """Return *not*: yes and no swap, unknown stays, and an invalid comparison satisfies nothing."""
    return NO if value == INVALID else YES - value


def asserted(value: int) -> int:
    """Return the value itself, an invalid comparison being *no*."""
    return NO if value == INVALID else value
