"""``troubleshooter runbook``: the filled-in on-call playbook for a denial."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import complain, deliver, report_width, wants_color

if TYPE_CHECKING:
    from troubleshooter.usecases.playbooks import Playbooks

_EXAMPLE = """Example:

  troubleshooter runbook event.json --snapshot ./snapshot --output incident.md
"""


class RunbookFormat(StrEnum):
    """The forms a runbook is printed in."""

    MARKDOWN = "markdown"
    HTML = "html"
    SLACK = "slack"


def runbook(  # noqa: D103 - its help is below, for the terminal
    given: shared.InputArgument = None,
    *,
    snapshot: shared.SnapshotOption = None,
    live: shared.LiveOption = False,
    profile: shared.ProfileOption = None,
    region: shared.RegionOption = None,
    endpoint_url: shared.EndpointOption = None,
    assume_role: shared.AssumeRoleOption = None,
    timeout: shared.TimeoutOption = 60.0,
    context: shared.ContextOption = None,
    report_format: Annotated[
        RunbookFormat, typer.Option("--format", help="Form of the runbook.")
    ] = RunbookFormat.MARKDOWN,
    playbooks: Annotated[
        Path | None,
        typer.Option(
            "--playbooks",
            metavar="DIR",
            help="Folder of your own pages; each replaces the shipped one of its name. Also TROUBLESHOOTER_PLAYBOOKS.",
        ),
    ] = None,
    fix_format: shared.FixFormatOption = None,
    fix_output: shared.FixOutputOption = None,
    request: shared.RequestOption = False,
    output: shared.OutputOption = None,
    redact: shared.RedactOption = False,
    verbose: shared.VerboseOption = False,
) -> None:
    from troubleshooter.cli.hand_off import hand_off
    from troubleshooter.usecases.exit_codes import exit_code

    evidence = shared.EvidenceOptions(
        snapshot=snapshot,
        live=live,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        assume_role=tuple(assume_role or ()),
        timeout=timeout,
        verbose=verbose,
        context=shared.parse_context(context),
    )
    pages = load_pages(playbooks)
    diagnoses = shared.explain_given(given, evidence)
    report = hand_off(
        diagnoses,
        fix_format=fix_format,
        fix_output=fix_output,
        request=request,
        redact=redact,
        color=wants_color(output),
    )
    if report is None:
        from troubleshooter.reports.options import RenderOptions
        from troubleshooter.usecases.runbook import render

        wanted = RenderOptions(width=report_width(output), redact=redact)
        report = render(diagnoses, pages, report_format.value, wanted)
    deliver(report, output)
    raise typer.Exit(exit_code(diagnoses))


runbook.__doc__ = f"""Print the on-call playbook for a denial, filled with its names, commands and fix.

{_EXAMPLE}"""


def load_pages(folder: Path | None) -> Playbooks:
    """Return the playbooks, the user's folder (option, else environment) first; complain of each bad page."""
    from troubleshooter.usecases.playbook_values import placeholder_values
    from troubleshooter.usecases.playbooks import load

    own = folder
    if own is None and os.environ.get("TROUBLESHOOTER_PLAYBOOKS"):
        own = Path(os.environ["TROUBLESHOOTER_PLAYBOOKS"])
    pages = load(own, placeholder_values())
    for problem in pages.problems:
        complain(problem)
    return pages
