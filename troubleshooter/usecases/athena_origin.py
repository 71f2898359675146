"""Athena as an origin: the query's rows become the same ledger that files give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import msgspec

from troubleshooter.denials.fields import decoded
from troubleshooter.denials.record import parse_record
from troubleshooter.errors import UnreachableError
from troubleshooter.history.policy_writes import write_names
from troubleshooter.history.sessions import ASSUME_CALLS
from troubleshooter.history.suspects import LOOK_BACK
from troubleshooter.history.tally import MOST_SAMPLES, MOST_SOURCES, Tally
from troubleshooter.history.timeline import iso, moment, normal_time
from troubleshooter.model.denial import Denial
from troubleshooter.model.scan import GroupKey, ScanFilters
from troubleshooter.sources.athena import AthenaAccess, AthenaClient, OnPoll, QueryResult
from troubleshooter.sources.athena_history_sql import history_sql
from troubleshooter.sources.athena_sql import MOST_ROWS, denials_sql
from troubleshooter.sources.athena_table import TableShape
from troubleshooter.sources.log_record import hit_of
from troubleshooter.usecases.file_scan import Part
from troubleshooter.usecases.group_keys import accepts, key_of
from troubleshooter.usecases.history_pass import Answers, Question, Reader
from troubleshooter.usecases.origins import Progress, Tell

_DEFAULT_WINDOW = dt.timedelta(days=1)
Row = Mapping[str, Any]


class Client(Protocol):
    """What is asked of Athena."""

    def shape_of(self, table: str) -> TableShape | None:
        """Return the table's shape, None where it cannot be read."""

    def run(self, sql: str, tell: OnPoll = ...) -> QueryResult:
        """Return a query's rows."""


class AthenaOrigin:
    """Counts in Athena; only groups and one record of each come back."""

    def __init__(
        self, table: str, access: AthenaAccess, make_client: Callable[[AthenaAccess], Client] = AthenaClient
    ) -> None:
        """Take the table's name; nothing is asked before ``count``."""
        self.label = f"Athena table {table}"
        self._table = table
        self._make: Callable[[], Client] = lambda: make_client(access)
        self._client: Client | None = None
        self._shape: TableShape | None = None
        self._filters = ScanFilters()

    def count(self, filters: ScanFilters, tell: Tell) -> Part:
        """Run the denials query; without ``since`` it covers a day, so that no whole table is scanned by accident."""
        part = Part()
        client = self._client = self._make()
        self._shape = client.shape_of(self._table)
        if self._shape is None:
            part.notes.append(
                "the table's definition could not be read: taken to be partitioned by account, region, timestamp"
            )
        self._filters = _bounded(filters, part.notes)
        sql = denials_sql(self._table, self._filters, self._shape)
        try:
            result = client.run(sql, lambda scanned: tell(Progress(stage="Athena", bytes=scanned)))
        except KeyboardInterrupt:
            part.interrupted = True
            return part
        _add_rows(part, result.rows, self._filters)
        part.bytes = result.scanned
        part.notes.append(f"Athena query {result.query_id} scanned {result.scanned:,} bytes")
        return part

    def look_back(self, question: Question, tell: Tell) -> Answers:
        """Ask for policy writes, sessions and successes; a failure leaves them out."""
        reader = Reader(question)
        if self._client is None:
            return reader.answers
        since = moment(self._filters.since)
        sql = history_sql(
            self._table,
            replace(
                self._filters,
                since=iso(since - LOOK_BACK) if since else None,
                accounts=(),
                regions=(),
                error_codes=(),
            ),
            writes=write_names(),
            assume_calls=ASSUME_CALLS,
            access_keys=question.access_keys,
            calls={call.event_name for call in question.calls},
            callers={call.key.principal for call in question.calls if call.key.principal},
            shape=self._shape,
        )
        try:
            result = self._client.run(sql, lambda scanned: tell(Progress(stage="Athena, looking back", bytes=scanned)))
        except (KeyboardInterrupt, UnreachableError):
            return reader.answers
        for row in result.rows:
            reader.look_at(hit_of(record_of_sample(row)))
        return reader.answers

    def close(self) -> None:
        """Nothing was kept."""


def _bounded(filters: ScanFilters, notes: list[str]) -> ScanFilters:
    if filters.since:
        return filters
    end = moment(filters.until) or dt.datetime.now(dt.UTC)
    notes.append("no --since was given: Athena was asked for one day")
    return replace(filters, since=iso(end - _DEFAULT_WINDOW))


def _add_rows(part: Part, rows: Sequence[Row], filters: ScanFilters) -> None:
    for row in rows:
        record = record_of_sample(row)
        denial = parse_record(record)
        if not isinstance(denial, Denial):
            continue
        key = key_of(denial.principal, denial.action, denial.resource)
        if not accepts(key, denial.principal.arn, filters):
            continue
        tally = _tally_of(row, record)
        _place(part, key, row).absorb(tally)
        part.denials += tally.count
    part.events = part.denials
    if rows and int(rows[0].get("all_rows") or 0) > len(rows):
        part.notes.append(
            f"Athena found {rows[0]['all_rows']} groups with {rows[0]['all_denials']} denials; "
            f"the {min(MOST_ROWS, len(rows))} largest came back: narrow the filters to see the others"
        )


def _place(part: Part, key: GroupKey, row: Row) -> Tally:
    fold = _text(row, "fold")
    if not fold:
        return part.ledger.tally(key)
    return part.ledger.fold(replace(key, resource=f"{fold}*"))


def _tally_of(row: Row, record: Mapping[str, object]) -> Tally:
    """Return the row's figures as a tally, as if its denials had been counted one by one."""
    tally = Tally()
    tally.count = int(row["denials"])
    tally.codes = {str(record.get("errorCode") or ""): tally.count}
    tally.first, tally.last = normal_time(_text(row, "first_seen")), normal_time(_text(row, "last_seen"))
    tally.last_id = str(record.get("eventID") or "")
    tally.sample = msgspec.json.encode(record)
    for part in _text(row, "hours").split():
        hour, _, count = part.partition("=")
        if hour and count.isdigit():
            tally.hours[hour] = tally.hours.get(hour, 0) + int(count)
    words = _text(row, "earliest").split()
    tally.earliest = sorted(set(zip(words[::2], words[1::2], strict=False)))[:MOST_SAMPLES]
    tally.sources = set(_text(row, "addresses").split()[:MOST_SOURCES])
    tally.accounts = {account} if (account := _text(row, "recipientaccountid")) else set()
    tally.regions = {region} if (region := _text(row, "awsregion")) else set()
    return tally


def record_of_sample(row: Row) -> dict[str, object]:
    """Return the CloudTrail record that a row's sample columns stand for."""
    issuer = {
        "type": _text(row, "issuer_type"),
        "principalId": _text(row, "issuer_principalid"),
        "arn": _text(row, "issuer_arn"),
        "accountId": _text(row, "issuer_accountid"),
        "userName": _text(row, "issuer_username"),
    }
    attributes = {"mfaAuthenticated": _text(row, "session_mfa"), "creationDate": _text(row, "session_created")}
    session = _filled({"sessionIssuer": _filled(issuer), "attributes": _filled(attributes)})
    identity = {
        "type": _text(row, "user_type"),
        "principalId": _text(row, "user_principalid"),
        "arn": _text(row, "user_arn"),
        "accountId": _text(row, "user_accountid"),
        "accessKeyId": _text(row, "user_accesskeyid"),
        "userName": _text(row, "user_username"),
        "invokedBy": _text(row, "user_invokedby"),
        "sessionContext": session,
    }
    resources = [
        _filled({"ARN": _text(row, f"resource{number}_arn"), "accountId": _text(row, f"resource{number}_accountid"),
                 "type": _text(row, f"resource{number}_type")})
        for number in (1, 2, 3)
    ]  # fmt: skip
    last = _text(row, "last_seen")
    flat = {
        "eventTime": last,
        "eventSource": _text(row, "eventsource"),
        "eventName": _text(row, "eventname"),
        "awsRegion": _text(row, "awsregion"),
        "errorCode": _text(row, "errorcode"),
        "recipientAccountId": _text(row, "recipientaccountid"),
        "sourceIPAddress": _text(row, "sourceipaddress"),
        "userAgent": _text(row, "useragent"),
        "errorMessage": _text(row, "errormessage"),
        "requestID": _text(row, "requestid"),
        "eventID": _text(row, "eventid"),
        "eventType": _text(row, "eventtype"),
        "vpcEndpointId": _text(row, "vpcendpointid"),
        "eventCategory": _text(row, "eventcategory"),
        "additionalEventData": _text(row, "additionaleventdata"),
    }
    nested = {
        "requestParameters": decoded(_text(row, "parameters")),
        "responseElements": decoded(_text(row, "response")),
    }
    found: dict[str, object] = {"userIdentity": _filled(identity), **_filled(flat), **_filled(nested)}
    listed = [entry for entry in resources if entry]
    return {**found, "resources": listed} if listed else found


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)
