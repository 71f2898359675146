"""One line on stderr that says how far a scan is; only where stderr is a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from troubleshooter.usecases.origins import Progress

_EVERY = 0.2
_MEGABYTE = 1_000_000


class ProgressLine:
    """Call it with each Progress; leaving the ``with`` block clears the line."""

    def __init__(self) -> None:
        """Look once whether anybody watches."""
        self._on = sys.stderr.isatty()
        self._start = time.monotonic()
        self._next = 0.0
        self._shown = 0

    def __call__(self, progress: Progress) -> None:
        """Show ``progress``, a few times a second at most."""
        now = time.monotonic()
        if not self._on or now < self._next:
            return
        self._next = now + _EVERY
        text = words(progress, now - self._start)
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def __enter__(self) -> Self:
        """Start."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()


def words(progress: Progress, seconds: float) -> str:
    """Return the line: ``reading 42 %, 1,204 files, 1,180 MB/s, 311 denials, 4 s left``."""
    parts = [progress.stage]
    if progress.size:
        parts[0] += f" {100 * progress.done // progress.size} %"
    if progress.files:
        parts.append(f"{progress.files:,} files")
    if progress.bytes and seconds > 0:
        parts.append(f"{progress.bytes / seconds / _MEGABYTE:,.0f} MB/s")
    parts.append(f"{progress.denials:,} denials")
    if progress.size and 0 < progress.done < progress.size:
        parts.append(f"{seconds * (progress.size - progress.done) / progress.done:,.0f} s left")
    return ", ".join(parts)[:79]
