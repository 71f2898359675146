"""Read one log file through the door that fits it, and say what could not be read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from troubleshooter.denials.codes import is_denial_code
from troubleshooter.history.policy_writes import plain_name
from troubleshooter.model.scan import Problem
from troubleshooter.sources.compact_scan import CompactScanner, NotCompactError, Scan
from troubleshooter.sources.inflate import DamagedError, Reader, inflating
from troubleshooter.sources.log_files import LogFile
from troubleshooter.sources.log_record import Hit, hit_of
from troubleshooter.sources.record_stream import RecordStream, Trouble
from troubleshooter.sources.tables import CsvRecords, ParquetRecords, looks_like_csv

OpenFile = Callable[[LogFile], BinaryIO]
_PARQUET_MAGIC = b"PAR1"
_UNSUPPORTED = ((b"PK\x03\x04", "zip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))
_HEAD = 4096


class _Records(Protocol):
    @property
    def bytes(self) -> int: ...

    def __iter__(self) -> Iterator[Mapping[str, object] | Trouble]: ...


@dataclass(slots=True)
class FileScan:
    """What one file held."""

    hits: list[Hit] = field(default_factory=list)
    events: int = 0
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list)
    unreadable: bool = False


def open_local(file: LogFile) -> BinaryIO:
    """Open a file of this machine, unbuffered."""
    return Path(file.path).open("rb", buffering=0)


class FileScanner:
    """Scans log files one after the other; ``strict`` parses every record in full."""

    def __init__(self, open_file: OpenFile = open_local, *, strict: bool = False) -> None:
        """Take how to open a file."""
        self._open = open_file
        self._strict = strict
        self._compact = CompactScanner()

    def scan(self, file: LogFile, take: Callable[[Hit], None] | None = None) -> FileScan:
        """Give the denied records of ``file`` to ``take`` one by one, or keep them in ``hits``.

        Trouble is in ``problems``, never raised.
        """
        found = FileScan()
        try:
            with closing(self._open(file)) as source:
                self._scan_open(file, source, found, take or found.hits.append)
        except OSError as trouble:
            found.problems.append(Problem(file=file.path, reason=(trouble.strerror or str(trouble)).lower()))
            found.unreadable = True
        return found

    def _scan_open(self, file: LogFile, source: BinaryIO, found: FileScan, take: Callable[[Hit], None]) -> None:
        scan, given = Scan(), 0
        try:
            for batch in self._compact.batches(inflating(source), scan, strict=self._strict):
                for hit in batch:
                    take(hit)
                given += len(batch)
        except NotCompactError:
            source.seek(0)
            # The denials that the fast door gave before it gave up are the first that the full parse meets.
            for hit in islice(self._parse(file, source, found), given, None):
                take(hit)
        else:
            found.events, found.bytes = scan.events, scan.bytes

    def named(self, file: LogFile, names: frozenset[str]) -> Iterator[Hit]:
        """Yield the records of ``file`` whose event name (without a version suffix) is among ``names``.

        A record may come twice where a file turns out late to need a full parse. Trouble is passed over: the scan
        told it.
        """
        try:
            with closing(self._open(file)) as source:
                try:
                    yield from self._compact.named(inflating(source), names)
                except NotCompactError:
                    source.seek(0)
                    for record in all_records(file, source, FileScan()):
                        if plain_name(str(record.get("eventName"))) in names:
                            yield hit_of(record)
        except OSError:
            return

    def _parse(self, file: LogFile, source: BinaryIO, found: FileScan) -> Iterator[Hit]:
        for record in all_records(file, source, found):
            code = record.get("errorCode")
            if code is not None and is_denial_code(str(code)):
                yield hit_of(record)


def all_records(file: LogFile, source: BinaryIO, found: FileScan) -> Iterator[Mapping[str, object]]:
    """Yield every record of an open file by a full parse; counts and problems go into ``found``."""
    records = _door(file, source)
    if isinstance(records, Trouble):
        found.problems.append(Problem(file=file.path, reason=records.reason))
        found.unreadable = True
        return
    for item in records:
        if isinstance(item, Trouble):
            found.problems.append(Problem(file=file.path, reason=item.reason))
        else:
            found.events += 1
            yield item
    found.bytes = records.bytes
    if not found.events and found.bytes and not getattr(records, "has_list", False):
        found.unreadable = True
        if not found.problems:
            found.problems.append(Problem(file=file.path, reason="holds no CloudTrail record"))


def _door(file: LogFile, source: BinaryIO) -> _Records | Trouble:
    """Return how to read ``source``, judged by its first bytes."""
    magic = source.read(len(_PARQUET_MAGIC) + 1)
    source.seek(0)
    if magic.startswith(_PARQUET_MAGIC):
        return ParquetRecords(source, file.size)
    for start, kind in _UNSUPPORTED:
        if magic.startswith(start):
            return Trouble(f"{kind} archives are not read: unpack it first")
    head = _head(inflating(source))
    source.seek(0)
    text = head.decode("utf-8", errors="replace")
    if looks_like_csv(text):
        return CsvRecords(inflating(source))
    return RecordStream(inflating(source))


def _head(reader: Reader) -> bytes:
    buffer = memoryview(bytearray(2 * _HEAD))
    out = io.BytesIO()
    try:
        while out.tell() < _HEAD and (count := reader.readinto(buffer)):
            out.write(buffer[:count])
    except DamagedError:
        pass
    return out.getvalue()
