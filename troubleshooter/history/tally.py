"""Count denials of one kind: how many, when, where from, and the latest one as the sample."""

from __future__ import annotations

from collections.abc import Iterable

MOST_SOURCES = 100
MOST_SAMPLES = 3


class Tally:
    """Adds up denials in bounded memory. Two tallies of parts ``absorb`` into the tally of the whole.

    Times are CloudTrail's ISO text in UTC, which compares as time does; ``""`` where a record has none. ``sample`` is
    whatever the caller passed for the latest denial. ``is_fold`` marks the tally of a whole prefix; ``moved_to`` is
    where a tally was folded into.
    """

    __slots__ = (
        "accounts", "codes", "count", "earliest", "first", "hours", "is_fold", "largest", "last", "last_id",
        "moved_to", "regions", "sample", "sources",
    )  # fmt: skip

    def __init__(self) -> None:
        """Start at nothing."""
        self.count = 0
        self.first = ""
        self.last = ""
        self.last_id = ""
        self.sample: object = None
        self.codes: dict[str, int] = {}
        self.hours: dict[str, int] = {}
        self.accounts: set[str] = set()
        self.regions: set[str] = set()
        self.sources: set[str] = set()
        self.largest = ""
        self.earliest: list[tuple[str, str]] = []
        self.is_fold = False
        self.moved_to: Tally | None = None

    def add(  # noqa: PLR0917 - called for every denial of a log: names cost time
        self,
        time: str,
        event_id: str,
        code: str,
        account: str | None,
        region: str | None,
        source: str | None,
        sample: object,
    ) -> None:
        """Count one denial."""
        self.count += 1
        codes, hours = self.codes, self.hours
        codes[code] = codes.get(code, 0) + 1
        if time:
            hour = time[:13]
            hours[hour] = hours.get(hour, 0) + 1
            if not self.first or time < self.first:
                self.first = time
        if time > self.last or (time == self.last and event_id >= self.last_id):
            self.last, self.last_id, self.sample = time, event_id, sample
        if account:
            self.accounts.add(account)
        if region:
            self.regions.add(region)
        if source and source not in self.sources:
            self._note_source(source)
        earliest = self.earliest
        if len(earliest) < MOST_SAMPLES or (time, event_id) < earliest[-1]:
            self._note_earliest(((time, event_id),))

    def absorb(self, other: Tally) -> None:
        """Add what ``other`` counted."""
        self.count += other.count
        for code, count in other.codes.items():
            self.codes[code] = self.codes.get(code, 0) + count
        for hour, count in other.hours.items():
            self.hours[hour] = self.hours.get(hour, 0) + count
        self.first = min(filter(None, (self.first, other.first)), default="")
        if other.count and (other.last, other.last_id) >= (self.last, self.last_id):
            self.last, self.last_id, self.sample = other.last, other.last_id, other.sample
        self.accounts |= other.accounts
        self.regions |= other.regions
        for source in other.sources:
            self._note_source(source)
        self._note_earliest(other.earliest)

    @property
    def code(self) -> str | None:
        """The most frequent error code; of equals the first by name."""
        return min(self.codes, key=lambda code: (-self.codes[code], code), default=None)

    def _note_source(self, source: str) -> None:
        # Keep the smallest by name: the same hundred whatever the order they come in.
        if self.largest and source >= self.largest:
            return
        sources = self.sources
        sources.add(source)
        if len(sources) > MOST_SOURCES:
            sources.discard(max(sources))
            self.largest = max(sources)

    def _note_earliest(self, seen: Iterable[tuple[str, str]]) -> None:
        self.earliest = sorted({*self.earliest, *seen})[:MOST_SAMPLES]
