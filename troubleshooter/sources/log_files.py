"""Find the log files below folders, leaving out by path what the filters cannot keep."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from troubleshooter.errors import UnreadableInputError
from troubleshooter.model.scan import Problem, ScanFilters
from troubleshooter.sources.layout import may_hold, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """One file to read: a path on this machine or an ``s3://`` address, and its size as stored."""

    path: str
    size: int


@dataclass(slots=True, kw_only=True)
class Listing:
    """The files to read in order of path, and what was left out: knowingly, by a filter, or in trouble."""

    files: list[LogFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pruned: int = 0
    not_logs: int = 0

    @property
    def size(self) -> int:
        """The bytes of all files as stored."""
        return sum(file.size for file in self.files)


def find_log_files(paths: Sequence[str], filters: ScanFilters) -> Listing:
    """Return the files below ``paths`` that may hold what ``filters`` keep.

    Hidden files are passed over; digest and Insight files are counted in ``not_logs``. Raises
    UnreadableInputError where a given path does not exist.
    """
    listing = Listing()
    for path in paths:
        if not os.path.lexists(path):
            raise UnreadableInputError(f"cannot read {path}: no such file or folder")
        if Path(path).is_dir():
            _walk(path, filters, listing)
        else:
            _add_given(path, listing)
    listing.files.sort(key=lambda file: file.path)
    return listing


def _add_given(path: str, listing: Listing) -> None:
    try:
        listing.files.append(LogFile(path=path, size=Path(path).stat().st_size))
    except OSError as trouble:
        listing.problems.append(Problem(file=path, reason=_words(trouble)))


def _walk(root: str, filters: ScanFilters, listing: Listing) -> None:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(_entries(folder))
        except OSError as trouble:
            listing.problems.append(Problem(file=folder, reason=_words(trouble)))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            _sort_in(entry, filters, listing, waiting)


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from entries


def _sort_in(entry: os.DirEntry[str], filters: ScanFilters, listing: Listing, waiting: list[str]) -> None:
    place = place_of(entry.path.replace(os.sep, "/"))
    if not place.is_log:
        listing.not_logs += entry.is_file()
        return
    if not may_hold(place, filters):
        listing.pruned += 1
        return
    try:
        # Links to folders are not followed: they can lead in circles.
        if entry.is_dir(follow_symlinks=False):
            waiting.append(entry.path)
        elif entry.is_file():
            listing.files.append(LogFile(path=entry.path, size=entry.stat().st_size))
        elif entry.is_symlink() and not Path(entry.path).exists():
            listing.problems.append(Problem(file=entry.path, reason="a link to nothing"))
    except OSError as trouble:
        listing.problems.append(Problem(file=entry.path, reason=_words(trouble)))


def _words(trouble: OSError) -> str:
    return (trouble.strerror or str(trouble)).lower()
