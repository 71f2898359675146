"""Date operators: ISO 8601 with zones, or seconds since the epoch; the two forms compare with each other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.conditions.ordered import ordered

_SECONDS = re.compile(r"[+-]?(?!\d{4}$)\d{1,15}(\.\d{1,9})?")
_ISO = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|z|[+-]\d{2}:?\d{2})?)?)?)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def read_moment(text: str) -> Decimal | None:
    """Return seconds since the epoch, or None where the text is no date. Without a zone it is UTC.

    Four digits alone are a year, as W3C's profile of ISO 8601 has it.
    """
    stripped = text.strip()
    if _SECONDS.fullmatch(stripped):
        return Decimal(stripped)
    found = _ISO.fullmatch(stripped)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    leap = 1 if second == "60" else 0
    since = (moment - _EPOCH).days * 86_400 + (moment - _EPOCH).seconds + leap - _offset(zone)
    return Decimal(since) + Decimal(fraction or 0)


def _offset(zone: str | None) -> int:
    """Return the seconds that a zone is east of UTC."""
    if zone is None or zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def dates(accept: Callable[[Decimal, Decimal], bool]) -> Callable[[Sequence[str], bool], Comparison]:
    """Return the family of one comparison of moments."""
    return lambda values, _variables: ordered(values, read_moment, accept)
