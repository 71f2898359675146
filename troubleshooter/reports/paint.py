"""Plain ANSI colours, or none."""

from __future__ import annotations

from dataclasses import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "green": "1;32", "yellow": "1;33"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Call it with text and a style's name; it returns the text unchanged where colour is off."""

    on: bool

    def __call__(self, text: str, style: str | None) -> str:
        """Return ``text`` in ``style``."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and style and text else text
