"""``troubleshooter collect``: a read-only snapshot of what AWS holds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import complain

if TYPE_CHECKING:
    from troubleshooter.model.denial import Denial

_LONG = 3600.0
_MOST_SHOWN = 20
_EXAMPLE = """Example:

  troubleshooter collect --out ./snapshot --profile audit
"""


def collect(  # noqa: D103 - its help is below, for the terminal
    given: shared.InputArgument = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the snapshot to.")],
    whole_account: Annotated[
        bool, typer.Option("--whole-account", help="Read the whole account (the default where no INPUT is given).")
    ] = False,
    organization: Annotated[
        bool, typer.Option("--organization", help="Read every account of the organization, with --assume-role.")
    ] = False,
    profile: shared.ProfileOption = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="AWS Region to read (repeatable); default: the profile's.")
    ] = None,
    endpoint_url: shared.EndpointOption = None,
    assume_role: Annotated[
        list[str] | None,
        typer.Option(
            "--assume-role",
            metavar="ARN|NAME",
            help="Role to read its account with (repeatable); a name, or an ARN with * for the account, is tried in "
            "every account of the organization.",
        ),
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=1, help="Seconds for all reading together.")] = _LONG,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Accounts read at the same time.")] = 4,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a snapshot that is there.")] = False,
    verbose: shared.VerboseOption = False,
) -> None:
    from troubleshooter.evidence.live import LiveOptions
    from troubleshooter.usecases.collect import CollectPlan
    from troubleshooter.usecases.collect import collect as run

    plan = CollectPlan(
        out=out,
        denials=_denials(given),
        whole_account=whole_account,
        organization=organization,
        regions=tuple(region or ()),
        roles=tuple(assume_role or ()),
        overwrite=overwrite,
        jobs=jobs,
    )
    live = LiveOptions(
        profile=profile,
        region=region[0] if region else None,
        endpoint_url=endpoint_url,
        timeout=timeout,
        on_call=shared.tell_call if verbose else None,
    )
    with _progress() as report:
        collected = run(plan, live, report)
    again = f", {collected.resumed} of them from an earlier run" if collected.resumed else ""
    complain(f"wrote {collected.out}: {len(collected.accounts)} account(s){again}, {len(collected.gaps)} gap(s)")
    for gap in collected.gaps[:_MOST_SHOWN]:
        complain(f"gap: {gap.reason}; {gap.remedy}")
    if len(collected.gaps) > _MOST_SHOWN:
        complain(f"{len(collected.gaps) - _MOST_SHOWN} more gaps are in {collected.out / 'gaps.json'}")


collect.__doc__ = f"""Write a read-only snapshot of what AWS holds, to explain denials offline.

With INPUT: only what that denial needs. A run that was cut goes on where it ended.

{_EXAMPLE}"""


def _denials(given: str | None) -> tuple[Denial, ...]:
    """Return the denials of INPUT; unlike elsewhere a pipe counts only where ``-`` asks for it."""
    if given is None:
        return ()
    from troubleshooter.errors import NoDenialError
    from troubleshooter.model.denial import Denial
    from troubleshooter.sources.inputs import read_input

    data, name = shared.read_input_bytes(given)
    denials = tuple(item for item in read_input(data, name).items if isinstance(item, Denial))
    if not denials:
        raise NoDenialError(f"{name} holds no denial")
    return denials


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None] | None]:
    """Yield a progress callback; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("accounts", total=None)

        def report(done: int, total: int, account: str) -> None:
            bar.update(task, completed=done, total=total, description=f"account {account}")

        yield report
