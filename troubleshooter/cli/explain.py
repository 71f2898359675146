"""``troubleshooter explain``: one or more denials, say why, ranked, with the minimal fix."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import deliver, report_width, wants_color

if TYPE_CHECKING:
    from troubleshooter.model.diagnosis import Diagnosis


class ExplainFormat(StrEnum):
    """The forms a diagnosis is printed in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SLACK = "slack"


_EXAMPLE = """Example:

  troubleshooter explain error.txt --snapshot ./snapshot

  aws s3 cp s3://my-bucket/key . 2>&1 | troubleshooter explain -
"""


def explain(  # noqa: D103 - its help is below, for the terminal
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
    report_format: Annotated[ExplainFormat, typer.Option("--format", help="Form of the report.")] = ExplainFormat.TEXT,
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
        report = _render(diagnoses, report_format, output, redact=redact)
    deliver(report, output)
    raise typer.Exit(exit_code(diagnoses))


explain.__doc__ = f"""Explain one or more denials: which statement refused, why, ranked, with the minimal fix.

{_EXAMPLE}"""


def _render(
    diagnoses: tuple[Diagnosis, ...], report_format: ExplainFormat, output: Path | None, *, redact: bool
) -> str:
    from importlib import import_module

    from troubleshooter.reports.options import RenderOptions

    module = {ExplainFormat.JSON: "json_report"}.get(report_format, report_format.value)
    render = import_module(f"troubleshooter.reports.{module}").render
    wanted = RenderOptions(color=wants_color(output), width=report_width(output), redact=redact)
    return str(render(diagnoses, wanted))
