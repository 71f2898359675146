"""Say of a group when it happened: hours, whether it is new, and how it develops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

from troubleshooter.history.tally import Tally
from troubleshooter.model.scan import ScanFilters, Window

FIRST_PART = 0.25
"""Share of the window in which a group must be absent to be new."""
_SHORTEST_WINDOW = dt.timedelta(hours=1)
_SURGE = 4.0
_FEW = 5
_HOUR = 3600.0


@lru_cache(maxsize=1024)
def moment(text: str | None) -> dt.datetime | None:
    """Return an ISO 8601 time as an aware UTC datetime; None where it is none."""
    if not text:
        return None
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed.replace(tzinfo=dt.UTC) if parsed.tzinfo is None else parsed.astimezone(dt.UTC)


def iso(time: dt.datetime) -> str:
    """Return ``time`` as CloudTrail writes it: ``2026-03-02T10:00:00Z``."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def normal_time(text: str | None) -> str:
    """Return any ISO 8601 time in CloudTrail's form, ``""`` where it is none."""
    parsed = moment(text)
    return iso(parsed) if parsed else ""


def window_of(tallies: Iterable[Tally], filters: ScanFilters) -> Window:
    """Return the filters' window; an open end is the first or last denial seen."""
    firsts, lasts = [], []
    for tally in tallies:
        if tally.first:
            firsts.append(tally.first)
            lasts.append(tally.last)
    return Window(since=filters.since or min(firsts, default=None), until=filters.until or max(lasts, default=None))


def is_new(first_seen: str, window: Window) -> bool:
    """Return whether nothing was seen in the window's first quarter; a window under an hour cannot tell."""
    first, begin, end = moment(first_seen), moment(window.since), moment(window.until)
    if first is None or begin is None or end is None or end - begin < _SHORTEST_WINDOW:
        return False
    return first > begin + (end - begin) * FIRST_PART


def trend(tally: Tally, window: Window) -> str:
    """Return ``new``, ``surging`` (its last quarter at four times the rate before), ``chronic`` or ``steady``.

    Chronic: seen in at least half of a window's hours, and in at least six of them.
    """
    if is_new(tally.first, window):
        return "new"
    begin, end = moment(window.since), moment(window.until)
    if begin is None or end is None or end - begin < _SHORTEST_WINDOW:
        return "steady"
    hours = (end - begin).total_seconds() / _HOUR
    late_from = iso(end - (end - begin) * FIRST_PART)[:13]
    late = sum(count for hour, count in tally.hours.items() if hour >= late_from)
    if late > _FEW and late / FIRST_PART >= _SURGE * max(1.0, (tally.count - late) / (1 - FIRST_PART)):
        return "surging"
    return "chronic" if len(tally.hours) >= max(_FEW + 1.0, hours / 2) else "steady"


def rate(tally: Tally) -> float:
    """Return denials per hour between the first and last, over one hour at least."""
    first, last = moment(tally.first), moment(tally.last)
    span = (last - first).total_seconds() / _HOUR if first and last else 0.0
    return tally.count / max(1.0, span)


def per_hour(hours: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return ``(iso hour, count)`` in order, hours without a denial left out."""
    return tuple((f"{hour}:00:00Z", count) for hour, count in sorted(hours.items()))
