"""Athena's protocol end to end against moto's server, through PyAthena's default cursor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.sources.athena import AthenaAccess, AthenaClient
from troubleshooter.usecases.athena_origin import AthenaOrigin
from troubleshooter.usecases.scan import ScanOptions, run_scan

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

_SAMPLE = {
    "caller": "arn:aws:iam::111122223333:role/app/deploy",
    "eventsource": "kms.amazonaws.com",
    "eventname": "Decrypt",
    "errorcode": "AccessDenied",
    "awsregion": "eu-west-1",
    "recipientaccountid": "111122223333",
    "fold": "",
    "denials": "42",
    "first_seen": "2026-03-02T10:00:00Z",
    "last_seen": "2026-03-02T12:00:00Z",
    "hours": "2026-03-02T10=40 2026-03-02T12=2",
    "earliest": "2026-03-02T10:00:00Z e-1",
    "addresses": "10.0.0.1 10.0.0.2",
    "user_type": "AssumedRole",
    "user_arn": "arn:aws:sts::111122223333:assumed-role/deploy/s",
    "user_accountid": "111122223333",
    "issuer_arn": "arn:aws:iam::111122223333:role/app/deploy",
    "issuer_username": "deploy",
    "errormessage": "Access Denied",
    "eventid": "e-42",
    "resource1_arn": "arn:aws:kms:eu-west-1:111122223333:key/0001",
    "parameters": '{"keyId":"0001"}',
    "all_denials": "43",
    "all_rows": "2",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def access(server: str, monkeypatch: pytest.MonkeyPatch) -> AthenaAccess:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    urlopen(Request(f"{server}/moto-api/reset", method="POST"))  # noqa: S310
    boto3.client("s3", endpoint_url=server).create_bucket(Bucket="results")
    return AthenaAccess(output_location="s3://results/", endpoint_url=server)


def _queue(server: str, *results: list[dict[str, str]]) -> None:
    queued: list[dict[str, Any]] = []
    for rows in results:
        names = list(rows[0]) if rows else ["caller"]
        columns = [{"Name": name, "Type": "varchar", "CatalogName": "c", "SchemaName": "", "TableName": "",
        "Label": name,
                    "Precision": 1, "Scale": 0, "Nullable": "UNKNOWN",
                    "CaseSensitive": True} for name in names]  # fmt: skip
        data = [{"Data": [{"VarCharValue": text} for text in row]} for row in (names, *(row.values() for row in rows))]
        queued.append({"rows": data, "column_info": columns})
    body = json.dumps({"account_id": "123456789012", "region": "us-east-1", "results": queued}).encode()
    url = f"{server}/moto-api/static/athena/query-results"
    with urlopen(Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")) as answer:  # noqa: S310
        assert answer.status in {200, 201}


def test_the_query_runs_and_its_rows_become_groups(server: str, access: AthenaAccess) -> None:
    _queue(server, [_SAMPLE], [])
    result = run_scan(AthenaOrigin("security.cloudtrail", access), ScanOptions())
    (group,) = result.groups
    assert (group.principal, group.action) == ("arn:aws:iam::111122223333:role/app/deploy", "kms:Decrypt")
    assert group.resource == "arn:aws:kms:eu-west-1:111122223333:key/0001"
    assert (group.count, group.sources, group.sample_event_ids) == (42, ("10.0.0.1", "10.0.0.2"), ("e-1",))
    assert group.per_hour == (("2026-03-02T10:00:00Z", 40), ("2026-03-02T12:00:00Z", 2))
    assert group.finding is not None
    notes = " ".join(result.notes)
    assert "no --since was given: Athena was asked for one day" in notes
    assert "Athena query " in notes
    assert "2 groups with 43 denials; the 1 largest came back" in notes
    athena = boto3.client("athena", endpoint_url=server)
    ids = athena.list_query_executions()["QueryExecutionIds"]
    texts = [athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Query"] for name in ids]
    assert any('FROM "security"."cloudtrail"' in text and '"timestamp" >= ' in text for text in texts)


def test_no_rows_are_no_denials(server: str, access: AthenaAccess) -> None:
    _queue(server, [])
    assert run_scan(AthenaOrigin("security.cloudtrail", access), ScanOptions()).totals.denials == 0


class _Execution:
    data_scanned_in_bytes = 5_000


def test_a_query_that_scans_too_much_is_cancelled(access: AthenaAccess) -> None:
    from dataclasses import replace

    client = AthenaClient(replace(access, max_scan_bytes=1_000))
    told: list[int] = []
    client._tell = told.append
    client._on_poll(_Execution())
    assert told == [5_000]
    assert "more than --max-scan-bytes 1,000" in client._words(Exception("cancelled"))


def test_a_refusal_is_unreachable_and_names_the_cause(server: str) -> None:
    access = AthenaAccess(
        workgroup="none", endpoint_url=server.replace("127.0.0.1", "127.0.0.2").rsplit(":", 1)[0] + ":1"
    )
    client = AthenaClient(access)
    with pytest.raises(UnreachableError, match="Athena"):
        client.run("SELECT 1")


def test_results_need_a_place() -> None:
    with pytest.raises(UsageError, match="--workgroup"):
        AthenaClient(AthenaAccess())
