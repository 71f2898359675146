"""What every scan report does first (masking), and the small words they share."""

from __future__ import annotations

import datetime as dt

from troubleshooter.history.timeline import moment
from troubleshooter.model.arn import assumed_role, parse_arn
from troubleshooter.model.scan import Group, ScanResult, Totals
from troubleshooter.reports.options import RenderOptions

_SIZES = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000


def prepared(result: ScanResult, options: RenderOptions) -> ScanResult:
    """Return the result to print: masked where ``redact`` is set."""
    if not options.redact:
        return result
    from troubleshooter.reports.redact import redact_value

    return redact_value(result)


def short_name(text: str | None) -> str:
    """Return an ARN without what a reader can do without: ``role/app/deploy``, ``bucket/key``, else the text."""
    if not text:
        return "(not logged)"
    session = assumed_role(text)
    if session:
        return f"role/{session[1]}"
    arn = parse_arn(text)
    if arn is None:
        return text
    return arn.resource if arn.service in {"iam", "sts", "s3"} else f"{arn.service}:{arn.resource}"


def size_words(count: int) -> str:
    """Return a number of bytes as ``2.1 GB``."""
    size, unit = float(count), 0
    while size >= _STEP and unit < len(_SIZES) - 1:
        size, unit = size / _STEP, unit + 1
    return f"{size:.0f} {_SIZES[unit]}" if unit == 0 else f"{size:.1f} {_SIZES[unit]}"


def times_words(group: Group) -> str:
    """Return ``since 14:03 today's date``-like words: first and last denial, the day only once."""
    first, last = moment(group.first_seen), moment(group.last_seen)
    if first is None or last is None:
        return "time not logged"
    if first == last:
        return f"{first:%Y-%m-%d %H:%M}"
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M} to {end}"


def window_words(result: ScanResult) -> str:
    """Return the window in words, UTC."""
    since, until = moment(result.window.since), moment(result.window.until)
    if since is None or until is None:
        return "no time known"
    return f"{_minute(since)} to {_minute(until)} UTC"


def _minute(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 denial``, ``1,204 denials``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def read_words(totals: Totals) -> str:
    """Return what was read: ``1,440,000 events in 400 files, 2.1 GB``."""
    files = f" in {counted(totals.files, 'file')}" if totals.files else ""
    return f"{counted(totals.events, 'event')}{files}, {size_words(totals.bytes)}"


def why_words(group: Group) -> str:
    """Return the cause of a diagnosed group in one sentence, ``""`` where it was not diagnosed."""
    finding = group.finding
    if finding is None:
        return ""
    return f"{finding.cause} ({finding.confidence.value}): {finding.because}"


def rate_per_hour(group: Group) -> float:
    """Return denials per hour between first and last, over one hour at least."""
    first, last = moment(group.first_seen), moment(group.last_seen)
    hours = (last - first).total_seconds() / 3600 if first and last else 0.0
    return group.count / max(1.0, hours)
