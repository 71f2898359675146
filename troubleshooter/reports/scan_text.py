"""A scan as text for a terminal: the answer first, then a table of the ranked groups."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from troubleshooter.model.scan import Group, ScanResult
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.paint import Paint
from troubleshooter.reports.sanitize import line
from troubleshooter.reports.scan_prepare import (
    counted,
    prepared,
    rate_per_hour,
    read_words,
    short_name,
    times_words,
    why_words,
    window_words,
)

_INDENT = 6
_MOST_PROBLEMS = 10
_TREND_STYLE = {"new": "red", "surging": "yellow", "chronic": "dim"}


def render(result: ScanResult, options: RenderOptions, *, top: int = 50) -> str:
    """Return the report: headline, the first ``top`` groups, what changed, what could not be read."""
    result = prepared(result, options)
    paint = Paint(on=options.color)
    lines = [*_headline(result, paint, options.width)]
    if result.groups:
        lines += ["", paint(_row("#", "trend", "count", "/hour", "who is denied what"), "bold")]
        for number, group in enumerate(result.groups[:top], start=1):
            lines += _group(number, group, paint, options.width)
        rest = len(result.groups) - top
        if rest > 0:
            lines += ["", *_wrapped(f"{counted(rest, 'more group')}: raise --top, or use --format json", options.width)]
    lines += _listed("Could not be read", [f"{item.file}: {item.reason}" for item in result.problems], options.width)
    lines += _listed("Notes", list(result.notes), options.width)
    return "\n".join(lines) + "\n"


def _headline(result: ScanResult, paint: Paint, width: int) -> Iterator[str]:
    totals = result.totals
    if result.interrupted:
        yield paint("INTERRUPTED: what was found so far", "yellow")
    if not totals.denials:
        yield from _wrapped(f"No denial in {read_words(totals)} of {result.source}", width)
        return
    new = sum(group.is_new for group in result.groups)
    news = f", {new} new" if new else ""
    yield from _wrapped(f"{counted(totals.denials, 'denial')} in {counted(totals.groups, 'group')}{news}", width)
    first = result.groups[0]
    label = first.trend.upper() if first.trend in {"new", "surging"} else "FIRST"
    told = (
        f": {short_name(first.principal)} is denied {first.action or 'an unknown action'} on "
        f"{short_name(first.resource)}, {counted(first.count, 'time')}, {times_words(first)}"
    )
    for number, text in enumerate(_wrapped(label + told, width)):
        yield text.replace(label, paint(label, _TREND_STYLE.get(first.trend, "bold")), 1) if number == 0 else text
    if first.changes:
        yield from _wrapped(_sentence(first.changes[0].why_suspect), width)
    if why_words(first):
        yield from _wrapped(f"Why: {why_words(first)}", width)
    if first.diagnosis and first.diagnosis.fix:
        yield from _wrapped(f"Fix: {first.diagnosis.fix.summary}", width)
    yield from _wrapped(f"Read {read_words(totals)} of {result.source}, {window_words(result)}", width)


def _row(number: str, trend: str, count: str, rate: str, what: str) -> str:
    return f"{number:>3}  {trend:<7}  {count:>7}  {rate:>7}  {what}"


def _group(number: int, group: Group, paint: Paint, width: int) -> Iterator[str]:
    rate = rate_per_hour(group)
    head = _row(str(number), group.trend, f"{group.count:,}", f"{rate:,.0f}" if rate >= 1 else "<1", "")
    what = f"{short_name(group.principal)}  {group.action or '(unknown action)'}"
    lines = textwrap.wrap(
        line(what), max(20, width - len(head)), break_long_words=True, break_on_hyphens=False
    )  # a long name runs on below its column
    style = _TREND_STYLE.get(group.trend)
    yield ""
    yield head.replace(group.trend, paint(group.trend, style), 1) + lines[0]
    for more in lines[1:]:
        yield " " * len(head) + more
    yield from _wrapped(f"on {group.resource or '(resource not logged)'}", width, _INDENT)
    places = ", ".join((*group.accounts[:3], *group.regions[:3]))
    yield from _wrapped(f"{times_words(group)}; {group.error_code or 'no code'}; {places}", width, _INDENT)
    for change in group.changes[:2]:
        yield from _wrapped(_sentence(change.why_suspect), width, _INDENT)
    if why_words(group):
        yield from _wrapped(f"why: {why_words(group)}", width, _INDENT)
    if group.diagnosis and group.diagnosis.fix:
        yield from _wrapped(f"fix: {group.diagnosis.fix.summary}", width, _INDENT)
    if group.last_success:
        yield from _wrapped(f"last allowed: {group.last_success.event_time}", width, _INDENT)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    space = " " * indent
    return textwrap.wrap(
        line(text), width, initial_indent=space, subsequent_indent=space + "  " * bool(indent), break_on_hyphens=False
    ) or [""]


def _listed(title: str, items: list[str], width: int) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield f"{title}:"
    for item in items[:_MOST_PROBLEMS]:
        yield from _wrapped(item, width, 2)
    if len(items) > _MOST_PROBLEMS:
        yield f"  and {len(items) - _MOST_PROBLEMS} more"
