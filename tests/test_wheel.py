"""The built wheel works on its own: installed in an empty environment, it explains a sample."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    environment = tmp_path / "empty"
    venv.create(environment, with_pip=True)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    program = str(binaries / "troubleshooter")
    sample = ROOT / "sample_logs" / "scp-explicit-deny"
    shown = subprocess.run(
        [program, "explain", str(sample / "event.json"), "--snapshot", str(sample / "snapshot")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert shown.returncode == 0, shown.stderr
    assert "service control policy" in shown.stdout.lower() or "scp" in shown.stdout.lower()
    playbook = subprocess.run(
        [program, "runbook", str(sample / "event.json"), "--snapshot", str(sample / "snapshot")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert playbook.returncode == 0, playbook.stderr
    assert "Impact" in playbook.stdout
