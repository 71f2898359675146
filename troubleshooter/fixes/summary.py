"""One sentence that says what a fix changes."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.documents import listed, parsed, statements
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType

_NAMES = {
    PolicyType.IDENTITY: "policy",
    PolicyType.BOUNDARY: "permissions boundary",
    PolicyType.SESSION: "session policy",
    PolicyType.RESOURCE: "resource policy",
    PolicyType.TRUST: "trust policy",
    PolicyType.VPC_ENDPOINT: "endpoint policy",
    PolicyType.SCP: "SCP",
    PolicyType.RCP: "RCP",
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: "Block Public Access setting",
}


def summary_of(changes: Sequence[Change], asked: Sequence[Asked], stuck: Sequence[str]) -> str:
    """Return what the changes do, or why there are none."""
    if not changes:
        return f"No policy edit is offered: {stuck[0]}." if stuck else "No policy edit is offered."
    actions = ", ".join(dict.fromkeys(item.action for item in asked))
    steps = "; ".join(_step(change, actions) for change in changes)
    return f"{steps[:1].upper()}{steps[1:]}."


def _step(change: Change, actions: str) -> str:
    name = change.policy_name or (change.policy_arn or "").rsplit("/", 1)[-1]
    inline = "inline " if change.policy_type is PolicyType.IDENTITY and change.policy_arn is None else ""
    what = f"{inline}{_NAMES.get(change.policy_type, 'policy')}{f' {name}' if name else ''}"
    actions = ", ".join(_allowed(change)) or actions
    if change.operation is Operation.CREATE:
        return f"create {what} on {change.target_arn} allowing {actions}"
    if _cuts_deny(change):
        return f"except this request ({actions}) from the deny in {what} on {change.target_arn}"
    return f"add a statement allowing {actions} to {what} on {change.target_arn}"


def _allowed(change: Change) -> list[str]:
    """Return the actions of the Allow statements that a change adds."""
    before, after = (statements(parsed(item) or {}) for item in (change.before, change.after))
    added = [item for item in after if item not in before and item.get("Effect") == "Allow"]
    return list(dict.fromkeys(str(action) for item in added for action in listed(item.get("Action"))))


def _cuts_deny(change: Change) -> bool:
    before, after = (statements(parsed(item) or {}) for item in (change.before, change.after))
    return any(item.get("Effect") == "Deny" and item not in after for item in before)
