"""A scan as one HTML page: works from disk, asks for nothing, light and dark, no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import resources

from troubleshooter.model.scan import Group, ScanResult
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.sanitize import html
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
from troubleshooter.reports.scan_svg import ranking, timeline

_MOST_RANKED = 10
_MOST_GROUPS = 500
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render(result: ScanResult, options: RenderOptions) -> str:
    """Return the page. Every text of a log is escaped; the content security policy forbids scripts and requests."""
    result = prepared(result, options)
    style = resources.files("troubleshooter.reports").joinpath("scan_style.css").read_text("utf-8")
    body = "\n".join(_body(result))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Access denials: {html(result.source[:80])}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(result: ScanResult) -> Iterator[str]:
    totals = result.totals
    yield "<header>"
    if result.interrupted:
        yield '<p class="warning">Interrupted: this is what was found so far.</p>'
    yield f"<h1>{html(_headline(result))}</h1>"
    yield f"<p>Read {html(read_words(totals))} of <code>{html(result.source)}</code>, {html(window_words(result))}.</p>"
    if result.groups and result.groups[0].changes:
        yield f"<p><b>{html(result.groups[0].changes[0].why_suspect)}</b></p>"
    yield "</header>"
    yield '<section class="figures">'
    for name, count in (
        ("denials", totals.denials), ("groups", totals.groups), ("new", sum(group.is_new for group in result.groups)),
        ("events", totals.events), ("unreadable", totals.unreadable),
    ):  # fmt: skip
        yield f'<div><strong data-total="{name}">{count:,}</strong><span>{name}</span></div>'
    yield "</section>"
    if result.groups:
        yield f'<section><h2>When</h2>{timeline(result.groups)}<p class="legend">{_legend()}</p></section>'
        yield '<div class="columns">'
        yield ranking("Who", _top(result.groups, lambda group: group.principal))
        yield ranking("What", _top(result.groups, lambda group: group.action))
        yield "</div>"
        yield "<section><h2>Groups, the likeliest incident first</h2>"
        for number, group in enumerate(result.groups[:_MOST_GROUPS], start=1):
            yield from _group(number, group)
        if len(result.groups) > _MOST_GROUPS:
            yield f"<p>and {counted(len(result.groups) - _MOST_GROUPS, 'more group')}</p>"
        yield "</section>"
    yield from _listed("Policy changes before first denials", [change.why_suspect for change in result.changes])
    yield from _listed("Could not be read", [f"{item.file}: {item.reason}" for item in result.problems[:100]])
    yield from _listed("Notes", list(result.notes))


def _headline(result: ScanResult) -> str:
    if not result.groups:
        return "No denial found"
    first = result.groups[0]
    return (
        f"{first.trend.capitalize()}: {short_name(first.principal)} is denied {first.action or 'an unknown action'}, "
        f"{counted(first.count, 'time')}"
    )


def _legend() -> str:
    return " ".join(
        f'<span><i class="t-{trend}"></i>{trend}</span>' for trend in ("new", "surging", "steady", "chronic")
    )


def _top(groups: Sequence[Group], name: Callable[[Group], str | None]) -> list[tuple[str, str, int]]:
    counts: Counter[str] = Counter()
    for group in groups:
        counts[name(group) or "(not logged)"] += group.count
    return [(short_name(whole), whole, count) for whole, count in counts.most_common(_MOST_RANKED)]


def _group(number: int, group: Group) -> Iterator[str]:
    is_open = " open" if number <= 3 else ""  # noqa: PLR2004 - the first few are read by everyone
    yield f'<details class="group" data-rank="{number}"{is_open}><summary>'
    yield f'<span class="rank">{number}</span><span class="trend t-{html(group.trend)}">{html(group.trend)}</span>'
    yield f'<span class="count" data-count="{group.count}">{group.count:,}</span>'
    yield (
        f'<span class="what"><b>{html(short_name(group.principal))}</b> {html(group.action or "(unknown action)")}'
        f' <span class="dim">{html(short_name(group.resource))}</span></span>'
    )
    yield "</summary><dl>"
    for label, text in _facts(group):
        yield f"<dt>{html(label)}</dt><dd>{html(text)}</dd>"
    yield "</dl></details>"


def _facts(group: Group) -> Iterator[tuple[str, str]]:
    if why_words(group):
        yield "why", why_words(group)
    if group.diagnosis and group.diagnosis.fix:
        yield "fix", group.diagnosis.fix.summary
    for change in group.changes:
        yield "changed before", change.why_suspect
    yield "principal", group.principal or "(not logged)"
    yield "resource", group.resource or "(not logged)"
    yield "when", f"{times_words(group)} UTC, {rate_per_hour(group):,.1f} an hour"
    yield "error code", group.error_code or "(none)"
    yield "logged in", ", ".join((*group.accounts, *group.regions))
    yield "from", ", ".join(group.sources[:10]) or "(not logged)"
    if group.last_success:
        yield "last allowed", group.last_success.event_time
    if group.sample_event_ids:
        yield "events", ", ".join(group.sample_event_ids)


def _listed(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"<section><h2>{html(title)}</h2><ul>"
        yield from (f"<li>{html(item)}</li>" for item in items)
        yield "</ul></section>"
