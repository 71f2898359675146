"""The engine against the naive reference, over random cases; a difference is a case to save, once it is judged.

``DIFFERENTIAL_SEED`` and ``DIFFERENTIAL_CASES`` look elsewhere, or further, than the run that everybody repeats.
"""

import os
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.engine.reference_engine import decide
from tests.engine.shrink import as_json, shrink
from tests.engine.strategies import cases, random_case
from troubleshooter.engine.cases import decide_case

Json = dict[str, Any]
FIRST_SEED = int(os.environ.get("DIFFERENTIAL_SEED", "20261"))
CASES = int(os.environ.get("DIFFERENTIAL_CASES", "30000"))


def essence(answer: Json) -> Json:
    """What both must agree on: with an error only that there is one, and that it does not allow."""
    if answer["error"] is not None:
        return {"error": True, "allowed": answer["decision"] == "allow"}
    return {"decision": answer["decision"], "blocked_by": sorted(answer["blocked_by"])}


def differ(case: Json) -> bool:
    return essence(decide_case(case)) != essence(decide(case))


def report(case: Json) -> str:
    """The least case that still differs, without turning a sound document into one that AWS would reject."""
    errors = (decide_case(case)["error"] is None, decide(case)["error"] is None)

    def still(least: Json) -> bool:
        return differ(least) and errors == (decide_case(least)["error"] is None, decide(least)["error"] is None)

    least = shrink(case, still)
    return f"engine {decide_case(least)}\nreference {decide(least)}\n{as_json(least)}"


def seeded_case(seed: int) -> Json:
    """A generator of its own for each case, so that any one of them can be drawn again by its seed."""
    return random_case(Random(seed))


def test_both_decide_alike_over_many_random_cases() -> None:
    wrong = [seed for seed in range(FIRST_SEED, FIRST_SEED + CASES) if differ(seeded_case(seed))]
    assert not wrong, f"{len(wrong)} differ, seeds {wrong[:9]}\n{report(seeded_case(wrong[0]))}"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases())
def test_both_decide_alike_as_hypothesis_shrinks(case: Json) -> None:
    assert essence(decide_case(case)) == essence(decide(case)), as_json(case)
