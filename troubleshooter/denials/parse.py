"""The two doors of this room: a pasted text, or a log record -> denials."""

from __future__ import annotations

from troubleshooter.denials.record import parse_record
from troubleshooter.denials.text import parse_text

__all__ = ["parse_record", "parse_text"]
