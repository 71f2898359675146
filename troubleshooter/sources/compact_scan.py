r"""The fast door: find denied records in CloudTrail's own compact JSON without parsing the others.

CloudTrail writes ``{"Records":[{"eventVersion":"1.08",...},{"eventVersion":...}]}`` without a space, each record
starting with ``eventVersion``. The raw bytes are searched for the key ``"errorCode"``; a record whose code may be a
denial is cut out between two record starts and decoded, and only its own top-level ``errorCode`` counts.

Guards send a file to the slow door (a full parse) instead of guessing: another head than the above; white space around
the key; a record that does not decode when cut out, or is not followed by another record or the end; a letter of the
ASCII alphabet written as ``\u00XX`` (no serializer does that, but a key could hide so).

What this door cannot see: damage inside records that are no denials; and an array of whole records inside another
record, made so that it begins with some other object and ends with a record that is no denial. Then a nested denial
counts. ``--strict`` parses everything and is exact there too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import stringzilla

from troubleshooter.denials.codes import is_denial_code
from troubleshooter.history.policy_writes import plain_name
from troubleshooter.sources.inflate import DamagedError, Reader
from troubleshooter.sources.log_record import Hit, decode_record, decode_records, decode_texts

HEAD = b'{"Records":['
START = b'{"eventVersion":'
_KEY = b'"errorCode"'
_NAME = b'"eventName":"'
_ESCAPE = b"\\u00"
_LETTERS = frozenset(b"%02x" % code for code in range(0x41, 0x7B))
_CHUNK = 256 * 1024
_LONGEST_RECORD = 32 * 1024 * 1024
_QUOTE, _COLON, _COMMA, _BACKSLASH, _NULL, _BRACE = b'":,\\n}'
_KEY_FOLLOWS = frozenset(b",{")
_VALUE_FOLLOWS = frozenset(b":[")
_VALUE_ENDS = frozenset(b",]}")
_SPACE = frozenset(b" \r\n\t")
_SEPARATORS = frozenset(b", \r\n\t")
_MOST_VERDICTS = 10_000
_UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError)

_find = stringzilla.find
_rfind = stringzilla.rfind
_count = stringzilla.count


class NotCompactError(Exception):
    """The bytes are not in CloudTrail's compact form (or may only look like it): parse the file in full."""


@dataclass(slots=True)
class Scan:
    """What a scan of one file has found so far."""

    hits: list[Hit] = field(default_factory=list)
    events: int = 0
    bytes: int = 0
    damage: str | None = None


_Collect = Callable[[Scan, int, int], None]


class CompactScanner:
    """Scans one file after the other with the same buffer."""

    def __init__(self) -> None:
        """Allocate the buffer once."""
        self._buffer = bytearray(_CHUNK + _CHUNK // 4)
        self._verdicts: dict[bytes, bool] = {}
        self._denied: set[str] = set()
        self._origin = 0
        self._is_list = True

    def scan(self, reader: Reader, *, strict: bool = False) -> Scan:
        """Return the denied records of one file at once; see ``batches``."""
        found = Scan()
        hits = [hit for batch in self.batches(reader, found, strict=strict) for hit in batch]
        found.hits = hits
        return found

    def batches(self, reader: Reader, found: Scan, *, strict: bool = False) -> Iterator[list[Hit]]:
        """Yield the denied records of one file, a stretch at a time, and count in ``found``.

        Raises NotCompactError where only a full parse would do, perhaps after some batches.

        ``strict`` decodes every record: a stretch of records that decodes as a list of whole ones proves that it
        starts and ends between records of the file's own list, since the first stretch does.
        """
        collect = self._collect_all if strict else self._collect
        filled = checked = 0
        self._origin = -1
        while True:
            count = _fill(reader, memoryview(self._buffer)[filled:], found)
            end = filled + count
            if self._origin < 0 and not self._find_origin(end, at_end=not count):
                filled = end
                continue
            if not count:
                self._finish(found, end, collect)
                yield found.hits
                return
            if not strict:
                self._check_escapes(max(0, checked - len(_ESCAPE) - 1), end)
                found.events += _count(memoryview(self._buffer)[max(0, checked - len(START) + 1) : end], START)
            filled = checked = self._advance(found, end, collect)
            if found.hits:
                yield found.hits
                found.hits = []

    def named(self, reader: Reader, names: frozenset[str]) -> Iterator[Hit]:
        """Yield each record with one of these event names, at its own level or deeper: to look back, not to count.

        Raises NotCompactError as ``scan`` does, perhaps after some records.
        """
        found = Scan()
        verdicts: dict[bytes, bool] = {}
        filled = 0
        self._origin = -1
        while True:
            count = _fill(reader, memoryview(self._buffer)[filled:], found)
            end = filled + count
            if self._origin < 0 and not self._find_origin(end, at_end=not count):
                filled = end
                continue
            last = _rfind(self._buffer, START, 0, end) if count else self._tail(end)[0]
            if last > self._origin:
                yield from self._named_before(last, names, verdicts)
            if not count:
                return
            filled = self._advance(found, end, None)

    def _named_before(self, limit: int, names: frozenset[str], verdicts: dict[bytes, bool]) -> Iterator[Hit]:
        buffer = self._buffer
        place = _find(buffer, _NAME, 0, limit)
        low = 0
        while place >= 0:
            name = bytes(buffer[place + len(_NAME) : buffer.find(b'"', place + len(_NAME))])
            wanted = verdicts.get(name)
            if wanted is None:
                if len(verdicts) >= _MOST_VERDICTS:
                    verdicts.clear()
                wanted = verdicts[name] = plain_name(name.decode(errors="replace")) in names
            if wanted:
                begin = _rfind(buffer, START, low, place)
                end = _find(buffer, START, place, limit)
                low = place = limit if end < 0 else end
                text = bytes(buffer[max(0, begin) : low]).rstrip(b", \r\n\t")
                try:
                    yield decode_record(text), text
                except _UNDECODABLE as trouble:
                    raise NotCompactError from trouble
            else:
                place += len(_NAME)
            place = _find(buffer, _NAME, place, limit)

    def _find_origin(self, end: int, *, at_end: bool) -> bool:
        """Set where the first record starts; False: more bytes are needed to say. Raises NotCompactError."""
        head = bytes(self._buffer[: min(end, 64)])
        self._is_list = not head.startswith(START)
        if not self._is_list:
            self._origin = 0
        elif head.startswith(HEAD + START) or (at_end and head.rstrip() == HEAD + b"]}"):
            self._origin = len(HEAD)
        elif at_end or len(head) > len(HEAD + START):
            raise NotCompactError
        return self._origin >= 0

    def _advance(self, found: Scan, end: int, collect: _Collect | None) -> int:
        """Collect from all records that are complete, move the rest to the front, return its length."""
        buffer = self._buffer
        last = _rfind(buffer, START, 0, end)
        if last > self._origin:
            if collect is not None:
                collect(found, last, self._end_before(last))
            buffer[: end - last] = buffer[last:end]
            self._origin = 0
            end -= last
        if len(buffer) - end < _CHUNK // 2:
            if len(buffer) > _LONGEST_RECORD:
                raise NotCompactError
            buffer.extend(bytes(len(buffer)))
        return end

    def _tail(self, end: int) -> tuple[int, bool]:
        """Return where the file's last record ends and whether the list that it stands in is closed."""
        buffer, tail = self._buffer, end
        while tail and buffer[tail - 1] in _SPACE:
            tail -= 1
        if buffer[max(0, tail - 2) : tail] == b"]}":
            return tail - 2, True
        return tail, False

    def _finish(self, found: Scan, end: int, collect: _Collect) -> None:
        """Collect from the last records of the file."""
        tail, closed = self._tail(end)
        if found.damage or (self._is_list and not closed):
            # What is left of a damaged file ends anywhere: the full parse says which records are whole.
            raise NotCompactError
        collect(found, end, tail)

    def _collect_all(self, found: Scan, limit: int, last: int) -> None:
        """Decode every record before ``limit`` as one list."""
        del limit
        if self._origin >= last:
            return
        text = b"".join((b"[", memoryview(self._buffer)[self._origin : last], b"]"))
        try:
            text.decode()
            records = decode_records(text)
            denied = [number for number, record in enumerate(records) if is_denial_code(record.errorCode)]
            texts = decode_texts(text) if denied else []
        except _UNDECODABLE as trouble:
            raise NotCompactError from trouble
        found.events += len(records)
        found.hits.extend((records[number], bytes(texts[number])) for number in denied)

    def _collect(self, found: Scan, limit: int, last: int) -> None:
        """Decode the denials among the records before ``limit``; the record before it ends at ``last``."""
        buffer, verdicts, hits = self._buffer, self._verdicts, found.hits
        low = 0
        place = _find(buffer, _KEY, 0, limit)
        while place >= 0:
            after = place + len(_KEY)
            if buffer[place - 1] == _COMMA and buffer[after] == _COLON and buffer[after + 1] == _QUOTE:
                # The usual case, in line: ``,"errorCode":"``.
                code = bytes(buffer[after + 2 : buffer.find(b'"', after + 2)])
            else:
                code = self._code_at(place)
            if code and (verdicts[code] if code in verdicts else self._judge(code)):
                begin = _rfind(buffer, START, low, place)
                low = _find(buffer, START, place, limit)
                if low < 0:
                    low, end = limit, last
                elif buffer[low - 1] == _COMMA and buffer[low - 2] == _BRACE:
                    end = low - 1
                else:
                    end = self._end_before(low)
                self._cut(hits, begin, end)
                place = low
            else:
                place = after
            place = _find(buffer, _KEY, place, limit)

    def _code_at(self, place: int) -> bytes:
        """Return the raw code where the key at ``place`` is one and has a value, else ``b""``.

        Raises NotCompactError where white space stands about the key: an unescaped quote before ``errorCode``
        has a comma or brace before it in compact JSON, a backslash inside a string.
        """
        buffer = self._buffer
        before, after = buffer[place - 1], buffer[place + len(_KEY)]
        if before == _BACKSLASH or before in _VALUE_FOLLOWS or (before in _KEY_FOLLOWS and after in _VALUE_ENDS):
            return b""
        if before not in _KEY_FOLLOWS or after != _COLON:
            raise NotCompactError
        begin = place + len(_KEY) + 1
        if buffer[begin] == _QUOTE:
            return bytes(buffer[begin + 1 : buffer.find(b'"', begin + 1)])
        if buffer[begin] in _SPACE:
            raise NotCompactError
        return b"" if buffer[begin] == _NULL else b"not a string"

    def _judge(self, code: bytes) -> bool:
        # A code with an escape in it, or one that is no string, is for the decoder to judge.
        verdict = b"\\" in code or code == b"not a string" or is_denial_code(code.decode(errors="replace"))
        if len(self._verdicts) < _MOST_VERDICTS:
            self._verdicts[code] = verdict
        return verdict

    def _end_before(self, start: int) -> int:
        """Return where the record before the one at ``start`` ends; raises NotCompactError for odd separators."""
        buffer, end = self._buffer, start
        while end and buffer[end - 1] in _SEPARATORS:
            end -= 1
        if end == start or buffer[end - 1] != _BRACE:
            raise NotCompactError
        return end

    def _cut(self, hits: list[Hit], begin: int, end: int) -> None:
        if begin < 0 or (begin > self._origin and self._buffer[begin - 1] not in _SEPARATORS):
            raise NotCompactError
        text = bytes(self._buffer[begin:end])
        try:
            record = decode_record(text)
        except _UNDECODABLE as trouble:
            raise NotCompactError from trouble
        code = record.errorCode
        if code and (code in self._denied or is_denial_code(code)):
            if len(self._denied) < _MOST_VERDICTS:
                self._denied.add(code)
            hits.append((record, text))

    def _check_escapes(self, begin: int, end: int) -> None:
        buffer = self._buffer
        place = _find(buffer, _ESCAPE, begin, end)
        while place >= 0:
            if bytes(buffer[place + 4 : min(end, place + 6)]).lower() in _LETTERS:
                raise NotCompactError
            place = _find(buffer, _ESCAPE, place + 4, end)


def _fill(reader: Reader, room: memoryview, found: Scan) -> int:
    """Read into ``room``; damage is noted and counts as the end."""
    if found.damage:
        return 0
    try:
        count = reader.readinto(room)
    except DamagedError as damage:
        found.damage = str(damage)
        return 0
    found.bytes += count
    return count
