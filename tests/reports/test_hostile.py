"""Whatever a log holds, no form of output carries it live."""

from __future__ import annotations

import html.parser
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports import builders
from tests.reports.hostile import STRINGS, poison
from tests.support.aws_commands import SHELL_FENCE, bash_accepts
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports import html as html_report
from troubleshooter.reports import json_report, markdown, slack, text
from troubleshooter.reports.options import RenderOptions
from troubleshooter.usecases import hand_off, runbook
from troubleshooter.usecases.playbook_values import placeholder_values
from troubleshooter.usecases.playbooks import load

OPTIONS = RenderOptions()
PAGES = load(None, placeholder_values())
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "article", "h1", "h2", "h3", "p", "dl", "dt", "dd", "ol",
    "ul", "li", "pre", "code", "span", "strong", "em", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "a",
    "hr",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class", "tabindex", "value", "href", "start"}


class Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES
            if name == "href":
                self.links.append(value or "")


def check_visible(report: str) -> None:
    assert all(char in "\n\t" or char.isprintable() for char in report)
    report.encode("utf-8")


def check_text(report: str) -> None:
    check_visible(report)


def check_markdown(report: str) -> None:
    check_visible(report)
    prose = re.sub(r"^```(?:sh|diff)?\n.*?^```$", "", report, flags=re.MULTILINE | re.DOTALL)
    for live in ("<script", "<img", "](http", "<!channel>", "<@U", "{{", "{%", "(http://", "https://evil"):
        assert live not in prose
    for live in ("<script", "<img", "](http", "<!channel>", "{{ 7919"):
        assert live not in report
    assert "62615533" not in report
    for script in SHELL_FENCE.findall(report):
        bash_accepts(script)


def check_html(report: str) -> None:
    check_visible(report)
    reader = Reader()
    reader.feed(report)
    assert all(link.startswith("https://docs.aws.amazon.com/") for link in reader.links)
    assert "62615533" not in report


def check_slack(report: str) -> None:
    message: dict[str, Any] = json.loads(report)
    check_message(message)
    assert "62615533" not in report


def check_message(message: dict[str, Any]) -> None:
    """Hold Slack's documented limits, and that nothing in a text is a command."""
    assert set(message) == {"text", "blocks"}
    assert 0 < len(message["blocks"]) <= 50
    assert "<" not in message["text"]
    for block in message["blocks"]:
        if block["type"] == "divider":
            continue
        content = block["text"]
        check_visible(content["text"])
        assert 0 < len(content["text"]) <= (150 if block["type"] == "header" else 3000)
        if content["type"] == "mrkdwn":
            assert "<" not in content["text"]
            assert content["verbatim"] is True


def check_json(report: str) -> None:
    assert all(" " <= char <= "~" or char == "\n" for char in report)
    json.loads(report)


def everything(diagnosis: Diagnosis) -> dict[str, str]:
    diagnoses = (diagnosis,)
    made = {
        "text": text.render(diagnoses, OPTIONS),
        "markdown": markdown.render(diagnoses, OPTIONS),
        "html": html_report.render(diagnoses, OPTIONS),
        "slack": slack.render(diagnoses, OPTIONS),
        "json": json_report.render(diagnoses, OPTIONS),
        "request": hand_off.request_texts(diagnoses),
    }
    made |= {f"runbook {form}": runbook.render(diagnoses, PAGES, form, OPTIONS) for form in runbook.FORMATS}
    made |= {f"fix {form}": hand_off.fix_text(diagnosis, form) for form in hand_off.FORMS}
    return made


CHECKS = {
    "text": check_text,
    "markdown": check_markdown,
    "html": check_html,
    "slack": check_slack,
    "json": check_json,
    "request": check_text,
    "runbook markdown": check_markdown,
    "runbook html": check_html,
    "runbook slack": check_slack,
    "fix json": check_json,
    "fix cli": bash_accepts,
}


def check(diagnosis: Diagnosis) -> None:
    for form, report in everything(diagnosis).items():
        CHECKS.get(form, check_text)(report)


@pytest.mark.parametrize("name", builders.ALL)
@pytest.mark.parametrize("hostile", STRINGS)
def test_known_attacks(name: str, hostile: str) -> None:
    check(poison(builders.ALL[name](), hostile))


@given(st.sampled_from(sorted(builders.ALL)), st.lists(st.sampled_from(STRINGS) | st.text(max_size=8), max_size=3))
@settings(max_examples=40, deadline=None)
def test_mixed_attacks(name: str, parts: list[str]) -> None:
    check(poison(builders.ALL[name](), "".join(parts)))


@pytest.mark.parametrize("name", builders.ALL)
def test_a_page_of_every_cause_holds_too(name: str) -> None:
    from dataclasses import replace

    diagnosis = poison(builders.ALL[name](), "".join(STRINGS))
    for cause in PAGES.pages:
        finding = replace(diagnosis.findings[0], cause=cause)
        one = (replace(diagnosis, findings=(finding, *diagnosis.findings[1:])),)
        for form, checked in (("markdown", check_markdown), ("html", check_html), ("slack", check_slack)):
            checked(runbook.render(one, PAGES, form, OPTIONS))
