"""Diagnoses as a Slack message (Block Kit JSON), ready for chat.postMessage or an incoming webhook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports import phrases
from troubleshooter.reports import slack_blocks as kit
from troubleshooter.reports.commands import tame
from troubleshooter.reports.fix_story import FixStory
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.sanitize import slack, slack_code
from troubleshooter.reports.story import FindingStory, NearMissStory, StepStory, Story, tell
from troubleshooter.reports.words import Words, join


def render(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> str:
    """Return the message; with several diagnoses the blocks share Slack's limit."""
    stories = [tell(diagnosis) for diagnosis in prepared(diagnoses, options)]
    blocks: list[kit.Block] = []
    for story in stories:
        if blocks:
            blocks.append(kit.divider())
        blocks.extend(_blocks(story))
    if options.source:
        blocks.extend(kit.sections([f"Evidence: {slack(options.source)}"]))
    return kit.payload(blocks, " / ".join(_title(story) for story in stories))


def _title(story: Story) -> str:
    return slack(f"{story.headline.verdict}{''.join(story.headline.words)}")


def _words(parts: Words) -> str:
    return join(parts, slack, slack_code)


def _blocks(story: Story) -> Iterator[kit.Block]:
    yield kit.header(f"{story.headline.verdict}{''.join(story.headline.words)}")
    yield from kit.sections(_answer(story))
    if story.fix:
        yield from kit.sections(_fix(story.fix))
        for change in story.fix.changes:
            yield from kit.sections([_words(change.title), *kit.fences([slack(row) for row in change.lines])])
    yield from kit.sections(_steps(story.steps))
    yield from kit.sections(_findings(story.findings[1:]))
    yield from kit.sections(_list("Policy changes before the first denial", story.changes))
    yield from kit.sections(_list("Not read", story.gaps))
    if story.commands:
        commands = [slack(tame(command)) for command in story.commands]
        yield from kit.sections(["*Next commands (read-only)*", *kit.fences(commands)])


def _answer(story: Story) -> Iterator[str]:
    yield f"*{story.headline.verdict}*{_words(story.headline.words)}"
    yield from (f":warning: {_words(caution)}" for caution in story.cautions)
    yield from (f"*{label}:* {_words(fact)}" for label, fact in story.facts)


def _fix(fix: FixStory) -> Iterator[str]:
    yield "*Smallest fix*"
    yield from (f"*Without a policy change:* {slack(advice)}" for advice in fix.instead)
    yield f"*Change:* {slack(fix.summary)}"
    yield f"*Use:* {slack(fix.status)}; owner: {slack(fix.owner)}"
    yield f"*Proof:* {slack(fix.proof)}"
    yield from (f"*Grants:* {_words(grant)}" for grant in fix.grants)
    yield from (f"*Warning:* {slack(warning)}" for warning in fix.warnings)


def _steps(steps: Sequence[StepStory]) -> Iterator[str]:
    if steps:
        yield "*The four steps*"
    for step in steps:
        yield f"{step.number}. {slack(step.title)}: *{phrases.DECISION[step.decision]}*. {slack(step.summary)}"
        for layer in step.layers:
            lead = f"{slack(layer.name)}, " if layer.name else ""
            yield from (f"   • {lead}decided by: {_words(one)}" for one in layer.determining)
            yield from (f"   • {_near_miss(near)}" for near in layer.near_misses)
            yield from (f"   • {lead}not known: {slack(gap)}" for gap in layer.gaps)


def _near_miss(near: NearMissStory) -> str:
    parts = f"{slack_code(near.key)} · required {slack_code(near.required)} · actual {slack_code(near.actual)}"
    hint = f": {slack(near.hint)}" if near.hint else ""
    return f"Near miss: {parts}{hint} ({_words(near.statement)})"


def _findings(findings: Sequence[FindingStory]) -> Iterator[str]:
    if findings:
        yield "*Also found*"
    for finding in findings:
        yield f"{finding.rank}. {_words(finding.lead)}: {slack(finding.because)}"
        yield f"   • {slack_code(finding.cause)}, {slack(finding.sure)}"
        if finding.near_miss:
            yield f"   • {_near_miss(finding.near_miss)}"
        if finding.fix:
            yield f"   • Fix: {slack(finding.fix.summary)} ({finding.fix.status})"


def _list(title: str, rows: Sequence[Words]) -> Iterator[str]:
    if rows:
        yield f"*{title}*"
        yield from (f"• {_words(row)}" for row in rows)
