"""A condition that alone decides: what it requires, what the request had, in words.

For an Allow that missed it is what would have met the condition; for a Deny that fired, what would have
spared the request.
"""

from __future__ import annotations

from troubleshooter.engine.conditions.condition import Condition
from troubleshooter.engine.conditions.operators import NULL
from troubleshooter.engine.near.likeness import listed
from troubleshooter.engine.near.missed import Missed
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.variables import Template, parse_text
from troubleshooter.reference.condition_keys import closest_keys, global_key, known_key

_WORDS = {
    "stringequals": ("is", "is not"),
    "stringequalsignorecase": ("is (in any case)", "is not (in any case)"),
    "stringlike": ("is like", "is not like"),
    "arnequals": ("is like", "is not like"),
    "arnlike": ("is like", "is not like"),
    "numericequals": ("is", "is not"),
    "numericlessthan": ("is less than", "is not less than"),
    "numericlessthanequals": ("is at most", "is more than"),
    "numericgreaterthan": ("is more than", "is at most"),
    "numericgreaterthanequals": ("is at least", "is less than"),
    "dateequals": ("is", "is not"),
    "datelessthan": ("is before", "is not before"),
    "datelessthanequals": ("is not after", "is after"),
    "dategreaterthan": ("is after", "is not after"),
    "dategreaterthanequals": ("is not before", "is before"),
    "bool": ("is", "is not"),
    "binaryequals": ("is", "is not"),
    "ipaddress": ("is in", "is not in"),
}
_POSITIVE = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
_ABSENT = {
    "aws:sourcevpce": "the request did not come through a VPC endpoint",
    "aws:sourcevpc": "the request did not come through a VPC endpoint",
    "aws:vpcsourceip": "the request did not come through a VPC endpoint",
    "aws:sourceip": "the request came through a VPC endpoint, where aws:SourceIp is absent",
    "aws:multifactorauthpresent": "the credentials are long-term keys, or no MFA was used",
    "aws:multifactorauthage": "no MFA was used",
    "sts:externalid": "no ExternalId was passed",
    "aws:principalorgid": "the caller's account is in no organization",
}


def missed_condition(condition: Condition, subject: Subject, *, spare: bool) -> Missed:
    """Return the words for one condition; ``spare``: it holds and its failing would have spared the request."""
    values = subject.context.get(condition.key)
    required = requirement(condition, subject, met=not spare)
    actual = listed(values, "and") if values else _nothing(condition, subject)
    return Missed(
        required=required,
        actual=actual,
        hint=_hint(condition, subject, f"{'denies unless' if spare else 'allows only when'} {required}", actual),
        similarity=_similarity(condition, subject, spare=spare),
        values=condition.values,
        operator=condition.operator,
        key=condition.spelled,
    )


def requirement(condition: Condition, subject: Subject, *, met: bool) -> str:
    """Say what makes the condition hold (or, with ``met`` false, fail)."""
    key, name = condition.spelled, condition.name
    if name.base == NULL:
        absent = ("true" in (value.lower() for value in condition.values)) is met
        return f"{key} is {'absent' if absent else 'present'}"
    base = _POSITIVE.get(name.base, name.base)
    holds = met is not (name.base in _POSITIVE)
    word = _WORDS[base][0 if holds else 1]
    who = {"": key, "all": f"every value of {key}", "any": f"a value of {key}"}[name.values]
    text = f"{who} {word} {listed([_filled(value, subject) for value in condition.values])}"
    return f"{text}, or is absent" if name.if_exists and met else text


def _filled(value: str, subject: Subject) -> str:
    """Show a value with its variables put in, where they are known."""
    parsed = parse_text(value, variables=True, wildcards=False)
    if not isinstance(parsed, Template):
        return value
    filled = parsed.fill(subject)
    return f"{value} ({filled})" if isinstance(filled, str) else value


def _nothing(condition: Condition, subject: Subject) -> str:
    return f"no {condition.spelled}" if subject.is_absent(condition.key) else f"{condition.spelled} is not known"


def _hint(condition: Condition, subject: Subject, rule: str, actual: str) -> str:
    service = subject.action.partition(":")[0]
    if known_key(condition.spelled, service) is False:
        near = closest_keys(condition.spelled, service, 1)
        meant = f"; did you mean `{near[0]}`" if near else ""
        return f"`{condition.spelled}` is no condition key of {service}{meant}"
    if condition.key in subject.context:
        return f"{rule}; the request has {actual}"
    if not subject.is_absent(condition.key):
        return f"{rule}; what the request had is not known"
    known = global_key(condition.spelled)
    note = f" (it is there {known.note})" if known and known.note else ""
    return f"{rule}; " + (_ABSENT.get(condition.key) or f"the request has no {condition.spelled}{note}")


def _similarity(condition: Condition, subject: Subject, *, spare: bool) -> float:
    if spare:
        return 0.85
    if condition.key in subject.context:
        return 0.8
    return 0.78 if subject.is_absent(condition.key) else 0.6
