"""Fold the object keys of one S3 prefix together once they are many.

Keys form a tree by ``/``. A prefix that has more than ``MANY`` different names directly below it becomes one group,
``bucket/prefix/*``. Which prefixes fold depends on the set of keys alone, not on the order in which they come, so that
parts counted apart give the same groups when merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from troubleshooter.history.tally import Tally

MANY = 10


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    leaf: Tally | None = None
    folded: Tally | None = None

    def fold(self) -> Tally:
        """Gather everything below into one tally, for good."""
        if self.folded is None:
            total = Tally()
            total.is_fold = True
            for _, tally, _ in _walk(self, ""):
                total.absorb(tally)
                tally.moved_to = total
            self.folded, self.leaf, self.children = total, None, {}
        return self.folded


class KeyTree:
    """The tallies of one bucket's keys, for one principal and action."""

    __slots__ = ("_root",)

    def __init__(self) -> None:
        """Start empty."""
        self._root = _Node()

    def tally(self, key: str) -> Tally:
        """Return the tally that ``key`` counts in, folding prefixes that have become too many."""
        node = self._root
        for name in key.split("/"):
            if node.folded is not None:
                return node.folded
            if name not in node.children and len(node.children) >= MANY:
                return node.fold()
            node = node.children.setdefault(name, _Node())
        if node.folded is not None:
            return node.folded
        if node.leaf is None:
            node.leaf = Tally()
        return node.leaf

    def fold(self, prefix: str) -> Tally:
        """Fold ``prefix`` (``""`` or ending in ``/``) whatever it holds, and return its tally."""
        node = self._root
        for name in prefix.split("/")[:-1]:
            if node.folded is not None:
                return node.folded
            if name not in node.children and len(node.children) >= MANY:
                return node.fold()
            node = node.children.setdefault(name, _Node())
        return node.fold()

    def items(self) -> Iterator[tuple[str, Tally, bool]]:
        """Yield ``(key, tally, False)`` for single keys and ``(prefix, tally, True)`` for folded prefixes."""
        yield from _walk(self._root, "")


def _walk(node: _Node, path: str) -> Iterator[tuple[str, Tally, bool]]:
    if node.folded is not None:
        yield path, node.folded, True
        return
    if node.leaf is not None:
        yield path.removesuffix("/"), node.leaf, False
    for name, child in node.children.items():
        yield from _walk(child, f"{path}{name}/")
