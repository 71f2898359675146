"""Block Kit blocks within Slack's documented limits (https://docs.slack.dev/reference/block-kit/blocks/).

Texts come in already escaped (``sanitize.slack``). ``verbatim`` keeps Slack from turning words into links and
mentions on its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from troubleshooter.reports.sanitize import line

MOST_BLOCKS = 50
LONGEST_SECTION = 3000
LONGEST_HEADER = 150
LONGEST_TEXT = 40_000
_MORE = "..."
_FENCE = "```"
_CUT_ENTITY = 6

Block = dict[str, Any]


def header(text: str) -> Block:
    """Return a header block; headers are plain text, cut at their limit."""
    flat = line(text)
    shown = flat if len(flat) <= LONGEST_HEADER else flat[: LONGEST_HEADER - len(_MORE)] + _MORE
    return {"type": "header", "text": {"type": "plain_text", "text": shown or "-", "emoji": False}}


def sections(texts: Iterable[str]) -> Iterator[Block]:
    """Yield sections: texts are joined while they fit, and parted at line ends where one alone does not."""
    held = ""
    for text in texts:
        for part in _parts(text):
            joined = f"{held}\n{part}" if held else part
            if len(joined) > LONGEST_SECTION:
                yield _section(held)
                held = part
            else:
                held = joined
    if held:
        yield _section(held)


def fences(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines as code blocks, each short enough for a section of its own."""
    room = LONGEST_SECTION - 2 * len(_FENCE) - 2
    held: list[str] = []
    for text in lines:
        for part in _cut(text, room):
            if held and sum(len(one) + 1 for one in held) + len(part) > room:
                yield "\n".join((_FENCE, *held, _FENCE))
                held = []
            held.append(part)
    if held:
        yield "\n".join((_FENCE, *held, _FENCE))


def divider() -> Block:
    """Return a rule."""
    return {"type": "divider"}


def payload(blocks: Sequence[Block], fallback: str) -> str:
    """Return the message as JSON: ``text`` for notifications, and at most fifty blocks, the last saying what is cut."""
    kept = list(blocks)
    if len(kept) > MOST_BLOCKS:
        left = len(kept) - MOST_BLOCKS + 1
        kept = [*kept[: MOST_BLOCKS - 1], _section(f"_{left} more blocks did not fit; see the whole report._")]
    text = line(fallback)[:LONGEST_HEADER]
    return json.dumps({"text": text, "blocks": kept}, indent=2).replace("\x7f", "\\u007f") + "\n"


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _parts(text: str) -> Iterator[str]:
    if len(text) <= LONGEST_SECTION:
        yield text
        return
    for row in text.splitlines():
        yield from _cut(row, LONGEST_SECTION)


def _cut(text: str, room: int) -> Iterator[str]:
    """Yield pieces of at most ``room`` characters, never parting an entity such as ``&amp;``."""
    while len(text) > room:
        end = room
        entity = text.rfind("&", max(0, end - _CUT_ENTITY), end)
        if entity > 0 and ";" not in text[entity:end]:
            end = entity
        yield text[:end]
        text = text[end:]
    yield text
