"""A scan as CSV: one line per group, every cell safe in a spreadsheet."""

from __future__ import annotations

import csv
import io

from troubleshooter.model.scan import ScanResult
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.sanitize import csv_cell
from troubleshooter.reports.scan_prepare import prepared
from troubleshooter.reports.scan_rows import COLUMNS, row


def render(result: ScanResult, options: RenderOptions) -> str:
    """Return a header and one line per group; lists are parted by spaces, times are ISO 8601."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rank, group in enumerate(prepared(result, options).groups, start=1):
        cells = row(rank, group)
        writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return csv_cell(" ".join(value) if isinstance(value, tuple) else str(value))
