"""Look into JSON of unknown shape without trusting it: each function returns a value of the shape or None."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from troubleshooter.model.evidence import JsonObject


def as_object(value: object) -> JsonObject | None:
    """Return ``value`` where it is a JSON object, else None."""
    return value if isinstance(value, Mapping) else None


def as_items(value: object) -> Sequence[object] | None:
    """Return ``value`` where it is a JSON array, else None."""
    return value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None


def as_text(value: object) -> str | None:
    """Return ``value`` where it is a string with something in it, else None."""
    return value if isinstance(value, str) and value else None


def objects(value: object) -> Iterator[JsonObject]:
    """Yield the objects of an array; nothing for any other value."""
    for item in as_items(value) or ():
        found = as_object(item)
        if found is not None:
            yield found


def texts(value: object) -> Iterator[str]:
    """Yield the strings of an array, or the one string that stands for it."""
    if isinstance(value, str):
        yield value
        return
    for item in as_items(value) or ():
        if isinstance(item, str):
            yield item


def tags_of(entry: JsonObject) -> dict[str, str] | None:
    """Return ``Tags: [{Key, Value}]`` of an API entry as a dictionary, or None where it has no such list."""
    if as_items(entry.get("Tags")) is None:
        return None
    return {str(tag["Key"]): str(tag.get("Value") or "") for tag in objects(entry["Tags"]) if "Key" in tag}
