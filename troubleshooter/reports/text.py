"""Diagnoses as text for a terminal: the first line is the answer."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.vocabulary import Decision
from troubleshooter.reports import phrases
from troubleshooter.reports.fix_story import FixStory
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.paint import Paint
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.sanitize import line, terminal
from troubleshooter.reports.story import FindingStory, LayerStory, NearMissStory, Story, tell
from troubleshooter.reports.words import Name, Words, join

_LABEL = 10
_DEEPEST = 16
_TONE = {"deny": "red", "allow": "green", "unknown": "yellow"}
_DECISION_TONE = {
    Decision.ALLOW: "green",
    Decision.EXPLICIT_DENY: "red",
    Decision.IMPLICIT_DENY: "red",
    Decision.UNKNOWN: "yellow",
    Decision.NOT_APPLICABLE: "dim",
}


def render(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> str:
    """Return the report on all diagnoses, wrapped at ``options.width``, coloured where wanted."""
    stories = [tell(diagnosis) for diagnosis in prepared(diagnoses, options)]
    page = _Page(options)
    for number, story in enumerate(stories, start=1):
        if len(stories) > 1:
            title = f"=== Denial {number} of {len(stories)} "
            page.raw(title + "=" * (options.width - len(title)), "dim")
        _story(page, story)
    if options.source:
        page.paragraph(f"Evidence: {options.source}")
    return "\n".join(page.lines).rstrip("\n") + "\n"


class _Page:
    """Lines of a report under construction; every text that enters is sanitised here."""

    def __init__(self, options: RenderOptions) -> None:
        self.width = options.width
        self.paint = Paint(on=options.color)
        self.lines: list[str] = []

    def raw(self, text: str, style: str | None = None, *, indent: int = 0) -> None:
        """Add one line that is not wrapped; an empty text is a blank line."""
        self.lines.append(" " * indent + self.paint(line(text), style) if text else "")

    def heading(self, text: str) -> None:
        self.lines.extend(("", self.paint(text, "bold")))

    def paragraph(self, text: str, *, indent: int = 0, lead: str = "", style: str | None = None) -> None:
        """Add wrapped text; ``lead`` starts the first line and is painted, the rest hangs under its end."""
        clean = line(text)
        first = " " * indent + line(lead) + (" " if lead else "")
        rest = " " * (indent + (4 if len(first) - indent > _DEEPEST else len(first) - indent))
        body = textwrap.wrap(
            clean,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]
        if lead and style:
            body[0] = body[0].replace(line(lead), self.paint(line(lead), style), 1)
        self.lines.extend(body)

    def labelled(self, label: str, text: str) -> None:
        """Add ``label`` in its column and the text wrapped beside it."""
        body = textwrap.wrap(line(text), self.width - _LABEL, break_long_words=False, break_on_hyphens=False) or [""]
        self.lines.append(self.paint(f"{label:<{_LABEL}}", "dim") + body[0])
        self.lines.extend(" " * _LABEL + more for more in body[1:])


def _plain(words: Words) -> str:
    return join(words, line, line)


def _story(page: _Page, story: Story) -> None:
    _headline(page, story)
    for caution in story.cautions:
        page.paragraph(_plain(caution), indent=2, lead="!", style="yellow")
    page.raw("")
    for label, words in story.facts:
        page.labelled(label, _plain(words))
    if story.fix:
        page.heading("Smallest fix")
        _fix(page, story.fix)
    _steps(page, story)
    _findings(page, story.findings[1:])
    if story.changes:
        page.heading("Policy changes before the first denial")
        for change in story.changes:
            page.paragraph(_plain(change), indent=2, lead="-")
    if story.gaps:
        page.heading("Not read")
        for gap in story.gaps:
            page.paragraph(_plain(gap), indent=2, lead="-")
    if story.commands:
        page.heading("Next commands (read-only)")
        for command in story.commands:
            page.lines.extend(f"  {part}" for part in terminal(command).splitlines())
    page.raw("")


def _headline(page: _Page, story: Story) -> None:
    """Add the answer; its first word or two carry the colour."""
    verdict = story.headline.verdict
    start = len(page.lines)
    page.paragraph(f"{verdict}{_plain(story.headline.words)}")
    page.lines[start] = page.paint(verdict, _TONE[story.headline.tone]) + page.lines[start][len(verdict) :]


def _fix(page: _Page, fix: FixStory) -> None:
    for advice in fix.instead:
        page.paragraph(advice, indent=2, lead="Without a policy change:", style="bold")
    page.paragraph(fix.summary, indent=2)
    page.paragraph(f"{fix.status}; owner: {fix.owner}", indent=2, lead="Use:", style="dim")
    page.paragraph(fix.proof, indent=2, lead="Proof:", style="dim")
    for change in fix.changes:
        page.paragraph(_plain(change.title), indent=2, lead="*")
        for text in change.lines:
            style = {"+": "green", "-": "red", "@": "dim"}.get(text[:1])
            page.lines.append("      " + page.paint(terminal(text), style))
    for grant in fix.grants:
        page.paragraph(_plain(grant), indent=2, lead="Grants:", style="dim")
    for warning in fix.warnings:
        page.paragraph(warning, indent=2, lead="Warning:", style="yellow")


def _steps(page: _Page, story: Story) -> None:
    if story.steps:
        page.heading("The four steps")
    for step in story.steps:
        verdict = phrases.DECISION[step.decision]
        shown = verdict if step.decision is Decision.NOT_APPLICABLE else verdict.upper()
        page.raw(f"{step.number}. {step.title}: {shown}", _DECISION_TONE[step.decision], indent=2)
        page.paragraph(step.summary, indent=5)
        for layer in step.layers:
            _layer(page, layer, step.summary)


def _layer(page: _Page, layer: LayerStory, said: str) -> None:
    """Add what the step's summary did not say yet; a nameless layer is the whole request, told by the others."""
    lead = f"{layer.name}, " if layer.name else ""
    for words in layer.determining if layer.name and layer.decision is not Decision.ALLOW else ():
        sids = [part for part in words if isinstance(part, Name)][:1]
        if not all(sid in said for sid in sids):
            page.paragraph(_plain(words), indent=5, lead=f"{lead}decided by:", style="dim")
    for near in layer.near_misses:
        _near_miss(page, near)
    for gap in layer.gaps:
        if layer.name and line(gap) not in line(said):
            page.paragraph(gap, indent=5, lead=f"{lead}not known:", style="dim")


def _near_miss(page: _Page, near: NearMissStory) -> None:
    page.paragraph(
        f"{near.key} · required {near.required} · actual {near.actual}", indent=5, lead="near miss:", style="yellow"
    )
    page.paragraph(f"{near.hint} ({_plain(near.statement)})" if near.hint else _plain(near.statement), indent=7)


def _findings(page: _Page, findings: Sequence[FindingStory]) -> None:
    if findings:
        page.heading("Also found")
    for finding in findings:
        page.paragraph(f"{_plain(finding.lead)}: {finding.because}", indent=2, lead=f"{finding.rank}.", style="bold")
        page.paragraph(f"{finding.cause} · {finding.sure}", indent=5)
        if finding.near_miss:
            _near_miss(page, finding.near_miss)
        if finding.fix:
            page.paragraph(f"{finding.fix.summary} ({finding.fix.status})", indent=5, lead="fix:", style="dim")
