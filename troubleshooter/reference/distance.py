"""Edit distance between names, bounded so that a whole service's actions are compared in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str, limit: int) -> int:
    """Return the number of edits (insert, delete, replace, swap neighbours) or ``limit + 1`` if more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, two in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != two))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == two:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def closest(name: str, candidates: Iterable[str], limit: int, furthest: int) -> tuple[str, ...]:
    """Return up to ``limit`` candidates within ``furthest`` edits of ``name``, nearest first, case ignored."""
    wanted = name.lower()
    scored = ((distance(wanted, candidate.lower(), furthest), candidate) for candidate in candidates)
    near = sorted((score, candidate) for score, candidate in scored if score <= furthest)
    return tuple(candidate for _, candidate in near[:limit])
