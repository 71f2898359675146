"""``troubleshooter scan``: many denials: find, group, count, rank, diagnose."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import deliver, deliver_bytes, report_width, wants_color

if TYPE_CHECKING:
    from troubleshooter.usecases.scan import ScanResult

_WIDEST_TABLE = 80


class ScanFormat(StrEnum):
    """The forms a scan is printed in."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    MARKDOWN = "markdown"
    HTML = "html"


_Many = list[str] | None
_EXAMPLE = """Examples:

  troubleshooter scan ./AWSLogs --since 3d --snapshot ./snapshot

  troubleshooter scan s3://my-trail-bucket/AWSLogs --account 111122223333 --since 2h

  troubleshooter scan --athena-table security.cloudtrail --since 7d --format html --output denials.html
"""


def scan(  # noqa: D103 - its help is below, for the terminal
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", show_default=False, help="Log files or folders, or s3://bucket/prefix."),
    ] = None,
    *,
    since: Annotated[str | None, typer.Option("--since", help="From this time on: ISO 8601, or 2h, 3d ago.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Before this time.")] = None,
    account: Annotated[_Many, typer.Option("--account", help="Account that logged it (repeatable).")] = None,
    region: Annotated[_Many, typer.Option("--region", help="Region that logged it (repeatable).")] = None,
    principal: Annotated[
        _Many, typer.Option("--principal", metavar="PATTERN", help="Role, user or session ARN, with * and ?.")
    ] = None,
    action: Annotated[_Many, typer.Option("--action", metavar="PATTERN", help="IAM action, such as s3:Get*.")] = None,
    resource: Annotated[
        _Many, typer.Option("--resource", metavar="PATTERN", help="Resource ARN, with * and ?.")
    ] = None,
    error_code: Annotated[_Many, typer.Option("--error-code", help="Exactly this error code (repeatable).")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="List at most this many groups.")] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Diagnose this many groups of the ranking.")] = 50,
    no_diagnose: Annotated[bool, typer.Option("--no-diagnose", help="Find, group and count only.")] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Processes; default: one per core.")] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Parse every record in full. The default searches raw bytes; it can be misled only by a record that "
            "carries whole made-up records inside itself.",
        ),
    ] = False,
    athena_table: Annotated[
        str | None, typer.Option("--athena-table", metavar="DB.TABLE", help="Ask Athena instead of reading files.")
    ] = None,
    workgroup: Annotated[str | None, typer.Option("--workgroup", help="Athena workgroup.")] = None,
    output_location: Annotated[
        str | None, typer.Option("--output-location", metavar="S3URI", help="Where Athena writes its results.")
    ] = None,
    max_scan_bytes: Annotated[
        int | None,
        typer.Option("--max-scan-bytes", min=1, help="Cancel the Athena query once it has scanned this much."),
    ] = None,
    print_sql: Annotated[bool, typer.Option("--print-sql", help="Print Athena's SQL and stop.")] = False,
    print_ddl: Annotated[
        bool, typer.Option("--print-ddl", help="Print the DDL of an Athena table over PATH (s3://bucket/...) and stop.")
    ] = False,
    lookup_events: Annotated[
        bool, typer.Option("--lookup-events", help="Ask CloudTrail's LookupEvents (90 days, management events).")
    ] = False,
    snapshot: shared.SnapshotOption = None,
    live: shared.LiveOption = False,
    profile: shared.ProfileOption = None,
    endpoint_url: shared.EndpointOption = None,
    assume_role: shared.AssumeRoleOption = None,
    timeout: shared.TimeoutOption = 60.0,
    context: shared.ContextOption = None,
    report_format: Annotated[ScanFormat, typer.Option("--format", help="Form of the report.")] = ScanFormat.TEXT,
    output: shared.OutputOption = None,
    redact: shared.RedactOption = False,
    verbose: shared.VerboseOption = False,
) -> None:
    from troubleshooter.cli.progress import ProgressLine
    from troubleshooter.cli.scan_origin import OriginOptions, ddl_text, origin_from, sql_text
    from troubleshooter.model.denial import Denial
    from troubleshooter.usecases.scan import ScanOptions, run_scan
    from troubleshooter.usecases.scan_exit import scan_exit_code
    from troubleshooter.usecases.scan_filters import filters_from

    filters = filters_from(
        since=since,
        until=until,
        accounts=account or (),
        regions=region or (),
        principals=principal or (),
        actions=action or (),
        resources=resource or (),
        error_codes=error_code or (),
        limit=limit,
    )
    asked = OriginOptions(
        paths=tuple(paths or ()),
        jobs=jobs,
        strict=strict,
        athena_table=athena_table,
        workgroup=workgroup,
        output_location=output_location,
        max_scan_bytes=max_scan_bytes,
        lookup_events=lookup_events,
        profile=profile,
        endpoint_url=endpoint_url,
        regions=filters.regions,
    )
    if print_ddl or print_sql:
        deliver(ddl_text(asked) if print_ddl else sql_text(asked, filters), output)
        return
    evidence = shared.EvidenceOptions(
        snapshot=snapshot,
        live=live,
        profile=profile if live else None,
        endpoint_url=endpoint_url,
        assume_role=tuple(assume_role or ()),
        timeout=timeout,
        verbose=verbose,
        context=shared.parse_context(context),
    )
    evidence_for = shared.evidence_for(evidence)
    if not live:
        evidence_for(Denial())  # a snapshot that cannot be read ends the scan before it starts
    options = ScanOptions(filters=filters, top=top, diagnose=not no_diagnose, evidence_for=evidence_for, parallel=live)
    with ProgressLine() as progress:
        result = run_scan(origin_from(asked), options, progress)
    _print(result, report_format, output, redact=redact, top=top)
    raise typer.Exit(scan_exit_code(result, diagnosed=not no_diagnose and top > 0))


scan.__doc__ = f"""Scan many records: who is denied what, since when, what changed before, why, and the fix.

{_EXAMPLE}"""


def _print(result: ScanResult, report_format: ScanFormat, output: Path | None, *, redact: bool, top: int) -> None:
    from troubleshooter.reports.options import RenderOptions

    width = min(_WIDEST_TABLE, report_width(output))
    options = RenderOptions(color=wants_color(output), width=width, redact=redact)
    if report_format is ScanFormat.PARQUET:
        from troubleshooter.reports.scan_frame import render_parquet

        deliver_bytes(render_parquet(result, options), output)
    elif report_format is ScanFormat.TEXT:
        from troubleshooter.reports.scan_text import render

        deliver(render(result, options, top=top or len(result.groups)), output)
    else:
        from importlib import import_module

        module = import_module(f"troubleshooter.reports.scan_{report_format.value}")
        deliver(module.render(result, options), output)
