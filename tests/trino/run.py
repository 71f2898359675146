"""Run the shipped SQL unchanged on Trino, which is what Athena is, and compare with what files give.

    make test-trino

Needs Java 11 to 17 and Maven; fetches some 650 MB once. Ends with 1, and says why, where Trino cannot be had.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.sources.duckdb_athena import athena_row
from tests.sources.logs import log_of
from tests.trino.server import Trino, Unavailable, cache_folder, fetch, running
from tests.usecases.test_scan import CORPUS, FILTERS, given, incident, plain
from troubleshooter.sources.athena import AthenaAccess, QueryResult
from troubleshooter.sources.athena_table import TableShape
from troubleshooter.usecases.athena_origin import AthenaOrigin
from troubleshooter.usecases.origins import FileOrigin, Origin
from troubleshooter.usecases.scan import ScanOptions, run_scan
from troubleshooter.usecases.scan_filters import filters_from

_ROOT = Path(__file__).resolve().parents[2]
_ISSUER = "ROW(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar)"
_TYPES = {
    "useridentity": "ROW(type varchar, principalid varchar, arn varchar, accountid varchar, invokedby varchar, "
    "accesskeyid varchar, username varchar, sessioncontext ROW(attributes ROW(mfaauthenticated varchar, "
    f"creationdate varchar), sessionissuer {_ISSUER}))",
    "resources": "ARRAY(ROW(arn varchar, accountid varchar, type varchar))",
}


@dataclass(slots=True)
class _Client:
    """Stands in for AthenaClient."""

    trino: Trino

    def shape_of(self, table: str) -> TableShape | None:
        """Return the default shape."""
        assert table
        return TableShape()

    def run(self, sql: str, tell: Callable[[int], None] = lambda _: None) -> QueryResult:
        """Run the text as it is."""
        tell(0)
        return QueryResult(rows=self.trino.run(sql), query_id="trino")


def _load(trino: Trino, folder: Path, name: str, records: list[Mapping[str, Any]]) -> Origin:
    """Make an external JSON table of the records and return it as an origin."""
    rows = [athena_row(record) for record in records]
    place = folder / name
    place.mkdir()
    (place / "rows.json").write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    columns = ", ".join(f'"{column}" {_TYPES.get(column, "varchar")}' for column in rows[0])
    trino.run(
        f"CREATE TABLE hive.logs.{name} ({columns}) WITH (format = 'JSON', external_location = '{place.as_uri()}')"
    )
    return AthenaOrigin(f"hive.logs.{name}", AthenaAccess(), lambda _: _Client(trino))


def _files(folder: Path, name: str, records: list[Mapping[str, Any]]) -> Origin:
    path = folder / f"{name}.json"
    path.write_bytes(log_of(records))
    return FileOrigin([str(path)], jobs=1)


def _sample_logs() -> list[Mapping[str, Any]]:
    import gzip

    folder = _ROOT / "sample_logs" / "cloudtrail"
    found: list[Mapping[str, Any]] = []
    for path in sorted(folder.rglob("*.json.gz")):
        found += json.loads(gzip.decompress(path.read_bytes()))["Records"]
    return found


def _compare(trino: Trino, folder: Path) -> int:
    compared = 0
    corpora: dict[str, list[Mapping[str, Any]]] = {
        "corpus": list(CORPUS),
        "incident": list(incident()),
        "samples": _sample_logs(),
    }
    for name, records in corpora.items():
        if not records:
            continue
        athena, files = _load(trino, folder, name, records), _files(folder, name, records)
        wanted = (
            {what: given(what) for what in FILTERS} if name == "corpus" else {"all": filters_from(since="2020-01-01")}
        )
        for what, filters in wanted.items():
            options = ScanOptions(filters=filters, diagnose=name == "incident")
            found, expected = run_scan(athena, options), run_scan(files, options)
            assert [plain(group) for group in found.groups] == [plain(group) for group in expected.groups], (name, what)
            assert found.totals.denials == expected.totals.denials > 0, (name, what)
            assert [change.api_call for change in found.changes] == [change.api_call for change in expected.changes]
            assert [group.last_success for group in found.groups] == [group.last_success for group in expected.groups]
            compared += 1
            print(f"{name}, {what}: {found.totals.denials} denials in {found.totals.groups} groups, equal")
    return compared


def main() -> int:
    """Fetch, start, load, compare."""
    try:
        home = fetch(cache_folder())
        with tempfile.TemporaryDirectory(prefix="trino-") as name:
            folder = Path(name)
            with running(home, folder) as trino:
                trino.run("CREATE SCHEMA hive.logs")
                (folder / "tables").mkdir()
                compared = _compare(trino, folder / "tables")
    except Unavailable as reason:
        print(f"Trino cannot be had here: {reason}", file=sys.stderr)
        return 1
    print(f"{compared} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
