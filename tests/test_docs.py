"""Every command that README shows with its output is run, and prints that output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*(?:\\\n[^\n]*)*)\n(?P<output>.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(?P<code>.*?)```", re.DOTALL)


def _run(command: str) -> str:
    shown = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return shown.stdout + shown.stderr


def _blocks() -> list[re.Match[str]]:
    return list(_BLOCK.finditer(README.read_text(encoding="utf-8")))


def test_readme_shows_commands() -> None:
    assert len(_blocks()) >= 3


def test_readme_commands_print_what_readme_shows(request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    renewed = _BLOCK.sub(lambda block: f"```console\n$ {block['command']}\n{_run(block['command'])}```", text)
    if request.config.getoption("--update-golden"):
        README.write_text(renewed, encoding="utf-8")
    assert README.read_text(encoding="utf-8") == renewed


def test_readme_python_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    codes = [block["code"] for block in _PYTHON.finditer(README.read_text(encoding="utf-8"))]
    assert codes
    for code in codes:
        exec(compile(code, str(README), "exec"), {"__name__": "readme"})  # noqa: S102 - our own README
        shown = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# -> ")]
        printed = capsys.readouterr().out
        for line in shown:
            assert line.removeprefix("-> ") in printed
