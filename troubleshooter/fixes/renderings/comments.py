"""A text as ``#`` comment lines.

One line's worth of printable ASCII, so that it cannot leave its comment, with nothing in it that is live in
HTML, Markdown or a template.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from troubleshooter.model.diagnosis import Fix
from troubleshooter.model.vocabulary import Disposition

_WIDTH = 100
_LIVE = re.compile(r"[<>`]|(?<=\])\(|(?<=\{)[{%]")


def plain(text: str) -> str:
    """Return ``text`` on one line, everything but printable ASCII escaped."""
    flat = " ".join(text.split())
    shown = "".join(char if " " <= char <= "~" else char.encode("unicode_escape").decode() for char in flat)
    return _LIVE.sub(lambda match: f"\\x{ord(match[0]):02x}", shown)


def comment(text: str) -> Iterator[str]:
    """Yield ``text`` as wrapped comment lines."""
    wrapped = textwrap.wrap(plain(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return (f"# {line}" for line in wrapped or [""])


def preface(fix: Fix) -> Iterator[str]:
    """Yield what a reader must know before the resources: the summary, who may apply it, the warnings."""
    yield from comment(fix.summary)
    if fix.disposition is not Disposition.SAFE:
        yield from comment(f"{fix.disposition.value.replace('_', ' ')}; owner: {fix.owner}")
    for warning in fix.warnings:
        yield from comment(f"Warning: {warning}")
    if not has_changes(fix):
        yield "# There is nothing to apply."


def has_changes(fix: Fix) -> bool:
    """Return whether there is something to apply: changes, and no "do not apply"."""
    return fix.disposition is not Disposition.DO_NOT_APPLY and bool(fix.changes)
