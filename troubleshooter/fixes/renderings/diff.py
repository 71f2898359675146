"""A change as a unified diff of the policy before and after."""

from __future__ import annotations

import difflib

from troubleshooter.fixes.renderings.comments import plain
from troubleshooter.fixes.renderings.documents import pretty
from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.vocabulary import Operation

_CONTEXT = 3


def lines(change: Change) -> tuple[str, ...]:
    """Return the diff's lines without file headers; every line begins with ``+``, ``-``, a space or ``@@``."""
    before = pretty(change.before).splitlines()
    after = pretty(change.after).splitlines()
    return tuple(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT))[2:]


def render(fix: Fix) -> str:
    """Return every change as a unified diff with ``---`` and ``+++`` headers that name the policy."""
    return "\n".join(_one(change) for change in fix.changes)


def _one(change: Change) -> str:
    name = plain(change.policy_name or change.policy_arn or change.policy_type.value)
    target = plain(change.target_arn)
    old = "/dev/null" if change.operation is Operation.CREATE else f"before/{name}"
    return "\n".join((f"# {change.policy_type} on {target}", f"--- {old}", f"+++ after/{name}", *lines(change), ""))
