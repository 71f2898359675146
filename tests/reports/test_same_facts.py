"""Every form says the same: the facts of a diagnosis are read back out of each."""

from __future__ import annotations

import html as html_library
import json
import re
from collections.abc import Iterator

import pytest

from tests.reports import builders
from troubleshooter.model.diagnosis import Diagnosis, Fix
from troubleshooter.model.policy import NearMiss
from troubleshooter.reports import html, json_report, markdown, phrases, slack, text
from troubleshooter.reports.options import RenderOptions

OPTIONS = RenderOptions()


def facts(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield every value that a reader of any form must find."""
    denial = diagnosis.denial
    yield from filter(None, (denial.principal.arn, denial.principal.session_issuer_arn, denial.action, denial.resource))
    yield from filter(
        None, (denial.resource_account, denial.event_time, denial.region, denial.source_ip, denial.event_id)
    )
    for step in diagnosis.steps:
        yield step.title
        yield step.summary
        for result in step.policy_types:
            for statement in result.determining:
                yield statement.sid or ""
            for near in result.near_misses:
                yield from near_miss_facts(near)
            yield from result.gaps
    for finding in diagnosis.findings:
        yield finding.cause
        yield finding.because.rstrip(".")
        if finding.fix:
            yield finding.fix.summary
    if diagnosis.fix:
        yield from fix_facts(diagnosis.fix)
    for event in diagnosis.changes:
        yield from filter(None, (event.api_call, event.principal, event.target, event.why_suspect))
    for gap in diagnosis.gaps:
        yield from (gap.scope, gap.reason, gap.remedy)
    yield from diagnosis.next_commands


def near_miss_facts(near: NearMiss) -> Iterator[str]:
    yield from (near.required, near.actual, near.hint)


def fix_facts(fix: Fix) -> Iterator[str]:
    yield from (fix.summary, fix.owner, *fix.warnings, *fix.without_policy_change)
    for grant in fix.grants:
        yield from (grant.principal, grant.action, grant.resource)
    for change in fix.changes:
        yield from filter(None, (change.target_arn, change.policy_name))


def words_of(form: str, diagnosis: Diagnosis) -> str:
    """Return a form's words without its dress, white space folded."""
    if form == "text":
        found = text.render([diagnosis], OPTIONS)
    elif form == "markdown":
        found = html_library.unescape(re.sub(r"\\(.)", r"\1", markdown.render([diagnosis], OPTIONS)))
    elif form == "html":
        body = html.render([diagnosis], OPTIONS).split("<main>")[1]
        found = html_library.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(dt|dd|li|p|h\d)>", " ", body)))
    elif form == "slack":
        blocks = json.loads(slack.render([diagnosis], OPTIONS))["blocks"]
        found = html_library.unescape("\n".join(block["text"]["text"] for block in blocks if "text" in block))
    else:
        raise AssertionError(form)
    return " ".join(re.sub(r"[`*]|\s+", lambda mark: "" if mark[0] in "`*" else " ", found).split())


@pytest.mark.parametrize("form", ["text", "markdown", "html", "slack"])
@pytest.mark.parametrize("name", builders.ALL)
def test_facts_read_back(name: str, form: str) -> None:
    diagnosis = builders.ALL[name]()
    words = words_of(form, diagnosis)
    for fact in facts(diagnosis):
        assert " ".join(fact.replace("*", "").split()) in words
    first = diagnosis.findings[0]
    assert f"{first.confidence}: {phrases.BASIS[first.basis].split(';')[0]}" in words
    if diagnosis.fix:
        assert phrases.DISPOSITION[diagnosis.fix.disposition] in words
        assert ("not verified" in words) != diagnosis.fix.verified


@pytest.mark.parametrize("name", builders.ALL)
def test_json_holds_them_all(name: str) -> None:
    diagnosis = builders.ALL[name]()
    printed = json_report.render([diagnosis], OPTIONS)
    for fact in facts(diagnosis):
        if fact not in diagnosis.next_commands:  # the contract's JSON has no place for commands
            assert json.dumps(fact)[1:-1] in printed
