"""Read records out of CSV and Parquet files exported from Athena or CloudTrail Lake."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from troubleshooter.sources.inflate import DamagedError, Reader
from troubleshooter.sources.record_stream import Trouble
from troubleshooter.sources.unwrap import records_in

_LONGEST_CELL = 16 * 1024 * 1024
_ROWS_AT_ONCE = 1000


class _ReaderIO(io.RawIOBase):
    """Makes a Reader a file for Python's text layer; damage ends it and is remembered."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.damage: str | None = None
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        try:
            count = self._reader.readinto(memoryview(buffer))  # type: ignore[arg-type]  # io's own buffer
        except DamagedError as damage:
            self.damage = str(damage)
            return 0
        self.count += count
        return count


class CsvRecords:
    """Iterates over the records of a CSV export; ``bytes`` counts what was read so far."""

    def __init__(self, reader: Reader) -> None:
        """Take a reader that stands at the start of the file."""
        self._source = _ReaderIO(reader)

    @property
    def bytes(self) -> int:
        """Bytes of CSV read so far."""
        return self._source.count

    def __iter__(self) -> Iterator[Mapping[str, object] | Trouble]:
        """Yield each row as a record; a Trouble where the table is not CloudTrail's or is damaged."""
        csv.field_size_limit(_LONGEST_CELL)
        text = io.TextIOWrapper(
            io.BufferedReader(self._source, 1 << 18), encoding="utf-8-sig", errors="replace", newline=""
        )
        rows = csv.DictReader(text)
        try:
            for row in rows:
                yield from records_in({name: value for name, value in row.items() if isinstance(name, str)})
        except csv.Error as trouble:
            yield Trouble(f"damaged CSV near line {rows.line_num}: {trouble}")
        if self._source.damage:
            yield Trouble(self._source.damage)


def looks_like_csv(head: str) -> bool:
    """Return whether ``head`` starts with a CSV header that names CloudTrail's columns."""
    first = head.lstrip("\ufeff").split("\n", 1)[0].lower()
    names = {name.strip().strip('"') for name in first.split(",")}
    return bool(names & {"eventname", "cloudtrailevent", "eventjson", "eventdata", "message"})


class ParquetRecords:
    """Iterates over the records of a Parquet export (needs DuckDB, extra ``local``)."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        """Take the open file; DuckDB gets a copy of it where it is not a file of this machine."""
        self._source = source
        self.bytes = size

    def __iter__(self) -> Iterator[Mapping[str, object] | Trouble]:
        """Yield each row as a record; a Trouble where DuckDB is missing or the file is damaged."""
        try:
            import duckdb
        except ImportError:
            yield Trouble("Parquet needs DuckDB: pip install 'access-denied-troubleshooter[local]'")
            return
        connection = duckdb.connect(config={"threads": 1, "memory_limit": "256MB"})
        copy = None
        try:
            path = getattr(self._source, "name", None)
            if not isinstance(path, str):
                copy = tempfile.NamedTemporaryFile(suffix=".parquet")  # noqa: SIM115 - closed below
                shutil.copyfileobj(self._source, copy)
                copy.flush()
                path = copy.name
            cursor = connection.execute("SELECT * FROM read_parquet($path)", {"path": path})
            names = [column[0] for column in cursor.description or ()]
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                for row in rows:
                    yield from records_in(dict(zip(names, row, strict=True)))
        except duckdb.Error as trouble:
            yield Trouble(f"damaged Parquet: {str(trouble).splitlines()[0][:200]}")
        finally:
            connection.close()
            if copy is not None:
                copy.close()
