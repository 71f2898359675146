"""Diagnoses as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.vocabulary import Decision
from troubleshooter.reports import phrases
from troubleshooter.reports.commands import tame
from troubleshooter.reports.fix_story import FixStory
from troubleshooter.reports.html_page import page
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.sanitize import html, line
from troubleshooter.reports.story import FindingStory, NearMissStory, StepStory, Story, tell
from troubleshooter.reports.words import Words, join

_TONE = {
    Decision.ALLOW: "allow-word",
    Decision.EXPLICIT_DENY: "deny-word",
    Decision.IMPLICIT_DENY: "deny-word",
    Decision.UNKNOWN: "unknown-word",
    Decision.NOT_APPLICABLE: "soft",
}
_DIFF = {"+": "add", "-": "cut"}


def render(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> str:
    """Return the page: one article per diagnosis."""
    stories = [tell(diagnosis) for diagnosis in prepared(diagnoses, options)]
    body = "\n".join("\n".join(_article(story)) for story in stories)
    if options.source:
        body += f'\n<p class="soft">Evidence: {html(options.source)}</p>'
    first = f"{stories[0].headline.verdict}{join(stories[0].headline.words, line, line)}" if stories else ""
    return page(first if len(stories) == 1 else f"{len(stories)} denials explained", body)


def _words(parts: Words) -> str:
    return join(parts, html, lambda name: f"<code>{html(name)}</code>")


def _article(story: Story) -> Iterator[str]:
    yield f'<article class="{story.headline.tone}">'
    yield f'<h1><span class="verdict">{html(story.headline.verdict)}</span>{_words(story.headline.words)}</h1>'
    yield from (f'<p class="note">{_words(caution)}</p>' for caution in story.cautions)
    yield "<dl>"
    yield from (f"<dt>{html(label)}</dt><dd>{_words(fact)}</dd>" for label, fact in story.facts)
    yield "</dl>"
    if story.fix:
        yield "<h2>Smallest fix</h2>"
        yield from _fix(story.fix)
    yield from _steps(story.steps)
    yield from _findings(story.findings[1:])
    yield from _list("Policy changes before the first denial", story.changes)
    yield from _list("Not read", story.gaps)
    if story.commands:
        yield "<h2>Next commands (read-only)</h2>"
        commands = "\n".join(html(tame(command)) for command in story.commands)
        yield f'<pre tabindex="0"><code>{commands}</code></pre>'
    yield "</article>"


def _fix(fix: FixStory) -> Iterator[str]:
    yield "<dl>"
    yield from (f"<dt>Without a policy change</dt><dd>{html(advice)}</dd>" for advice in fix.instead)
    yield f"<dt>Change</dt><dd>{html(fix.summary)}</dd>"
    yield f"<dt>Use</dt><dd>{html(fix.status)}; owner: {html(fix.owner)}</dd>"
    yield f"<dt>Proof</dt><dd>{html(fix.proof)}</dd>"
    yield from (f"<dt>Grants</dt><dd>{_words(grant)}</dd>" for grant in fix.grants)
    yield from (f"<dt>Warning</dt><dd>{html(warning)}</dd>" for warning in fix.warnings)
    yield "</dl>"
    for change in fix.changes:
        yield f"<h3>{_words(change.title)}</h3>"
        rows = "".join(f'<span class="{_DIFF.get(row[:1], "same")}">{html(row)}</span>' for row in change.lines)
        yield f'<pre tabindex="0"><code>{rows}</code></pre>'


def _steps(steps: Sequence[StepStory]) -> Iterator[str]:
    if not steps:
        return
    yield "<h2>The four steps</h2>"
    yield "<ol>"
    for step in steps:
        verdict = f'<strong class="{_TONE[step.decision]}">{html(phrases.DECISION[step.decision])}</strong>'
        yield f'<li value="{step.number}">{html(step.title)}: {verdict}. {html(step.summary)}'
        rows = list(_step_rows(step))
        if rows:
            yield f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"
        yield "</li>"
    yield "</ol>"


def _step_rows(step: StepStory) -> Iterator[str]:
    for layer in step.layers:
        lead = f"{html(layer.name)}, " if layer.name else ""
        yield from (f"{lead}decided by: {_words(one)}" for one in layer.determining)
        yield from (_near_miss(near) for near in layer.near_misses)
        yield from (f"{lead}not known: {html(gap)}" for gap in layer.gaps)


def _near_miss(near: NearMissStory) -> str:
    parts = " · ".join(
        f"{word}<code>{html(value)}</code>"
        for word, value in (("", near.key), ("required ", near.required), ("actual ", near.actual))
    )
    hint = f": {html(near.hint)}" if near.hint else ""
    return f"Near miss: {parts}{hint} ({_words(near.statement)})"


def _findings(findings: Sequence[FindingStory]) -> Iterator[str]:
    if not findings:
        return
    yield "<h2>Also found</h2>"
    yield "<ol>"
    for finding in findings:
        yield f'<li value="{finding.rank}">{_words(finding.lead)}: {html(finding.because)}'
        yield f"<ul><li><code>{html(finding.cause)}</code>, {html(finding.sure)}</li>"
        if finding.near_miss:
            yield f"<li>{_near_miss(finding.near_miss)}</li>"
        if finding.fix:
            yield f"<li>Fix: {html(finding.fix.summary)} ({html(finding.fix.status)})</li>"
        yield "</ul></li>"
    yield "</ol>"


def _list(title: str, rows: Sequence[Words]) -> Iterator[str]:
    if rows:
        yield f"<h2>{html(title)}</h2>"
        yield f"<ul>{''.join(f'<li>{_words(row)}</li>' for row in rows)}</ul>"
