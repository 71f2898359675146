"""How far apart two ISO 8601 times are, in words."""

from __future__ import annotations

from datetime import UTC, datetime

_HOUR, _DAY = 60, 60 * 24


def parse_time(text: str | None) -> datetime | None:
    """Return the time (UTC where it has no zone), or None where the text is no ISO 8601 time."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def minutes_between(earlier: str | None, later: str | None) -> float | None:
    """Return the minutes from one time to the other (negative when reversed), None where one is not known."""
    start, end = parse_time(earlier), parse_time(later)
    return (end - start).total_seconds() / 60 if start and end else None


def age_words(denied_at: str | None, read_at: str | None) -> str:
    """Return ``30 minutes after`` or ``2 days before``; empty where a time is missing or they coincide."""
    minutes = minutes_between(denied_at, read_at)
    if minutes is None or abs(minutes) < 1:
        return ""
    return f"{_span(abs(minutes))} {'after' if minutes > 0 else 'before'}"


def _span(minutes: float) -> str:
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (1, "minute")):
        if minutes >= size:
            count = round(minutes / size)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "moments"
