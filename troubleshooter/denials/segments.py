"""Cut a cleaned text into stretches that hold one error each.

A stretch begins where a client's frame begins, or at the line of a refusal sentence; what precedes the first
belongs to it. Cutting too often is harmless: equal refusals are merged afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troubleshooter.denials import wrappers
from troubleshooter.denials.message import Sentence, sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch: its span in the cleaned text and the sentence in it, if any."""

    start: int
    end: int
    sentence: Sentence | None = None


def segments(text: str) -> Sequence[Segment]:
    """Return the stretches of a cleaned text in order; together they cover it."""
    found = list(sentences(text))
    events = sorted(
        [
            (match.start(), match.end(), None)
            for pattern in (wrappers.OCCURRED, wrappers.GO_V2, wrappers.PHP, wrappers.XML)
            for match in pattern.finditer(text)
        ]
        + [(sentence.start, sentence.end, sentence) for sentence in found],
        key=lambda event: event[:2],
    )
    result: list[Segment] = []
    start, done = 0, 0
    framed, sentence = False, None
    for begin, end, event in events:
        if event is None and begin < done:
            continue
        if sentence is not None or (event is None and framed):
            cut = max(done, _line_start(text, begin) if event is not None else begin)
            result.append(Segment(start=start, end=cut, sentence=sentence))
            start, framed, sentence = cut, False, None
        framed = framed or event is None
        sentence = event if event is not None else sentence
        done = max(done, end)
    result.append(Segment(start=start, end=len(text), sentence=sentence))
    return result


def _line_start(text: str, position: int) -> int:
    """Return where the line of ``position`` begins."""
    return max(text.rfind("\n", 0, position), text.rfind("\f", 0, position)) + 1
