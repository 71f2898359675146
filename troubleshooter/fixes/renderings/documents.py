r"""A policy document as text that is safe wherever it is pasted.

ASCII only, so that no character of it can act on a terminal or hide; and without ``<``, ``>``, back-ticks,
``](`` or ``{{``, so that it is live neither in HTML nor in Markdown nor in a template. JSON writes all of
these as ``\uXXXX``, which AWS reads as the same document.
"""

from __future__ import annotations

import json
import re

from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.plain import to_plain

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SURROGATES = (0xD800, 0xDFFF)
_LAST_OF_FOUR_DIGITS = 0xFFFF
_LIVE = re.compile(r"[\x7f<>`]|(?<=\])\(|(?<=\{)[{%]")


def pretty(document: JsonObject | None) -> str:
    """Return the document indented by two, keys in their own order; an empty text for None."""
    return "" if document is None else _tame(json.dumps(to_plain(document), indent=2))


def compact(document: JsonObject | None) -> str:
    """Return the document without spare white space; an empty text for None."""
    return "" if document is None else _tame(json.dumps(to_plain(document), separators=(",", ":")))


def _tame(text: str) -> str:
    return _LIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def quoted(text: str) -> str:
    r"""Return ``text`` as a double-quoted string that YAML 1.2 and HCL both read back as the same text.

    Both know ``\n``, ``\uXXXX`` and ``\UXXXXXXXX`` (https://yaml.org/spec/1.2.2/#57-escaped-characters,
    https://developer.hashicorp.com/terraform/language/expressions/strings). A lone surrogate, which neither
    can hold, becomes U+FFFD.
    """
    live = {match.start() for match in _LIVE.finditer(text)}
    return '"' + "".join(_escaped(char) if place in live else _plain(char) for place, char in enumerate(text)) + '"'


def _plain(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    return char if " " <= char <= "~" else _escaped(char)


def _escaped(char: str) -> str:
    code = ord(char)
    if _SURROGATES[0] <= code <= _SURROGATES[1]:
        return "\\ufffd"
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"
