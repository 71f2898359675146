"""Order groups so that the incident comes before the noise."""

from __future__ import annotations

import math
from collections.abc import Iterable

from troubleshooter.history.tally import Tally
from troubleshooter.history.timeline import is_new, moment, per_hour, rate, trend
from troubleshooter.model.scan import Group, GroupKey, Window

_FRESHNESS = ("new", "surging", "steady", "chronic")


def ranked_groups(items: Iterable[tuple[GroupKey, Tally]], window: Window) -> list[tuple[Group, object]]:
    """Return each group with its sample, in rank order: freshness, then rate, then breadth.

    Freshness is new, surging, steady, chronic. Rates count in powers of two, so that breadth (accounts, Regions
    and source addresses) decides among similar ones; then the larger count, the later last denial, the names.
    """
    ordered = sorted(
        ((key, tally, trend(tally, window)) for key, tally in items if tally.count), key=lambda item: _rank(*item)
    )
    return [(_group(key, tally, kind, window), tally.sample) for key, tally, kind in ordered]


def _rank(key: GroupKey, tally: Tally, kind: str) -> tuple[object, ...]:
    return (
        _FRESHNESS.index(kind),
        -int(math.log2(max(1.0, rate(tally)))),
        -(len(tally.accounts) + len(tally.regions) + len(tally.sources)),
        -tally.count,
        -(last.timestamp() if (last := moment(tally.last)) else 0.0),
        key.principal or "",
        key.action or "",
        key.resource or "",
    )


def _group(key: GroupKey, tally: Tally, kind: str, window: Window) -> Group:
    return Group(
        principal=key.principal,
        principal_kind=key.principal_kind,
        action=key.action,
        resource=key.resource,
        error_code=tally.code,
        count=tally.count,
        first_seen=tally.first or None,
        last_seen=tally.last or None,
        accounts=tuple(sorted(tally.accounts)),
        regions=tuple(sorted(tally.regions)),
        sources=tuple(sorted(tally.sources)),
        sample_event_ids=tuple(event_id for _, event_id in tally.earliest if event_id),
        is_new=is_new(tally.first, window),
        per_hour=per_hour(tally.hours),
        trend=kind,
    )
