"""Which exit code a scan deserves."""

from __future__ import annotations

from troubleshooter.model.scan import ScanResult
from troubleshooter.usecases.exit_codes import exit_code

_FOUND, _NO_DENIAL, _UNREADABLE, _INCONCLUSIVE, _INTERRUPTED = 0, 3, 4, 5, 130


def scan_exit_code(result: ScanResult, *, diagnosed: bool) -> int:
    """Return 130 after Ctrl-C; 4 where nothing could be read; 3 without a denial; 0 where a cause was found for any
    group (or none was asked for); else 5.
    """  # noqa: D205 - one sentence
    if result.interrupted:
        return _INTERRUPTED
    if not result.totals.denials:
        nothing_read = result.problems and not result.totals.events
        return _UNREADABLE if nothing_read else _NO_DENIAL
    if not diagnosed:
        return _FOUND
    found = any(group.diagnosis and exit_code([group.diagnosis]) == _FOUND for group in result.groups)
    return _FOUND if found else _INCONCLUSIVE
