"""Turn what a user asked for (``2h``, wildcards, account ids) into filters that every source applies alike."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from troubleshooter.errors import UsageError
from troubleshooter.history.timeline import iso, moment
from troubleshooter.model.arn import is_account_id
from troubleshooter.model.scan import ScanFilters

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-[0-9a-z]{1,3}")
_LONGEST = 2048


def filters_from(
    *,
    since: str | None = None,
    until: str | None = None,
    accounts: Iterable[str] = (),
    regions: Iterable[str] = (),
    principals: Iterable[str] = (),
    actions: Iterable[str] = (),
    resources: Iterable[str] = (),
    error_codes: Iterable[str] = (),
    limit: int | None = None,
    now: dt.datetime | None = None,
) -> ScanFilters:
    """Return the filters; raises UsageError for a time, account or Region that is none, or an empty window."""
    now = now or dt.datetime.now(dt.UTC)
    filters = ScanFilters(
        since=_time("--since", since, now),
        until=_time("--until", until, now),
        accounts=tuple(_account(account) for account in accounts),
        regions=tuple(_region(region) for region in regions),
        principals=tuple(_pattern("--principal", text) for text in principals),
        actions=tuple(_pattern("--action", text) for text in actions),
        resources=tuple(_pattern("--resource", text) for text in resources),
        error_codes=tuple(_pattern("--error-code", text) for text in error_codes),
        limit=limit,
    )
    if filters.since and filters.until and filters.since >= filters.until:
        raise UsageError(f"--since {since} is not before --until {until}: nothing can lie between")
    return filters


def _time(option: str, text: str | None, now: dt.datetime) -> str | None:
    if text is None:
        return None
    ago = _AGO.fullmatch(text.strip().lower())
    if ago:
        return iso(now - dt.timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]]))
    parsed = moment(text.strip())
    if parsed is None:
        raise UsageError(f"{option} {text}: write an ISO 8601 time (2026-03-02T14:00:00Z) or how long ago (2h, 3d)")
    return iso(parsed)


def _account(text: str) -> str:
    if not is_account_id(text):
        raise UsageError(f"--account {text}: an account id has twelve digits")
    return text


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise UsageError(f"--region {text}: write a Region's code, for example eu-west-1")
    return text


def _pattern(option: str, text: str) -> str:
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise UsageError(f"{option}: write a name or pattern of printable characters")
    return text
