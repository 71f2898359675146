"""Where else a caller may use an action: what a Deny rewritten with NotResource must leave alone.

A Deny on ``bucket/*`` without one object of it cannot be written: IAM has no "all of these but that one". For one
caller it can be: deny the action on everything but that object and the other places where the caller may use it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from troubleshooter.fixes.action_patterns import action_fits
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.documents import Json, listed, parsed, statements
from troubleshooter.fixes.repair import Broken
from troubleshooter.model.evidence import Evidence

_MOST = 20
_WILD = re.compile(r"[*?$]")


def usable_elsewhere(broken: Broken, denied: list[str]) -> list[str] | None:
    """Return the resource patterns outside ``denied`` on which the caller is allowed the action.

    None where they cannot be told apart from the denied ones, or are too many to list.
    """
    found: list[str] = []
    for pattern in dict.fromkeys(_allowed(broken)):
        if any(_within(pattern, item) for item in denied):
            continue
        if not all(_apart(pattern, item) for item in denied):
            return None
        found.append(pattern)
    return found if len(found) <= _MOST else None


def _allowed(broken: Broken) -> Iterator[str]:
    """Yield the resources of every Allow of the action that reaches the caller, in identity and resource policies."""
    asked = broken.asked
    for policy in broken.policies.identity:
        yield from _resources(parsed(policy.document), asked)
    for document in _resource_documents(broken.evidence):
        yield from _resources(_naming(parsed(document), asked), asked)


def _resource_documents(evidence: Evidence) -> Iterator[Json | str]:
    for account in evidence.accounts.values():
        for document in (account.resource_policies or {}).values():
            if document is not None:
                yield document if isinstance(document, str) else dict(document)


def _naming(document: Json | None, asked: Asked) -> Json | None:
    """Return only the statements whose Principal can be the caller."""
    if document is None:
        return None
    names = [name for name in (asked.principal, asked.account) if name]
    kept = [item for item in statements(document) if _names(item, names)]
    return {**document, "Statement": kept}


def _names(statement: Json, names: list[str]) -> bool:
    principal = json.dumps(statement.get("Principal"))
    return '"*"' in principal or any(name in principal for name in names)


def _resources(document: Json | None, asked: Asked) -> Iterator[str]:
    for item in statements(document) if document is not None else ():
        if item.get("Effect") != "Allow" or not _covers(item, asked.action):
            continue
        yield from (str(value) for value in listed(item.get("Resource")) or ["*"])


def _covers(statement: Json, action: str) -> bool:
    if "NotAction" in statement:
        return not any(action_fits(str(item), action) for item in listed(statement["NotAction"]))
    return any(action_fits(str(item), action) for item in listed(statement.get("Action")))


def _prefix(pattern: str) -> str:
    return _WILD.split(pattern, maxsplit=1)[0]


def _within(pattern: str, other: str) -> bool:
    """Return whether ``other`` ends in its only wildcard and covers all of ``pattern``."""
    plain = other.endswith("*") and not _WILD.search(other[:-1])
    return pattern == other or (plain and _prefix(pattern).startswith(other[:-1]))


def _apart(first: str, second: str) -> bool:
    """Return whether no resource can match both: their fixed beginnings differ."""
    one, two = _prefix(first), _prefix(second)
    if one == first and two != second:
        return not one.startswith(two)
    if two == second and one != first:
        return not two.startswith(one)
    return not (one.startswith(two) or two.startswith(one)) if (one, two) != (first, second) else first != second
