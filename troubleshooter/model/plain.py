"""Turn model values into plain JSON-able dictionaries, field names as in the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def to_plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return dataclasses as dicts (leaving out fields marked ``json: False``), tuples as lists, enums as values.

    Floats, ints, strings, booleans and None pass through; anything else is an error of the caller.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: to_plain(getattr(value, item.name)) for item in fields(value) if item.metadata.get("json", True)
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | frozenset | set):
        return [to_plain(item) for item in value]
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
