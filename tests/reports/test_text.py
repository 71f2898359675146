"""The text report: its first line is the answer, nothing is wider than the terminal, colour only where wanted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.reports import builders
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports import text
from troubleshooter.reports.options import RenderOptions

PLAIN = RenderOptions()


def first_lines(diagnosis: Diagnosis, count: int = 4) -> str:
    return "\n".join(text.render([diagnosis], PLAIN).splitlines()[:count])


def test_first_line_names_layer_policy_statement_and_kind_of_deny() -> None:
    first = text.render([builders.scp_deny()], PLAIN).splitlines()[0]
    assert first.startswith(
        'DENIED by SCP "RestrictRegions" (explicit deny, statement DenyOutsideAllowedRegions): The request'
    )


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (builders.identity_missing, "DENIED by identity policy (implicit deny): Statement AppData lists"),
        (builders.message_only, "DENIED, most likely by identity policy (implicit deny): AWS's message says"),
        (builders.allowed_now, "ALLOWED by current policies: role report-writer may do it now"),
        (builders.key_policy, "DENIED by key policy (implicit deny): the bucket encrypts"),
        (builders.not_iam, "NOT AN IAM DENIAL: Bedrock model access is not enabled"),
    ],
)
def test_first_line(build: object, expected: str) -> None:
    assert callable(build)
    assert text.render([build()], PLAIN).startswith(expected)


def test_a_finding_without_a_layer_is_said_as_a_cause() -> None:
    diagnosis = builders.not_iam()
    finding = replace(diagnosis.findings[0], cause="evidence-insufficient", because="Too little was read.")
    assert text.render([replace(diagnosis, findings=(finding,))], PLAIN).startswith(
        "DENIED; the cause is not settled: Too little was read"
    )
    other = replace(finding, cause="missing-key-shown-as-403")
    assert text.render([replace(diagnosis, findings=(other,))], PLAIN).startswith("DENIED, most likely: Too little")
    assert text.render([replace(diagnosis, findings=())], PLAIN).startswith("DENIED, and no cause was found")


def test_the_first_lines_say_what_else_blocks_and_what_could_change_the_answer() -> None:
    assert "! Also denied by permissions boundary" in first_lines(builders.scp_deny())
    assert "! No policy was read: this rests on the message alone" in first_lines(builders.message_only())
    assert "! Not known, and could change this answer: SCP of 111122223333" in first_lines(builders.allowed_now())


def test_a_gap_elsewhere_does_not_shout_where_a_layer_certainly_denies() -> None:
    diagnosis = replace(builders.scp_deny(), gaps=builders.allowed_now().gaps)
    assert "could change this answer" not in text.render([diagnosis], PLAIN)
    assert "Not read" in text.render([diagnosis], PLAIN)


def test_near_miss_is_key_required_actual() -> None:
    report = " ".join(text.render([builders.scp_deny()], PLAIN).split())
    assert (
        "near miss: aws:RequestedRegion · required StringNotEquals eu-central-1, eu-west-1 · actual us-west-2" in report
    )


def test_further_blockers_are_announced_as_such() -> None:
    report = " ".join(text.render([builders.scp_deny()], PLAIN).split())
    assert "After this you would still be denied by permissions boundary (implicit deny)" in report


@pytest.mark.parametrize("name", builders.ALL)
@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_width_unless_a_word_does_not(name: str, width: int) -> None:
    for line in text.render([builders.ALL[name]()], RenderOptions(width=width)).splitlines():
        longest = max(line.split(), key=len, default="")
        assert len(line) <= width or len(longest) > width // 3 or line.startswith(("  aws", "      "))


def test_colour_is_ansi_only_where_wanted() -> None:
    diagnosis = builders.scp_deny()
    plain = text.render([diagnosis], PLAIN)
    colored = text.render([diagnosis], RenderOptions(color=True))
    assert "\x1b" not in plain
    assert colored.startswith("\x1b[1;31mDENIED\x1b[0m by SCP")
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_several_denials_are_numbered() -> None:
    report = text.render([builders.scp_deny(), builders.allowed_now()], replace(PLAIN, source="snapshot of today"))
    assert report.startswith("=== Denial 1 of 2 ===")
    assert "=== Denial 2 of 2 ===" in report
    assert report.endswith("Evidence: snapshot of today\n")


def test_a_long_reason_is_parted_after_its_first_sentence() -> None:
    diagnosis = builders.not_iam()
    first, second = f"The first sentence {'is long ' * 18}indeed.", "Then more."
    finding = replace(diagnosis.findings[0], because=f"{first} {second}")
    report = " ".join(text.render([replace(diagnosis, findings=(finding,))], PLAIN).split())
    assert f"{first[:-1]} Who" in report
    assert "Why Then more." in report


def test_an_scp_that_only_the_message_names_is_named() -> None:
    diagnosis = builders.scp_deny()
    finding = replace(diagnosis.findings[0], determining=())
    report = " ".join(text.render([replace(diagnosis, findings=(finding,))], PLAIN).split())
    assert report.startswith(f"DENIED by SCP {builders.SCP_ARN} (explicit deny): The request")
