"""Count the denials of log files: each process counts its share, the parts are merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from troubleshooter.history.ledger import Ledger
from troubleshooter.model.scan import Problem, ScanFilters
from troubleshooter.sources.log_files import Listing, LogFile
from troubleshooter.sources.scan_file import FileScanner, OpenFile, open_local
from troubleshooter.usecases.group_keys import Counter
from troubleshooter.usecases.shares import Shares, no_collector

_MOST_PROBLEMS = 1000


@dataclass(slots=True, kw_only=True)
class Part:
    """What a share of the records held; parts add up."""

    ledger: Ledger = field(default_factory=Ledger)
    files: int = 0
    stored: int = 0
    bytes: int = 0
    events: int = 0
    denials: int = 0
    unreadable: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    def absorb(self, other: Part) -> None:
        """Add another share."""
        if self.ledger.is_empty:
            self.ledger = other.ledger
        else:
            self.ledger.merge(other.ledger)
        self.files += other.files
        self.stored += other.stored
        self.bytes += other.bytes
        self.events += other.events
        self.denials += other.denials
        self.unreadable += other.unreadable
        self.problems += other.problems[: _MOST_PROBLEMS - len(self.problems)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileJob:
    """What every process needs to know."""

    filters: ScanFilters
    strict: bool = False
    open_file: OpenFile = open_local


class CountRuns:
    """Counts runs of files: each run's figures come at once, the groups at the end."""

    def __init__(self, job: FileJob) -> None:
        """Make the scanner, its buffer and the ledger once."""
        self._scanner = FileScanner(job.open_file, strict=job.strict)
        self._ledger = Ledger()
        self._counter = Counter(job.filters, self._ledger)

    def __call__(self, run: Sequence[LogFile], /) -> Part:
        """Return the figures of the files of ``run``."""
        part = Part()
        before = self._counter.denials
        add = self._counter.add
        for file in run:
            found = self._scanner.scan(file, add)
            part.files += 1
            part.stored += file.size
            part.bytes += found.bytes
            part.events += found.events
            part.unreadable += found.unreadable
            part.problems += found.problems
        part.denials = self._counter.denials - before
        return part

    def finish(self) -> Part:
        """Return the groups."""
        return Part(ledger=self._ledger)


def scan_listing(listing: Listing, job: FileJob, *, jobs: int | None, tell: Callable[[Part], None]) -> Part:
    """Count the denials of all files; ``tell`` gets the running total. Ctrl-C ends it with what was found so far."""
    total = Part()
    total.problems += listing.problems
    total.unreadable += len(listing.problems)
    if listing.not_logs:
        total.notes.append(f"{listing.not_logs} digest and Insight files were left out: they hold no events")
    with no_collector(), Shares(listing.files, partial(CountRuns, job), jobs=jobs) as shares:
        try:
            for part in shares:
                total.absorb(part)
                tell(total)
        except KeyboardInterrupt:
            total.interrupted = True
        for part in shares.finish():
            total.absorb(part)
    return total
