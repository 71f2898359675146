"""ARN operators: ArnEquals and ArnLike are the same, the six fields are compared one by one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.engine.conditions.comparing import Comparison, either, split_values
from troubleshooter.engine.patterns import TextMatcher, compile_pattern
from troubleshooter.engine.silent import BARE_STAR_IS_AN_ARN_PATTERN

_FIELDS = 6


def like(values: Sequence[str], variables: bool) -> Comparison:
    """Compare an ARN; a value that is no ARN matches nothing."""
    texts, templates = split_values(values, variables=variables, wildcards=True)
    tests = [arn_pattern(text) for text in texts]
    return either(lambda value: any(test(value) for test in tests), templates, _fits)


def _fits(pattern: str, value: str) -> bool:
    return arn_pattern(pattern)(value)


def arn_pattern(pattern: str) -> TextMatcher:
    """Return a test of whole ARNs against a marked pattern; a pattern of fewer fields matches nothing."""
    fields = pattern.split(":", _FIELDS - 1)
    if len(fields) < _FIELDS:
        everything = BARE_STAR_IS_AN_ARN_PATTERN and len(fields) == 1 and _is_star(pattern)
        return _is_arn if everything else _never
    tests = [compile_pattern(field) for field in fields]

    def match(value: str) -> bool:
        actual = value.split(":", _FIELDS - 1)
        if len(actual) < _FIELDS or actual[0] != "arn":
            return False
        return all(test(item) for test, item in zip(tests, actual, strict=True))

    return match


def _is_star(pattern: str) -> bool:
    return pattern == "\ufdd0"


def _is_arn(value: str) -> bool:
    return value.startswith("arn:") and value.count(":") >= _FIELDS - 1


def _never(_value: str) -> bool:
    return False
