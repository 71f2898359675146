"""``troubleshooter scan`` as a person runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.sources.logs import in_layout, log_of, record
from troubleshooter.cli.app import app
from troubleshooter.cli.progress import words
from troubleshooter.usecases.origins import Progress

_RUN = CliRunner()
_DENIALS = [record(number=number, errorMessage="User: x is not authorized to perform: a:B") for number in range(3)]


def _run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "troubleshooter", "scan", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_folder_to_json(tmp_path: Path) -> None:
    in_layout(tmp_path, log_of([*_DENIALS, record(None, number=9)]))
    code, out, err = _run(str(tmp_path), "--format", "json", "--no-diagnose")
    loaded = json.loads(out)
    assert (code, err) == (0, "")
    assert loaded["totals"] | {"bytes": 0} == {
        "files": 1,
        "bytes": 0,
        "events": 4,
        "denials": 3,
        "groups": 1,
        "unreadable": 0,
    }
    assert loaded["groups"][0]["finding"] is None


def test_exit_codes(tmp_path: Path) -> None:
    in_layout(tmp_path / "none", log_of([record(None)]))
    in_layout(tmp_path / "bare", log_of([record(errorMessage="Access Denied")]))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.json.gz").write_bytes(b"\x1f\x8bxx")
    assert _run(str(tmp_path / "none"))[0] == 3
    assert _run(str(tmp_path / "bad"))[0] == 4
    assert _run(str(tmp_path / "missing"))[0] == 4
    assert _run(str(tmp_path / "bare"))[0] == 5
    assert _run(str(tmp_path / "bare"), "--no-diagnose")[0] == 0
    assert _run()[0] == 2
    assert _run(str(tmp_path), "--since", "soon")[0] == 2
    assert _run(str(tmp_path), "--account", "12")[0] == 2
    assert _run(str(tmp_path), "--lookup-events")[0] == 2


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown", "html", "parquet"])
def test_every_format_goes_to_a_file(tmp_path: Path, form: str) -> None:
    in_layout(tmp_path / "logs", log_of(_DENIALS))
    target = tmp_path / "report"
    done = _RUN.invoke(
        app, ["scan", str(tmp_path / "logs"), "--format", form, "--output", str(target), "--no-diagnose"]
    )
    assert done.exit_code == 0, done.output
    assert target.stat().st_size > 50
    assert not done.stdout


def test_sql_and_ddl_are_printed_without_running_anything() -> None:
    done = _RUN.invoke(app, ["scan", "--athena-table", "security.cloudtrail", "--since", "2026-03-01", "--print-sql"])
    assert done.exit_code == 0
    assert 'FROM "security"."cloudtrail"' in done.stdout
    assert done.stdout.rstrip().endswith("LIMIT 10000;")
    done = _RUN.invoke(app, ["scan", "s3://my-trail/AWSLogs", "--print-ddl", "--region", "eu-west-1"])
    assert done.exit_code == 0
    assert done.stdout.startswith("CREATE EXTERNAL TABLE default.cloudtrail_logs (")
    assert "'projection.region.values'='eu-west-1'" in done.stdout


def test_a_snapshot_settles_what_a_message_cannot(tmp_path: Path) -> None:
    in_layout(tmp_path / "logs", log_of([record(errorMessage="Access Denied")]))
    account = tmp_path / "snapshot" / "accounts" / "111122223333"
    account.mkdir(parents=True)
    (tmp_path / "snapshot" / "snapshot.json").write_text('{"schema_version": 1}')
    role = {
        "Path": "/app/", "RoleName": "deploy", "Arn": "arn:aws:iam::111122223333:role/app/deploy", "RoleId": "AROA",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "RolePolicyList": [],
        "AttachedManagedPolicies": [], "InstanceProfileList": [], "Tags": [],
    }  # fmt: skip
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []}
    (account / "authorization-details.json").write_text(json.dumps(details))
    done = _RUN.invoke(
        app, ["scan", str(tmp_path / "logs"), "--snapshot", str(tmp_path / "snapshot"), "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    finding = json.loads(done.stdout)["groups"][0]["finding"]
    assert (finding["policy_type"], finding["basis"]) == ("identity_policy", "evaluated")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_prints_what_was_found_and_exits_130(tmp_path: Path) -> None:
    data = log_of(_DENIALS * 2000)
    for number in range(120):
        in_layout(tmp_path, data, number=number)
    for seconds in (1.5, 3.0, 6.0, 12.0):
        status, out = _interrupted_after(seconds, tmp_path)
        if status == 130 and json.loads(out)["totals"]["files"]:
            break
        # A busy machine had not read its first file by then: give it longer.
    assert status == 130
    assert 0 < json.loads(out)["totals"]["files"] < 120


def _interrupted_after(seconds: float, folder: Path) -> tuple[int, str]:
    running = subprocess.Popen(
        [sys.executable, "-m", "troubleshooter", "scan", str(folder), "--format", "json", "--jobs", "1", "--strict"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background job ignores SIGINT, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    try:
        time.sleep(seconds)
        os.killpg(running.pid, signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    return running.returncode, out


def test_progress_in_words() -> None:
    progress = Progress(stage="reading", done=25, size=100, files=1204, bytes=2_000_000_000, denials=311)
    assert words(progress, 2.0) == "reading 25 %, 1,204 files, 1,000 MB/s, 311 denials, 6 s left"
    assert words(Progress(stage="LookupEvents, 50 events"), 0.0) == "LookupEvents, 50 events, 0 denials"
