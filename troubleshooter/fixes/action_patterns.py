"""Action elements without one action: exact where the list names actions, by prefix where it uses wildcards."""

from __future__ import annotations

from functools import lru_cache

from troubleshooter.fixes.documents import Json, listed
from troubleshooter.reference.actions import actions_of
from troubleshooter.reference.rcp import rcp_services


def action_fits(pattern: str, action: str) -> bool:
    """Return whether an action pattern covers an action: no case, ``*`` and ``?`` in the name only.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if pattern == "*":
        return True
    wanted, _, name = pattern.lower().partition(":")
    service, _, operation = action.lower().partition(":")
    return wanted == service and wildcard_fits(name, operation)


def wildcard_fits(pattern: str, text: str) -> bool:
    """Match ``*`` and ``?`` in linear memory and without a regular expression built from policy text."""
    at, mark, star, resume = 0, 0, -1, 0
    while at < len(text):
        if mark < len(pattern) and (pattern[mark] == "?" or (pattern[mark] == text[at] and pattern[mark] != "*")):
            at, mark = at + 1, mark + 1
        elif mark < len(pattern) and pattern[mark] == "*":
            star, resume, mark = mark, at, mark + 1
        elif star >= 0:
            mark, resume = star + 1, resume + 1
            at = resume
        else:
            return False
    return all(char == "*" for char in pattern[mark:])


def without_action(statement: Json, action: str, *, not_action: bool = True) -> Json | None:
    """Return the statement for every action it covers but ``action``; None where it covers no other.

    ``not_action`` False: the policy type does not know NotAction (RCPs).
    """
    if "NotAction" in statement:
        return {**statement, "NotAction": [*listed(statement["NotAction"]), action]}
    patterns = [str(item) for item in listed(statement.get("Action"))]
    if any(pattern == "*" for pattern in patterns) and not_action:
        rest = {key: value for key, value in statement.items() if key != "Action"}
        return {**rest, "NotAction": action}
    kept: list[str] = []
    for pattern in patterns:
        kept += [pattern] if not action_fits(pattern, action) else _others(pattern, action)
    return {**statement, "Action": list(dict.fromkeys(kept))} if kept else None


def _others(pattern: str, action: str) -> list[str]:
    """Return patterns for what ``pattern`` covers besides ``action``."""
    if "*" not in pattern and "?" not in pattern:
        return []
    service = action.partition(":")[0]
    known = tuple(name for name in actions_of(service) if action_fits(pattern, name))
    found = list(_beside(known, action))
    if pattern == "*":
        found += [f"{other}:*" for other in sorted(rcp_services()) if other != service.lower()]
    return found


@lru_cache(maxsize=256)
def _beside(known: tuple[str, ...], action: str) -> tuple[str, ...]:
    """Return prefix patterns that cover the known actions but ``action``, as few as branch off its name.

    A branch with one action is written out; one with more as ``prefix*``, only where all known actions of
    that prefix are covered, so that nothing is denied that was not.
    """
    service, _, name = action.partition(":")
    everything = tuple(item.partition(":")[2] for item in actions_of(service))
    covered = {item.partition(":")[2] for item in known} - {name}
    found: list[str] = []
    while covered:
        first = min(covered)
        pattern = _widest(first, name, covered, everything)
        found.append(f"{service}:{pattern}")
        covered = {item for item in covered if not wildcard_fits(pattern.lower(), item.lower())}
    return tuple(found)


def _widest(first: str, name: str, covered: set[str], everything: tuple[str, ...]) -> str:
    """Return the shortest prefix pattern of ``first`` that covers nothing outside ``covered``."""
    for length in range(1, len(first)):
        prefix = first[:length].lower()
        if not name.lower().startswith(prefix) and all(
            item in covered for item in everything if item.lower().startswith(prefix)
        ):
            return f"{first[:length]}*"
    return first
