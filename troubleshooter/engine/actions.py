"""The Action and NotAction elements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html: case does not matter,
``*`` and ``?`` are wildcards in the action's name, the service prefix is literal and only a bare ``*`` spans
services. Nothing is trimmed or split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troubleshooter.engine.patterns import as_pattern, compile_pattern


@dataclass(frozen=True, slots=True)
class ActionElement:
    """``Action`` or, with ``inverted``, ``NotAction``."""

    texts: tuple[str, ...]
    inverted: bool = False

    def services(self) -> frozenset[str] | None:
        """Return the lowercase service prefixes it can match; None is every service."""
        if self.inverted or "*" in self.texts:
            return None
        return frozenset(text.partition(":")[0].lower() for text in self.texts)

    def matches(self, action: str) -> bool:
        """Return whether the element matches a lowercase action."""
        return any(action_matches(text, action) for text in self.texts) is not self.inverted


def action_matches(pattern: str, action: str) -> bool:
    """Return whether one pattern of an Action element matches a lowercase action."""
    if pattern == "*":
        return True
    service, colon, name = pattern.lower().partition(":")
    wanted, _, operation = action.partition(":")
    return bool(colon) and service == wanted and compile_pattern(as_pattern(name))(operation)


def compile_actions(texts: Sequence[str], *, inverted: bool = False) -> ActionElement:
    """Return the element; it is matched once per action and policy set, so nothing more is prepared."""
    return ActionElement(tuple(texts), inverted)
