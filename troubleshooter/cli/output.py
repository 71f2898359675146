"""Where text leaves the program: stdout or a file for the report, stderr for everything said beside it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from troubleshooter.errors import UsageError
from troubleshooter.reports.sanitize import terminal

_NARROWEST = 60
_WIDEST = 100


def complain(message: str) -> None:
    """Print one sanitised line on stderr, after the program's name."""
    line = " ".join(terminal(message).split())
    print(f"troubleshooter: {line}", file=sys.stderr)


def wants_color(output: Path | None) -> bool:
    """Return whether the report may be coloured: a terminal, and neither NO_COLOR nor a dumb terminal."""
    return (
        output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def report_width(output: Path | None) -> int:
    """Return the columns to wrap at: the terminal's, within bounds; the widest for pipes and files."""
    if output is not None or not sys.stdout.isatty():
        return _WIDEST
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns))


def _let_the_reader_go() -> None:
    """Go on without a reader (head, less) that has seen enough: the exit code still tells the answer.

    Left to click, it would become 1, which stands for a bug.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def deliver(report: str, output: Path | None) -> None:
    """Write the report to ``output`` or stdout, ending in one newline.

    Raises UsageError where the file cannot be written.
    """
    text = report if report.endswith("\n") else report + "\n"
    if output is None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_the_reader_go()
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as trouble:
        raise UsageError(f"cannot write --output {output}: {trouble.strerror or trouble}") from trouble


def deliver_bytes(report: bytes, output: Path | None) -> None:
    """Write a binary report to ``output`` or stdout.

    Raises UsageError where the file cannot be written, or where stdout is a terminal.
    """
    if output is None:
        if sys.stdout.isatty():
            raise UsageError("this format is binary: name a file with --output")
        try:
            sys.stdout.buffer.write(report)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_the_reader_go()
        return
    try:
        output.write_bytes(report)
    except OSError as trouble:
        raise UsageError(f"cannot write --output {output}: {trouble.strerror or trouble}") from trouble
