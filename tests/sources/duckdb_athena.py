"""Athena's engine stood in for by DuckDB: the same SQL text, Trino's function names as macros."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from troubleshooter.sources.athena import QueryResult
from troubleshooter.sources.athena_table import TableShape

_STRINGS = (
    "eventversion", "eventtime", "eventsource", "eventname", "awsregion", "sourceipaddress", "useragent", "errorcode",
    "errormessage", "requestparameters", "responseelements", "additionaleventdata", "requestid", "eventid", "readonly",
    "eventtype", "apiversion", "recipientaccountid", "serviceeventdetails", "sharedeventid", "vpcendpointid",
    "vpcendpointaccountid", "eventcategory",
)  # fmt: skip
_ISSUER = "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR)"
_COLUMNS = {
    **dict.fromkeys(_STRINGS, "VARCHAR"),
    "useridentity": "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, "
    "accesskeyid VARCHAR, username VARCHAR, sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR, "
    f"creationdate VARCHAR), sessionissuer {_ISSUER}))",
    "resources": "STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "timestamp": "VARCHAR",
}
# Trino's meaning: no match is NULL, every occurrence is replaced, an index beyond the end is NULL.
_MACROS = (
    "CREATE MACRO regexp_like(s, p) AS regexp_matches(s, p)",
    "CREATE MACRO trino_extract(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, 1) END",
    "CREATE MACRO trino_replace(s, p, r) AS regexp_replace(s, p, r, 'g')",
    "CREATE MACRO element_at(l, i) AS list_extract(l, i)",
    "CREATE MACRO array_join(l, s) AS array_to_string(l, s)",
    "CREATE MACRO slice(l, b, n) AS list_slice(l, b, b + n - 1)",
    "CREATE MACRO json_format(j) AS CAST(j AS VARCHAR)",
    "CREATE MACRO date_format(t, f) AS strftime(t, replace(f, '%i', '%M'))",
)


class DuckAthena:
    """Runs Athena's SQL on records; a drop-in for AthenaClient."""

    def __init__(self, records: Iterable[Mapping[str, Any]], folder: Path) -> None:
        self.queries: list[str] = []
        path = folder / "rows.jsonl"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(athena_row(record)) + "\n" for record in records)
        self.connection = duckdb.connect()
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _COLUMNS.items())
        self.connection.execute("CREATE SCHEMA logs")
        self.connection.execute(
            "CREATE TABLE logs.cloudtrail AS SELECT * FROM "  # noqa: S608 - a path of pytest's
            f"read_json('{path}', format='newline_delimited', columns={{{columns}}})"
        )
        for macro in _MACROS:
            self.connection.execute(macro)

    def shape_of(self, table: str) -> TableShape | None:
        assert table
        return TableShape()

    def run(self, sql: str, tell: Callable[[int], None] = lambda _: None) -> QueryResult:
        tell(0)
        self.queries.append(sql)
        text = sql.replace("regexp_extract(", "trino_extract(").replace("regexp_replace(", "trino_replace(")
        cursor = self.connection.execute(text)
        names = [column[0] for column in cursor.description or ()]
        return QueryResult(
            rows=[dict(zip(names, row, strict=True)) for row in cursor.fetchall()], query_id="q-1", scanned=1234
        )


def athena_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the JSON SerDe makes of a record: lowercase names, JSON text where the column is a string."""
    lowered = {name.lower(): value for name, value in record.items()}
    row: dict[str, Any] = {}
    for name in _STRINGS:
        value = lowered.get(name)
        row[name] = value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    row["useridentity"] = _lower_keys(lowered.get("useridentity"))
    row["resources"] = _lower_keys(lowered.get("resources"))
    account, region = lowered.get("recipientaccountid"), lowered.get("awsregion")
    day = (lowered.get("eventtime") or "")[:10].replace("-", "/")
    return {**row, "account": account, "region": region, "timestamp": day}


def _lower_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): _lower_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_lower_keys(item) for item in value]
    return value
