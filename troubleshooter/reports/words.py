"""A sentence in parts, so that each form of report can show a name as a name and escape it in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias


class Name(str):
    """A value that came from a log or a policy (an ARN, a Sid, a condition value), as against our own words."""

    __slots__ = ()


Words: TypeAlias = "tuple[str, ...]"
"""Plain strings and ``Name`` values, to be joined without a separator."""


def join(words: Words, prose: Callable[[str], str], name: Callable[[str], str]) -> str:
    """Return the sentence with ``prose`` applied to our words and ``name`` to names.

    ``prose`` sees the white space at a part's ends: it may drop it, so it is kept here.
    """
    return "".join(name(part) if isinstance(part, Name) else _keeping_ends(part, prose) for part in words)


def _keeping_ends(part: str, prose: Callable[[str], str]) -> str:
    stripped = part.strip()
    if not stripped:
        return " " if part else ""
    start = " " if part[0].isspace() else ""
    end = " " if part[-1].isspace() else ""
    return f"{start}{prose(stripped)}{end}"
