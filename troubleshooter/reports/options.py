"""What a caller may choose about a report, the same for every form."""

from __future__ import annotations

from dataclasses import dataclass

WIDEST = 100
"""Columns that text is wrapped at where the caller knows no terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """``color`` and ``width`` matter to terminals only; ``redact`` masks names in every form.

    ``source`` names the evidence for people (a snapshot's folder and time); None leaves it out.
    """

    color: bool = False
    width: int = WIDEST
    redact: bool = False
    source: str | None = None
