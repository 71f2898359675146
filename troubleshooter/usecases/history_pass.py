"""Read the records once more for the top groups: what changed before, how sessions were made, what last succeeded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from troubleshooter.history.policy_writes import PolicyWrite, plain_name, policy_write_of, write_names
from troubleshooter.history.sessions import ASSUME_CALLS, RecoveredSession, session_of
from troubleshooter.model.scan import GroupKey, Success
from troubleshooter.sources.log_files import LogFile
from troubleshooter.sources.log_record import Hit
from troubleshooter.sources.scan_file import FileScanner, OpenFile
from troubleshooter.usecases.group_keys import key_of, parsed_text, without_message
from troubleshooter.usecases.quick_keys import Who, principal_in, quick_reading
from troubleshooter.usecases.shares import Shares, no_collector

_MOST_WRITES = 20_000
_MOST_SHAPES = 5_000
_ACCESS_KEY = b'"accessKeyId":"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call whose last success is wanted: what it would be grouped as without a message, and the group that asks.

    ``resource`` ending in ``/*`` stands for every object below that prefix.
    """

    key: GroupKey
    event_name: str
    group: GroupKey

    @property
    def tail(self) -> bytes:
        """What the text of such a call must contain: the resource's own name, ``b""`` where anything goes."""
        resource = (self.key.resource or "").removesuffix("*").rstrip("/:")
        return resource.replace(":", "/").rpartition("/")[2].encode()

    def covers(self, key: GroupKey | None) -> bool:
        """Return whether a successful call with ``key`` is such a call."""
        if key is None or (key.principal, key.action) != (self.key.principal, self.key.action):
            return False
        mine = self.key.resource
        if mine and mine.endswith("/*"):
            return (key.resource or "").startswith(mine[:-1])
        return mine == key.resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to look for: calls of the top groups, the access keys of their sessions, and until when."""

    calls: tuple[Call, ...]
    access_keys: frozenset[str]
    until: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The event names of records worth decoding."""
        return frozenset({*(plain_name(call.event_name) for call in self.calls), *write_names(), *ASSUME_CALLS})


@dataclass(slots=True, kw_only=True)
class Answers:
    """What was found. Answers of parts add up."""

    writes: dict[str, PolicyWrite] = field(default_factory=dict)
    sessions: dict[str, RecoveredSession] = field(default_factory=dict)
    successes: dict[GroupKey, Success] = field(default_factory=dict)

    def absorb(self, other: Answers) -> None:
        """Add another part."""
        self.writes |= other.writes
        self.sessions |= other.sessions
        for key, success in other.successes.items():
            self._note(key, success)

    def _note(self, key: GroupKey, success: Success) -> None:
        known = self.successes.get(key)
        if known is None or (success.event_time, success.event_id or "") > (known.event_time, known.event_id or ""):
            self.successes[key] = success

    def note_success(self, key: GroupKey, hit: Hit) -> None:
        """Keep a successful call if it is the latest of its kind."""
        record, _ = hit
        if record.eventTime:
            self._note(key, Success(event_id=record.eventID, event_time=record.eventTime))


class Reader:
    """Looks at records one by one and notes what answers the question."""

    def __init__(self, question: Question) -> None:
        """Take what to look for."""
        self.answers = Answers()
        self._question = question
        self._writes = write_names()
        self._keys = frozenset(key.encode() for key in question.access_keys)
        self._calls: dict[str, dict[str | None, list[tuple[bytes, Call]]]] = {}
        for call in question.calls:
            by_principal = self._calls.setdefault(call.event_name, {})
            by_principal.setdefault(call.key.principal, []).append((call.tail, call))
        self._shapes: dict[tuple[object, ...], GroupKey | None] = {}

    def look_at(self, hit: Hit) -> None:
        """Note what one record answers; failed calls answer nothing."""
        record, text = hit
        if record.errorCode or (self._question.until and (record.eventTime or "") > self._question.until):
            return
        name = plain_name(record.eventName or "")
        answers = self.answers
        if name in ASSUME_CALLS:
            self._look_at_session(text)
        if name in self._writes and len(answers.writes) < _MOST_WRITES:
            write = policy_write_of(parsed_text(text))
            if write is not None:
                answers.writes[write.event_id or f"{write.event_time} {write.api_call} {write.targets}"] = write
        by_principal = self._calls.get(record.eventName or "")
        if by_principal:
            self._look_at_call(hit, by_principal)

    def _look_at_call(self, hit: Hit, by_principal: Mapping[str | None, Sequence[tuple[bytes, Call]]]) -> None:
        record, text = hit
        who = principal_in(bytes(record.userIdentity), None)
        asking = by_principal.get(who.group) if who is not None else None
        if who is None or not asking:
            return
        likely = [call for tail, call in asking if tail in text]
        key = self._key(who, hit) if likely else None
        for call in likely:
            if call.covers(key):
                self.answers.note_success(call.group, hit)

    def _look_at_session(self, text: bytes) -> None:
        # Most of these calls gave out a key that nobody asks about: no need to parse them.
        if not any(part[: part.find(b'"')] in self._keys for part in text.split(_ACCESS_KEY)[1:]):
            return
        session = session_of(parsed_text(text))
        if session is not None and session.access_key_id in self._question.access_keys:
            self.answers.sessions[session.access_key_id] = session

    def _key(self, who: Who, hit: Hit) -> GroupKey | None:
        """Return what the call would be grouped as, had it been refused; the parses of one reading are limited."""
        record, text = hit
        reading = quick_reading(record)
        if reading is not None:
            return key_of(who.principal, reading[1], reading[2])
        shape = (
            who.group, record.eventSource, record.eventName, bytes(record.requestParameters), bytes(record.resources),
            record.awsRegion, record.recipientAccountId,
        )  # fmt: skip
        if shape not in self._shapes:
            if len(self._shapes) >= _MOST_SHAPES:
                return None
            self._shapes[shape] = without_message(parsed_text(text))
        return self._shapes[shape]


class ReadRuns:
    """Reads runs of files for a question; the answers come at the end."""

    def __init__(self, question: Question, open_file: OpenFile) -> None:
        """Make the scanner and its buffer once."""
        self._names = question.names
        self._scanner = FileScanner(open_file)
        self._reader = Reader(question)

    def __call__(self, run: Sequence[LogFile], /) -> Answers:
        """Read the files of ``run``."""
        for file in run:
            for hit in self._scanner.named(file, self._names):
                self._reader.look_at(hit)
        return Answers()

    def finish(self) -> Answers:
        """Return what the files answered."""
        return self._reader.answers


def look_back(files: Iterable[LogFile], question: Question, open_file: OpenFile, *, jobs: int | None) -> Answers:
    """Read ``files`` for ``question``; Ctrl-C ends it with what was found so far."""
    answers = Answers()
    with no_collector(), Shares(tuple(files), partial(ReadRuns, question, open_file), jobs=jobs) as shares:
        with suppress(KeyboardInterrupt):
            for part in shares:
                answers.absorb(part)
        for part in shares.finish():
            answers.absorb(part)
    return answers
