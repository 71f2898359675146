"""The closed loop runs only when asked for (``make test-e2e``): it installs an emulator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.emulator import NotInstallableError, install, running
from tests.e2e.world import World

FOLDER = Path(__file__).resolve().parents[2] / ".venv-e2e"

if os.environ.get("TROUBLESHOOTER_E2E") != "1":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    try:
        program = install(FOLDER)
    except NotInstallableError as trouble:
        pytest.exit(f"\n\n!!! CLOSED LOOP NOT RUN: {trouble}\n", returncode=0)
    with running(program, tmp_path_factory.mktemp("emulator")) as url:
        yield World(url)
