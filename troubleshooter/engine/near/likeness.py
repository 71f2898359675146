"""How alike two texts are, for ordering near misses; and short lists for people."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 4


def likeness(one: str, other: str) -> float:
    """Return 0..1: the share of the longer text that both begin and end with; 1 is equal."""
    if one == other:
        return 1.0
    longest = max(len(one), len(other))
    if not longest:
        return 1.0
    head = _shared(one, other)
    rest = min(len(one), len(other)) - head
    tail = min(_shared(one[::-1], other[::-1]), rest)
    return (head + tail) / longest


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def listed(values: Sequence[str], word: str = "or") -> str:
    """Return the values in words, the first few of them."""
    shown = list(values[:_SHOWN])
    more = len(values) - len(shown)
    if more:
        return f"{', '.join(shown)} {word} {more} more"
    return f" {word} ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)
