"""One line of a Condition block (operator, key, values) -> a test of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html:
the values of a key are alternatives (for a negated operator: none of them), keys and operators all have to hold.
MV: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.conditions.operators import NULL, OperatorName, read_operator
from troubleshooter.engine.conditions.plain import read_truth
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES, asserted, negated
from troubleshooter.engine.variables import Template, parse_text
from troubleshooter.model.policy import JsonValue

Test = Callable[[Subject], int]

_NULL_DATASET = ("",)
"""An empty string counts as no value for set operators and Null (MV)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; ``key`` is lowercase, ``operator``, ``spelled`` and ``values`` are as written."""

    operator: str
    key: str
    spelled: str
    values: tuple[str, ...]
    name: OperatorName
    test: Test
    reads: tuple[str, ...]
    """Every key that decides it, lowercase: its own and those of the variables in its values."""


def compile_conditions(block: Mapping[str, JsonValue], *, variables: bool) -> tuple[Condition, ...]:
    """Return the conditions of a valid Condition block."""
    return tuple(
        _condition(operator, key, condition_values(values), variables=variables)
        for operator, keys in block.items()
        if isinstance(keys, Mapping)
        for key, values in keys.items()
    )


def condition_values(values: JsonValue) -> tuple[str, ...]:
    """Return a condition's values as text: numbers and booleans are legal there."""
    if isinstance(values, str | bool | int | float):
        return (value_text(values),)
    if isinstance(values, Sequence):
        return tuple(value_text(value) for value in values)
    return ()


def value_text(value: JsonValue) -> str:
    """Return one JSON scalar as IAM compares it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _condition(operator: str, spelled: str, values: tuple[str, ...], *, variables: bool) -> Condition:
    name = read_operator(operator)
    if name is None:
        raise ValueError(operator)
    key = spelled.lower()
    if name.base == NULL:
        test = _null(key, values)
        reads: tuple[str, ...] = (key,)
    else:
        compare = name.family(values, variables)
        test = {"": _plain, "all": _for_all_values, "any": _for_any_value}[name.values](key, name, compare)
        reads = (key, *_variables(values, variables=variables))
    return Condition(operator, key, spelled, values, name, test, reads)


def _variables(values: Sequence[str], *, variables: bool) -> tuple[str, ...]:
    parsed = (parse_text(value, variables=variables, wildcards=False) for value in values)
    return tuple(key for item in parsed if isinstance(item, Template) for key in item.names)


def _plain(key: str, name: OperatorName, compare: Comparison) -> Test:
    """Test by an operator without set prefix: a missing key fails it, satisfies its negation and its IfExists form.

    A key with several values needs a set operator and does not match (MV).
    """
    missing = YES if name.if_exists or name.negated else NO
    verdict = negated if name.negated else asserted

    def test(subject: Subject) -> int:
        values = subject.context.get(key)
        if values is None:
            return missing if subject.is_absent(key) else UNKNOWN
        return verdict(compare(values[0], subject)) if len(values) == 1 else NO

    return test


def _for_all_values(key: str, name: OperatorName, compare: Comparison) -> Test:
    """Every value of the request satisfies the operator; true where there is none (MV)."""
    verdict = negated if name.negated else asserted

    def test(subject: Subject) -> int:
        values = subject.context.get(key)
        if values is None:
            return YES if subject.is_absent(key) else UNKNOWN
        if values == _NULL_DATASET:
            return YES
        return min(verdict(compare(value, subject)) for value in values)

    return test


def _for_any_value(key: str, name: OperatorName, compare: Comparison) -> Test:
    """At least one value of the request satisfies the operator; false where there is none (MV).

    IfExists turns the absent key's answer to true (see ``silent``).
    """
    missing = YES if name.if_exists else NO
    verdict = negated if name.negated else asserted

    def test(subject: Subject) -> int:
        values = subject.context.get(key)
        if values is None:
            return missing if subject.is_absent(key) else UNKNOWN
        if values == _NULL_DATASET:
            return missing
        return max(verdict(compare(value, subject)) for value in values)

    return test


def _null(key: str, values: Sequence[str]) -> Test:
    """Null: true means that the key is absent, false that it is present with a value; set prefixes change nothing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
    """
    wanted = {read_truth(value) for value in values}
    if_absent, if_present = YES if "true" in wanted else NO, YES if "false" in wanted else NO

    def test(subject: Subject) -> int:
        found = subject.context.get(key)
        if found is None:
            return if_absent if subject.is_absent(key) else (if_absent if if_absent == if_present else UNKNOWN)
        return if_absent if found == _NULL_DATASET else if_present

    return test
