"""Small, total readers for log records, whose values can be absent, null or of another type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]
"""A JSON object as logged: nothing about its values is certain."""

_NOTHING: Object = {}
_DEEPEST = 12


def text(record: Object, *names: str) -> str | None:
    """Return the first of the named fields that holds a non-empty text or a number, else None."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return None


def flag(record: Object, name: str) -> str | None:
    """Return a boolean field as ``true`` or ``false``, however it is spelled, else None."""
    value = record.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower()
    return None


def mapping(record: Object, *names: str) -> Object:
    """Return a nested object by path; empty where any step is missing or no object."""
    value: Any = record
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: object) -> Sequence[Any]:
    """Return a list as it is, EC2's ``{"items": [...]}`` opened, one value as a list of it, None as empty."""
    if isinstance(value, Mapping) and isinstance(value.get("items"), list):
        return list(value["items"])
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def lowered(record: Object) -> dict[str, Any]:
    """Return the object with lowercase keys (the first of several spellings wins)."""
    result: dict[str, Any] = {}
    for key, value in record.items():
        result.setdefault(str(key).lower(), value)
    return result


def strings(value: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield (field name, text) for every text inside a logged value, to a bounded depth."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str):
                yield str(key), item
            else:
                for name, inner in strings(item, depth + 1):
                    yield name or str(key), inner
    elif isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, str):
                yield "", item
            else:
                yield from strings(item, depth + 1)


def decoded(value: object) -> object:
    """Return a JSON object or list that was logged as text; anything else unchanged."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
