"""Give every denied record the group it counts in."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from troubleshooter.denials.record import parse_record
from troubleshooter.history.ledger import Ledger
from troubleshooter.history.tally import Tally
from troubleshooter.history.timeline import normal_time
from troubleshooter.model.denial import Denial
from troubleshooter.model.principal import Principal
from troubleshooter.model.scan import GroupKey, ScanFilters
from troubleshooter.model.wildcards import matches_any
from troubleshooter.sources.log_record import Hit, LogRecord
from troubleshooter.usecases.quick_keys import Who, group_principal, principal_in, quick_reading

_MOST_REMEMBERED = 50_000
_BLOB = "Encoded authorization failure message: "
_SESSION = re.compile(r"(User: arn:aws[a-z-]*:sts::\d{12}:assumed-role/[^/\s]+)/\S+")
_MOST_REPEATED = 4096
_UNSEEN = Tally()


def parsed_text(text: bytes) -> Any:  # noqa: ANN401 - logged JSON
    """Return a record's JSON text parsed; bytes that are no text become U+FFFD."""
    return json.loads(text.decode(errors="replace"))


def denial_of(text: bytes) -> Denial | None:
    """Return the denial in a record's JSON text; None where it is none after all."""
    record = parsed_text(text)
    parsed = parse_record(record) if isinstance(record, dict) else None
    return parsed if isinstance(parsed, Denial) else None


def key_of(principal: Principal, action: str | None, resource: str | None) -> GroupKey:
    """Return the group of a denial: its session issuer (else principal), action and resource."""
    return GroupKey(
        principal=group_principal(principal), principal_kind=principal.kind, action=action, resource=resource
    )


def without_message(record: Mapping[str, object]) -> GroupKey | None:
    """Return the group that a record's call would have had, had AWS refused it without saying more."""
    denied = {**record, "errorCode": "AccessDenied"}
    denied.pop("errorMessage", None)
    parsed = parse_record(denied)
    return key_of(parsed.principal, parsed.action, parsed.resource) if isinstance(parsed, Denial) else None


class Counter:
    """Adds hits to a ledger, as far as the filters keep them."""

    def __init__(self, filters: ScanFilters, ledger: Ledger) -> None:
        """Take what to keep and where to count it."""
        self.denials = 0
        self._ledger = ledger
        self._filters = filters
        self._codes = frozenset(code.lower() for code in filters.error_codes)
        self._keeps_all = not (filters.since or filters.until or filters.accounts or filters.regions or self._codes)
        self._tallies: dict[object, Tally | None] = {}
        self._folds: dict[object, Tally] = {}
        self._repeated: dict[object, Tally | None] = {}

    def add(self, hit: Hit) -> None:
        """Count one hit, unless a filter drops it."""
        record, text = hit
        time = _known_time(record.eventTime or "")
        if not self._keeps_all and not self._keeps(record, time):
            return
        # Most denials are one call repeated: the same bytes but for times and ids.
        raw = (
            bytes(record.userIdentity), record.eventName, record.errorMessage, bytes(record.requestParameters),
            bytes(record.resources), record.eventSource, record.awsRegion, record.recipientAccountId,
        )  # fmt: skip
        tally = self._repeated.get(raw, _UNSEEN)
        if tally is _UNSEEN:
            if len(self._repeated) >= _MOST_REPEATED:
                self._repeated.clear()
            tally = self._repeated[raw] = self._tally(record, text)
        if tally is None:
            return
        while tally.moved_to is not None:
            tally = tally.moved_to
        self.denials += 1
        tally.add(
            time, record.eventID or "", record.errorCode or "", record.recipientAccountId, record.awsRegion,
            record.sourceIPAddress, text,
        )  # fmt: skip

    def _keeps(self, record: LogRecord, time: str) -> bool:
        filters = self._filters
        return not (
            (filters.since and time < filters.since)
            or (filters.until and time >= filters.until)
            or (filters.accounts and record.recipientAccountId not in filters.accounts)
            or (filters.regions and record.awsRegion not in filters.regions)
            or (self._codes and (record.errorCode or "").lower() not in self._codes)
        )

    def _tally(self, record: LogRecord, text: bytes) -> Tally | None:
        """Return where the record counts: None where a filter drops it."""
        reading = quick_reading(record)
        who = principal_in(bytes(record.userIdentity), reading[0] if reading else None)
        if who is None:
            return self._count_parsed(text)
        if reading is None:
            return self._parsed_tally(who, record, text)
        _, action, resource = reading
        slot = (who, action, resource)
        tally = self._tallies.get(slot, _UNSEEN)
        if tally is not _UNSEEN:
            return tally
        folder = (who, action, resource.rpartition("/")[0])
        if folder in self._folds:
            return self._folds[folder]
        tally = self._remember(slot, who.principal, action, resource)
        if tally is not None and tally.is_fold and not self._filters.resources:
            self._folds[folder] = tally
        return tally

    def _parsed_tally(self, who: Who, record: LogRecord, text: bytes) -> Tally | None:
        """Parse the record in full, unless one like it was: by the same role (or user) with the same parameters."""
        message = _without_names(record.errorMessage or "")
        shape = (
            who if self._filters.principals else who.group, record.eventSource, record.eventName,
            message, bytes(record.requestParameters), bytes(record.resources), record.awsRegion,
            record.recipientAccountId,
        )  # fmt: skip
        tally = self._tallies.get(shape, _UNSEEN)
        if tally is not _UNSEEN:
            return tally
        denial = denial_of(text)
        if denial is None:
            return None
        return self._remember(shape, denial.principal, denial.action, denial.resource)

    def _count_parsed(self, text: bytes) -> Tally | None:
        denial = denial_of(text)
        if denial is None:
            return None
        key = key_of(denial.principal, denial.action, denial.resource)
        return self._ledger.tally(key) if accepts(key, denial.principal.arn, self._filters) else None

    def _remember(self, slot: object, principal: Principal, action: str | None, resource: str | None) -> Tally | None:
        key = key_of(principal, action, resource)
        tally = self._ledger.tally(key) if accepts(key, principal.arn, self._filters) else None
        if len(self._tallies) >= _MOST_REMEMBERED:
            self._tallies.clear()
            self._folds.clear()
        self._tallies[slot] = tally
        return tally


def _without_names(message: str) -> str:
    """Return the message without the session's name and the encoded blob, which differ from call to call."""
    head, blob, _ = message.partition(_BLOB)
    return _SESSION.sub(r"\1/", head) + blob


def accepts(key: GroupKey, principal_arn: str | None, filters: ScanFilters) -> bool:
    """Return whether the filters on principal, action and resource keep a group.

    A principal pattern may name the role or the session.
    """
    return (
        (not filters.principals or matches_any(filters.principals, key.principal, principal_arn))
        and (not filters.actions or matches_any(filters.actions, key.action, ignore_case=True))
        and (not filters.resources or matches_any(filters.resources, key.resource))
    )


def _known_time(text: str) -> str:
    """Return CloudTrail's usual form as it is, anything else brought into it (``""`` where it is no time)."""
    if len(text) == 20 and text[10] == "T" and text[19] == "Z" and _is_hour(text[:13]):  # noqa: PLR2004 - 2026-03-02T10:00:00Z
        return text
    return normal_time(text)


@lru_cache(maxsize=4096)
def _is_hour(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
