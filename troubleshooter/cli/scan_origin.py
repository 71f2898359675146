"""Where ``scan`` reads from, decided from its options: files, s3://, Athena or LookupEvents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.errors import UsageError

if TYPE_CHECKING:
    from troubleshooter.model.scan import ScanFilters
    from troubleshooter.usecases.origins import Origin

_S3 = "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginOptions:
    """The options that say where records come from."""

    paths: tuple[str, ...] = ()
    jobs: int | None = None
    strict: bool = False
    athena_table: str | None = None
    workgroup: str | None = None
    output_location: str | None = None
    max_scan_bytes: int | None = None
    lookup_events: bool = False
    profile: str | None = None
    endpoint_url: str | None = None
    regions: tuple[str, ...] = ()


def origin_from(asked: OriginOptions) -> Origin:
    """Return the source that was asked for; raises UsageError for none or several."""
    chosen = [bool(asked.paths), bool(asked.athena_table), asked.lookup_events]
    if sum(chosen) != 1:
        raise UsageError(
            "name one source: PATHs (files, folders, s3://bucket/prefix), --athena-table, or --lookup-events"
        )
    if asked.athena_table:
        return _athena(asked)
    if asked.lookup_events:
        from troubleshooter.usecases.lookup_origin import LookupOrigin

        return LookupOrigin(
            regions=asked.regions, profile=asked.profile, endpoint_url=asked.endpoint_url, jobs=asked.jobs
        )
    return _files(asked)


def _files(asked: OriginOptions) -> Origin:
    from troubleshooter.usecases.origins import FileOrigin

    remote = [path for path in asked.paths if path.startswith(_S3)]
    if not remote:
        return FileOrigin(asked.paths, jobs=asked.jobs, strict=asked.strict)
    if len(remote) != len(asked.paths):
        raise UsageError("scan files of this machine and s3:// addresses in two runs")
    from troubleshooter.sources.s3_folder import S3Folder

    folder = S3Folder(profile=asked.profile, endpoint_url=asked.endpoint_url)
    return FileOrigin(asked.paths, jobs=asked.jobs, strict=asked.strict, list_files=folder.find, open_file=folder.open)


def _athena(asked: OriginOptions) -> Origin:
    from troubleshooter.sources.athena import AthenaAccess
    from troubleshooter.usecases.athena_origin import AthenaOrigin

    access = AthenaAccess(
        workgroup=asked.workgroup,
        output_location=asked.output_location,
        max_scan_bytes=asked.max_scan_bytes,
        profile=asked.profile,
        endpoint_url=asked.endpoint_url,
        region=asked.regions[0] if asked.regions else None,
    )
    return AthenaOrigin(asked.athena_table or "", access)


def sql_text(asked: OriginOptions, filters: ScanFilters) -> str:
    """Return the SQL that ``--athena-table`` would run."""
    if not asked.athena_table:
        raise UsageError("--print-sql: name the table with --athena-table DB.TABLE")
    from troubleshooter.sources.athena_sql import denials_sql

    return denials_sql(asked.athena_table, filters) + ";"


def ddl_text(asked: OriginOptions) -> str:
    """Return the DDL of a table over the ``s3://`` address given as PATH."""
    if len(asked.paths) != 1 or not asked.paths[0].startswith(_S3):
        raise UsageError("--print-ddl: give the trail's address as PATH, for example s3://my-trail-bucket/AWSLogs")
    from troubleshooter.sources.athena_ddl import create_table_sql

    return create_table_sql(asked.paths[0], asked.athena_table or "default.cloudtrail_logs", asked.regions) + ";"
