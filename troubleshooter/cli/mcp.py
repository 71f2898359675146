"""``troubleshooter mcp``: the same abilities for an assistant, over stdio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli import options as shared
from troubleshooter.errors import UsageError

if TYPE_CHECKING:
    from troubleshooter.model.denial import Denial
    from troubleshooter.model.evidence import Evidence

_EXAMPLE = """Example (in an assistant's configuration):

  {"command": "troubleshooter", "args": ["mcp", "--snapshot", "/srv/snapshot", "--allow", "/srv/logs"]}
"""


def mcp(  # noqa: D103 - its help is below, for the terminal
    *,
    snapshot: shared.SnapshotOption = None,
    live: shared.LiveOption = False,
    profile: shared.ProfileOption = None,
    region: shared.RegionOption = None,
    endpoint_url: shared.EndpointOption = None,
    assume_role: shared.AssumeRoleOption = None,
    timeout: shared.TimeoutOption = 60.0,
    allow: Annotated[
        list[Path] | None,
        typer.Option(
            "--allow", metavar="DIR", help="Folder that tools may read (repeatable); default: the current one."
        ),
    ] = None,
    playbooks: Annotated[
        Path | None, typer.Option("--playbooks", metavar="DIR", help="Folder of your own playbooks.")
    ] = None,
    redact: shared.RedactOption = False,
) -> None:
    from troubleshooter.cli.runbook import load_pages

    try:
        # By name: the server is this room's sibling, and its extra may be missing.
        serve = import_module("troubleshooter.mcp_server").serve
    except ImportError as missing:
        raise UsageError("mcp needs its extra: pip install 'access-denied-troubleshooter[mcp]'") from missing
    from troubleshooter.usecases.assistant import Desk

    given = shared.EvidenceOptions(
        snapshot=snapshot,
        live=live,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        assume_role=tuple(assume_role or ()),
        timeout=timeout,
    )

    def evidence_from(folder: Path | None) -> Callable[[Denial], Evidence]:
        offline = replace(given, snapshot=folder, live=False, profile=None, assume_role=())
        return shared.evidence_for(offline if folder else given)

    folders = tuple(allow or (Path.cwd(),)) + ((snapshot,) if snapshot else ())
    serve(Desk(evidence_from=evidence_from, folders=folders, playbooks=load_pages(playbooks), redact=redact))


mcp.__doc__ = f"""Serve the same abilities to an assistant, as an MCP server over stdio. It only reads.

{_EXAMPLE}"""
