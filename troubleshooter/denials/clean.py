"""Raw pasted text -> text that the grammar can read: no terminal escapes, prefixes, boxes or JSON escaping.

Afterwards a line break is one newline without indent, a blank line is one form feed, runs of spaces are
one space. Everything is linear in the length of the text.
"""

from __future__ import annotations

import html
import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|\x1b[@-_]?|\x9b[0-?]*[ -/]*[@-~]?"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_QUOTE = re.compile(r"\\{1,32}([\"'/])")
_BREAK = re.compile(r"\\{1,32}r\\{1,32}n|\\{1,32}n|\\{1,32}r(?![a-z])")
_TAB = re.compile(r"\\{1,32}t(?![a-z])")
_UNICODE = re.compile(r"\\{1,32}u00([0-9a-fA-F]{2})")
_MARKDOWN = re.compile(r"\\([*_<>\[\]])")
_STAMP = r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?\]?|\d\d:\d\d:\d\d(?:[.,]\d+)?)"
_PREFIX = re.compile(
    r"^[ \t]*(?:"
    r"[\u2500-\u257f|>]"  # Terraform's box, tables, quotes
    r"|[\w./-]{1,60}[ \t]+\|(?=[ \t])"  # docker compose: "web_1  | "
    r"|\[(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|error|warn|pod/[\w./-]{1,100})\](?=[ \t])"
    r"|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|error|stderr|stdout)(?=[: \t]):?"
    rf"|{_STAMP}(?=[ \t|])"
    r"|##\[error\]"
    r")[ \t]*",
    re.MULTILINE,
)
_MAX_PREFIXES = 6
_MARK = re.compile(r"[ \t]*(\#|//|\*|--|;|\[[\w./ -]{1,80}\]|[\w.-]{1,40}[>:])[ \t]+")
_INDENT = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_SPACES = re.compile(r"[ \t]{2,}|\t")
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")


def clean(text: str) -> str:
    """Return ``text`` ready for matching; see the module's docstring for what that means."""
    text = _ESCAPES.sub("", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u21b5", "\n").replace("\u00a0", " ")
    text = _INVISIBLE.sub("", text).replace("\f", "\n\n").replace("\v", "\n")
    if "\\" in text:
        text = _unescaped(text)
    if "&" in text:
        text = html.unescape(text)
        text = _INVISIBLE.sub("", text)
    for _ in range(_MAX_PREFIXES):
        text, count = _PREFIX.subn("", text)
        if not count:
            break
    text = _without_marks(text)
    text = _SPACES.sub(" ", _INDENT.sub("", text))
    return _BLANK.sub("\f", text)


def _unescaped(text: str) -> str:
    """Undo JSON escaping (any depth: JSON in JSON in a log) and Markdown's backslashes."""
    text = _UNICODE.sub(lambda match: chr(int(match.group(1), 16)), text)
    text = _BREAK.sub("\n", _QUOTE.sub(r"\1", text))
    return _MARKDOWN.sub(r"\1", _TAB.sub(" ", text))


def _without_marks(text: str) -> str:
    """Drop a comment mark or a name in brackets that stands before neighbouring lines alike, but not a lone one."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    found = [_MARK.match(line) for line in lines]
    marks = [match.group(1) if match else None for match in found]
    for place, match in enumerate(found):
        if match and marks[place] in {
            marks[place - 1] if place else None,
            marks[place + 1] if place + 1 < len(marks) else None,
        }:
            lines[place] = lines[place][match.end() :]
    return "\n".join(lines)
