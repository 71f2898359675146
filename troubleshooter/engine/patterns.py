"""Wildcard patterns in linear time: ``*`` is any run of characters, ``?`` exactly one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

Inside the engine a pattern's wildcards are two Unicode noncharacters, so that a ``*`` that came out of a
policy variable stays a literal ``*``. Nothing here backtracks: the pieces between ``*`` are found left to
right, each as early as possible, which is exact for this language.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MANY = "\ufdd0"
ONE = "\ufdd1"

TextMatcher = Callable[[str], bool]


def as_pattern(text: str) -> str:
    """Return ``text`` with its wildcards marked as wildcards."""
    return text.replace("*", MANY).replace("?", ONE)


def as_literal(text: str) -> str:
    """Return ``text`` so that none of its characters is a wildcard."""
    if MANY in text or ONE in text:
        return text.replace(MANY, "\ufffd").replace(ONE, "\ufffd")
    return text


def is_literal(pattern: str) -> bool:
    """Return whether a marked pattern holds no wildcard."""
    return MANY not in pattern and ONE not in pattern


def matches_everything(pattern: str) -> bool:
    """Return whether a marked pattern is made of ``*`` alone."""
    return pattern != "" and not pattern.strip(MANY)


def compile_pattern(pattern: str) -> TextMatcher:
    """Return a function that says whether a whole text matches the marked pattern."""
    if is_literal(pattern):
        return pattern.__eq__
    if matches_everything(pattern):
        return _anything
    if ONE not in pattern and pattern.count(MANY) == 1:
        return _one_star(*pattern.split(MANY))
    return _pieces(pattern)


def match_pattern(pattern: str, text: str) -> bool:
    """Return whether ``text`` matches a marked pattern that is used only once."""
    return compile_pattern(pattern)(text)


def _anything(_text: str) -> bool:
    return True


def _one_star(head: str, tail: str) -> TextMatcher:
    if not tail:
        return lambda text: text.startswith(head)
    if not head:
        return lambda text: text.endswith(tail)
    shortest = len(head) + len(tail)
    return lambda text: len(text) >= shortest and text.startswith(head) and text.endswith(tail)


def _pieces(pattern: str) -> TextMatcher:
    """Match the first piece at the start, the last at the end, and those between leftmost in order."""
    first, *middle = pattern.split(MANY)
    if not middle:
        return _fixed(first)
    last = middle.pop()
    starts, ends = _fixed(first), _fixed(last)
    finders = [_finder(piece) for piece in middle if piece]
    head, tail = len(first), len(last)

    def match(text: str) -> bool:
        stop = len(text) - tail
        if stop < head or not starts(text[:head]) or not ends(text[stop:]):
            return False
        position = head
        for find in finders:
            position = find(text, position, stop)
            if position < 0:
                return False
        return True

    return match


def _fixed(piece: str) -> TextMatcher:
    """Match a piece without ``*``: same length, and same characters wherever it names one."""
    if ONE not in piece:
        return piece.__eq__
    return _expression(piece).fullmatch_bool


class _Expression:
    """A piece with ``?`` in it, as a regular expression without repetition: it cannot backtrack."""

    __slots__ = ("_pattern",)

    def __init__(self, piece: str) -> None:
        self._pattern = re.compile("".join("." if sign == ONE else re.escape(sign) for sign in piece), re.DOTALL)

    def fullmatch_bool(self, text: str) -> bool:
        """Return whether the whole text is this piece."""
        return self._pattern.fullmatch(text) is not None

    def find(self, text: str, start: int, stop: int) -> int:
        """Return where the leftmost occurrence in ``text[start:stop]`` ends, or -1."""
        found = self._pattern.search(text, start, stop)
        return found.end() if found else -1


def _expression(piece: str) -> _Expression:
    return _Expression(piece)


def _finder(piece: str) -> Callable[[str, int, int], int]:
    if ONE in piece:
        return _expression(piece).find
    length = len(piece)

    def find(text: str, start: int, stop: int) -> int:
        at = text.find(piece, start, stop)
        return at + length if at >= 0 else -1

    return find
