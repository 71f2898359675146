"""One corpus through files, Athena's SQL (on DuckDB) and LookupEvents gives one result."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import troubleshooter
from tests.sources.duckdb_athena import DuckAthena
from tests.sources.logs import ACCOUNT, compact, in_layout, log_of, oracle, record
from troubleshooter.model.scan import Group, ScanFilters, ScanResult
from troubleshooter.sources.athena import AthenaAccess
from troubleshooter.sources.lookup_events import Lookup
from troubleshooter.sources.s3_folder import S3Folder
from troubleshooter.usecases.athena_origin import AthenaOrigin
from troubleshooter.usecases.lookup_origin import LookupOrigin
from troubleshooter.usecases.origins import FileOrigin, Origin
from troubleshooter.usecases.scan import ScanOptions, run_scan, scan
from troubleshooter.usecases.scan_filters import filters_from

_S3 = "s3.amazonaws.com"


def _object(number: int, key: str, **fields: Any) -> dict[str, Any]:
    bucket = "reports-111122223333"
    return record(
        number=number,
        eventSource=_S3,
        eventName="GetObject",
        errorMessage="Access Denied",
        requestParameters={"bucketName": bucket, "key": key},
        resources=[
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"},
        ],
        **fields,
    )


def _sentence(role: str, session: str, action: str, resource: str, reason: str) -> str:
    user = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"
    return f"User: {user} is not authorized to perform: {action} on resource: {resource} {reason}"


def _with_session(item: dict[str, Any], session: str) -> dict[str, Any]:
    arn = item["userIdentity"]["arn"].rpartition("/")[0]
    return item | {"userIdentity": item["userIdentity"] | {"arn": f"{arn}/{session}", "principalId": f"AROA:{session}"}}


def _corpus() -> list[dict[str, Any]]:
    rng = random.Random(5)
    records: list[dict[str, Any]] = []
    for number in range(60):
        key = f"daily/2026/{number % 15:02d}/part" if number < 30 else f"few/{number % 3}"
        records.append(_with_session(_object(number, key), f"s{number % 4}"))
    for number in range(60, 90):
        action, resource = "kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{number % 2:08d}"
        reason = f"because no identity-based policy allows the {action} action"
        message = _sentence("shipping", f"s{number % 5}", action, resource, reason)
        item = record(
            number=number, role="shipping", eventSource="kms.amazonaws.com", eventName="Decrypt", errorMessage=message
        )
        records.append(_with_session(item, f"s{number % 5}"))
    for number in range(90, 120):
        blob = "".join(rng.choices("abcdefXYZ0123", k=60))
        message = f"You are not authorized to perform this operation. Encoded authorization failure message: {blob}"
        records.append(
            record(
                "Client.UnauthorizedOperation", number=number, role="builder", eventSource="ec2.amazonaws.com",
                eventName="RunInstances", errorMessage=message, requestParameters={"instanceType": "m5.large"},
                awsRegion=rng.choice(("eu-west-1", "us-east-1")),
            )
        )  # fmt: skip
    codes = (None, "", "ThrottlingException", "AccessDeniedException")
    records += [record(rng.choice(codes), number=number * 60) for number in range(120, 150)]
    records.append(
        record(
            number=151,
            userIdentity={"type": "AWSService", "invokedBy": "athena.amazonaws.com"},
            recipientAccountId="222233334444",
        )
    )
    records.append(
        record(
            number=152,
            userIdentity={
                "type": "IAMUser",
                "userName": "o'brien",
                "arn": f"arn:aws:iam::{ACCOUNT}:user/o'brien",
                "accountId": ACCOUNT,
                "principalId": "AIDA",
                "accessKeyId": "AKIAEXAMPLE",
            },
        )
    )
    rng.shuffle(records)
    return records


CORPUS = _corpus()
FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "since": {"since": "2026-03-02T10:01:00Z"},
    "until": {"until": "2026-03-02T10:01:30Z"},
    "account": {"accounts": ["222233334444"]},
    "region": {"regions": ["us-east-1"]},
    "role": {"principals": ["*role/app/ship*"]},
    "session": {"principals": ["*assumed-role/deploy/s1"]},
    "action": {"actions": ["KMS:*"]},
    "resource": {"resources": ["arn:aws:s3:::*/daily/2026/0?/*"]},
    "code": {"error_codes": ["client.unauthorizedoperation"]},
    "two at once": {"actions": ["s3:Get*"], "until": "2026-03-02T10:00:40Z"},
    "quoted": {"principals": ["*o'brien"]},
    "limit": {"limit": 2},
}


class _Lookups:
    def lookup_events(self, **request: Any) -> dict[str, Any]:
        begin = int(request.get("NextToken", "0"))
        events = [{"CloudTrailEvent": compact(item).decode()} for item in CORPUS[begin : begin + 50]]
        more = {"NextToken": str(begin + 50)} if begin + 50 < len(CORPUS) else {}
        return {"Events": events, **more}


def _files(tmp_path: Path) -> Origin:
    places: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in CORPUS:
        places.setdefault((item["recipientAccountId"], item["awsRegion"]), []).append(item)
    for (account, region), records in places.items():
        for number in range(3):
            in_layout(tmp_path, log_of(records[number::3]), account=account, region=region, number=number)
    return FileOrigin([str(tmp_path)], jobs=1)


def _pool(tmp_path: Path) -> Origin:
    _files(tmp_path)
    return FileOrigin([str(tmp_path)], jobs=2)


def _strict(tmp_path: Path) -> Origin:
    _files(tmp_path)
    return FileOrigin([str(tmp_path)], jobs=1, strict=True)


def _athena(tmp_path: Path) -> Origin:
    duck = DuckAthena(CORPUS, tmp_path)
    return AthenaOrigin("logs.cloudtrail", AthenaAccess(), lambda _: duck)


def _lookup(tmp_path: Path) -> Origin:
    assert tmp_path.is_dir()
    client = _Lookups()
    return LookupOrigin(
        lookup=Lookup(make_client=lambda _: client, regions=("us-east-1",), wait=lambda _: None), jobs=1
    )


_ORIGINS: dict[str, Callable[[Path], Origin]] = {
    "files, two processes": _pool, "files, strict": _strict, "Athena's SQL": _athena, "LookupEvents": _lookup,
}  # fmt: skip


def given(name: str) -> ScanFilters:
    wanted = FILTERS[name]
    return filters_from(**{"since": "2026-03-02T00:00:00Z", **wanted})


def plain(group: Group) -> dict[str, Any]:
    names = ("principal", "principal_kind", "action", "resource", "error_code", "count", "first_seen", "last_seen",
    "accounts",
             "regions", "sources", "sample_event_ids", "is_new", "per_hour", "trend")  # fmt: skip
    return {name: getattr(group, name) for name in names}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("origin", _ORIGINS)
def test_every_source_gives_what_files_give(tmp_path: Path, name: str, origin: str) -> None:
    options = ScanOptions(filters=given(name), diagnose=False)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    expected = run_scan(_files(tmp_path / "a"), options)
    found = run_scan(_ORIGINS[origin](tmp_path / "b"), options)
    assert [plain(group) for group in found.groups] == [plain(group) for group in expected.groups]
    assert found.totals.denials == expected.totals.denials
    assert found.totals.groups == expected.totals.groups
    assert found.window == expected.window
    assert expected.groups


def test_counts_are_those_of_a_full_parse(tmp_path: Path) -> None:
    result = run_scan(_files(tmp_path), ScanOptions(diagnose=False))
    assert result.totals.denials == len(oracle(CORPUS))
    assert sum(group.count for group in result.groups) == len(oracle(CORPUS))
    assert result.totals.events == len(CORPUS)
    assert result.totals.files == 9
    folded = [group for group in result.groups if group.resource == "arn:aws:s3:::reports-111122223333/daily/2026/*"]
    assert [group.count for group in folded] == [30]
    assert sum("few/" in (group.resource or "") for group in result.groups) == 3


def test_s3_addresses_are_read_and_pruned(tmp_path: Path) -> None:
    _files(tmp_path)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="my-trail")
        for path in tmp_path.rglob("*.gz"):
            client.put_object(Bucket="my-trail", Key=str(path.relative_to(tmp_path)), Body=path.read_bytes())
        client.put_object(
            Bucket="my-trail", Key="AWSLogs/222233334444/CloudTrail/eu-west-1/2026/03/02/x.json.gz", Body=b"bad"
        )
        folder = S3Folder()
        options = ScanOptions(diagnose=False, filters=filters_from(accounts=[ACCOUNT]))
        origin = FileOrigin(["s3://my-trail/AWSLogs"], jobs=1, list_files=folder.find, open_file=folder.open)
        remote = run_scan(origin, options)
    local = run_scan(_files(tmp_path), options)
    assert [plain(group) for group in remote.groups] == [plain(group) for group in local.groups]
    assert not remote.problems


def test_the_public_function_diagnoses_and_tabulates(tmp_path: Path) -> None:
    _files(tmp_path)
    result = troubleshooter.scan(tmp_path, top=2)
    assert isinstance(result, ScanResult)
    assert [group.finding is not None for group in result.groups[:3]] == [True, True, False]
    frame = result.to_pandas()
    assert len(frame) == len(result.groups)
    assert str(frame["first_seen"].dtype).startswith("datetime64")
    assert str(frame["count"].dtype) == "int64"
    assert str(frame["is_new"].dtype) == "boolean"
    assert frame["count"].sum() == result.totals.denials


def test_parts_counted_by_processes_fold_the_same_way(tmp_path: Path) -> None:
    for number in range(40):
        in_layout(tmp_path, log_of([_object(number, f"p/{number % 13}/{number}")]), number=number)
    first, second = (scan(tmp_path, jobs=jobs, diagnose=False) for jobs in (1, 2))
    assert [plain(group) for group in first.groups] == [plain(group) for group in second.groups]
    assert [group.resource for group in first.groups] == ["arn:aws:s3:::reports-111122223333/p/*"]


class _Interrupted(FileOrigin):
    """Ctrl-C once the first share of the files was counted."""

    def count(self, filters: ScanFilters, tell: Callable[[Any], None]) -> Any:
        def interrupt(progress: Any) -> None:
            tell(progress)
            raise KeyboardInterrupt

        return super().count(filters, interrupt)


def test_an_interrupt_gives_what_was_found_so_far(tmp_path: Path) -> None:
    _files(tmp_path)
    result = run_scan(_Interrupted([str(tmp_path)], jobs=1), ScanOptions())
    assert result.interrupted
    assert 0 < result.totals.denials < len(oracle(CORPUS))


def incident() -> Iterator[dict[str, Any]]:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0001"
    calm: dict[str, Any] = {"eventSource": "kms.amazonaws.com", "eventName": "Decrypt",
    "requestParameters": {"keyId": key}, "resources": [{"ARN": key, "accountId": ACCOUNT,
    "type": "AWS::KMS::Key"}]}  # fmt: skip
    message = _sentence(
        "deploy", "session", "kms:Decrypt", key, "because no resource-based policy allows the kms:Decrypt action"
    )
    for hour in range(8):
        yield record(number=hour, role="noise", eventTime=f"2026-03-02T{6 + hour:02d}:10:00Z")
        if hour < 6:
            yield record(None, number=100 + hour, eventTime=f"2026-03-02T{6 + hour:02d}:30:00Z", **calm)
    yield record(
        None, number=200, eventTime="2026-03-02T06:00:00Z", eventSource="sts.amazonaws.com", eventName="AssumeRole",
        requestParameters={
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/app/deploy", "policy": compact({"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}).decode(),
            "tags": [{"key": "team", "value": "a"}],
        },
        responseElements={"credentials": {"accessKeyId": "ASIAEXAMPLEEXAMPLE01"}},
    )  # fmt: skip
    yield record(
        None, number=201, role="ops", eventTime="2026-03-02T11:58:00Z", **(calm | {"eventName": "PutKeyPolicy"})
    )
    for number in range(30):
        yield record(number=300 + number, eventTime=f"2026-03-02T12:{3 + number:02d}:00Z", errorMessage=message, **calm)


@pytest.mark.parametrize("origin", ["files", "athena"])
def test_the_incident_comes_first_with_what_changed_and_the_session(tmp_path: Path, origin: str) -> None:
    records = list(incident())
    if origin == "files":
        in_layout(tmp_path, log_of(records))
        source: Origin = FileOrigin([str(tmp_path)], jobs=1)
    else:
        duck = DuckAthena(records, tmp_path)
        source = AthenaOrigin("logs.cloudtrail", AthenaAccess(), lambda _: duck)
    result = run_scan(
        source, ScanOptions(filters=filters_from(since="2026-03-02T06:00:00Z", until="2026-03-02T14:00:00Z"))
    )
    first = result.groups[0]
    assert (first.action, first.is_new, first.trend, first.count) == ("kms:Decrypt", True, "new", 30)
    assert first.last_success is not None
    assert first.last_success.event_time == "2026-03-02T11:30:00Z"
    assert [change.api_call for change in first.changes] == ["PutKeyPolicy"]
    assert first.changes[0].why_suspect == "first denied 12:03, 5 minutes after PutKeyPolicy on that key by role/ops"
    assert result.changes == first.changes
    assert [group.trend for group in result.groups[1:]] == ["chronic"]
    assert first.diagnosis is not None
    session = next(item for item in first.diagnosis.steps[0].policy_types if item.policy_type.value == "session_policy")
    assert session.decision.value == "implicit_deny"


def test_records_with_odd_types_are_counted(tmp_path: Path) -> None:
    odd = [
        record(userIdentity="someone"), record(userIdentity=None, number=1), record(requestParameters="text", number=2),
        record(resources="x", number=3), record(eventTime=5, number=4), record(eventTime="yesterday", number=5),
        record(eventTime="9999-99-99T99:99:99Z", number=6), record(errorMessage=["a"], number=7),
        record(eventName=None, number=8),
        record(sourceIPAddress={"a": 1}, number=9), {"eventSource": "x", "eventName": "y", "errorCode": "AccessDenied"},
    ]  # fmt: skip
    path = tmp_path / "odd.json"
    path.write_bytes(json.dumps({"Records": odd}).encode())
    for strict in (False, True):
        result = scan(path, strict=strict)
        assert result.totals.denials == len(odd)
        json.dumps(result.to_plain())
