"""A scan as a pandas DataFrame with real dtypes, and as Parquet."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.errors import UsageError
from troubleshooter.model.scan import ScanResult
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.scan_prepare import prepared
from troubleshooter.reports.scan_rows import COLUMNS, row

if TYPE_CHECKING:
    import pandas as pd

_TIMES = ("first_seen", "last_seen", "last_success")
_FLAGS = ("is_new", "fix_verified")
_COUNTS = ("rank", "count")
_CATEGORIES = ("principal_kind", "error_code", "trend", "cause", "policy_type", "decision", "confidence", "basis")
_LISTS = ("accounts", "regions", "sources", "sample_event_ids")


def to_frame(result: ScanResult) -> pd.DataFrame:
    """Return one row per group: counts ``int64``, times UTC datetimes, flags nullable booleans, closed words
    categories, lists Python lists, all other text ``string``.
    """  # noqa: D205 - one sentence
    import pandas as pd

    rows = [row(rank, group) for rank, group in enumerate(result.groups, start=1)]
    columns: dict[str, object] = {}
    for name in COLUMNS:
        values = [cells[name] for cells in rows]
        if name in _TIMES:
            columns[name] = pd.to_datetime(
                pd.Series(values, dtype="object"), utc=True, format="ISO8601", errors="coerce"
            )
        elif name in _FLAGS:
            columns[name] = pd.Series(values, dtype="boolean")
        elif name in _COUNTS:
            columns[name] = pd.Series(values, dtype="int64")
        elif name in _LISTS:
            columns[name] = pd.Series([list(value) for value in values if isinstance(value, tuple)], dtype="object")
        else:
            columns[name] = pd.Series(values, dtype="category" if name in _CATEGORIES else "string")
    return pd.DataFrame(columns)


def render_parquet(result: ScanResult, options: RenderOptions) -> bytes:
    """Return the same table as Parquet; raises UsageError where DuckDB (extra ``local``) is missing."""
    try:
        import duckdb
    except ImportError as missing:
        raise UsageError(
            "--format parquet needs DuckDB: pip install 'access-denied-troubleshooter[local]'"
        ) from missing
    frame = to_frame(prepared(result, options))
    for name in frame.columns:
        if str(frame[name].dtype) in {"category", "string", "str"}:
            frame[name] = frame[name].astype("object").where(frame[name].notna(), None)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "groups.parquet"
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("groups", frame)
        casts = ", ".join(
            f"CAST({name} AS VARCHAR[]) AS {name}" if name in _LISTS else
            (f"CAST({name} AS VARCHAR) AS {name}" if frame[name].dtype == object else name)
            for name in COLUMNS
        )  # fmt: skip
        connection.sql(f"SELECT {casts} FROM groups").write_parquet(str(path))  # noqa: S608 - our own column names
        return path.read_bytes()
