"""A collector of condition keys: those a request carried, and those it is known not to have carried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType


class Keys:
    """Gathers condition keys of one request; values win over absence, the first value over later ones."""

    __slots__ = ("_absent", "_values")

    def __init__(self) -> None:
        """Start with nothing known."""
        self._values: dict[str, tuple[str, ...]] = {}
        self._absent: set[str] = set()

    def put(self, key: str, value: str | Iterable[str] | None) -> None:
        """Record a key's value or values, in AWS's spelling of the key; None and empty lists are ignored."""
        values = (value,) if isinstance(value, str) else tuple(value or ())
        if values and not any(key.lower() == known.lower() for known in self._values):
            self._values[key] = values

    def lacks(self, *keys: str) -> None:
        """Record keys, or families ending in ``/`` or ``:``, that the request did not carry."""
        self._absent.update(key.lower() for key in keys)

    def put_or_lacks(self, key: str, value: str | Iterable[str] | None) -> None:
        """Record the value, or the key's absence where there is none."""
        if value:
            self.put(key, value)
        else:
            self.lacks(key)

    @property
    def context(self) -> Mapping[str, tuple[str, ...]]:
        """The keys carried, read-only."""
        return MappingProxyType(dict(self._values))

    @property
    def absent(self) -> frozenset[str]:
        """The lowercase keys not carried; a family ending in ``/`` means none but those in ``context``."""
        present = {key.lower() for key in self._values}
        return frozenset(self._absent - present)
