"""Cases that somebody damaged: an answer every time, and never an allow with an error."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.strategies import random_case
from troubleshooter.engine.cases import decide_case
from troubleshooter.usecases.simulate_lines import encode

JUNK: tuple[Any, ...] = (
    None,
    0,
    1.5,
    True,
    "",
    "*",
    [],
    {},
    [[]],
    [None],
    "arn:",
    "arn:aws:iam::1:root",
    "\ud800",
    "${",
    "${}",
    "a" * 1000,
    ["*", 5],
    {"AWS": None},
    "anonymous",
    10**30,
    "arn:aws:sts::111122223333:assumed-role/",
)
NAMES = ("Foo", "Resource", "NotPrincipal", "Principal", "Condition", "Action")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def damaged(case: dict[str, Any], rng: Random) -> dict[str, Any]:
    for _ in range(rng.randrange(1, 4)):
        *way, last = rng.choice([path for path in places(case) if path])
        holder: Any = case
        for key in way:
            holder = holder[key]
        if rng.random() < 0.6:
            holder[last] = copy.deepcopy(rng.choice(JUNK))
        elif isinstance(holder, dict) and len(case) > 1:
            del holder[last]
            holder[rng.choice(NAMES)] = copy.deepcopy(rng.choice(JUNK))
        if not isinstance(case, dict) or not case:
            break
    return case


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9))
def test_a_damaged_case_is_answered(seed: int) -> None:
    rng = Random(seed)
    answer = decide_case(damaged(copy.deepcopy(random_case(rng)), rng))
    assert answer["decision"] in {"allow", "implicit_deny", "explicit_deny"}
    assert answer["error"] is None or answer["decision"] != "allow"
    assert encode(answer).endswith(b"\n")
