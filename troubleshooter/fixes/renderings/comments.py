"""A text as ``#`` comment lines.

One line's worth of printable ASCII, so that it cannot leave its comment, with nothing in it that is live in
HTML, Markdown or a template.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

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
