"""Every sample case in every form, compared with files that a person reads when they change."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import hcl2
import pytest
import yaml
from cfnlint.api import lint_all

from tests.cases.samples import CASES, diagnosis_of
from tests.conftest import Golden
from tests.reports.test_hostile import PAGES
from tests.support.aws_commands import SHELL_FENCE, check_script
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports import html, markdown, slack, text
from troubleshooter.reports.options import RenderOptions
from troubleshooter.usecases import hand_off, runbook

GOLDENS = Path(__file__).parent / "goldens"
OPTIONS = RenderOptions()


@cache
def diagnosis(case: str) -> Diagnosis:
    return diagnosis_of(case)


def body_of(page: str) -> str:
    return page[page.index("<main>") : page.index("</main>")] + "</main>\n"


@pytest.mark.parametrize("case", CASES)
def test_reports(case: str, golden: Golden) -> None:
    one = [diagnosis(case)]
    golden.check(GOLDENS / case / "report.txt", text.render(one, OPTIONS))
    golden.check(GOLDENS / case / "report.md", markdown.render(one, OPTIONS))
    golden.check(GOLDENS / case / "report.html", body_of(html.render(one, OPTIONS)))
    golden.check(GOLDENS / case / "report.slack.json", slack.render(one, OPTIONS))
    golden.check(GOLDENS / case / "runbook.md", runbook.render(one, PAGES, "markdown", OPTIONS))


@pytest.mark.parametrize("case", CASES)
def test_fixes(case: str, golden: Golden) -> None:
    one = diagnosis(case)
    if one.fix is None or not one.fix.changes:
        return
    forms = {form: hand_off.fix_text(one, form) for form in ("cli", "terraform", "cloudformation")}
    check_script(forms["cli"], read_only=False)
    hcl2.loads(forms["terraform"])
    if yaml.safe_load(forms["cloudformation"]):
        # The documents are the user's own: only what the template adds around them is ours to answer for.
        found = [match for match in lint_all(forms["cloudformation"]) if match.rule.id[0] == "E"]
        assert [str(match) for match in found if match.rule.id not in {"E3510", "E3512", "E3514"}] == []
    golden.check(GOLDENS / case / "fix.sh", forms["cli"])
    golden.check(GOLDENS / case / "fix.tf", forms["terraform"])
    golden.check(GOLDENS / case / "fix.yaml", forms["cloudformation"])
    golden.check(GOLDENS / case / "request.txt", hand_off.request_texts([one]))


@pytest.mark.parametrize("case", CASES)
def test_every_command_of_a_runbook_exists(case: str) -> None:
    book = runbook.render([diagnosis(case)], PAGES, "markdown", OPTIONS)
    for script in SHELL_FENCE.findall(book):
        check_script(script, read_only="cat >" not in script)
    assert not re.search(
        r"\b[A-Z]+_(NAME|ARN|ID)\b", re.sub(r"INSTANCE_ARN|PERMISSION_SET_ARN|DEVICE_NAME|ACCOUNT_ID", "", book)
    ) or (case in {"evidence-insufficient", "not-an-iam-denial"})


def test_no_golden_without_a_case() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == set(CASES)
