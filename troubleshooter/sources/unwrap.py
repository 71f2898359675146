"""Take a CloudTrail record out of whatever carries it: lists, LookupEvents, EventBridge, SNS, logs, table rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from troubleshooter.sources.rows import record_of_row

_LISTS = ("Records", "records", "Events", "events", "logEvents", "QueryResultRows", "Rows", "Messages", "messages")
_TEXTS = (
    "CloudTrailEvent",
    "cloudTrailEvent",
    "cloudtrailevent",
    "eventJson",
    "eventjson",
    "Message",
    "message",
    "Body",
    "body",
    "_raw",
)
_OBJECTS = ("detail", "Sns", "eventData", "event_data", "aws", "_source", "event", "result")
_DEEPEST = 6


def records_in(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """Yield every CloudTrail record in a parsed JSON value, whatever wraps it; nothing where there is none."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield from _in_text(value, depth)
    elif isinstance(value, list):
        for item in value:
            yield from records_in(item, depth + 1)
    elif isinstance(value, dict):
        if is_record(value):
            yield value
        else:
            yield from _in_object(value, depth)


def is_record(value: Mapping[str, object]) -> bool:
    """Return whether ``value`` has the two fields that every CloudTrail record has."""
    return "eventSource" in value and "eventName" in value


def _in_object(value: Mapping[str, object], depth: int) -> Iterator[Mapping[str, object]]:
    # A LookupEvents entry has columns like a table row's, but its whole record is in CloudTrailEvent.
    row = None if isinstance(value.get("CloudTrailEvent"), str) else record_of_row(value)
    if row is not None:
        yield row
        return
    for name in (*_LISTS, *_OBJECTS):
        inner = value.get(name)
        if isinstance(inner, dict | list):
            yield from records_in(inner, depth + 1)
    for name in _TEXTS:
        inner = value.get(name)
        if isinstance(inner, str):
            yield from _in_text(inner, depth)


def _in_text(text: str, depth: int) -> Iterator[Mapping[str, object]]:
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from records_in(value, depth + 1)
