"""Make a failing case smaller: drop list items and optional keys for as long as it keeps failing."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
NEEDED = {
    "request",
    "policies",
    "principal",
    "action",
    "resource",
    "resource_account",
    "Effect",
    "Statement",
    "document",
}


def smaller(case: Json) -> Iterator[Json]:
    """Every case that has one thing less."""
    for path in paths(case):
        copied = copy.deepcopy(case)
        holder = copied
        for step in path[:-1]:
            holder = holder[step]
        if path[-1] == "permissions_boundary" or path[:-1] == ("policies",):
            empty: object = None if path[-1] in ("permissions_boundary", "resource") else []
            if holder[path[-1]] == empty:
                continue
            holder[path[-1]] = empty
        else:
            del holder[path[-1]]
        yield copied


def paths(value: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs: list[tuple[Any, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, inner in pairs:
        if key not in NEEDED or (at == ("policies",) and key == "resource"):
            yield (*at, key)
        yield from paths(inner, (*at, key))


def shrink(case: Json, fails: Callable[[Json], bool]) -> Json:
    best = case
    while True:
        found = next((candidate for candidate in smaller(best) if fails(candidate)), None)
        if found is None:
            return best
        best = found


def as_json(case: Json) -> str:
    return json.dumps(case, indent=1)
