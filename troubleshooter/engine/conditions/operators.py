"""Every condition operator: one entry each.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator as compare
import re
from dataclasses import dataclass

from troubleshooter.engine.conditions import addresses, arns, plain, strings
from troubleshooter.engine.conditions.comparing import Family, Operator
from troubleshooter.engine.conditions.dates import dates
from troubleshooter.engine.conditions.numbers import numeric

NULL = "null"


OPERATORS: dict[str, Operator] = {
    "stringequals": Operator(strings.equals),
    "stringnotequals": Operator(strings.equals, negated=True),
    "stringequalsignorecase": Operator(strings.equals_ignore_case),
    "stringnotequalsignorecase": Operator(strings.equals_ignore_case, negated=True),
    "stringlike": Operator(strings.like),
    "stringnotlike": Operator(strings.like, negated=True),
    "arnequals": Operator(arns.like),
    "arnnotequals": Operator(arns.like, negated=True),
    "arnlike": Operator(arns.like),
    "arnnotlike": Operator(arns.like, negated=True),
    "numericequals": Operator(numeric(compare.eq)),
    "numericnotequals": Operator(numeric(compare.eq), negated=True),
    "numericlessthan": Operator(numeric(compare.lt)),
    "numericlessthanequals": Operator(numeric(compare.le)),
    "numericgreaterthan": Operator(numeric(compare.gt)),
    "numericgreaterthanequals": Operator(numeric(compare.ge)),
    "dateequals": Operator(dates(compare.eq)),
    "datenotequals": Operator(dates(compare.eq), negated=True),
    "datelessthan": Operator(dates(compare.lt)),
    "datelessthanequals": Operator(dates(compare.le)),
    "dategreaterthan": Operator(dates(compare.gt)),
    "dategreaterthanequals": Operator(dates(compare.ge)),
    "bool": Operator(plain.boolean),
    "binaryequals": Operator(plain.binary),
    "ipaddress": Operator(addresses.in_ranges),
    "notipaddress": Operator(addresses.in_ranges, negated=True),
}

_SETS = {"": "", "forallvalues": "all", "foranyvalue": "any"}
_PARTS = re.compile(r"(?:(\w+):)?(\w+?)(ifexists)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OperatorName:
    """A condition operator taken apart: ``ForAnyValue:StringLikeIfExists``. ``values`` is "", all or any."""

    base: str
    values: str = ""
    if_exists: bool = False

    @property
    def family(self) -> Family:
        """Return the base operator's comparison (not for Null)."""
        return OPERATORS[self.base].compare

    @property
    def negated(self) -> bool:
        """Return whether the base operator is a negation."""
        return self.base != NULL and OPERATORS[self.base].negated


def read_operator(text: str) -> OperatorName | None:
    """Return the operator's parts, or None where AWS knows no such operator. Null takes no IfExists."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    prefix, base, if_exists = (found.group(1) or "").lower(), found.group(2).lower(), bool(found.group(3))
    if prefix not in _SETS or (base not in OPERATORS and base != NULL):
        return None
    if base == NULL and if_exists:
        return None
    return OperatorName(base=base, values=_SETS[prefix], if_exists=if_exists)
