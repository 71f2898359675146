"""The one door by which values enter SQL: checked, quoted, and refused where in doubt.

Athena takes query parameters for few places and never for names, so the text is built here; nothing else may put a
value into SQL (https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from troubleshooter.errors import UsageError

_LONGEST = 2048
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")
_MOST_PARTS = 3
_S3_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9!_.*'()=/ -]*)?")


def text_literal(value: str) -> str:
    """Return ``value`` as a SQL string literal; raises UsageError for control characters or too long a text."""
    if len(value) > _LONGEST:
        raise UsageError(f"a filter of {len(value)} characters is too long for SQL; {_LONGEST} is the most")
    if any(ord(char) < ord(" ") or ord(char) == 0x7F or 0xD800 <= ord(char) <= 0xDFFF for char in value):  # noqa: PLR2004 - DEL, surrogates
        raise UsageError(f"{value!r} holds characters that no filter needs")
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def text_list(values: Iterable[str]) -> str:
    """Return ``('a', 'b')`` for IN; raises as ``text_literal`` does, and ValueError for none at all."""
    literals = sorted(text_literal(value) for value in set(values))
    if not literals:
        raise ValueError("an empty IN list")
    return f"({', '.join(literals)})"


def whole_number(value: int) -> str:
    """Return ``value`` in digits; raises UsageError for anything but a number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UsageError(f"{value!r} is not a count")
    return str(value)


def table_name(text: str) -> str:
    """Return ``[catalog.]database.table`` quoted; raises UsageError for anything else."""
    parts = text.split(".")
    if not 2 <= len(parts) <= _MOST_PARTS or not all(_PART.fullmatch(part) for part in parts):  # noqa: PLR2004 - database.table
        raise UsageError(f"--athena-table {text}: write DATABASE.TABLE (letters, digits, _ and -)")
    return ".".join(f'"{part}"' for part in parts)


def s3_location(text: str) -> str:
    """Return an S3 address as a SQL literal; raises UsageError for anything else."""
    if len(text) > _LONGEST or not _S3_ADDRESS.fullmatch(text):
        raise UsageError(f"{text}: write s3://BUCKET/PREFIX")
    return text_literal(text)
