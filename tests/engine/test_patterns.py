"""Wildcards: exact against a regular expression on short texts, and linear on hostile ones."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.engine.patterns import ONE, as_literal, as_pattern, compile_pattern, match_pattern

TEXTS = st.text(alphabet="ab:/", max_size=12)
PATTERNS = st.text(alphabet="ab:/*?", max_size=10)


@given(pattern=PATTERNS, text=TEXTS)
def test_a_pattern_matches_what_its_regular_expression_matches(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    assert match_pattern(as_pattern(pattern), text) is bool(re.fullmatch(expression, text, re.DOTALL))


@given(text=TEXTS)
def test_a_pattern_that_is_the_text_matches(text: str) -> None:
    assert match_pattern(as_pattern(text), text)


@pytest.mark.parametrize("pattern", ["*a*a*a*a*b*c", "*a?a*a?a*b*c", "a*a*a*a*a*a*a*a*a*c", "*?*?*?*?*c"])
def test_hostile_patterns_stay_cheap(pattern: str) -> None:
    match = compile_pattern(as_pattern(pattern))
    start = time.process_time()
    assert not match("ab" * 50_000)
    assert time.process_time() - start < 1


def test_a_substituted_wildcard_is_literal() -> None:
    assert not match_pattern(as_literal("a*"), "ab")
    assert match_pattern(as_literal("a*"), "a*")


def test_the_marks_of_wildcards_cannot_be_smuggled_in() -> None:
    assert not match_pattern(as_literal(f"a{ONE}"), "ab")
