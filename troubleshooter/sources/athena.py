"""Run a query in Athena: capped, counted, cancellable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.sources.athena_table import TableShape, shape_from

if TYPE_CHECKING:
    from pyathena.cursor import Cursor

_POLL_SECONDS = 0.5
_LONGEST_REASON = 500
_CATALOG = "awsdatacatalog"

OnPoll = Callable[[int], None]
"""Told the bytes scanned so far while a query runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AthenaAccess:
    """Which Athena to ask, as whom, and what a query may scan."""

    workgroup: str | None = None
    output_location: str | None = None
    max_scan_bytes: int | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows of a query as column name -> value, and what it cost."""

    rows: Sequence[Mapping[str, Any]]
    query_id: str | None = None
    scanned: int = 0


class AthenaClient:
    """One connection to Athena."""

    def __init__(self, access: AthenaAccess) -> None:
        """Connect; raises UnreachableError where that cannot be, UsageError where no results can be kept."""
        self._access = access
        self._scanned = 0
        self._too_much = False
        self._tell: OnPoll = lambda _: None
        self._cursor = self._connected()

    def _connected(self) -> Cursor:
        import boto3
        from botocore.exceptions import BotoCoreError
        from pyathena import connect

        access = self._access
        if not access.workgroup and not access.output_location:
            raise UsageError(
                "Athena needs --workgroup (with a result location) or --output-location s3://BUCKET/PREFIX"
            )
        try:
            session = boto3.Session(profile_name=access.profile)
            options: dict[str, Any] = {
                "session": session,
                "region_name": session.region_name or access.region or "us-east-1",
                "work_group": access.workgroup,
                "s3_staging_dir": access.output_location,
                "poll_interval": _POLL_SECONDS,
                "on_poll": self._on_poll,
            }
            if access.endpoint_url:
                options["endpoint_url"] = access.endpoint_url
            cursor: Cursor = connect(**options).cursor()
        except (BotoCoreError, ValueError) as trouble:
            raise UnreachableError(f"cannot reach Athena: {trouble}") from trouble
        return cursor

    def shape_of(self, table: str) -> TableShape | None:
        """Return the table's columns and partitions as the catalog has them; None where that cannot be read."""
        *catalog, database, name = table.split(".")
        from botocore.exceptions import BotoCoreError, ClientError
        from pyathena.error import Error

        try:
            known = self._cursor.get_table_metadata(
                table_name=name, catalog_name=catalog[0] if catalog else _CATALOG, schema_name=database, logging_=False
            )
        except (Error, ClientError, BotoCoreError, KeyError, NotImplementedError):
            return None
        return shape_from(
            {column.name or "": column.type or "" for column in known.columns},
            {column.name or "": column.type or "" for column in known.partition_keys},
        )

    def run(self, sql: str, tell: OnPoll = lambda _: None) -> QueryResult:
        """Return the result of ``sql``. Ctrl-C cancels the query; so does scanning more than ``max_scan_bytes``.

        Raises UnreachableError for a query that failed, was refused or cancelled.
        """
        from botocore.exceptions import BotoCoreError, ClientError
        from pyathena.error import Error

        self._scanned, self._too_much, self._tell = 0, False, tell
        cursor = self._cursor
        try:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except (Error, ClientError, BotoCoreError) as trouble:
            raise UnreachableError(self._words(trouble)) from trouble
        scanned = cursor.data_scanned_in_bytes
        return QueryResult(rows=rows, query_id=cursor.query_id, scanned=int(scanned or 0))

    def _on_poll(self, execution: Any) -> None:  # noqa: ANN401 - PyAthena's own class
        self._scanned = int(getattr(execution, "data_scanned_in_bytes", None) or 0)
        self._tell(self._scanned)
        most = self._access.max_scan_bytes
        if most is not None and self._scanned > most and not self._too_much:
            self._too_much = True
            from pyathena.error import Error

            # A query that ended meanwhile cannot be cancelled; its end is told by the next poll.
            with suppress(Error):
                self._cursor.cancel()

    def _words(self, trouble: Exception) -> str:
        query = f" (query {self._cursor.query_id})" if self._cursor.query_id else ""
        if self._too_much:
            most = self._access.max_scan_bytes
            return f"cancelled: Athena had scanned {self._scanned:,} bytes, more than --max-scan-bytes {most:,}{query}"
        return f"Athena: {' '.join(str(trouble).split())[:_LONGEST_REASON]}{query}"
