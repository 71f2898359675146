"""JSON lines in, answer lines out, in order and in constant memory: ``simulate --cases`` and ``--requests``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from troubleshooter.engine.cases import EXPECTED, decide_case
from troubleshooter.model.vocabulary import Decision

FINE = 0
UNREADABLE = 4
DIFFERENT = 5
_CHUNK = 1 << 16

Answer = dict[str, Any]
Decide = Callable[[Mapping[str, Any]], Answer]


@dataclass(slots=True)
class Tally:
    """What a run met: how many lines, of these not readable, and not as expected."""

    lines: int = 0
    unreadable: int = 0
    different: int = 0
    not_allowed: int = 0

    @property
    def exit_code(self) -> int:
        """Return 5 where a case differs from its expectation, else 4 where a line was no case at all, else 0."""
        if self.different:
            return DIFFERENT
        return UNREADABLE if self.unreadable else FINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One line's answer; ``difference`` says how it differs from what the line expected, if it does."""

    answer: Answer
    name: str
    difference: str | None = None
    readable: bool = True


def lines_of(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the lines of a stream in batches, each as soon as it is there; blank ones are left out."""
    read = getattr(stream, "read1", stream.read)
    pieces: list[bytes] = []
    while chunk := read(_CHUNK):
        pieces.append(chunk)
        if b"\n" not in chunk:
            continue
        *lines, rest = b"".join(pieces).split(b"\n")
        pieces = [rest]
        yield [line for line in lines if line.strip()]
    last = b"".join(pieces)
    if last.strip():
        yield [last]


def answer_lines(lines: Iterable[bytes], decide: Decide, tally: Tally) -> Iterator[Answered]:
    """Yield one answer per line; a line that cannot be read gets an answer with ``error``."""
    for line in lines:
        tally.lines += 1
        try:
            given = decode(line)
        except ValueError as problem:
            tally.unreadable += 1
            yield _unreadable(f"line {tally.lines}: not JSON: {problem}", tally.lines)
            continue
        if not isinstance(given, dict):
            tally.unreadable += 1
            yield _unreadable(f"line {tally.lines}: not a JSON object", tally.lines)
            continue
        yield _answered(given, decide, tally)


def fast_lines(
    lines: Iterable[bytes], write: Callable[[Mapping[str, Any]], bytes | None], decide: Decide, tally: Tally
) -> Iterator[bytes]:
    """Yield answer lines of requests as JSON: ``write`` answers what it can, ``decide`` the rest."""
    for line in lines:
        try:
            given = msgspec.json.decode(line)
            written = write(given) if type(given) is dict and "expected" not in given else None
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            written = None
        if written is not None:
            tally.lines += 1
            yield written
            continue
        for answered in answer_lines((line,), decide, tally):
            yield encode(answered.answer)


def _answered(given: Mapping[str, Any], decide: Decide, tally: Tally) -> Answered:
    answer = decide(given)
    tally.unreadable += bool(answer.pop("malformed", False))
    tally.not_allowed += answer["decision"] != Decision.ALLOW.value
    name = str(given.get("id") if given.get("id") is not None else f"line {tally.lines}")
    difference = _difference(given, answer)
    tally.different += difference is not None
    return Answered(answer=answer, name=name, difference=difference)


def _difference(given: Mapping[str, Any], answer: Answer) -> str | None:
    """Return how the answer differs from the case's ``expected``, or None."""
    expected = given.get("expected")
    if expected is None:
        return None
    wanted = EXPECTED.get(expected) if isinstance(expected, str) else None
    if wanted is None:
        return f"expected {expected!r} is none of {', '.join(EXPECTED)}"
    if answer["decision"] == wanted.value and answer["error"] is None:
        return None
    got = next(name for name, decision in EXPECTED.items() if decision.value == answer["decision"])
    why = f" ({answer['error']})" if answer["error"] else f" (by {', '.join(answer['blocked_by'])})"
    return f"expected {expected}, got {got}{why if answer['error'] or answer['blocked_by'] else ''}"


def _unreadable(problem: str, number: int) -> Answered:
    answer: Answer = {
        "id": None,
        "decision": Decision.IMPLICIT_DENY.value,
        "blocked_by": [],
        "determining": [],
        "error": problem,
    }
    return Answered(answer=answer, name=f"line {number}", readable=False)


def decode(line: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a line's JSON; raises ValueError. What the fast decoder refuses, the patient one may take."""
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        pass
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem
    try:
        return json.loads(line.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem


def encode(answer: Answer) -> bytes:
    """Return an answer as one line of JSON."""
    try:
        return msgspec.json.encode(answer) + b"\n"
    except (UnicodeEncodeError, TypeError, ValueError):
        return json.dumps(answer, default=str).encode("ascii") + b"\n"


def case_answer(case: Mapping[str, Any]) -> Answer:
    """Return the answer of ``decide_case``; a case nested too deeply to evaluate is an error of its own."""
    try:
        return decide_case(case)
    except RecursionError:
        problem = _unreadable("the case is nested too deeply", 0).answer
        return {**problem, "id": case.get("id"), "malformed": True}


def text_line(answered: Answered) -> str:
    """Return one answer for a person."""
    answer = answered.answer
    mark = "different" if answered.difference else "error" if answer["error"] else answer["decision"]
    why = answered.difference or answer["error"] or ", ".join(answer["blocked_by"])
    return f"{mark:14} {answered.name}{f': {why}' if why else ''}"
