"""This program's own Markdown (runbooks) as a Slack message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from troubleshooter.reports import slack_blocks as kit
from troubleshooter.reports.sanitize import slack, slack_code

_MARKS = {"strong_open": "*", "strong_close": "*", "em_open": "_", "em_close": "_"}


def payload(titles: Sequence[str], texts: Sequence[str]) -> str:
    """Return one message with every text; titles become headers."""
    blocks: list[kit.Block] = []
    for title, text in zip(titles, texts, strict=True):
        if blocks:
            blocks.append(kit.divider())
        blocks.append(kit.header(title))
        blocks.extend(kit.sections(_paragraphs(text)))
    return kit.payload(blocks, slack(" / ".join(titles)))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield each block of the Markdown as mrkdwn; the first-level heading is the header already."""
    depth = 0
    bullet: list[str] = []
    heading = ""
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open":
            bullet = [f"{'   ' * (depth - 1)}{token.info + '.' if token.info else '•'} "]
        elif token.type == "heading_open":
            heading = token.tag
        elif token.type == "inline":
            inner = _inline(token.children or [])
            if heading != "h1":
                lead = bullet.pop() if bullet else ""
                yield f"\n*{inner}*" if heading else f"{lead}{inner}"
            heading = ""
        elif token.type in {"fence", "code_block"}:
            yield from kit.fences([slack(row) for row in token.content.rstrip("\n").split("\n")])


def _inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "code_inline":
            parts.append(slack_code(token.content))
        elif token.type in _MARKS:
            parts.append(_MARKS[token.type])
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(slack(token.content))
    return "".join(parts)
