from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.sources.duckdb_athena import DuckAthena
from tests.sources.logs import event_ids, oracle, record, scanned
from troubleshooter.sources.rows import record_of_row, struct_of

_RECORDS = [record("AccessDenied" if number % 2 else None, number=number) for number in range(20)]


def test_athena_prints_structs_without_quotes() -> None:
    text = (
        "{type=AssumedRole, principalid=AROA:s, arn=arn:aws:sts::111122223333:assumed-role/a/s, "
        "accountid=111122223333, "
        "invokedby=null, sessioncontext={attributes={mfaauthenticated=false, creationdate=2026-03-02T00:00:00Z}, "
        "sessionissuer={type=Role, arn=arn:aws:iam::111122223333:role/app/a, username=a}}}"
    )
    row = {"eventname": "GetSecretValue", "eventsource": "secretsmanager.amazonaws.com", "useridentity": text}
    identity: Any = (record_of_row(row) or {})["userIdentity"]
    assert identity["arn"] == "arn:aws:sts::111122223333:assumed-role/a/s"
    assert identity["sessionContext"]["sessionIssuer"]["userName"] == "a"
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    assert "invokedBy" not in identity


@pytest.mark.parametrize("text", ["{", "[", "{a=", "{a={b=[", "{=}", "}{", "{a=b, c}", "{" * 3000, "[{a=1},{a=2}]", ""])
def test_any_text_gives_something_or_nothing(text: str) -> None:
    row = {"eventname": "x", "eventsource": "y", "useridentity": text}
    assert record_of_row(row) is not None


def test_struct_lists() -> None:
    assert struct_of("[{arn=a, type=b}, {arn=c, type=d}]") == [{"arn": "a", "type": "b"}, {"arn": "c", "type": "d"}]


def test_rows_of_other_tables_are_no_records() -> None:
    assert record_of_row({"id": 1, "name": "x"}) is None


def _rows(tmp_path: Path) -> list[dict[str, Any]]:
    columns = (
        "eventtime, eventsource, eventname, awsregion, errorcode, errormessage, eventid, recipientaccountid, "
        "useridentity"
    )
    result = DuckAthena(_RECORDS, tmp_path).run(f"SELECT {columns}, requestparameters, resources FROM logs.cloudtrail")  # noqa: S608
    return [dict(row) for row in result.rows]


def _athena_text(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_athena_text(item)}" for name, item in value.items()) + "}"
    return "null" if value is None else str(value)


def test_csv_exports(tmp_path: Path) -> None:
    rows = _rows(tmp_path)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(
        {name: _athena_text(value) if value is not None else "" for name, value in row.items()} for row in rows
    )
    path = tmp_path / "export.csv"
    path.write_text(out.getvalue())
    found = scanned(path)
    assert event_ids(found) == oracle(_RECORDS)
    assert found.events == len(_RECORDS)
    assert b'"arn":"arn:aws:iam::111122223333:role/app/deploy"' in next(iter(found.hits))[1]


def test_parquet_exports(tmp_path: Path) -> None:
    duck = DuckAthena(_RECORDS, tmp_path)
    path = tmp_path / "export.parquet"
    duck.connection.execute(f"COPY logs.cloudtrail TO '{path}' (FORMAT parquet)")
    found = scanned(path)
    assert event_ids(found) == oracle(_RECORDS)
    assert not found.problems


def test_lake_rows_hold_the_event_as_json(tmp_path: Path) -> None:
    import json

    path = tmp_path / "lake.csv"
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (eventid VARCHAR, eventjson VARCHAR)")
    for item in _RECORDS:
        connection.execute("INSERT INTO t VALUES (?, ?)", [item["eventID"], json.dumps(item)])
    connection.execute(f"COPY t TO '{path}' (HEADER)")
    assert event_ids(scanned(path)) == oracle(_RECORDS)
