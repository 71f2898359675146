"""Both evaluators against the case tables, whose expectations were reasoned from AWS's documentation."""

from collections import Counter

import pytest

from tests.engine.case_tables import Case, all_cases, mistake, read_case
from tests.engine.reference_engine import decide
from troubleshooter.engine.cases import decide_case

CASES = all_cases()
# What one request and its policies cannot show: 54-56, 58, 60, 63 are about the catalogue and other systems, 64 about
# unknown context.
BEYOND_ONE_CASE = {54, 55, 56, 58, 60, 61, 63, 64}


def name(case: Case) -> str:
    return f"{case.topic}: {case.name}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_engine_decides_as_documented(case: Case) -> None:
    assert mistake(case, decide_case(case.body)) is None


def test_the_reference_decides_as_documented() -> None:
    wrong = [f"{name(case)}: {found}" for case in CASES if (found := mistake(case, decide(case.body)))]
    assert wrong == []


def test_every_rule_that_a_case_can_show_has_three() -> None:
    seen = Counter(rule for case in CASES for rule in case.rules)
    assert {rule: seen[rule] for rule in range(1, 65) if rule not in BEYOND_ONE_CASE and seen[rule] < 3} == {}


def test_names_are_unique() -> None:
    assert [found for found, times in Counter(map(name, CASES)).items() if times > 1] == []


def test_an_unknown_field_is_refused() -> None:
    raw = {"name": "x", "rules": [1], "request": {}, "policies": {}, "expected": "Allowed", "cite": "https://x"}
    with pytest.raises(ValueError, match="action"):
        read_case(raw, "topic")
