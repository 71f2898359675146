r"""Quote a text for bash, so that it stays one word whatever it holds.

``shlex.quote`` is enough for the shell but not for the reader: a control character, a bidirectional
mark, HTML or a code fence would reach a terminal or a web page raw. Such texts become ``$'...'`` with
escapes, which bash and zsh read as the same bytes
(https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html).
"""

from __future__ import annotations

import re
import shlex

_TAME = re.compile(r"[ !#-;=?-_a-z|~\"&{}]*")
_LIVE = re.compile(r"\]\(|\{\{|\{%")


def quote(text: str) -> str:
    """Return ``text`` as one bash word."""
    if _TAME.fullmatch(text) and not _LIVE.search(text) and "'" not in text:
        return shlex.quote(text)
    return f"$'{''.join(_escaped(char) for char in text)}'"


def _escaped(char: str) -> str:
    if char.isascii() and (char.isalnum() or char in " -_./:@,=+*?"):
        return char
    if char == "\0":
        return ""
    return "".join(f"\\x{octet:02x}" for octet in char.encode("utf-8", "surrogatepass"))
