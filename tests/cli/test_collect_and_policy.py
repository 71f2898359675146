"""``collect`` and ``policy`` at the command line: their output, their one-line errors and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from troubleshooter.usecases.policy import AccountKind, Mode, needed_policy


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    command = [sys.executable, "-m", "troubleshooter", *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_policy_prints_the_document_alone() -> None:
    done = _run("policy", "--mode", "collect", "--account", "management")
    assert done.returncode == 0
    assert json.loads(done.stdout) == needed_policy(Mode.COLLECT, AccountKind.MANAGEMENT)
    assert done.stderr == ""


def test_policy_as_text_tells_what_is_no_read_by_name() -> None:
    done = _run("policy", "--mode", "scan", "--format", "text")
    assert "s3:PutObject  (scan --athena-table" in done.stdout
    assert "sts:AssumeRole" in done.stdout


def test_policy_refuses_a_place_that_is_not_s3() -> None:
    done = _run("policy", "--mode", "scan", "--log-location", "here")
    assert done.returncode == 2
    assert "s3://bucket/prefix" in done.stderr


MESSAGE = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: s3:GetObject"


@pytest.mark.parametrize("words", [("collect", "--out"), ("explain", "--live", MESSAGE, "--output")])
def test_no_credentials_is_one_line_and_exit_6(tmp_path: Path, words: tuple[str, ...]) -> None:
    given = (*words, str(tmp_path / "out"))
    done = _run(*given)
    assert done.returncode == 6
    assert done.stdout == ""
    assert done.stderr == (
        "troubleshooter: no AWS credentials found: set AWS_PROFILE or --profile, or run `aws configure`\n"
    )
    assert not list(tmp_path.iterdir())


def test_collect_refuses_a_folder_that_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")
    done = _run("collect", "--out", str(tmp_path / "mine"))
    assert done.returncode == 2
    assert "is no snapshot" in done.stderr


def test_collect_of_text_without_a_denial_is_exit_3(tmp_path: Path) -> None:
    done = _run("collect", "all is well", "--out", str(tmp_path / "snapshot"))
    assert done.returncode == 3
