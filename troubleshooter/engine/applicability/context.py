"""Read condition keys, whose names have no case (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html)."""

from __future__ import annotations

from collections.abc import Mapping


def values_of(context: Mapping[str, tuple[str, ...]], key: str) -> tuple[str, ...] | None:
    """Return a key's values whatever the case of its name, or None where the context does not hold it."""
    exact = context.get(key)
    if exact is not None:
        return exact
    lowered = key.lower()
    return next((values for name, values in context.items() if name.lower() == lowered), None)


def value_of(context: Mapping[str, tuple[str, ...]], key: str) -> str | None:
    """Return a key's first value, or None."""
    values = values_of(context, key)
    return values[0] if values else None
