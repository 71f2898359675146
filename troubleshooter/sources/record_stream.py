"""The slow door: parse any JSON layout record by record, in memory bounded by the longest record.

``{"Records": [...]}`` with any spacing and key order, bare lists, JSON lines, objects one after the other, LookupEvents
output, EventBridge archives. One bad record is a Problem; reading goes on at the next thing that looks like a record.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troubleshooter.sources.inflate import DamagedError, Reader
from troubleshooter.sources.unwrap import records_in

_CHUNK = 256 * 1024
_LONGEST_VALUE = 32 * 1024 * 1024
_LOOKAHEAD = 256
_MOST_PROBLEMS = 20
_BLANK = re.compile(r"[\s,\ufeff\0]*")
_LIST_INSIDE = re.compile(r'\{\s*"(?:Records|records|Events|events|logEvents)"\s*:\s*\[')
_NEXT_RECORD = re.compile(r'\{\s*"(?:eventVersion|EventId|version|Records|userIdentity)"|(?<=\n)[ \t]*[\[{]')
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a part of the file gave no record."""

    reason: str


class RecordStream:
    """Iterates over the records of one file.

    ``bytes`` counts what was read so far; ``has_list`` says that a list of records was there, even if an empty one.
    """

    def __init__(self, reader: Reader) -> None:
        """Take a reader that stands at the start of the file."""
        self.bytes = 0
        self.has_list = False
        self._reader = reader
        self._block = memoryview(bytearray(_CHUNK))
        self._decoder: codecs.IncrementalDecoder | None = None
        self._text = ""
        self._at_end = False
        self._bad_text = False
        self._damage: str | None = None
        self._raw_decode = json.JSONDecoder().raw_decode

    def __iter__(self) -> Iterator[Mapping[str, object] | Trouble]:
        """Yield each record as a dict, and a Trouble for what could not be read."""
        problems = 0
        for item in self._values():
            if isinstance(item, Trouble):
                problems += 1
                if problems == _MOST_PROBLEMS:
                    yield Trouble("more damaged records follow; they are left out and not listed")
                if problems >= _MOST_PROBLEMS:
                    continue
                yield item
            else:
                yield from records_in(item)
        if self._bad_text:
            yield Trouble("holds bytes that are not UTF-8; they were read as U+FFFD")
        if self._damage:
            yield Trouble(self._damage)

    def _values(self) -> Iterator[object]:
        place, inside = 0, ""
        while True:
            place = _skip_blank(self._text, place)
            if len(self._text) - place < _LOOKAHEAD and self._more(place):
                place = 0
                continue
            if place >= len(self._text):
                return
            char = self._text[place]
            opened = _LIST_INSIDE.match(self._text, place) if char == "{" and not inside else None
            if opened:
                place, inside, self.has_list = opened.end(), "list in object", True
            elif char == "[" and not inside:
                place, inside = place + 1, "list"
            elif char == "]" and inside:
                place, inside = place + 1, "object" if inside == "list in object" else ""
            elif char == "}" and inside == "object":
                place, inside = place + 1, ""
            elif char == ":" and inside == "object":
                place += 1
            else:
                value, place = self._value(place)
                if isinstance(value, Trouble | dict | list | str):
                    yield value

    def _value(self, place: int) -> tuple[object, int]:
        """Decode the value at ``place``, reading on as it needs; returns it (or a Trouble) and where it ends."""
        while True:
            try:
                return self._raw_decode(self._text, place)
            except json.JSONDecodeError as trouble:
                cut_off = trouble.msg.startswith("Unterminated") or trouble.pos >= len(self._text) - _LOOKAHEAD
                reason = f"a record that is not JSON ({trouble.msg.lower()})"
            except RecursionError:
                cut_off, reason = False, "a record nested too deeply to be read"
            if not cut_off or len(self._text) - place > _LONGEST_VALUE:
                return Trouble(reason), self._next_record(place + 1)
            if not self._more(place, at_least=len(self._text) - place):
                if self._damage:
                    return None, self._next_record(place + 1)
                return Trouble(f"ends in the middle of a record: {reason}"), self._next_record(place + 1)
            place = 0

    def _next_record(self, place: int) -> int:
        """Return where the next thing that looks like a record starts; reads on until there is one."""
        while True:
            match = _NEXT_RECORD.search(self._text, place)
            if match:
                return match.start()
            keep = max(place, len(self._text) - _LOOKAHEAD)
            if not self._more(keep):
                return len(self._text)
            place = 0

    def _more(self, keep_from: int, *, at_least: int = 1) -> bool:
        """Drop the text before ``keep_from`` and append what comes next; False at the end of the file."""
        parts = [self._text[keep_from:]]
        wanted = at_least
        while wanted > 0 and not self._at_end:
            part = self._read()
            parts.append(part)
            wanted -= max(1, len(part))
        grew = len(parts) > 1
        if grew:
            self._text = "".join(parts)
        return grew

    def _read(self) -> str:
        try:
            count = self._reader.readinto(self._block)
        except DamagedError as damage:
            self._damage, count = str(damage), 0
        self.bytes += count
        data = bytes(self._block[:count])
        if self._decoder is None:
            codec = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
            self._decoder = codecs.getincrementaldecoder(codec)(errors="replace")
        self._at_end = not count
        text = self._decoder.decode(data, final=self._at_end)
        self._bad_text = self._bad_text or ("\N{REPLACEMENT CHARACTER}" in text and b"\xef\xbf\xbd" not in data)
        return text


def _skip_blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place
