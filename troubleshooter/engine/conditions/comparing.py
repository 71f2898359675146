"""What every operator family shares: the shape of a compiled comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import INVALID, NO, UNKNOWN, YES
from troubleshooter.engine.variables import Template, parse_text

Comparison = Callable[[str, Subject], int]
"""(one request value, request) -> YES, NO, UNKNOWN or INVALID: does it match any of the policy's values."""

Family = Callable[[Sequence[str], bool], Comparison]
"""(the policy's values, whether the document has variables) -> comparison."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A base operator: its family's comparison, and whether it is negated."""

    compare: Family
    negated: bool = False


def either(fixed: Callable[[str], bool], templates: Sequence[Template], fits: Callable[[str, str], bool]) -> Comparison:
    """Match a value against fixed policy values or against those with variables.

    A variable without a value makes the comparison invalid unless another value matches.
    """
    if not templates:
        return lambda value, _subject: YES if fixed(value) else NO

    def compare(value: str, subject: Subject) -> int:
        if fixed(value):
            return YES
        result = NO
        for template in templates:
            filled = template.fill(subject)
            if isinstance(filled, str):
                if fits(filled, value):
                    return YES
            elif filled == INVALID or result != INVALID:
                result = filled
        return result

    return compare


def split_values(
    values: Sequence[str], *, variables: bool, wildcards: bool
) -> tuple[tuple[str, ...], tuple[Template, ...]]:
    """Return the policy's values as marked texts, and those that hold variables as templates."""
    parsed = [parse_text(value, variables=variables, wildcards=wildcards) for value in values]
    return (
        tuple(item for item in parsed if isinstance(item, str)),
        tuple(item for item in parsed if isinstance(item, Template)),
    )


__all__ = ["UNKNOWN", "Comparison", "Family", "Operator", "either", "split_values"]
