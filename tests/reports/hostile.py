"""Put a text into every string of a value that a log or a policy could have filled."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

STRINGS = (
    "\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](http://evil.example)",
    "![x](https://evil.example/p.png)",
    "<!channel> <@U012AB3CD> <https://evil.example|click>",
    "=HYPERLINK(1)",
    "{{ 7919*7907 }}{% include 'x' %}{# x #}",
    "${7919*7907}%{if true}",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "`id` $(id) ; id | id > x # y",
    "'\"\\'\"",
    "```\nfence\n```",
    "line\nline\r\nline\u2028line\x85line",
    "\ud800 lone",
    "| cell | cell |",
    "EOF\nPOLICY\n",
    "</style></code></pre>-->",
)
OWN = {"cause", "playbook", "source_url", "id"}
"""Fields that only this program fills."""


def poison(value: Any, text: str, name: str = "") -> Any:
    if isinstance(value, Enum) or name in OWN:
        return value
    if isinstance(value, str) and name == "next_commands":
        return f"{value} {shlex.quote(text)}"  # whoever writes a command quotes what it takes from the log
    if isinstance(value, str):
        return poisoned_json(value, text) if name == "text" else value + text
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{item.name: poison(getattr(value, item.name), text, item.name) for item in fields(value)})
    if isinstance(value, Mapping):
        return {f"{key}{text}": poison(item, text) for key, item in value.items()}
    if isinstance(value, Sequence):
        return tuple(poison(item, text, name) for item in value)
    return value


def poisoned_json(value: str, text: str) -> str:
    try:
        return json.dumps(poison(json.loads(value), text))
    except ValueError:
        return value + text
