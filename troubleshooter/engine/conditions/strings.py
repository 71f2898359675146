"""String operators; only the Like forms have wildcards.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
"""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.engine.conditions.comparing import Comparison, either, split_values
from troubleshooter.engine.patterns import TextMatcher, compile_pattern, is_literal, match_pattern


def equals(values: Sequence[str], variables: bool) -> Comparison:
    """Compare exactly, with case."""
    texts, templates = split_values(values, variables=variables, wildcards=False)
    return either(frozenset(texts).__contains__, templates, str.__eq__)


def equals_ignore_case(values: Sequence[str], variables: bool) -> Comparison:
    """Compare without regard to case."""
    texts, templates = split_values(values, variables=variables, wildcards=False)
    wanted = frozenset(text.lower() for text in texts)
    return either(
        lambda value: value.lower() in wanted, templates, lambda filled, value: filled.lower() == value.lower()
    )


def like(values: Sequence[str], variables: bool) -> Comparison:
    """Compare with case and wildcards."""
    texts, templates = split_values(values, variables=variables, wildcards=True)
    return either(any_of(texts), templates, match_pattern)


def any_of(patterns: Sequence[str]) -> TextMatcher:
    """Return a test for any of several marked patterns; literal ones cost one look-up together."""
    exact = frozenset(pattern for pattern in patterns if is_literal(pattern))
    tests = [compile_pattern(pattern) for pattern in patterns if not is_literal(pattern)]
    if not tests:
        return exact.__contains__
    if len(tests) == 1 and not exact:
        return tests[0]
    return lambda value: value in exact or any(test(value) for test in tests)
