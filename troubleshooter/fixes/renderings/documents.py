r"""A policy document as text: ASCII only, so that no character of it can act on a terminal or hide.

JSON writes every other character as ``\uXXXX``, which AWS reads as the same document.
"""

from __future__ import annotations

import json

from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.plain import to_plain


def pretty(document: JsonObject | None) -> str:
    """Return the document indented by two, keys in their own order; an empty text for None."""
    return "" if document is None else _ascii(json.dumps(to_plain(document), indent=2))


def compact(document: JsonObject | None) -> str:
    """Return the document without spare white space; an empty text for None."""
    return "" if document is None else _ascii(json.dumps(to_plain(document), separators=(",", ":")))


def _ascii(text: str) -> str:
    """Also escape DEL, the one control character that JSON leaves alone."""
    return text.replace("\x7f", "\\u007f")
