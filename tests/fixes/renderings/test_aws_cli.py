"""The shell script is correct shell, its commands exist, and its documents are the changes' own."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixes.renderings.changes import AFTER, CHANGES, fix_of
from tests.support.aws_commands import bash_accepts, check_script
from troubleshooter.fixes.renderings import aws_cli, shell
from troubleshooter.model.vocabulary import Disposition

NO_COMMAND = {"aws-managed", "odd-identity", "session-odd", "grant", "resource-unknown", "resource-no-arn"}


@pytest.mark.parametrize("name", CHANGES)
def test_script_parses_and_its_commands_exist(name: str) -> None:
    script = aws_cli.render(fix_of(CHANGES[name]))
    count = check_script(script, read_only=False)
    assert count or name.removesuffix("-create") in NO_COMMAND
    rollback = "\n".join(re.findall(r"^# ((?:aws|detach).*)$", script.split("# Roll back")[-1], flags=re.MULTILINE))
    check_script(rollback, read_only=False)


@pytest.mark.parametrize("name", [name for name in CHANGES if "hostile" not in name])
def test_replacing_has_a_backup_and_a_way_back(name: str) -> None:
    script = aws_cli.render(fix_of(CHANGES[name]))
    if name.removesuffix("-create") in NO_COMMAND or name == "session":
        return
    assert ("# Back up" in script) != name.endswith("create")
    without_way_back = {"resource-key-create", "resource-topic-create"}  # keys and topics always have a policy
    assert ("# Roll back" in script) == (name not in without_way_back)


def test_running_the_here_document_writes_the_document(tmp_path: Path) -> None:
    script = aws_cli.render(fix_of(CHANGES["inline-role"], CHANGES["resource-queue"]))
    kept = re.sub(r"^aws .*$", "true", script, flags=re.MULTILINE)
    subprocess.run(["bash", "-eu"], input=kept, text=True, cwd=tmp_path, check=True)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["1-task-policy.after.json", "2-jobs.after.json"]
    assert json.loads((tmp_path / "1-task-policy.after.json").read_text()) == AFTER
    attributes = json.loads((tmp_path / "2-jobs.after.json").read_text())
    assert json.loads(attributes["Policy"]) == AFTER


def test_nothing_to_apply_gives_comments_only() -> None:
    for fix in (fix_of(CHANGES["scp"], disposition=Disposition.DO_NOT_APPLY), fix_of()):
        assert all(line.startswith("#") for line in aws_cli.render(fix).splitlines())


def test_output_is_ascii_without_anything_live() -> None:
    script = aws_cli.render(fix_of(*CHANGES.values()))
    assert all(" " <= char <= "~" or char == "\n" for char in script)
    assert "<script>" not in script
    assert "{{y}}" not in script


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_quoting_is_one_word_that_bash_reads_back(text: str) -> None:
    done = subprocess.run(["bash", "-c", f"printf '%s' {shell.quote(text)}"], capture_output=True, check=True)
    assert done.stdout.decode() == text


@given(st.text())
def test_a_summary_never_leaves_its_comment(text: str) -> None:
    script = aws_cli.render(fix_of(summary=text, owner="", warnings=(), without_policy_change=()))
    assert all(line.startswith("#") for line in script.splitlines())


def test_hostile_names_run_nothing(tmp_path: Path) -> None:
    script = aws_cli.render(fix_of(CHANGES["hostile-names"]))
    bash_accepts(script)
    subprocess.run(["bash", "-eu"], input=f"aws() {{ :; }}\n{script}", text=True, cwd=tmp_path, check=True)
    assert len(list(tmp_path.iterdir())) == 2
    assert not (tmp_path / "x").exists()
