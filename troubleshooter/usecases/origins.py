"""Where a scan's records come from: each origin counts denials and looks back at what happened around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.log_files import Listing, LogFile, find_log_files
from troubleshooter.sources.scan_file import OpenFile, open_local
from troubleshooter.usecases.file_scan import FileJob, Part, scan_listing
from troubleshooter.usecases.history_pass import Answers, Question, look_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is: ``done`` of ``size`` (bytes as stored, or steps), and what was found."""

    stage: str
    done: int = 0
    size: int = 0
    files: int = 0
    bytes: int = 0
    denials: int = 0


Tell = Callable[[Progress], None]


class Origin(Protocol):
    """A source of records."""

    @property
    def label(self) -> str:
        """What the report calls the source."""

    def count(self, filters: ScanFilters, tell: Tell) -> Part:
        """Return all denials that the filters keep, counted by group."""

    def look_back(self, question: Question, tell: Tell) -> Answers:
        """Return what the records say about the top groups."""

    def close(self) -> None:
        """Let go of what was kept for looking back."""


class FileOrigin:
    """Log files on this machine (or wherever ``list_files`` and ``open_file`` find them)."""

    def __init__(
        self,
        paths: Sequence[str],
        *,
        jobs: int | None = None,
        strict: bool = False,
        list_files: Callable[[Sequence[str], ScanFilters], Listing] = find_log_files,
        open_file: OpenFile = open_local,
    ) -> None:
        """Take the paths to read; ``jobs`` processes (default: one per core), ``strict`` parses everything."""
        self.label = ", ".join(paths)
        self._paths = tuple(paths)
        self._jobs = jobs
        self._strict = strict
        self._list = list_files
        self._open = open_file
        self._files: tuple[LogFile, ...] = ()

    def count(self, filters: ScanFilters, tell: Tell) -> Part:
        """Read every file that the filters do not rule out by its path."""
        listing = self._list(self._paths, filters)
        self._files = tuple(listing.files)
        size = listing.size

        def report(part: Part) -> None:
            tell(
                Progress(
                    stage="reading",
                    done=part.stored,
                    size=size,
                    files=part.files,
                    bytes=part.bytes,
                    denials=part.denials,
                )
            )

        job = FileJob(filters=filters, strict=self._strict, open_file=self._open)
        return scan_listing(listing, job, jobs=self._jobs, tell=report)

    def look_back(self, question: Question, tell: Tell) -> Answers:
        """Read the same files once more."""
        tell(Progress(stage="looking back"))
        return look_back(self._files, question, self._open, jobs=self._jobs)

    def close(self) -> None:
        """Nothing was kept."""
