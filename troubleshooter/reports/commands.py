"""Shell commands as other rooms hand them over, made fit for a page without changing what they do."""

from __future__ import annotations

import shlex

from troubleshooter.fixes.renderings.shell import quote
from troubleshooter.reports.sanitize import terminal

_OPERATORS = ("|", ">", "<", ";", "&", "$(", "`", "\n", "#")


def tame(command: str) -> str:
    """Return a command whose words are quoted so that nothing in them is live on a page or a terminal.

    A plain command is parted into words and quoted again. One that uses the shell's operators was
    written by this program, and only loses what nobody can see.
    """
    if command.isprintable() and command.isascii() and not any(mark in command for mark in ("<", "`", "](", "{{")):
        return command
    try:
        words = shlex.split(command)
    except ValueError:
        return "# " + terminal(command).replace("\n", " ")
    if not words or any(word in _OPERATORS for word in words):
        return terminal(command).replace("\n", " ")
    return " ".join(quote(word) for word in words)
