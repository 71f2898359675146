from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import jsonschema
import pytest

from tests.sources.logs import ACCOUNT, compact, record
from troubleshooter.model.scan import Problem, ScanResult
from troubleshooter.reports import scan_csv, scan_frame, scan_html, scan_json, scan_markdown, scan_text
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.scan_json import schema
from troubleshooter.usecases.scan import scan

_NASTY = "x\x1b[31m</script><img src=x onerror=alert(1)>`|\u202e=cmd"
_OPTIONS = RenderOptions(width=80)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ScanResult:
    records = []
    for hour in range(30):
        records += [record(number=hour, role="nightly", eventTime=f"2026-03-0{2 + hour // 24}T{hour % 24:02d}:10:00Z")]
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0001"
    for number in range(40):
        message = (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/deploy/s is not authorized to perform: kms:Decrypt "
            f"on resource: {key} "
            "because no resource-based policy allows the kms:Decrypt action"
        )
        records.append(
            record(number=100 + number, eventSource="kms.amazonaws.com", eventName="Decrypt", errorMessage=message,
                   eventTime=f"2026-03-03T03:{number:02d}:00Z", requestParameters={"keyId": key})
        )  # fmt: skip
    records.append(
        record(None, number=200, role="ops", eventSource="kms.amazonaws.com", eventName="PutKeyPolicy",
               requestParameters={"keyId": key}, eventTime="2026-03-03T02:55:00Z")
    )  # fmt: skip
    identity = {
        "type": "IAMUser",
        "userName": _NASTY,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{_NASTY}",
        "accountId": ACCOUNT,
    }
    records.append(record(number=300, userIdentity=identity, eventTime="2026-03-02T01:00:00Z", sourceIPAddress="=1+1"))
    path = tmp_path_factory.mktemp("logs") / "log.json"
    path.write_bytes(compact({"Records": records}))
    found = scan(path)
    return replace(found, problems=(Problem(file=f"a{_NASTY}.json.gz", reason="damaged"),), source="logs")


def test_text_answers_first_and_fits_eighty_columns(result: ScanResult) -> None:
    text = scan_text.render(result, _OPTIONS)
    lines = text.splitlines()
    assert lines[0] == "71 denials in 3 groups, 1 new"
    assert lines[1].startswith("NEW: role/app/deploy is denied kms:Decrypt on")
    assert "First denied 03:00, 5 minutes after PutKeyPolicy on that key by role/ops" in text
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in text
    assert "\x1b[31m" not in scan_text.render(result, replace(_OPTIONS, color=True))
    assert "\x1b[1;31m" in scan_text.render(result, replace(_OPTIONS, color=True))


def test_text_tells_how_many_groups_it_leaves_out(result: ScanResult) -> None:
    assert "2 more groups: raise --top" in scan_text.render(result, _OPTIONS, top=1)


def test_nothing_found_is_one_sentence() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = scan(folder)
    assert scan_text.render(empty, _OPTIONS).startswith("No denial in 0 events, 0 bytes of")
    assert "No denial found" in scan_html.render(empty, _OPTIONS)
    assert scan_markdown.render(empty, _OPTIONS).count("\n") < 8
    assert scan_frame.to_frame(empty).empty
    assert len(scan_csv.render(empty, _OPTIONS).splitlines()) == 1


def test_json_is_the_contracts(result: ScanResult) -> None:
    loaded = json.loads(scan_json.render(result, _OPTIONS))
    jsonschema.validate(loaded, schema())
    assert list(loaded) == ["schema_version", "source", "window", "totals", "groups", "changes", "problems"]
    assert list(loaded["totals"]) == ["files", "bytes", "events", "denials", "groups", "unreadable"]
    assert list(loaded["groups"][0]) == [
        "principal", "principal_kind", "action", "resource", "error_code", "count", "first_seen", "last_seen",
        "accounts",
        "regions", "sources", "sample_event_ids", "finding", "is_new", "per_hour",
    ]  # fmt: skip
    assert loaded["groups"][0]["per_hour"] == [["2026-03-03T03:00:00Z", 40]]
    assert loaded["groups"][0]["finding"]["policy_type"] == "resource_policy"
    assert loaded["changes"][0]["api_call"] == "PutKeyPolicy"
    assert sum(group["count"] for group in loaded["groups"]) == loaded["totals"]["denials"] == 71


def test_csv_cells_are_safe_and_complete(result: ScanResult) -> None:
    rows = list(csv.DictReader(io.StringIO(scan_csv.render(result, _OPTIONS))))
    assert [int(row["count"]) for row in rows] == [group.count for group in result.groups]
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@"))
            assert "\x1b" not in cell
    assert "'=1+1" in {row["sources"] for row in rows}


def test_parquet_and_the_frame_hold_real_types(result: ScanResult, tmp_path: Path) -> None:
    path = tmp_path / "groups.parquet"
    path.write_bytes(scan_frame.render_parquet(result, _OPTIONS))
    rows = duckdb.execute(
        "SELECT count, first_seen, accounts, is_new FROM read_parquet(?) ORDER BY rank", [str(path)]
    ).fetchall()
    assert [row[0] for row in rows] == [group.count for group in result.groups]
    assert rows[0][1].isoformat() == "2026-03-03T03:00:00+00:00"
    assert rows[0][2] == [ACCOUNT]
    assert rows[0][3] is True
    frame = scan_frame.to_frame(result)
    assert frame["last_seen"].max().isoformat() == "2026-03-03T05:10:00+00:00"
    assert frame.loc[frame["is_new"], "action"].tolist() == ["kms:Decrypt"]


class _Page(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_shows_the_same_numbers(result: ScanResult) -> None:
    page = _Page()
    html = scan_html.render(result, _OPTIONS)
    page.feed(html)
    counts = [
        int(attrs["data-count"] or 0) for tag, attrs in page.tags if tag == "span" and attrs.get("class") == "count"
    ]
    groups = [group.count for group in result.groups]
    who = [count for _, count in Counter({group.principal: group.count for group in result.groups}).most_common()]
    assert counts[-len(groups) :] == groups
    assert counts[: len(groups)] == sorted(who, reverse=True)
    bars = [int(attrs["data-count"] or 0) for tag, attrs in page.tags if tag == "g"]
    assert sum(bars) == result.totals.denials
    assert max(bars) == 41
    totals = dict(re.findall(r'<strong data-total="(\w+)">([\d,]+)</strong>', html))
    assert totals == {"denials": "71", "groups": "3", "new": "1", "events": "72", "unreadable": "0"}


def test_html_is_inert_and_asks_for_nothing(result: ScanResult) -> None:
    page = _Page()
    html = scan_html.render(result, _OPTIONS)
    page.feed(html)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "a", "base"}
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert "url(" not in html
    assert "<img src=x" in "".join(page.text)


def test_markdown_renders_names_as_themselves(result: ScanResult) -> None:
    text = scan_markdown.render(result, _OPTIONS)
    assert "| 1 | new | 40 |" in text
    assert "<img" not in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") - line.count("\\|") for line in table} == {9}


def test_long_windows_are_gathered_into_few_bars(result: ScanResult) -> None:
    hours = tuple((f"2026-03-{day:02d}T{hour:02d}:00:00Z", 1) for day in range(1, 29) for hour in range(24))
    group = replace(result.groups[0], per_hour=hours)
    html = scan_html.render(replace(result, groups=(group,)), _OPTIONS)
    bars = [int(count) for count in re.findall(r'<g data-hour="[^"]+" data-count="(\d+)"', html)]
    assert len(bars) <= 168
    assert sum(bars) == len(hours)
