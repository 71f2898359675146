"""Messages keep Slack's limits, however much there is to say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import builders
from tests.reports.test_hostile import check_message
from troubleshooter.reports import slack, slack_blocks, slack_markdown
from troubleshooter.reports.options import RenderOptions


@pytest.mark.parametrize("name", builders.ALL)
def test_every_kind_of_answer(name: str) -> None:
    check_message(json.loads(slack.render([builders.ALL[name]()], RenderOptions(source="snapshot"))))


def test_the_header_is_the_answer() -> None:
    message = json.loads(slack.render([builders.scp_deny()], RenderOptions()))
    assert message["blocks"][0]["type"] == "header"
    assert message["blocks"][0]["text"]["text"].startswith('DENIED by SCP "RestrictRegions" (explicit deny')


def test_too_many_denials_are_counted_not_dropped_in_silence() -> None:
    message = json.loads(slack.render([builders.scp_deny()] * 30, RenderOptions()))
    check_message(message)
    assert "more blocks did not fit" in message["blocks"][-1]["text"]["text"]


def test_a_very_large_policy_is_parted() -> None:
    diagnosis = builders.key_policy()
    assert diagnosis.fix is not None
    change = diagnosis.fix.changes[0]
    statements = [{"Sid": f"S{n}", "Effect": "Allow", "Action": "s3:Get&Put", "Resource": "x" * 5000} for n in range(9)]
    large = replace(change, after={"Version": "2012-10-17", "Statement": statements})
    fix = replace(diagnosis.fix, changes=(large,))
    message = json.loads(slack.render([replace(diagnosis, fix=fix)], RenderOptions()))
    check_message(message)


@given(st.lists(st.text(max_size=4000).map(lambda text: text.replace("<", "&lt;").replace(">", "&gt;")), max_size=6))
def test_sections_keep_every_character_within_limits(texts: list[str]) -> None:
    blocks = list(slack_blocks.sections(text for text in texts if text.strip()))
    assert all(0 < len(block["text"]["text"]) <= 3000 for block in blocks)


def test_markdown_becomes_mrkdwn() -> None:
    text = "# Title\n\n**DENIED** by `x`\n\n## Fix\n\n- one\n  - two *em*\n\n3. three\n\n```sh\naws sts & <x>\n```\n"
    message = json.loads(slack_markdown.payload(["Title"], [text]))
    shown = message["blocks"][1]["text"]["text"]
    assert shown == "*DENIED* by `x`\n\n*Fix*\n• one\n   • two _em_\n3. three\n```\naws sts &amp; &lt;x&gt;\n```"
