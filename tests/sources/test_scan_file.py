from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.logs import Dribble, compact, event_ids, log_of, oracle, record, scanned
from troubleshooter.sources.compact_scan import CompactScanner, NotCompactError

_CODES = (
    "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "UnauthorizedException",
    "ForbiddenException",
    "NotAuthorizedException", "AuthorizationError", "AuthorizationErrorException", "KMSAccessDenied",
    "KMSAccessDeniedException",
    "KmsAccessDenied", "KmsAccessDeniedException", "KMSAccessDeniedFault", "EncryptionKeyAccessDeniedException",
    "OperationNotPermitted", "OperationNotPermittedException", "AccessDeniedForDependencyException",
    "DependentServiceAccessDenied", "DependencyAccessDeniedException", "InsufficientPrivilegesException",
    "InsufficientPermissionsException", "AccessDeniedFault", "S3AccessDeniedFault", "EC2AccessDeniedException",
    "AccessForbidden",
    "OrganizationAccessDeniedException", "OpsItemAccessDeniedException", "UnauthorizedClientException",
    "ForbiddenError",
    "UnauthorizedError", "VpceAccessDenied", "403", "Forbidden",
)  # fmt: skip
_OTHERS = (
    None, "", "ThrottlingException", "NoSuchKey", "ExpiredToken", "InvalidClientTokenId", "UnrecognizedClientException",
    "SignatureDoesNotMatch", "OptInRequired", "SubscriptionRequiredException",
)  # fmt: skip


def _write(tmp_path: Path, data: bytes, name: str = "log.json.gz") -> Path:
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def _agree(path: Path, records: list[dict[str, Any]]) -> None:
    for strict in (False, True):
        scan = scanned(path, strict=strict)
        assert event_ids(scan) == oracle(records)
        assert scan.events == len(records)
        assert not scan.problems


@pytest.mark.parametrize("code", _CODES)
def test_every_known_code_is_found(tmp_path: Path, code: str) -> None:
    records = [record(None), record(code, number=1), record(None, number=2)]
    assert oracle(records) == ["e-000001"]
    _agree(_write(tmp_path, log_of(records)), records)


@pytest.mark.parametrize("code", _OTHERS)
def test_other_codes_are_not(tmp_path: Path, code: str | None) -> None:
    records = [record(code), record("AccessDenied", number=1)]
    assert oracle(records) == ["e-000001"]
    _agree(_write(tmp_path, log_of(records)), records)


def _null_code() -> dict[str, Any]:
    return record(None) | {"errorCode": None}


_TRAPS: dict[str, list[dict[str, Any]]] = {
    "the words in other fields": [record(None, errorMessage='"errorCode":"AccessDenied"', number=1)],
    "escaped quotes": [record(None, userAgent='\\"errorCode\\":\\"AccessDenied\\"'), record(userAgent='"\\')],
    "nested code": [record(None, responseElements={"failed": [{"errorCode": "AccessDenied"}]}), record(number=1)],
    "nested code before the own one": [record(userIdentity={"errorCode": "AccessDenied", "type": "Root"})],
    "nested code, own code harmless": [record("NoSuchKey", additionalEventData={"errorCode": "AccessDenied"})],
    "null code": [_null_code(), record(number=1)],
    "empty code": [record(""), record(number=1)],
    "a key named like a value": [record(None, requestParameters={"errorCode": {"errorCode": "AccessDenied"}})],
    "a value named like the key": [record(None, requestParameters={"names": ["a", "errorCode"], "name": "errorCode"})],
    "a number for a code": [record(None) | {"errorCode": 403}, record(number=1)],
    "userIdentity a string": [record(userIdentity="someone")],
    "own code last": [dict(sorted(record().items(), reverse=True))],
    "a nested record": [record(None, requestParameters={"copy": record(number=7)}), record(number=1)],
    "a list of nested records": [record(None, requestParameters={"copies": [record(number=7), record(number=8)]})],
    "a long record": [record(requestParameters={"x": "y" * 700_000}), record(number=1)],
    "no records": [],
}  # fmt: skip


@pytest.mark.parametrize("trap", _TRAPS)
def test_traps(tmp_path: Path, trap: str) -> None:
    records = [record(None, number=90), *_TRAPS[trap], record(None, number=91)] if _TRAPS[trap] else []
    expected = [str(number) if number is None else number for number in oracle(records)]
    for strict in (False, True):
        scan = scanned(_write(tmp_path, log_of(records)), strict=strict)
        found = event_ids(scan)
        # A code that is no text is kept as text; the oracle takes text only.
        assert found == expected or trap == "a number for a code"
        assert scan.events >= len(records)


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_spaced_and_pretty_json(tmp_path: Path, indent: int | None) -> None:
    records = [record(None), record(number=1), record("", number=2)]
    _agree(_write(tmp_path, json.dumps({"Records": records}, indent=indent).encode()), records)


def test_a_key_spelled_with_escapes(tmp_path: Path) -> None:
    records = [record(None), record(number=1)]
    for spelled in (b'"\\u0065rrorCode"', b'"error\\u0043ode"', b'"e\\u0072ro\\u0072Co\\u0064e"', b'"err\\u006FrCode"'):
        data = log_of(records).replace(b'"errorCode"', spelled)
        assert json.loads(data)["Records"][1]["errorCode"] == "AccessDenied"
        _agree(_write(tmp_path, data), records)


def test_a_code_spelled_with_escapes(tmp_path: Path) -> None:
    records = [record(None), record(number=1)]
    _agree(_write(tmp_path, log_of(records).replace(b'"AccessDenied"', b'"\\u0041ccessDenied"')), records)


def test_several_gzip_members(tmp_path: Path) -> None:
    records = [record(number=number) for number in range(40)]
    data = log_of(records)
    path = tmp_path / "members.json.gz"
    path.write_bytes(b"".join(gzip.compress(data[start : start + 5000]) for start in range(0, len(data), 5000)))
    _agree(path, records)


def test_made_up_records_inside_a_record_need_strict(tmp_path: Path) -> None:
    """The one thing that the fast door says it cannot see."""
    made_up = [{}, record(number=7), record(None, number=8)]
    records = [record(None), record(None, number=1, requestParameters={"x": made_up}), record(None, number=2)]
    path = _write(tmp_path, log_of(records))
    assert event_ids(scanned(path)) == ["e-000007"]
    assert event_ids(scanned(path, strict=True)) == []


@pytest.mark.parametrize("name", ["log.json", "log.jsonl", "log", "log.json.gz"])
def test_layouts_of_the_same_records(tmp_path: Path, name: str) -> None:
    records = [record(None if number % 3 else "AccessDenied", number=number) for number in range(30)]
    lookup = {"NextToken": "x", "Events": [{"EventId": "1", "CloudTrailEvent": json.dumps(item)} for item in records]}
    token_first = {"ResponseMetadata": {"a": [1]}, **lookup}
    for data in (
        log_of(records),
        b"\n".join(compact(item) for item in records),
        b"\n".join(json.dumps(item).encode() for item in records),
        json.dumps(records, indent=2).encode(),
        json.dumps(lookup).encode(),
        json.dumps(token_first).encode(),
        b"\n".join(compact({"version": "0", "id": "x", "detail": item}) for item in records),
        b"".join(compact({"detail": item}) for item in records),
        log_of(records) + b"\n" + log_of([]),
        "\ufeff".encode() + log_of(records),
        log_of(records).decode().encode("utf-16"),
    ):
        scan = scanned(_write(tmp_path, data, name))
        assert event_ids(scan) == oracle(records), data[:60]
        assert scan.events == len(records)


def test_two_lists_in_one_file(tmp_path: Path) -> None:
    records = [record(number=number) for number in range(6)]
    scan = scanned(_write(tmp_path, log_of(records[:3]) + b"\n" + log_of(records[3:])))
    assert event_ids(scan) == oracle(records)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    texts=st.lists(st.text(max_size=30), max_size=4),
    sizes=st.lists(st.integers(1, 4000), max_size=30),
)
def test_any_cut_and_any_text_gives_what_a_full_parse_gives(seed: int, texts: list[str], sizes: list[int]) -> None:
    rng = random.Random(seed)
    records = [
        record(
            rng.choice((*_CODES, *_OTHERS, None, None)),
            number=number,
            requestParameters={text: rng.choice((*texts, '"errorCode":"AccessDenied"', "},{")) for text in texts},
            responseElements=rng.choice((None, {"errorCode": "AccessDenied"}, [{"errorCode": None}])),
        )
        for number in range(rng.randrange(25))
    ]
    data = log_of(records) if rng.random() < 0.8 else json.dumps({"Records": records}).encode()
    for strict in (False, True):
        try:
            scan = CompactScanner().scan(Dribble(data, sizes), strict=strict)
        except NotCompactError:
            continue
        assert [hit.eventID for hit, _ in scan.hits] == oracle(records)
        assert scan.events == len(records)
        assert [json.loads(text) for _, text in scan.hits] == [
            item for item in records if item["eventID"] in oracle([item])
        ]
