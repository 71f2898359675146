"""Streams that are closed, or whose reader has gone: the right exit code, and never "this is a bug"."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

_MESSAGE = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
_PROGRAM = f"{shlex.quote(sys.executable)} -m troubleshooter"


def _shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (f"{_PROGRAM} explain <&-", 4),
        (f"{_PROGRAM} explain {shlex.quote(_MESSAGE)} >&-", 0),
        (f"set -o pipefail; {_PROGRAM} explain {shlex.quote(_MESSAGE)} | true", 0),
        (f"set -o pipefail; {_PROGRAM} explain 'AccessDenied: Access Denied' | true", 5),
    ],
)
def test_a_closed_stream_is_no_bug(command: str, code: int) -> None:
    ended = _shell(command)
    assert ended.returncode == code, ended.stderr
    assert "bug" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_callers_of_two_other_accounts_are_two_groups(tmp_path: Path) -> None:
    call = {
        "eventTime": "2026-10-05T09:20:14Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "errorCode": "AccessDenied",
        "errorMessage": "Access Denied",
        "requestParameters": {"bucketName": "acme", "key": "a.txt"},
        "recipientAccountId": "111122223333",
    }
    accounts = ("444455556666", "777788889999")
    records = [{**call, "userIdentity": {"type": "AWSAccount", "accountId": account}} for account in accounts]
    log = tmp_path / "log.json"
    log.write_text(json.dumps({"Records": records}))
    ended = _shell(f"{_PROGRAM} scan {shlex.quote(str(log))} --format json")
    assert sorted(group["principal"] for group in json.loads(ended.stdout)["groups"]) == sorted(accounts)


def test_a_snapshot_without_the_organization_is_not_called_unread(tmp_path: Path) -> None:
    case = Path(__file__).resolve().parents[2] / "sample_logs" / "scp-explicit-deny"
    snapshot = tmp_path / "snapshot"
    _shell(f"cp -r {shlex.quote(str(case / 'snapshot'))} {shlex.quote(str(snapshot))}")
    (snapshot / "organization.json").unlink()
    ended = _shell(f"{_PROGRAM} explain {case / 'event.json'} --snapshot {shlex.quote(str(snapshot))}")
    assert "No policy was read" not in ended.stdout
    assert "Not known, and could change this answer: SCP" in " ".join(ended.stdout.split())
