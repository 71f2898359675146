r"""Turn any text of a log into text that is safe where it is shown; each form has one function.

Everything that a log, a policy or a resource name holds was written by someone else. No report prints
it without one of these: ``terminal`` and ``line`` for terminals, ``markdown`` and ``code`` for Markdown,
``html``, ``slack`` and ``slack_code`` for Slack's mrkdwn, ``csv_cell`` for spreadsheets.

All of them first drop what nobody can see and a terminal may obey: control characters (C0 but newline
and tab, DEL, C1), ANSI escape sequences, and format characters (Unicode category Cf: right-to-left
overrides, zero-width characters, tags; https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
Lone surrogates, private-use and unassigned characters become U+FFFD.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata

_KEPT = frozenset("\n\t")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)"  # OSC: titles, links, clipboard
)
_MARKDOWN_SPECIAL = re.compile(r"([\\`*{}\[\]|~$]|(?<=\])\(|(?<=\{)[%#]|(?<!\w)_|_(?!\w))")
_MARKDOWN_LINE_START = re.compile(r"^([-+#=]|\d+[.)])")
_AUTOLINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp|file|data|javascript|vbscript)(:)|(www)(\.)")
_TAME_CODE = re.compile(r"[^`<>|{}\n\[\]]*")
_JSON_LIVE = re.compile(r"[<>`]|(?<=\])\(|(?<=\{)[{%]")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def terminal(text: str) -> str:
    """Return ``text`` fit for a terminal: nothing in it moves a cursor, colours, hides or reorders."""
    if text.isprintable():
        return text
    text = _ESCAPE_SEQUENCE.sub("", text.replace("\r\n", "\n"))
    return "".join(char if char.isprintable() or char in _KEPT else _visible(char) for char in text)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in {"Zl", "Zp"} or char == "\x85":
        return "\n"
    return "" if category in {"Cc", "Cf"} else _REPLACEMENT


def line(text: str) -> str:
    """Return ``text`` fit for a terminal and on one line: every run of white space is one space."""
    return " ".join(terminal(text).split())


def markdown(text: str) -> str:
    """Return ``text`` as one line of Markdown that renders as itself: no link, image, HTML, table or mention."""
    flat = _html.escape(line(text), quote=False)
    flat = _MARKDOWN_SPECIAL.sub(r"\\\1", flat)
    flat = _MARKDOWN_LINE_START.sub(lambda match: f"{match[1][:-1]}\\{match[1][-1]}", flat)
    flat = _AUTOLINK.sub(lambda match: f"{match[1] or match[3]}{'&#58;' if match[2] else '&#46;'}", flat)
    return flat.replace("@", "&#64;")


def code(text: str) -> str:
    """Return ``text`` as a Markdown code span; text that a span may not hold safely comes escaped instead.

    Code spans cannot hold an escaped back-tick or table bar, and some renderers read HTML, links and
    template braces inside them.
    """
    flat = line(text)
    if not flat:
        return ""
    return f"`{flat}`" if _TAME_CODE.fullmatch(flat) and not _AUTOLINK.search(flat) else markdown(flat)


def json_lines(text: str) -> str:
    r"""Return lines of JSON (or a diff of JSON) for a fenced block: nothing in it ends the fence or looks live.

    Inside JSON strings ``<``, ``>``, a back-tick, ``](``, ``{{`` and ``{%`` are written as ``\uXXXX``, the same
    JSON; outside strings none of them occurs.
    """
    return _JSON_LIVE.sub(lambda match: "".join(f"\\u{ord(char):04x}" for char in match[0]), terminal(text))


def html(text: str) -> str:
    """Return ``text`` for HTML element content or a double-quoted attribute."""
    return _html.escape(terminal(text), quote=True)


def slack(text: str) -> str:
    """Return ``text`` for Slack's mrkdwn: no mention, link or special command survives.

    Slack gives ``&``, ``<`` and ``>`` a meaning and nothing else a way to escape
    (https://docs.slack.dev/messaging/formatting-message-text#escaping). A back-tick becomes its look-alike,
    so that no text ends a code span early.
    """
    return _html.escape(terminal(text), quote=False).replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}")


def slack_code(text: str) -> str:
    """Return ``text`` as an inline code span of Slack's mrkdwn, on one line."""
    flat = slack(line(text))
    return f"`{flat}`" if flat else ""


def csv_cell(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula: a leading quote guards it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    flat = line(text)
    return f"'{flat}" if flat.startswith(_FORMULA_START) else flat
