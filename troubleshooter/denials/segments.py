"""Cut a cleaned text into stretches that hold one error each.

A stretch begins where a client's frame begins, at the line of a refusal sentence, or at the line of a further
``Code:``; what precedes the first belongs to it. Cutting too often is harmless: equal refusals are merged afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troubleshooter.denials import wrappers
from troubleshooter.denials.message import Sentence, sentences

_FRAMES = (wrappers.OCCURRED, wrappers.GO_V2, wrappers.PHP, wrappers.XML)
_CODED = re.compile(
    r"\b(?:AccessDenied(?:Exception)?|UnauthorizedOperation|AuthFailure|AuthorizationError|Forbidden(?:Exception)?): "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch: its span in the cleaned text and the sentence in it, if any."""

    start: int
    end: int
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """Where something begins that belongs to one error: ``kind`` is frame, code or sentence."""

    start: int
    end: int
    kind: str
    sentence: Sentence | None = None


def segments(text: str) -> Sequence[Segment]:
    """Return the stretches of a cleaned text in order; together they cover it."""
    result: list[Segment] = []
    start = done = 0
    seen: set[str] = set()
    sentence: Sentence | None = None
    for event in sorted(_events(text), key=lambda item: (item.start, item.end)):
        if event.kind != "sentence" and event.start < done:
            continue
        if _begins_another(event, seen, text[done : event.start]):
            cut = event.start if event.kind == "frame" else max(done, _line_start(text, event.start))
            result.append(Segment(start=start, end=cut, sentence=sentence))
            start, sentence = cut, None
            seen.clear()
        seen.add(event.kind)
        sentence = event.sentence or sentence
        done = max(done, event.end)
    result.append(Segment(start=start, end=len(text), sentence=sentence))
    return result


def _events(text: str) -> Iterator[_Event]:
    for sentence in sentences(text):
        yield _Event(start=sentence.start, end=sentence.end, kind="sentence", sentence=sentence)
    for pattern in _FRAMES:
        for match in pattern.finditer(text):
            yield _Event(start=match.start(), end=match.end(), kind="frame")
    for match in _CODED.finditer(text):
        yield _Event(start=match.start(), end=match.end(), kind="code")


def _begins_another(event: _Event, seen: set[str], between: str) -> bool:
    """Whether ``event`` belongs to another error than what was seen since the last cut."""
    if event.kind == "code":
        return bool(seen & {"code", "sentence"}) and ("\n" in between or "\f" in between)
    return "sentence" in seen or (event.kind == "frame" and "frame" in seen)


def _line_start(text: str, position: int) -> int:
    """Return where the line of ``position`` begins."""
    return max(text.rfind("\n", 0, position), text.rfind("\f", 0, position)) + 1
