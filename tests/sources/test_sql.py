from __future__ import annotations

import re

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from troubleshooter.errors import UsageError
from troubleshooter.history.policy_writes import write_names
from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.athena_ddl import create_table_sql
from troubleshooter.sources.athena_history_sql import history_sql
from troubleshooter.sources.athena_sql import denials_sql
from troubleshooter.sources.athena_table import TableShape, shape_from
from troubleshooter.sources.sql_literals import s3_location, table_name, text_list, text_literal, whole_number

_FILTERS = ScanFilters(
    since="2026-03-01T00:00:00Z",
    until="2026-03-02T12:00:00Z",
    accounts=("111122223333", "222233334444"),
    regions=("eu-west-1",),
    error_codes=("AccessDenied",),
)
_LAKE = TableShape(partitions=(), types={"eventtime": "timestamp", "requestparameters": "map<string,string>"})
_CONSOLE = TableShape(partitions=())
_BY_HAND = TableShape(partitions=("region", "year", "month", "day"))
_SHAPES = {"projection": None, "console": _CONSOLE, "lake": _LAKE, "year/month/day": _BY_HAND}


def _queries(shape: TableShape | None) -> list[str]:
    history = history_sql(
        "security.cloudtrail",
        _FILTERS,
        writes=write_names(),
        assume_calls=("AssumeRole",),
        access_keys=("ASIAEXAMPLEEXAMPLE01",),
        calls=("GetObject",),
        callers=("arn:aws:iam::111122223333:role/o'brien",),
        shape=shape,
    )
    return [denials_sql("security.cloudtrail", _FILTERS, shape), history]


@pytest.mark.parametrize("shape", _SHAPES)
def test_every_query_is_one_athena_select_in_the_agreed_subset(shape: str) -> None:
    for sql in _queries(_SHAPES[shape]):
        statements = sqlglot.parse(sql, read="athena")
        assert len(statements) == 1
        tree = statements[0]
        assert isinstance(tree, exp.Select)
        assert tree.args.get("limit") is not None
        assert not list(tree.find_all(exp.Unnest))
        # element_at() is read as a safe subscript; a bare subscript raises beyond the end in Athena only.
        assert all(node.args.get("safe") for node in tree.find_all(exp.Bracket))
        assert all(isinstance(node.parent, exp.Column | exp.Count) for node in tree.find_all(exp.Star))
        assert not re.search(r"(?i)\b(map_agg|date_diff|format_datetime|at_timezone|any_match)\b", sql)


@pytest.mark.parametrize(
    ("shape", "predicates"),
    [
        (None, ("\"timestamp\" >= '2026/03/01'", "\"timestamp\" <= '2026/03/03'", '"account" IN', '"region" IN')),
        (_BY_HAND, ("year || '/' || month || '/' || day >= '2026/03/01'", '"region" IN')),
        (
            _CONSOLE,
            ("eventtime >= '2026-03-01T00:00:00Z'", "eventtime < '2026-03-02T12:00:00Z'", "recipientaccountid IN"),
        ),
    ],
)
def test_partition_predicates_are_always_there(shape: TableShape | None, predicates: tuple[str, ...]) -> None:
    for sql in _queries(shape):
        for predicate in predicates:
            assert predicate in sql


def test_the_catalogue_gives_the_shape() -> None:
    shape = shape_from({"eventTime": "timestamp(3)", "requestParameters": "map<string,string>"}, {"Region": "string"})
    assert shape.is_timestamp("eventtime")
    assert shape.is_map("requestparameters")
    assert (shape.region_partition, shape.account_partition, shape.day_partition) == ("region", None, None)


_PLAIN = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=60)


@settings(max_examples=300, deadline=None)
@given(_PLAIN)
def test_a_text_comes_back_from_sql_as_it_was(text: str) -> None:
    row = duckdb.execute(f"SELECT {text_literal(text)} AS value").fetchone()
    assert row == (text,)


@settings(max_examples=200, deadline=None)
@given(_PLAIN)
def test_a_text_is_one_literal_to_athena(text: str) -> None:
    parsed = sqlglot.parse_one(f"SELECT {text_literal(text)}", read="athena")
    assert isinstance(parsed, exp.Select)
    only = parsed.selects
    assert len(only) == 1
    assert isinstance(only[0], exp.Literal)


@given(st.text(max_size=40))
def test_any_filter_is_refused_or_stays_inside_its_literal(text: str) -> None:
    try:
        sql = denials_sql("a.b", ScanFilters(error_codes=(text,), accounts=(text,)))
    except UsageError:
        return
    assert len(sqlglot.parse(sql, read="athena")) == 1


@pytest.mark.parametrize("text", ["a\nb", "\0", "\x7f", "\ud800", "x" * 3000])
def test_texts_that_no_filter_needs_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        text_literal(text)


@pytest.mark.parametrize("name", ["t", "a.b.c.d", 'a."b"', "a.b;", "a b.c", "a.", ".b", "ä.b", "a.b' OR '1'='1"])
def test_table_names_are_names(name: str) -> None:
    with pytest.raises(UsageError):
        table_name(name)


def test_names_numbers_and_lists() -> None:
    assert table_name("aws_catalog.my-db.logs_2026") == '"aws_catalog"."my-db"."logs_2026"'
    assert text_list(["b", "a", "b"]) == "('a', 'b')"
    assert whole_number(7) == "7"
    with pytest.raises(UsageError):
        whole_number(-1)
    with pytest.raises(ValueError, match="empty"):
        text_list([])


def test_the_table_definition_parses_and_projects_its_partitions() -> None:
    sql = create_table_sql("s3://my-trail/prefix/AWSLogs/o-a1b2c3d4e5", "security.cloudtrail", ("eu-west-1",))
    tree = sqlglot.parse_one(sql, read="athena")
    assert isinstance(tree, exp.Create)
    assert (
        "'storage.location.template'='s3://my-trail/prefix/AWSLogs/o-a1b2c3d4e5/${account}/CloudTrail/${region}/${timestamp}'"
        in sql
    )
    assert "'projection.account.type'='injected'" in sql
    one = create_table_sql("s3://my-trail/AWSLogs/111122223333/CloudTrail/", "a.b")
    assert "'projection.account.values'='111122223333'" in one
    assert "LOCATION 's3://my-trail/AWSLogs/'" in one
    assert "s3://my-trail/AWSLogs/" in create_table_sql("s3://my-trail", "a.b")


@pytest.mark.parametrize("address", ["s3://", "http://x/y", "s3://b/'; DROP TABLE x", "s3://B/x", "/local"])
def test_addresses_are_checked(address: str) -> None:
    with pytest.raises(UsageError):
        s3_location(address)
