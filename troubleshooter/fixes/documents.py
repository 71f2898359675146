"""Policy documents taken apart and put together again: always a new dictionary, never an edit in place."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from troubleshooter.model.policy import Document

Json = dict[str, Any]
"""A JSON object that a fix writes; what is read elsewhere stays ``JsonObject``."""

_SID = re.compile(r"[^A-Za-z0-9]")
VERSION = "2012-10-17"


def parsed(document: Document | None) -> Json | None:
    """Return a copy of the document as an object; None where it is absent or no JSON object."""
    if document is None:
        return None
    if not isinstance(document, str):
        return copy.deepcopy(dict(document))
    for text in (document, unquote(document)):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else None
    return None


def statements(document: Json) -> list[Json]:
    """Return the statements; a single statement may stand for a list of one."""
    found = document.get("Statement")
    listed = found if isinstance(found, list) else [found]
    return [item for item in listed if isinstance(item, dict)]


def with_statements(document: Json, found: Sequence[Json]) -> Json:
    """Return the document with these statements instead of its own."""
    return {**document, "Statement": list(found)}


def with_added(document: Json | None, statement: Json) -> Json:
    """Return the document with one more statement, under a Sid that it does not use yet.

    None makes a new document with the language version that knows variables.
    """
    base = {"Version": VERSION, "Statement": []} if document is None else document
    present = statements(base)
    return with_statements(base, [*present, _unique_sid(statement, present)])


def with_replaced(document: Json, index: int, replacements: Sequence[Json]) -> Json:
    """Return the document with statement ``index`` replaced by others, Sids kept unique."""
    present = statements(document)
    kept = [*present[:index], *present[index + 1 :]]
    fresh: list[Json] = []
    for item in replacements:
        fresh.append(_unique_sid(item, [*kept, *fresh]))
    return with_statements(document, [*present[:index], *fresh, *present[index + 1 :]])


def _unique_sid(statement: Json, present: Sequence[Json]) -> Json:
    """Return the statement, its Sid numbered where that is taken: Sids are unique within a policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
    """
    sid = statement.get("Sid")
    taken = {item.get("Sid") for item in present}
    if sid is None or sid not in taken:
        return statement
    free = next(f"{sid}{number}" for number in range(2, len(present) + 3) if f"{sid}{number}" not in taken)
    return {**statement, "Sid": free}


def sid_of(*words: str) -> str:
    """Return a Sid of letters and digits only, which every policy type accepts."""
    return "".join(_SID.sub("", word[:1].upper() + word[1:]) for word in words)[:64]


def listed(value: object) -> list[Any]:
    """Return a value that may be one or a list as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def size(document: object) -> int:
    """Return the characters that count towards a quota: whitespace outside strings does not, for IAM's."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
