"""Count the denials of log files: each process counts its share, the parts are merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from troubleshooter.history.ledger import Ledger
from troubleshooter.model.scan import Problem, ScanFilters
from troubleshooter.sources.log_files import Listing, LogFile
from troubleshooter.sources.scan_file import FileScanner, OpenFile, open_local
from troubleshooter.usecases.group_keys import Counter
from troubleshooter.usecases.shares import shared_out

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


class CountRun:
    """Counts a run of files into one part."""

    def __init__(self, job: FileJob) -> None:
        """Make the scanner and its buffer once."""
        self._filters = job.filters
        self._scanner = FileScanner(job.open_file, strict=job.strict)

    def __call__(self, run: Sequence[LogFile], /) -> Part:
        """Return what the files of ``run`` held."""
        part = Part()
        counter = Counter(self._filters, part.ledger)
        for file in run:
            found = self._scanner.scan(file)
            for hit in found.hits:
                counter.add(hit)
            part.files += 1
            part.stored += file.size
            part.bytes += found.bytes
            part.events += found.events
            part.unreadable += found.unreadable
            part.problems += found.problems
        part.denials = counter.denials
        return part


def scan_listing(listing: Listing, job: FileJob, *, jobs: int | None, tell: Callable[[Part], None]) -> Part:
    """Count the denials of all files; ``tell`` gets the running total. Ctrl-C ends it with what was found so far."""
    total = Part()
    total.problems += listing.problems
    total.unreadable += len(listing.problems)
    if listing.not_logs:
        total.notes.append(f"{listing.not_logs} digest and Insight files were left out: they hold no events")
    results = shared_out(listing.files, partial(CountRun, job), jobs=jobs)
    try:
        with closing(results):
            for part in results:
                total.absorb(part)
                tell(total)
    except KeyboardInterrupt:
        total.interrupted = True
    return total
