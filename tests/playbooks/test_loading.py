"""Users' own pages replace the shipped ones; a bad page is named with its line and left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshooter.errors import UsageError
from troubleshooter.usecases.playbook_values import placeholder_values
from troubleshooter.usecases.playbooks import PlaybookError, load, read_page

FRONT = """---
id: {id}
title: Ours
severity: low
owner: us
source_url: https://docs.aws.amazon.com/
---
"""
BODY = """## Meaning

Hello {{ principal.arn }}.

## Impact

x

## Diagnosis

x

## Fix

{{ fix }}

## If it persists

x

## Prevent

x
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_page_replaces_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "mfa-required", FRONT.format(id="mfa-required") + BODY)
    pages = load(tmp_path, placeholder_values())
    assert pages.problems == ()
    assert pages.get("mfa-required").title == "Ours"
    assert "PRINCIPAL" in pages.fill(pages.get("mfa-required"), placeholder_values())
    assert pages.get("scp-explicit-deny").title != "Ours"


def test_own_page_may_be_new_and_include_shipped_parts(tmp_path: Path) -> None:
    text = FRONT.format(id="our-own") + BODY.replace("## Impact\n\nx", '## Impact\n\n{% include "_scp.md" %}')
    write(tmp_path, "our-own", text)
    pages = load(tmp_path, placeholder_values())
    assert "list-policies-for-target" in pages.fill(pages.get("our-own"), placeholder_values())


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("no front matter", 1, "front matter is missing"),
        (FRONT.format(id="x") + "## Meaning\n", 8, "heading '## Impact' is missing"),
        (FRONT.format(id="x") + BODY.replace("## Impact", "## Zzz"), 8, "heading '## Impact' is missing"),
        (
            FRONT.format(id="x") + BODY.replace("## Meaning", "## Impact").replace("## Impact\n\nx", "## Meaning\n\nx"),
            8,
            "in order",
        ),
        (FRONT.format(id="x").replace("severity: low", "severity: awful") + BODY, 4, "severity must be one of"),
        (FRONT.format(id="x").replace("owner: us", "owner:") + BODY, 2, "lacks owner"),
        (FRONT.format(id="x").replace("https", "http") + BODY, 6, "must begin with https"),
        (FRONT.format(id="other") + BODY, 2, "must be the file's name"),
        (FRONT.format(id="x").replace("owner: us", "owner: [us") + BODY, 6, "no YAML"),
        (FRONT.format(id="x").replace("owner: us", "owner: us: me") + BODY, 5, "no YAML"),
        ("---\njust text\n---\n" + BODY, 2, "name: value"),
        (FRONT.format(id="x") + BODY.replace("Hello {{ principal.arn }}", "Hello {{ principal.arm }}"), 10, "arm"),
        (FRONT.format(id="x") + BODY.replace("Hello {{ principal.arn }}", "Hello {{ nobody }}"), 10, "nobody"),
        (
            FRONT.format(id="x") + BODY.replace("Hello {{ principal.arn }}", "Hello {% if %}"),
            10,
            "Expected an expression",
        ),
        (FRONT.format(id="x") + BODY.replace("{{ fix }}", '{% include "none.md" %}'), 22, "none.md"),
        (FRONT.format(id="x") + BODY.replace("{{ fix }}", "{{ fix.__class__.__mro__ }}"), 22, "unsafe"),
        (FRONT.format(id="x") + BODY.replace("{{ fix }}", "{{ 1 // 0 }}"), 22, "zero"),
    ],
)
def test_a_bad_page_is_named_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = write(tmp_path, "x", text)
    (problem,) = load(tmp_path, placeholder_values()).problems
    assert problem.startswith(f"{path}:{line}: ")
    assert reason in problem
    assert "x" not in load(tmp_path, placeholder_values()).pages


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"\xff\xfe")
    with pytest.raises(PlaybookError, match=r"x\.md:1: cannot be read"):
        read_page(tmp_path / "x.md")
    with pytest.raises(UsageError, match="no such folder"):
        load(tmp_path / "nowhere", placeholder_values())
    with pytest.raises(UsageError, match="no playbook zzz"):
        load(None, placeholder_values()).get("zzz")


def test_includes_cannot_leave_the_folders(tmp_path: Path) -> None:
    write(tmp_path, "x", FRONT.format(id="x") + BODY.replace("{{ fix }}", '{% include "../../etc/passwd" %}'))
    (problem,) = load(tmp_path, placeholder_values()).problems
    assert "passwd" in problem


def test_every_variable_is_escaped_without_asking(tmp_path: Path) -> None:
    write(tmp_path, "x", FRONT.format(id="x") + BODY)
    pages = load(tmp_path, placeholder_values())
    values = {**placeholder_values(), "principal": {"arn": "<b>[x](y) {{ 1 }}"}}
    assert r"&lt;b&gt;\[x\]\(y) \{\{ 1 \}\}" in pages.fill(pages.get("x"), values)
