"""Records and files for the tests of scanning, and the oracle: a full parse with the standard library."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from troubleshooter.denials.codes import is_denial_code
from troubleshooter.sources.log_files import LogFile
from troubleshooter.sources.scan_file import FileScan, FileScanner

ACCOUNT = "111122223333"


def record(
    code: str | None = "AccessDenied", *, number: int = 0, role: str = "deploy", **fields: Any
) -> dict[str, Any]:
    """Return a record as CloudTrail writes it: ``eventVersion`` first, the code in its place."""
    made: dict[str, Any] = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLE:{role}-session",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session",
            "accountId": ACCOUNT,
            "accessKeyId": "ASIAEXAMPLEEXAMPLE01",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROAEXAMPLE", "arn": f"arn:aws:iam::{ACCOUNT}:role/app/{role}",
                    "accountId": ACCOUNT, "userName": role,
                },
                "attributes": {"creationDate": "2026-03-02T00:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": f"2026-03-02T{10 + number // 3600 % 12:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "eventSource": "secretsmanager.amazonaws.com",
        "eventName": "GetSecretValue",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": f"10.0.0.{number % 200}",
        "userAgent": '[aws-cli/2.15 "AccessDenied" \\\\]',
    }  # fmt: skip
    if code is not None:
        made["errorCode"] = code
    arn = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:app/db-AbCdEf"
    made |= {
        "requestParameters": {"secretId": arn},
        "responseElements": None,
        "requestID": f"r-{number}",
        "eventID": f"e-{number:06d}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    return made | fields


def compact(value: object) -> bytes:
    """Return JSON without a space, as CloudTrail writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def log_of(records: Iterable[Mapping[str, Any]]) -> bytes:
    return compact({"Records": list(records)})


def in_layout(
    root: Path,
    data: bytes,
    *,
    account: str = ACCOUNT,
    region: str = "eu-west-1",
    day: str = "2026/03/02",
    number: int = 0,
) -> Path:
    """Write a gzip file at its place in CloudTrail's S3 layout."""
    folder = root / "AWSLogs" / account / "CloudTrail" / region / day
    folder.mkdir(parents=True, exist_ok=True)
    clock = f"{day.replace('/', '')}T1{number // 60 % 10}{number % 60:02d}"
    path = folder / f"{account}_CloudTrail_{region}_{clock}Z_{number:016x}.json.gz"
    path.write_bytes(gzip.compress(data))
    return path


def scanned(path: Path, *, strict: bool = False) -> FileScan:
    return FileScanner(strict=strict).scan(LogFile(path=str(path), size=path.stat().st_size))


def event_ids(scan: FileScan) -> list[str | None]:
    return [hit.eventID for hit, _ in scan.hits]


def oracle(records: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """Return the event ids of the denials among parsed records."""
    return [item.get("eventID") for item in records if is_denial_code(item.get("errorCode"))]


class Dribble:
    """A reader that gives a few bytes at a time, so that every boundary falls everywhere."""

    def __init__(self, data: bytes, sizes: Iterable[int]) -> None:
        self._data = memoryview(data)
        self._sizes: Iterator[int] = iter(sizes)

    def readinto(self, buffer: memoryview, /) -> int:
        count = min(len(self._data), len(buffer), next(self._sizes, 1 << 20))
        buffer[:count] = self._data[:count]
        self._data = self._data[count:]
        return count
