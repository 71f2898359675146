"""LookupEvents as an origin: what AWS sends is kept in a temporary file, then read as any log file is."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.lookup_events import Lookup, MakeClient, boto_clients, default_region
from troubleshooter.usecases.file_scan import Part
from troubleshooter.usecases.history_pass import Answers, Question
from troubleshooter.usecases.origins import FileOrigin, Progress, Tell

_FAST = 1


class LookupOrigin:
    """Asks every Region that the filters name (else the profile's), and always the global one."""

    def __init__(
        self,
        *,
        regions: Sequence[str] = (),
        profile: str | None = None,
        endpoint_url: str | None = None,
        jobs: int | None = None,
        lookup: Lookup | None = None,
        make_client: MakeClient | None = None,
    ) -> None:
        """Take the Regions to ask; nothing is asked before ``count``."""
        self._profile = profile
        self._regions = tuple(regions)
        self._make = make_client or boto_clients(profile, endpoint_url)
        self._lookup = lookup
        self._jobs = jobs
        # Removed by ``close``: the events are the account's, not ours to leave behind.
        self._folder = tempfile.TemporaryDirectory(prefix="lookup-events-")
        self._files: FileOrigin | None = None
        self.label = "LookupEvents"

    def count(self, filters: ScanFilters, tell: Tell) -> Part:
        """Fetch the window's events, then count them; Ctrl-C counts what had come."""
        lookup = self._lookup or Lookup(
            make_client=self._make, regions=self._regions or (default_region(self._profile),)
        )
        self.label = f"LookupEvents in {', '.join(dict.fromkeys((*lookup.regions, 'us-east-1')))}"
        path = Path(self._folder.name) / "events.jsonl.gz"
        interrupted = _fetch(lookup, filters, path, tell)
        self._files = FileOrigin([os.fspath(path)], jobs=self._jobs)
        part = self._files.count(filters, tell)
        part.files = 0
        part.interrupted = part.interrupted or interrupted
        part.problems += lookup.problems
        part.unreadable += len(lookup.problems)
        return part

    def look_back(self, question: Question, tell: Tell) -> Answers:
        """Read the fetched events once more."""
        return self._files.look_back(question, tell) if self._files else Answers()

    def close(self) -> None:
        """Remove the fetched events."""
        self._folder.cleanup()


def _fetch(lookup: Lookup, filters: ScanFilters, path: Path, tell: Tell) -> bool:
    """Write the events as JSON lines; returns whether Ctrl-C ended it."""
    count = 0
    with gzip.open(path, "wt", compresslevel=_FAST, encoding="utf-8", errors="replace") as out:
        try:
            for text in lookup.events(filters):
                out.write(text.replace("\n", " ") + "\n")
                count += 1
                tell(Progress(stage=f"LookupEvents, {count:,} events"))
        except KeyboardInterrupt:
            return True
    return False
