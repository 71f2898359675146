"""The program: its commands, ``--version``, and the one place where trouble becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from troubleshooter.cli.collect import collect
from troubleshooter.cli.explain import explain
from troubleshooter.cli.mcp import mcp
from troubleshooter.cli.output import complain
from troubleshooter.cli.policy import policy
from troubleshooter.cli.runbook import runbook
from troubleshooter.cli.scan import scan
from troubleshooter.cli.simulate import simulate
from troubleshooter.errors import TroubleshooterError

_INTERRUPTED = 130
_BUG = 1

_EPILOG = (
    "Exit codes: 0 a cause was found; 1 unexpected failure; 2 wrong usage; 3 the input holds no denial; "
    "4 the input is unreadable; 5 inconclusive; 6 AWS or Athena could not be reached."
)

app = typer.Typer(
    name="troubleshooter",
    help='From an AWS "Access Denied" to the statement that refused, why, and the smallest proved fix.',
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for _command in (explain, scan, simulate, collect, runbook, policy, mcp):
    app.command()(_command)


def _print_version(value: bool) -> None:
    if not value:
        return
    from troubleshooter import __version__
    from troubleshooter.reference.provenance import data_date, data_version

    typer.echo(f"troubleshooter {__version__} (IAM reference data {data_version()} of {data_date().isoformat()})")
    raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version, its data's date."),
    ] = False,
) -> None:
    del version


def _open_closed_streams() -> None:
    """Give a program started with a stream closed (``<&-``, some schedulers) an empty one: Python has None there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The stream lives as long as the program.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def main() -> None:
    """Run the command line; every ending goes through here.

    Expected trouble prints one line on stderr and returns its exit code. Anything else is a bug: one
    line too, with the traceback only where ``TROUBLESHOOTER_DEBUG`` is set.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Logs hold bytes that no terminal encoding has (lone surrogates); print them escaped.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except TroubleshooterError as trouble:
        complain(str(trouble))
        sys.exit(trouble.exit_code)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has gone: keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as bug:
        if os.environ.get("TROUBLESHOOTER_DEBUG"):
            raise
        complain(
            f"unexpected failure ({type(bug).__name__}: {bug}); this is a bug: "
            "run again with TROUBLESHOOTER_DEBUG=1 and report the traceback"
        )
        sys.exit(_BUG)
