"""Variables, wildcards and conditions, for the reference evaluator.

IAM = https://docs.aws.amazon.com/IAM/latest/UserGuide/. ``# SILENT:`` marks what the documentation leaves open.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.engine.reference_grammar import NEGATED, Json, listed, read_operator

Context = dict[str, list[str]]

# --- variables and wildcards: IAM reference_policies_variables.html ------------------------------------------------

VARIABLE = re.compile(r"\$\{([^}]*)\}")
WITH_DEFAULT = re.compile(r"(.*?), *'([^']*)'")


def variable(inner: str, context: Context) -> str | None:
    """The text that ``${inner}`` stands for; None when it cannot be resolved."""
    if inner in ("*", "?", "$"):
        return inner
    default = WITH_DEFAULT.fullmatch(inner)
    name = default.group(1) if default else inner
    values = context.get(name.lower(), [])
    if len(values) == 1:  # a multivalued key cannot be a variable
        return values[0]
    return default.group(2) if default and not values else None


def pieces(text: str, version: str, context: Context, *, wildcards: bool) -> list[str] | None:
    """A policy's text as regular-expression fragments, one per character; None when a variable is unresolved.

    Variables need Version 2012-10-17, else they are literal text; what is substituted is literal too.
    """
    parts: list[str] = []
    position = 0
    while position < len(text):
        found = VARIABLE.match(text, position) if version == "2012-10-17" else None
        if found:
            value = variable(found.group(1), context)
            if value is None:
                return None
            parts += [re.escape(character) for character in value]
            position = found.end()
        else:
            character = text[position]
            special = {"*": ".*", "?": "."}.get(character) if wildcards else None
            parts.append(special or re.escape(character))
            position += 1
    return parts


def fits(parts: list[str], text: str) -> bool:
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def plain_fit(pattern: str, text: str) -> bool:
    parts = pieces(pattern, "", {}, wildcards=True)
    return parts is not None and fits(parts, text)


# --- Condition: IAM reference_policies_elements_condition_operators.html -------------------------------------------

Comparison = Callable[[str, str, str, Context], bool | None]  # (policy value, request value, version, context)


def text_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=False)
    return None if parts is None else fits(parts, value)


def folded_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=False)
    return None if parts is None else re.fullmatch("".join(parts), value, re.DOTALL | re.IGNORECASE) is not None


def like_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=True)
    return None if parts is None else fits(parts, value)


def arn_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    """Each of the six components is checked separately; what is no ARN matches nothing."""
    parts = pieces(policy, version, context, wildcards=True)
    if parts is None:
        return None
    actual = value.split(":", 5)
    if len(actual) < 6 or actual[0] != "arn":
        return False
    if policy == "*":  # SILENT: the page compares six components and shows no bare *; taken as any ARN
        return True
    segments: list[list[str]] = [[]]
    for part in parts:
        if part == ":" and len(segments) < 6:
            segments.append([])
        else:
            segments[-1].append(part)
    return len(segments) == 6 and all(fits(mine, theirs) for mine, theirs in zip(segments, actual, strict=True))


def ordered(read: Callable[[str], Any], accept: Callable[[Any, Any], bool]) -> Comparison:
    """Compare after parsing; None when either side cannot be read, which satisfies no operator."""

    def compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
        wanted, actual = read(policy), read(value)
        return None if wanted is None or actual is None else accept(actual, wanted)

    return compare


def number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


W3C = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")


def moment(text: str) -> datetime | None:
    """W3C's profile of ISO 8601, or epoch seconds. SILENT: four digits alone; W3C's year is taken."""
    try:
        if re.fullmatch(r"\d+", text) and len(text) != 4:
            return datetime.fromtimestamp(int(text), UTC)
        found = W3C.fullmatch(text)
        if not found:
            return None
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        stamp = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        return datetime.fromisoformat(f"{stamp}{(fraction or '')[:7]}{zone or 'Z'}")
    except (ValueError, OverflowError, OSError):
        return None


def truth(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def address_compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
    try:
        network = ipaddress.ip_network(policy, strict=False)
        address = ipaddress.ip_address(value)
    except ValueError:
        return None
    return address.version == network.version and address in network


def exact_compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
    return policy == value


def same(actual: object, wanted: object) -> bool:
    return actual == wanted


COMPARISONS: dict[str, Comparison] = {
    "StringEquals": text_compare,
    "StringEqualsIgnoreCase": folded_compare,
    "StringLike": like_compare,
    "ArnEquals": arn_compare,
    "ArnLike": arn_compare,
    "NumericEquals": ordered(number, same),
    "NumericLessThan": ordered(number, lambda actual, wanted: bool(actual < wanted)),
    "NumericLessThanEquals": ordered(number, lambda actual, wanted: bool(actual <= wanted)),
    "NumericGreaterThan": ordered(number, lambda actual, wanted: bool(actual > wanted)),
    "NumericGreaterThanEquals": ordered(number, lambda actual, wanted: bool(actual >= wanted)),
    "DateEquals": ordered(moment, same),
    "DateLessThan": ordered(moment, lambda actual, wanted: bool(actual < wanted)),
    "DateLessThanEquals": ordered(moment, lambda actual, wanted: bool(actual <= wanted)),
    "DateGreaterThan": ordered(moment, lambda actual, wanted: bool(actual > wanted)),
    "DateGreaterThanEquals": ordered(moment, lambda actual, wanted: bool(actual >= wanted)),
    "Bool": ordered(truth, same),
    "BinaryEquals": exact_compare,
    "IpAddress": address_compare,
}


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(operator: str, key: str, wanted: list[str], version: str, context: Context) -> bool:
    quantifier, name, if_exists = read_operator(operator)
    values = context.get(key.lower(), [])  # key names are case-insensitive
    # IAM reference_policies_condition-single-vs-multi-valued-context-keys.html: an empty string is a null dataset.
    empty = values in ([], [""])
    if name == "Null":
        return any(truth(policy) is empty for policy in wanted)
    if quantifier and empty:
        return if_exists or quantifier == "ForAllValues"  # SILENT: ForAnyValue with IfExists; IfExists is obeyed
    if not values:
        return if_exists or name in NEGATED
    if not quantifier and len(values) > 1:
        return False  # the same page: "Multivalued context keys require a condition set operator"
    tests = [one_value(name, wanted, value, version, context) for value in values]
    return any(tests) if quantifier == "ForAnyValue" else all(tests)


def one_value(name: str, wanted: list[str], value: str, version: str, context: Context) -> bool:
    """IAM reference_policies_condition-logic-multiple-context-keys-or-values.html: values OR, negated NOR."""
    compare = COMPARISONS[NEGATED.get(name, name)]
    results = [compare(policy, value, version, context) for policy in wanted]
    if name in NEGATED:
        # SILENT: an unreadable value or unresolved variable under a negated operator. IAM reference_policies_variables:
        # "any attempt to match it fails and causes the statement to be invalid", so the condition is not met.
        return None not in results and True not in results
    return True in results


def conditions_met(statement: Json, context: Context) -> bool:
    """Operators AND, keys AND."""
    return all(
        holds(operator, key, [as_text(value) for value in listed(values)], statement["Version"], context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
