"""CONTRIBUTING names only what is there."""

from __future__ import annotations

import re
from pathlib import Path

from troubleshooter.usecases.playbook_values import placeholder_values

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_paths_exist() -> None:
    named = set(re.findall(r"`((?:troubleshooter|tests|playbooks|sample_logs|pyproject)[\w./]*)`", TEXT))
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make ([\w-]+)`", TEXT):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_the_names_a_page_may_use_are_all_listed() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", TEXT, flags=re.MULTILINE))
    values = {name: value for name, value in placeholder_values().items() if isinstance(value, dict)}
    assert set(rows) == set(values)
    for name, row in rows.items():
        assert re.findall(r"`(\w+)`", row) == sorted(values[name])
