"""A diagnosis as a runbook: the answer, then its cause's playbook filled with this denial's own names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troubleshooter.fixes.renderings import aws_cli
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports import markdown, sanitize
from troubleshooter.reports.fix_story import tell_fix
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.story import Story, tell
from troubleshooter.usecases.hand_off import may_be_applied
from troubleshooter.usecases.playbook_values import values_of
from troubleshooter.usecases.playbooks import Page, Playbooks

FORMATS = ("markdown", "html", "slack")
_LAST_RESORT = "evidence-insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One filled page: its title, its Markdown, and the playbook it came from."""

    title: str
    markdown: str
    page: Page


def runbooks(diagnoses: Sequence[Diagnosis], playbooks: Playbooks, options: RenderOptions) -> tuple[Runbook, ...]:
    """Return one runbook per diagnosis, masked where ``options.redact`` is set.

    Raises PlaybookError (with file and line) where a page cannot be filled.
    """
    return tuple(_runbook(diagnosis, playbooks) for diagnosis in prepared(diagnoses, options))


def render(diagnoses: Sequence[Diagnosis], playbooks: Playbooks, report_format: str, options: RenderOptions) -> str:
    """Return the runbooks as Markdown, one HTML page, or a Slack payload."""
    filled = runbooks(diagnoses, playbooks, options)
    if report_format == "markdown":
        return "\n---\n\n".join(one.markdown for one in filled)
    titles = [one.title for one in filled]
    texts = [one.markdown for one in filled]
    if report_format == "html":
        from troubleshooter.reports.html_markdown import page

        return page(titles[0] if len(titles) == 1 else f"{len(titles)} runbooks", texts)
    from troubleshooter.reports.slack_markdown import payload

    return payload(titles, texts)


def _runbook(diagnosis: Diagnosis, playbooks: Playbooks) -> Runbook:
    page = _page(diagnosis, playbooks)
    story = tell(diagnosis)
    values = values_of(diagnosis, _fix(diagnosis), "\n".join(_further(diagnosis)))
    body = playbooks.fill(page, values)
    lines = [
        f"# {sanitize.markdown(page.title)}",
        "",
        *_answer(story),
        *_card(page),
        "",
        body.strip(),
        "",
        *_sources(page),
    ]
    return Runbook(title=page.title, markdown=_tidy("\n".join(lines)), page=page)


def _page(diagnosis: Diagnosis, playbooks: Playbooks) -> Page:
    """Return the page of the first finding; where nothing was found, the page that says how to find out."""
    cause = diagnosis.findings[0].cause if diagnosis.findings else _LAST_RESORT
    return playbooks.get(cause if cause in playbooks.pages else _LAST_RESORT)


def _answer(story: Story) -> Iterator[str]:
    yield f"**{story.headline.verdict}**{markdown.words(story.headline.words)}"
    yield ""
    for caution in story.cautions:
        yield f"> **Note:** {markdown.words(caution)}"
        yield ""
    for label, fact in story.facts:
        yield f"- **{label}:** {markdown.words(fact)}"


def _card(page: Page) -> Iterator[str]:
    yield f"- **Severity:** {page.severity}"
    yield f"- **Who can fix it:** {sanitize.markdown(page.owner)}"


def _fix(diagnosis: Diagnosis) -> str | None:
    if diagnosis.fix is None:
        return None
    lines = list(markdown.fix(tell_fix(diagnosis.fix)))
    if may_be_applied(diagnosis):
        lines += ["With the AWS CLI (back-up first, the way back at the end):", "", "```sh"]
        lines += [*aws_cli.render(diagnosis.fix).strip().splitlines(), "```"]
    return "\n".join(lines).strip()


def _further(diagnosis: Diagnosis) -> Iterator[str]:
    story = tell(diagnosis)
    for finding, told in zip(diagnosis.findings[1:], story.findings[1:], strict=True):
        if finding.blocking:
            reason = sanitize.markdown(finding.because)
            page = sanitize.code(finding.playbook or finding.cause)
            yield f"- {markdown.words(told.lead)}: {reason} (playbook {page})"


def _sources(page: Page) -> Iterator[str]:
    yield f"AWS documentation: <{page.source_url}>"


def _tidy(text: str) -> str:
    """Return the page with one blank line around each fence and no runs of blank lines outside fences."""
    kept: list[str] = []
    fenced = after_fence = False
    for line in text.splitlines():
        fence = line.startswith("```")
        if (fence and not fenced) or (after_fence and line.strip()):
            kept += [""] if kept and kept[-1].strip() else []
        after_fence = fence and fenced
        fenced ^= fence
        if line.strip() or fenced or (kept and kept[-1].strip()):
            kept.append(line if fenced else line.rstrip())
    return "\n".join(kept).strip() + "\n"
