"""Diagnoses as Markdown that pastes well into a ticket, a wiki or an incident channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.vocabulary import Decision
from troubleshooter.reports import phrases, sanitize
from troubleshooter.reports.commands import tame
from troubleshooter.reports.fix_story import FixStory
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.story import FindingStory, NearMissStory, StepStory, Story, tell
from troubleshooter.reports.words import Words, join


def render(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> str:
    """Return one section per diagnosis, parted by rules."""
    stories = [tell(diagnosis) for diagnosis in prepared(diagnoses, options)]
    pages = ["\n".join(_story(story)).strip() for story in stories]
    source = f"\n\nEvidence: {sanitize.markdown(options.source)}" if options.source else ""
    return "\n\n---\n\n".join(pages) + source + "\n"


def words(parts: Words) -> str:
    """Return a sentence as Markdown, its names as code."""
    return join(parts, sanitize.markdown, sanitize.code)


def _story(story: Story) -> Iterator[str]:
    yield f"**{story.headline.verdict}**{words(story.headline.words)}"
    yield ""
    for caution in story.cautions:
        yield f"> **Note:** {words(caution)}"
        yield ""
    for label, fact in story.facts:
        yield f"- **{label}:** {words(fact)}"
    yield ""
    if story.fix:
        yield "### Smallest fix"
        yield ""
        yield from fix(story.fix)
    yield from _steps(story.steps)
    yield from _findings(story.findings[1:])
    yield from _listed("Policy changes before the first denial", [words(change) for change in story.changes])
    yield from _listed("Not read", [words(gap) for gap in story.gaps])
    if story.commands:
        yield "### Next commands (read-only)"
        yield ""
        yield "```sh"
        yield from (tame(command) for command in story.commands)
        yield "```"


def fix(told: FixStory) -> Iterator[str]:
    """Yield a fix: what the caller can do without it first, then the change, its proof and its price."""
    for advice in told.instead:
        yield f"- **Without a policy change:** {sanitize.markdown(advice)}"
    yield f"- **Change:** {sanitize.markdown(told.summary)}"
    yield f"- **Use:** {told.status}; owner: {sanitize.markdown(told.owner)}"
    yield f"- **Proof:** {told.proof}"
    for grant in told.grants:
        yield f"- **Grants:** {words(grant)}"
    for warning in told.warnings:
        yield f"- **Warning:** {sanitize.markdown(warning)}"
    yield ""
    for change in told.changes:
        yield f"{words(change.title)}:"
        yield ""
        yield "```diff"
        yield from (sanitize.json_lines(text) for text in change.lines)
        yield "```"
        yield ""


def _steps(steps: Sequence[StepStory]) -> Iterator[str]:
    if not steps:
        return
    yield "### The four steps"
    yield ""
    yield "| Step | Verdict | Why |"
    yield "|---|---|---|"
    for step in steps:
        verdict = phrases.DECISION[step.decision]
        shown = verdict if step.decision is Decision.NOT_APPLICABLE else f"**{verdict}**"
        yield f"| {step.number}. {sanitize.markdown(step.title)} | {shown} | {sanitize.markdown(step.summary)} |"
    yield ""
    for step in steps:
        yield from _details(step)


def _details(step: StepStory) -> Iterator[str]:
    rows: list[str] = []
    for layer in step.layers:
        lead = f"{sanitize.markdown(layer.name)}, " if layer.name else ""
        rows.extend(f"- {lead}decided by: {words(one)}" for one in layer.determining)
        rows.extend(f"- {near_miss(near)}" for near in layer.near_misses)
        rows.extend(f"- {lead}not known: {sanitize.markdown(gap)}" for gap in layer.gaps)
    if rows:
        yield f"Step {step.number}:"
        yield ""
        yield from rows
        yield ""


def near_miss(near: NearMissStory) -> str:
    """Return a near miss as *key · required · actual*, with its hint and statement."""
    hint = f": {sanitize.markdown(near.hint)}" if near.hint else ""
    parts = f"{sanitize.code(near.key)} · required {sanitize.code(near.required)} · actual {sanitize.code(near.actual)}"
    return f"Near miss: {parts}{hint} ({words(near.statement)})"


def _findings(findings: Sequence[FindingStory]) -> Iterator[str]:
    rows: list[str] = []
    for finding in findings:
        rows.append(f"{finding.rank}. {words(finding.lead)}: {sanitize.markdown(finding.because)}")
        rows.append(f"   - {sanitize.code(finding.cause)}, {finding.sure}")
        if finding.near_miss:
            rows.append(f"   - {near_miss(finding.near_miss)}")
        if finding.fix:
            rows.append(f"   - Fix: {sanitize.markdown(finding.fix.summary)} ({finding.fix.status})")
    if rows:
        yield "### Also found"
        yield ""
        yield from rows
        yield ""


def _listed(title: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield f"### {title}"
        yield ""
        yield from (f"- {row}" for row in rows)
        yield ""
