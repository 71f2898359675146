"""The diff applies, the JSON is the contract's, the request says all that an owner asks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.fixes.renderings.changes import CHANGES, fix_of
from tests.reports import builders
from troubleshooter.fixes.renderings import diff, json_, request_text
from troubleshooter.fixes.renderings.documents import pretty
from troubleshooter.model.plain import to_plain
from troubleshooter.model.vocabulary import Disposition


@pytest.mark.parametrize("name", ["inline-role", "scp", "resource-bucket-create"])
def test_patch_turns_before_into_after(name: str, tmp_path: Path) -> None:
    change = CHANGES[name]
    (tmp_path / "policy.json").write_text(f"{pretty(change.before)}\n" if change.before else "")
    patch = diff.render(fix_of(change))
    subprocess.run(["patch", "-s", "policy.json"], input=patch, text=True, cwd=tmp_path, check=True)
    assert json.loads((tmp_path / "policy.json").read_text()) == change.after


def test_json_is_the_fix() -> None:
    fix = fix_of(*CHANGES.values())
    text = json_.render(fix)
    assert json.loads(text) == json.loads(json.dumps(to_plain(fix)))
    assert text.isascii()


def test_a_request_says_who_what_why_the_change_and_its_price() -> None:
    text = request_text.render(builders.scp_deny())
    for part in (
        "Who asks:      arn:aws:iam::111122223333:role/service/report-writer",
        "For what:      s3:PutObject on arn:aws:s3:::acme-reports/2026/q3.csv",
        "Refused by:    scp (explicit deny)",
        "To:            the organization's administrators",
        "What it newly allows:",
        "It may be taken back:",
        '+          "aws:PrincipalArn": "arn:aws:iam::111122223333:role/service/report-writer"',
    ):
        assert part in text


def test_a_request_without_a_fix_asks_for_the_reason() -> None:
    assert "not computed" in request_text.render(builders.message_only())


def test_a_quarantine_is_no_request() -> None:
    text = request_text.render(builders.quarantined())
    assert "not a request to change a policy" in text
    assert builders.quarantined().fix.disposition is Disposition.DO_NOT_APPLY  # type: ignore[union-attr]
