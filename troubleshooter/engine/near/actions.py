"""The Action element missed: a typo, or an action of the same service that is not listed."""

from __future__ import annotations

from troubleshooter.engine.actions import ActionElement
from troubleshooter.engine.near.likeness import likeness, listed
from troubleshooter.engine.near.missed import Missed
from troubleshooter.reference.actions import closest_actions, is_service, lookup

_TYPO = 0.96
_SAME_SERVICE = 0.42
_MEANT = 0.3
"""A statement that names the very resource or principal is likelier to be the one that lacks the action."""


def missed_action(element: ActionElement, action: str, *, meant: bool) -> Missed | None:
    """Return how the element misses ``action`` (as asked), or None where it speaks of other services only.

    ``meant``: the rest of the statement is about this resource or principal in particular.
    """
    service = action.partition(":")[0].lower()
    if element.inverted:
        return Missed(
            required=f"any action but {listed(element.texts)}",
            actual=action,
            hint=f"the statement leaves out {action} in NotAction",
            similarity=_SAME_SERVICE,
            values=element.texts,
        )
    typo = next((text for text in element.texts if _is_typo_of(text, action)), None)
    if typo is not None:
        return Missed(
            required=listed(element.texts),
            actual=action,
            hint=f"`{typo}` is no action; did you mean `{_canonical(action)}`",
            similarity=_TYPO,
            values=element.texts,
        )
    same = tuple(text for text in element.texts if text.partition(":")[0].lower() == service)
    if not same:
        return None
    alike = max(likeness(_name(text), _name(action)) for text in same)
    return Missed(
        required=listed(element.texts),
        actual=action,
        hint=f"the statement lists {listed(same, 'and')}, not {_canonical(action)}",
        similarity=_SAME_SERVICE + 0.1 * alike + (_MEANT if meant else 0.0),
        values=element.texts,
    )


def _is_typo_of(text: str, action: str) -> bool:
    """Return whether ``text`` is no action at all, and ``action`` is what was probably meant."""
    if "*" in text or "?" in text or ":" not in text or lookup(text) is not None:
        return False
    service, wanted = text.partition(":")[0].lower(), action.partition(":")[0].lower()
    if service != wanted and is_service(service):
        return False
    meant = {item.lower() for item in closest_actions(text.strip())}
    return action.lower() in meant or text.strip().lower() == action.lower()


def _canonical(action: str) -> str:
    found = lookup(action)
    return found.name if found else action


def _name(action: str) -> str:
    return action.partition(":")[2].lower()
