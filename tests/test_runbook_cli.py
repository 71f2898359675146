"""``runbook``, ``--fix-format``, ``--fix-output`` and ``--request`` as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import hcl2
import pytest
import yaml

from tests.reports.test_hostile import check_html, check_markdown, check_slack
from tests.support.aws_commands import bash_accepts
from troubleshooter.cli.hand_off import hand_off
from troubleshooter.errors import UsageError
from troubleshooter.reports import text
from troubleshooter.reports.options import RenderOptions

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "sample_logs" / "s3-bucket-arn-for-object-action"
BASE = (str(CASE / "event.json"), "--snapshot", str(CASE / "snapshot"))


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "troubleshooter", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize(
    ("form", "check"), [("markdown", check_markdown), ("html", check_html), ("slack", check_slack)]
)
def test_runbook_in_each_form(form: str, check: object) -> None:
    done = run("runbook", *BASE, "--format", form)
    assert done.returncode == 0, done.stderr
    assert callable(check)
    check(done.stdout)
    assert "s3:" in done.stdout


def test_own_playbooks_by_option_and_environment(tmp_path: Path) -> None:
    page = (
        (ROOT / "playbooks" / f"{CASE.name}.md").read_text("utf-8").replace("## Prevent\n", "## Prevent\n\nCall Sam.\n")
    )
    (tmp_path / f"{CASE.name}.md").write_text(page, "utf-8")
    (tmp_path / "bad.md").write_text("nothing", "utf-8")
    for done in (
        run("runbook", *BASE, "--playbooks", str(tmp_path)),
        run("runbook", *BASE, TROUBLESHOOTER_PLAYBOOKS=str(tmp_path)),
    ):
        assert done.returncode == 0
        assert "Call Sam." in done.stdout
        assert "bad.md:1: front matter is missing" in done.stderr
    assert run("runbook", *BASE, "--playbooks", str(tmp_path / "none")).returncode == 2


@pytest.mark.parametrize("command", ["explain", "runbook"])
def test_fix_forms(command: str) -> None:
    shown = {
        form: run(command, *BASE, "--fix-format", form)
        for form in ("json", "cli", "terraform", "cloudformation", "diff")
    }
    assert {done.returncode for done in shown.values()} == {0}
    assert json.loads(shown["json"].stdout)["verified"] is True
    bash_accepts(shown["cli"].stdout)
    hcl2.loads(shown["terraform"].stdout)
    yaml.safe_load(shown["cloudformation"].stdout)
    assert "\n+++ after/" in shown["diff"].stdout
    assert run(command, *BASE, "--fix-format", "bash").returncode == 2


def test_fix_files_and_report(tmp_path: Path) -> None:
    done = run("explain", *BASE, "--fix-output", str(tmp_path / "new" / "folder"))
    assert done.returncode == 0
    assert done.stdout.startswith("DENIED by")
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {
        "fix.json",
        "fix.sh",
        "fix.tf",
        "fix.yaml",
        "fix.diff",
    }
    script = (tmp_path / "new" / "folder" / "fix.sh").read_text()
    assert script.startswith("#!/usr/bin/env bash\nset -eu\n")
    one = run("explain", *BASE, "--fix-output", str(tmp_path / "one"), "--fix-format", "terraform")
    assert one.stdout.startswith("DENIED by")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["fix.tf"]
    (tmp_path / "file").write_text("")
    assert run("explain", *BASE, "--fix-output", str(tmp_path / "file" / "x")).returncode == 2


def test_request_and_masking() -> None:
    done = run("explain", *BASE, "--request", "--redact")
    assert done.stdout.startswith("Request for access: s3:")
    assert "111122223333" not in done.stdout


def test_several_and_no_fix(tmp_path: Path) -> None:
    from tests.reports import builders

    both = (builders.scp_deny(), builders.message_only())
    assert json.loads(hand_off(both, fix_format="json", fix_output=None, request=False, redact=False) or "")[1] is None
    assert "No change was computed" in (
        hand_off(both, fix_format="cli", fix_output=None, request=False, redact=False) or ""
    )
    assert hand_off(both, fix_format=None, fix_output=tmp_path, request=False, redact=False) is None
    assert (tmp_path / "fix-2.json").read_text() == "null\n"
    with pytest.raises(UsageError):
        hand_off(both, fix_format="x", fix_output=None, request=False, redact=False)


def test_a_diff_is_coloured_where_wanted() -> None:
    from tests.reports import builders

    plain = hand_off([builders.scp_deny()], fix_format="diff", fix_output=None, request=False, redact=False)
    colored = hand_off(
        [builders.scp_deny()], fix_format="diff", fix_output=None, request=False, redact=False, color=True
    )
    assert "\x1b" not in (plain or "")
    assert "\x1b[1;32m+" in (colored or "")
    assert "\x1b[" in text.render([builders.scp_deny()], RenderOptions(color=True))
