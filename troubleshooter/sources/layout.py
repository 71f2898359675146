"""CloudTrail's S3 folder layout: what a path says about the log file behind it.

``[prefix/]AWSLogs/[o-id/]account/CloudTrail/region/yyyy/mm/dd/account_CloudTrail_region_yyyymmddThhmmZ_id.json.gz``
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from troubleshooter.model.scan import ScanFilters

_FOLDERS = re.compile(
    r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?(?P<account>\d{12})/(?P<kind>CloudTrail[A-Za-z-]*)"
    r"(?:/(?P<region>[a-z0-9-]+)(?:/(?P<year>\d{4})(?:/(?P<month>\d{2})(?:/(?P<day>\d{2}))?)?)?)?(?:/|$)"
)
_NAME = re.compile(
    r"(?:^|/)(?P<account>\d{12})_CloudTrail[A-Za-z-]*_(?P<region>[a-z0-9-]+)_"
    r"(?P<time>\d{8}T\d{4})Z_[^/]*$"
)
_KIND = re.compile(r"(?:^|/)\d{12}_(?P<kind>CloudTrail[A-Za-z-]*)_[^/]*$")
_NOT_LOGS = ("digest", "insight")
# An event is written to a file made after it, usually within minutes; a repaired trail delivers a day late.
_LATE = dt.timedelta(days=1)
_CLOCK_SKEW = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a path of the layout says; None where it does not.

    ``begin`` and ``end`` bound the time at which the file was delivered.
    """

    account: str | None = None
    region: str | None = None
    begin: dt.datetime | None = None
    end: dt.datetime | None = None
    is_log: bool = True


def place_of(path: str) -> Place:
    """Return what ``path`` (with ``/`` between folders) says; an empty Place outside the layout."""
    folders, name = _FOLDERS.search(path), _NAME.search(path)
    kinds = [match["kind"].lower() for match in (folders, _KIND.search(path)) if match]
    begin, end = _delivered(folders, name)
    return Place(
        account=(folders or name or {"account": None})["account"],
        region=(folders["region"] if folders else None) or (name["region"] if name else None),
        begin=begin,
        end=end,
        is_log=not any(word in kind for kind in kinds for word in _NOT_LOGS),
    )


def _delivered(
    folders: re.Match[str] | None, name: re.Match[str] | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    # A clock of 0000 may stand for "that day" in folders made by other tools: then the day counts.
    if name and not name["time"].endswith("T0000"):
        moment = _moment(name["time"], "%Y%m%dT%H%M")
        if moment:
            return moment, moment
    if folders and folders["day"]:
        day = _moment(f"{folders['year']}{folders['month']}{folders['day']}", "%Y%m%d")
        if day:
            return day, day + dt.timedelta(days=1)
    if folders and folders["month"]:
        month = _moment(f"{folders['year']}{folders['month']}01", "%Y%m%d")
        if month:
            return month, month + dt.timedelta(days=31)
    return None, None


def _moment(text: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def may_hold(place: Place, filters: ScanFilters) -> bool:
    """Return False only where nothing that ``filters`` keep can be below that path."""
    if filters.accounts and place.account and place.account not in filters.accounts:
        return False
    if filters.regions and place.region and place.region not in filters.regions:
        return False
    since, until = _parsed(filters.since), _parsed(filters.until)
    if since and place.end and place.end + _CLOCK_SKEW < since:
        return False
    return not (until and place.begin and place.begin - _LATE > until)


def _parsed(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
