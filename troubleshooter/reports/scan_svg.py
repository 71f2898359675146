"""The charts of the HTML report as inline SVG: bars only, coloured by the page's own variables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from troubleshooter.history.timeline import moment
from troubleshooter.model.scan import Group
from troubleshooter.reports.sanitize import html

_WIDTH, _HEIGHT = 960, 180
_MOST_BARS = 168
_TRENDS = ("chronic", "steady", "surging", "new")


def timeline(groups: Sequence[Group]) -> str:
    """Return denials over time, stacked by trend; hours are gathered where there are more than a week of them."""
    slots, step = _slots(groups)
    if not slots:
        return ""
    tallest = max(sum(counts.values()) for _, counts in slots) or 1
    width = _WIDTH / len(slots)
    bars: list[str] = []
    for number, (start, counts) in enumerate(slots):
        base = float(_HEIGHT)
        words = f"{start:%Y-%m-%d %H:%M} UTC, {step} h: {sum(counts.values()):,} denials"
        parts = [f"<title>{html(words)}</title>"]
        for trend in _TRENDS:
            height = _HEIGHT * counts[trend] / tallest
            if not height:
                continue
            base -= height
            parts.append(
                f'<rect class="t-{trend}" x="{number * width:.2f}" y="{base:.2f}" width="{max(1.0, width - 1):.2f}" '
                f'height="{height:.2f}"/>'
            )
        bars.append(f'<g data-hour="{start:%Y-%m-%dT%H}" data-count="{sum(counts.values())}">{"".join(parts)}</g>')
    label = f"Denials over time; the tallest bar is {tallest:,}"
    return (
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{html(label)}">{"".join(bars)}</svg>'
        f'<div class="axis"><span>{slots[0][0]:%Y-%m-%d %H:%M}</span><span>peak {tallest:,} in {step} h</span>'
        f"<span>{slots[-1][0] + dt.timedelta(hours=step):%Y-%m-%d %H:%M} UTC</span></div>"
    )


def _slots(groups: Iterable[Group]) -> tuple[list[tuple[dt.datetime, Counter[str]]], int]:
    """Return every slot from the first to the last denial with its counts per trend, and a slot's hours."""
    hours: dict[dt.datetime, Counter[str]] = {}
    for group in groups:
        for text, count in group.per_hour:
            hour = moment(text)
            if hour is not None:
                hours.setdefault(hour, Counter())[group.trend] += count
    if not hours:
        return [], 1
    first, last = min(hours), max(hours)
    total = int((last - first).total_seconds() // 3600) + 1
    step = -(-total // _MOST_BARS)
    slots = [(first + dt.timedelta(hours=step * number), Counter[str]()) for number in range(-(-total // step))]
    for hour, counts in hours.items():
        slots[int((hour - first).total_seconds() // 3600) // step][1].update(counts)
    return slots, step


def ranking(title: str, counted: Sequence[tuple[str, str, int]]) -> str:
    """Return a list of ``(name to show, whole name, count)`` with a bar behind each count."""
    most = max((count for _, _, count in counted), default=1)
    rows = "".join(
        f'<li><span class="name" title="{html(whole)}">{html(name)}</span><span class="count" data-count="{count}">'
        f'{count:,}</span><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar" width="{100 * count / most:.1f}" height="4"/></svg></li>'
        for name, whole, count in counted
    )
    return f'<section class="ranking"><h2>{html(title)}</h2><ol>{rows}</ol></section>'
