"""SDK responses -> plain JSON values, as the same response would read in a file."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from troubleshooter.model.policy import Document


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return JSON values: dates as ISO 8601 text, bytes as base64, without the response's metadata."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def document(value: object) -> Document | None:
    """Return a policy document as an object where its text is one, else as read; None and "" are no policy."""
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        return dict(plain(value))
    text = str(value)
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict) else text


def merged_documents(texts: Sequence[object]) -> Document | None:
    """Unite several policies of one resource in one document (a request sees all their statements)."""
    documents = [found for text in texts if (found := document(text)) is not None]
    if len(documents) <= 1:
        return documents[0] if documents else None
    statements: list[Any] = []
    version = "2008-10-17"
    for found in documents:
        if isinstance(found, str):
            # One of them is no JSON object: the engine must see that rather than the rest alone.
            return found
        own = found.get("Statement", [])
        statements.extend(own if isinstance(own, list) else [own])
        version = max(version, str(found.get("Version", version)))
    return {"Version": version, "Statement": statements}
