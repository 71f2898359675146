"""Find the statements whose Resource can match, among many, by looking the resource up instead of trying each.

Only patterns without a wildcard, or with one at their end, are indexed: by the whole text, and by their
beginning, one dictionary for each length that occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from troubleshooter.engine.resources import ResourceElement
from troubleshooter.engine.subject import Subject

Entry = tuple[int, bool, tuple[Callable[[Subject], int], ...]]
"""(bit of the statement, whether its principal is in doubt, the tests left once its resource matches)."""

WORTH_IT = 8
"""Below so many statements, trying each is as fast."""


def can_index(resource: ResourceElement) -> bool:
    """Return whether all patterns of the element can be looked up."""
    return not resource.general and not resource.inverted


class ResourceIndex:
    """Statements by the resources they name."""

    __slots__ = ("_exact", "_prefixes")

    def __init__(self, entries: Iterable[tuple[ResourceElement, Entry]]) -> None:
        """Index each statement's entry under each of its patterns."""
        self._exact: dict[str, list[Entry]] = {}
        prefixes: dict[int, dict[str, list[Entry]]] = {}
        for resource, entry in entries:
            for text in resource.exact:
                self._exact.setdefault(text, []).append(entry)
            for text in resource.prefixes:
                prefixes.setdefault(len(text), {}).setdefault(text, []).append(entry)
        self._prefixes = tuple(prefixes.items())

    def find(self, resource: str) -> Iterable[Entry]:
        """Return the entries whose resource matches, each once."""
        found = list(self._exact.get(resource, ()))
        for length, table in self._prefixes:
            found += table.get(resource[:length], ())
        return {entry[0]: entry for entry in found}.values() if len(found) > 1 else found
