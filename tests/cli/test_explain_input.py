"""Bad and odd input: one clear line on stderr, the right exit code, never a traceback, nothing raw on stdout."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MESSAGE = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
EVENT = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "IAMUser",
        "arn": "arn:aws:iam::111122223333:user/ana",
        "accountId": "111122223333",
        "userName": "ana",
    },
    "eventTime": "2026-03-04T05:06:07Z",
    "eventSource": "sqs.amazonaws.com",
    "eventName": "SendMessage",
    "awsRegion": "eu-west-1",
    "errorCode": "AccessDenied",
    "errorMessage": MESSAGE,
    "requestParameters": {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"},
}


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "troubleshooter", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("troubleshooter: ")
    return line


UNREADABLE = {
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "truncated gzip": gzip.compress(json.dumps({"Records": [EVENT]}).encode())[:-20],
    "truncated JSON": json.dumps({"Records": [EVENT] * 2}).encode()[:60],
    "JSON bomb": b"[" * 200_000,
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_input_is_one_line_and_exit_4(data: bytes) -> None:
    done = run("explain", "-", stdin=data)
    one_line(done)
    assert done.returncode == 4


LOOK_ALIKES = {
    "throttling": b"An error occurred (ThrottlingException) when calling the GetRole operation: Rate exceeded",
    "expired": b"An error occurred (ExpiredToken) when calling the HeadObject operation: The token has expired.",
    "signature": b"SignatureDoesNotMatch: The request signature we calculated does not match",
    "success": json.dumps({"Records": [{**EVENT, "errorCode": None, "errorMessage": None}]}).encode(),
    "prose": b"the weather is fine today",
}


@pytest.mark.parametrize("data", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_no_denial_is_named_and_exit_3(data: bytes) -> None:
    done = run("explain", "-", stdin=data)
    one_line(done)
    assert done.returncode == 3


def test_a_great_heap_of_noise_ends_soon() -> None:
    done = run("explain", "-", stdin=b"User: is not authorised, access den\n" * 1_400_000)
    assert done.returncode in {3, 4}
    one_line(done)


def test_noise_around_a_denial_does_not_hide_it() -> None:
    done = run("explain", "-", "--format", "json", stdin=b"noise\n" * 100_000 + MESSAGE.encode() + b"\nnoise" * 100_000)
    assert json.loads(done.stdout)["diagnoses"][0]["denial"]["action"] == "sqs:SendMessage"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"Records": [EVENT]},
        [EVENT],
        EVENT,
        {"Events": [{"EventName": "SendMessage", "CloudTrailEvent": json.dumps(EVENT)}]},
        {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.sqs", "detail": EVENT},
    ],
    ids=["Records", "list", "event", "LookupEvents", "EventBridge"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_wrappings(wrapped: object, packed: bool, tmp_path: Path) -> None:
    data = json.dumps(wrapped).encode()
    path = tmp_path / "event"
    path.write_bytes(gzip.compress(data) if packed else data)
    done = run("explain", str(path), "--format", "json")
    denial = json.loads(done.stdout)["diagnoses"][0]["denial"]
    assert denial["resource"] == "arn:aws:sqs:eu-west-1:111122223333:orders"
    assert denial["principal"]["kind"] == "iam_user"


def test_surrogates_and_escapes_reach_no_terminal() -> None:
    hostile = {**EVENT, "userAgent": "\x1b]0;owned\x07\ud800", "errorMessage": MESSAGE + "\x1b[31m\u202e"}
    for shape in ("text", "markdown", "html", "slack", "json"):
        done = run("explain", "-", "--format", shape, stdin=json.dumps(hostile).encode())
        assert done.returncode in {0, 5}, done.stderr
        assert b"\x1b" not in done.stdout
        assert "\u202e".encode() not in done.stdout


def test_missing_snapshot_is_unreadable(tmp_path: Path) -> None:
    done = run("explain", MESSAGE, "--snapshot", str(tmp_path / "nowhere"))
    assert "nowhere" in one_line(done)
    assert done.returncode == 4


def test_wrong_options_exit_2() -> None:
    assert run("explain", MESSAGE, "--context", "no-equals-sign").returncode == 2
    assert run("explain", MESSAGE, "--format", "pdf").returncode == 2
    assert run("explain", MESSAGE, "--snapshot", ".", "--live").returncode == 2
    assert run("explain", str(ROOT / "tests")).returncode == 2
