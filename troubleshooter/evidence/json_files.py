"""Files of unknown quality -> JSON values: every kind of damage is one plain sentence, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

from troubleshooter.model.policy import JsonValue

MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 100
"""IAM policies nest five levels; whatever nests deeper than this is not evidence."""


class DamagedFileError(Exception):
    """A file is no usable JSON; the message says what is wrong and at which place."""


def read_json(path: Path) -> JsonValue:
    """Return the JSON value in ``path`` (UTF-8, or UTF-16 as PowerShell redirects write it).

    Raises DamagedFileError for anything that is not readable JSON of sane size and depth.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DamagedFileError(f"larger than {MAX_BYTES // 1024 // 1024} MB")
        data = path.read_bytes()
    except OSError as error:
        raise DamagedFileError(f"cannot be read ({error.strerror or error})") from error
    return parse_json(data)


def parse_json(data: bytes) -> JsonValue:
    """Return the JSON value of ``data``; raises DamagedFileError naming line and column."""
    try:
        value: JsonValue = json.loads(_text(data))
    except json.JSONDecodeError as error:
        raise DamagedFileError(f"not JSON: {error.msg.lower()} at line {error.lineno} column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise DamagedFileError("not JSON that can be read: nested too deeply, or a number too long") from error
    if _deeper_than(value, MAX_DEPTH):
        raise DamagedFileError(f"nested deeper than {MAX_DEPTH} levels")
    return value


def _text(data: bytes) -> str:
    encoding = json.detect_encoding(data) if data else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DamagedFileError(f"not text: byte {error.start} is not {encoding}") from error


def _deeper_than(value: JsonValue, limit: int) -> bool:
    """Walk level by level, so that depth costs no recursion."""
    level: list[object] = [value]
    for _ in range(limit):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(child for child in item.values() if isinstance(child, dict | list))
            elif isinstance(item, list):
                below.extend(child for child in item if isinstance(child, dict | list))
        if not below:
            return False
        level = below
    return True
