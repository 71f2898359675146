"""Text -> parsed JSON values: one document, or one a line, with what could not be parsed said in words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_EVENT_FIELDS = re.compile(
    r'"(?:Records|eventVersion|userIdentity|eventSource|eventName|CloudTrailEvent|detail-type)"\s*:'
)
_MOST_NAMED = 5
_DEEPEST = 200
_NEAR_END = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One part that is no JSON: ``words`` say where and what to do; ``cut_off``: an event file ends in the middle."""

    words: str
    cut_off: bool = False


def parsed_values(text: str, name: str) -> tuple[list[Any], list[Damage]]:
    """Return the JSON values in ``text`` and the damages; both empty where it is no JSON at all."""
    body = text.strip()
    if body[:1] not in {"{", "["}:
        return [], []
    value, damage = _loaded(body, name)
    if damage is None:
        return [value], []
    lines = [(number, line.strip()) for number, line in enumerate(body.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and _starts_as_lines(lines[0][1], lines[1][1]):
        return _line_values(lines, name)
    return [], [damage]


def _starts_as_lines(first: str, second: str) -> bool:
    """Whether the text is JSON lines: one of its first lines is a whole object or list."""
    return any(line[:1] in {"{", "["} and _loaded(line, "")[1] is None for line in (first, second))


def _line_values(lines: list[tuple[int, str]], name: str) -> tuple[list[Any], list[Damage]]:
    values: list[Any] = []
    damages: list[Damage] = []
    for number, line in lines:
        value, damage = _loaded(line, f"{name} line {number}")
        if damage is None:
            values.append(value)
        else:
            damages.append(damage)
    if len(damages) > _MOST_NAMED:
        more = len(damages) - _MOST_NAMED
        damages = [*damages[:_MOST_NAMED], Damage(words=f"{name}: {more} more lines are no JSON")]
    return values, damages


def _loaded(text: str, name: str) -> tuple[Any, Damage | None]:
    """Return a JSON value, or what is wrong with the text."""
    try:
        return json.loads(text), None
    except json.JSONDecodeError as trouble:
        events = _EVENT_FIELDS.search(text) is not None
        ended = trouble.pos >= len(text.rstrip()) - _NEAR_END or trouble.msg.startswith("Unterminated string")
        where = f"line {trouble.lineno} column {trouble.colno}"
        if events and ended:
            return None, Damage(
                words=f"{name} is JSON that ends in the middle ({where}); fetch the whole event again", cut_off=True
            )
        return None, Damage(words=f"{name} is no valid JSON: {trouble.msg.lower()} at {where}")
    except RecursionError:
        return None, Damage(words=f"{name} is JSON nested too deeply to be an event", cut_off=True)
    except ValueError as trouble:
        return None, Damage(words=f"{name} is no valid JSON: {str(trouble).lower()[:80]}")
