"""Conditions of policy statements: what a new Allow keeps of a near miss, and exceptions added to a Deny."""

from __future__ import annotations

import copy
from typing import Any

from troubleshooter.fixes.asked import PUBLIC_PROVIDERS, Asked
from troubleshooter.fixes.documents import Json, listed
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.vocabulary import Element, PrincipalKind

_PINNED_OPERATORS = {
    "stringequals": "StringEquals",
    "stringlike": "StringEquals",
    "stringequalsignorecase": "StringEquals",
    "arnequals": "ArnEquals",
    "arnlike": "ArnEquals",
    "ipaddress": "IpAddress",
}
"""Positive operators whose failed value can be replaced by the request's own: operator -> the exact form."""

_PIN_NEVER = frozenset({"aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:userid", "aws:useragent"})
"""Keys whose value in this one request says nothing about the next."""

_NEGATED_PRINCIPAL = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")


def kept_conditions(statement: Json, near_miss: NearMiss, asked: Asked) -> Json:
    """Return the near miss's conditions as a new Allow carries them.

    All that matched stay, so that the new statement opens no more than its model. The one that failed is
    pinned to the request's own value, or dropped where that is no lasting value (a date, MFA).
    """
    conditions = copy.deepcopy(statement.get("Condition") or {})
    if near_miss.element is not Element.CONDITION or near_miss.key is None:
        return dict(conditions)
    operator = _operator(conditions, near_miss)
    if operator is None:
        return {}
    keys = conditions[operator]
    for key in [name for name in keys if name.lower() == near_miss.key.lower()]:
        del keys[key]
    if not keys:
        del conditions[operator]
    return _pinned(dict(conditions), operator, near_miss.key, asked)


def _operator(conditions: Json, near_miss: NearMiss) -> str | None:
    """Find the failed operator's own spelling; without it the key's only one."""
    wanted = (near_miss.operator or "").lower()
    holding = [name for name, keys in conditions.items() if _holds(keys, near_miss.key or "")]
    named = [name for name in holding if name.lower() == wanted]
    return next(iter(named or holding), None)


def _holds(keys: object, key: str) -> bool:
    return isinstance(keys, dict) and any(name.lower() == key.lower() for name in keys)


def _pinned(conditions: Json, operator: str, key: str, asked: Asked) -> Json:
    """Add the failed key back with the value that the request had, under the exact form of its operator."""
    exact = _PINNED_OPERATORS.get(operator.lower().removesuffix("ifexists"))
    value = asked.context(key)
    if exact is None or value is None or key.lower() in _PIN_NEVER:
        return conditions
    if any(character in value for character in "*?$"):
        return conditions
    return {**conditions, exact: {**conditions.get(exact, {}), key: value}}


def caller_exception(asked: Asked) -> tuple[str, str, str] | None:
    """Return (negated operator, key, value) that is false for this caller alone; None where no key names it.

    An absent key makes a negated operator true, so the Deny keeps hitting everyone who has no such key
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
    """
    if asked.principal is None:
        return None
    if asked.kind is PrincipalKind.AWS_SERVICE:
        return ("StringNotEquals", "aws:PrincipalServiceName", asked.principal)
    if asked.kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}:
        key = subject_key(asked)
        value = asked.context(key) if key else None
        return ("StringNotEquals", key, value) if key and value else None
    return ("ArnNotEquals", "aws:PrincipalArn", asked.principal)


def subject_key(asked: Asked) -> str | None:
    """Return the condition key that holds the subject of a federated caller."""
    if asked.kind is PrincipalKind.SAML:
        return "SAML:sub"
    if asked.principal in PUBLIC_PROVIDERS:
        return f"{asked.principal}:{PUBLIC_PROVIDERS[asked.principal]}"
    issuer = (asked.principal or "").partition(":oidc-provider/")[2]
    return f"{issuer}:sub" if issuer else None


def except_caller(statement: Json, exception: tuple[str, str, str]) -> Json:
    """Return the statement with one more exempted caller: appended to a list of exemptions, or as a new condition."""
    operator, key, value = exception
    conditions: dict[str, Any] = copy.deepcopy(statement.get("Condition") or {})
    place = _exemptions(conditions, key)
    if place is not None:
        spelled = next(name for name in conditions[place] if name.lower() == key.lower())
        conditions[place][spelled] = [*listed(conditions[place][spelled]), value]
    else:
        conditions[operator] = {**conditions.get(operator, {}), key: value}
    return {**statement, "Condition": conditions}


def _exemptions(conditions: Json, key: str) -> str | None:
    """Find the negated operator that already lists exempted callers under ``key``."""
    return next(
        (
            name
            for name, keys in conditions.items()
            if name.removesuffix("IfExists") in _NEGATED_PRINCIPAL and _holds(keys, key)
        ),
        None,
    )


def only_caller(asked: Asked) -> Json:
    """Return the condition that holds for this caller alone, for policies that apply to others too."""
    if asked.principal is None:
        return {}
    if asked.kind is PrincipalKind.AWS_SERVICE:
        return {"StringEquals": {"aws:PrincipalServiceName": asked.principal}}
    return {"ArnEquals": {"aws:PrincipalArn": asked.principal}}


def joined(first: Json, second: Json) -> Json:
    """Return both conditions, which must both hold; the second wins where they name the same key."""
    result = copy.deepcopy(first)
    for operator, keys in second.items():
        result[operator] = {**result.get(operator, {}), **keys}
    return result
