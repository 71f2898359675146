"""A scan as Markdown for a ticket or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.model.scan import Group, ScanResult
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.sanitize import code, markdown
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

_MOST_ROWS = 50
_MOST_DETAILS = 10


def render(result: ScanResult, options: RenderOptions) -> str:
    """Return a headline, a table of the first fifty groups, and details of the first ten."""
    result = prepared(result, options)
    lines = ["# Access denials", "", *_summary(result), ""]
    if result.groups:
        lines += _table(result.groups[:_MOST_ROWS])
        rest = len(result.groups) - _MOST_ROWS
        if rest > 0:
            lines += ["", f"and {counted(rest, 'more group')}"]
        for number, group in enumerate(result.groups[:_MOST_DETAILS], start=1):
            lines += ["", *_details(number, group)]
    lines += _listed("Policy changes before first denials", [change.why_suspect for change in result.changes])
    lines += _listed("Could not be read", [f"{item.file}: {item.reason}" for item in result.problems])
    lines += _listed("Notes", list(result.notes))
    return "\n".join(lines) + "\n"


def _summary(result: ScanResult) -> Iterator[str]:
    totals = result.totals
    new = sum(group.is_new for group in result.groups)
    if result.interrupted:
        yield "**Interrupted:** this is what was found so far."
        yield ""
    news = f", {new} new" if new else ""
    yield f"**{counted(totals.denials, 'denial')} in {counted(totals.groups, 'group')}{news}.**"
    yield f"Read {read_words(totals)} of {code(result.source)}, {window_words(result)}."


def _table(groups: tuple[Group, ...]) -> Iterator[str]:
    yield "| # | Trend | Count | Per hour | Principal | Action | Resource | Cause |"
    yield "|--:|---|--:|--:|---|---|---|---|"
    for number, group in enumerate(groups, start=1):
        cause = code(group.finding.cause) if group.finding else ""
        yield (
            f"| {number} | {group.trend} | {group.count} | {rate_per_hour(group):.0f} "
            f"| {code(short_name(group.principal))} "
            f"| {code(group.action or '(unknown)')} | {code(group.resource or '(not logged)')} | {cause} |"
        )


def _details(number: int, group: Group) -> Iterator[str]:
    yield f"## {number}. {code(short_name(group.principal))} {code(group.action or '(unknown)')}"
    yield ""
    yield f"- **On:** {code(group.resource or '(not logged)')}"
    yield f"- **When:** {counted(group.count, 'denial')}, {times_words(group)} UTC, {group.trend}"
    yield f"- **Where:** {markdown(', '.join((*group.accounts, *group.regions)))}"
    if why_words(group):
        yield f"- **Why:** {markdown(why_words(group))}"
    if group.diagnosis and group.diagnosis.fix:
        yield f"- **Fix:** {markdown(group.diagnosis.fix.summary)}"
    for change in group.changes:
        yield f"- **Changed before:** {markdown(change.why_suspect)}"
    if group.last_success:
        yield f"- **Last allowed:** {markdown(group.last_success.event_time)}"
    if group.sample_event_ids:
        yield f"- **Events:** {', '.join(code(event_id) for event_id in group.sample_event_ids)}"


def _listed(title: str, items: list[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {markdown(item)}" for item in items[:_MOST_ROWS])] if items else []
