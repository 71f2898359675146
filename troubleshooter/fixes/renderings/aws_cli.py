"""A fix as a shell script for the AWS CLI: back up, write the new document, apply; the way back as comments.

The script is for a person to read and run; this program never runs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.fixes.renderings.commands import Files, Steps, account_to_run_in, steps
from troubleshooter.fixes.renderings.comments import comment
from troubleshooter.fixes.renderings.files import stem
from troubleshooter.fixes.renderings.shell import quote
from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.vocabulary import Disposition

_REMARKS = {
    Disposition.SAFE: "It grants exactly the request.",
    Disposition.NEEDS_REVIEW: "NEEDS REVIEW by the policy's owner before anyone runs it.",
    Disposition.NEEDS_ORG_ADMIN: "NEEDS an organization administrator: run it in the management account.",
    Disposition.DO_NOT_APPLY: "DO NOT APPLY.",
}


def render(fix: Fix) -> str:
    """Return the script; a fix that must not be applied, or has no change, gives comments only."""
    return "\n".join(_lines(fix)) + "\n"


def _lines(fix: Fix) -> Iterator[str]:
    yield from comment(fix.summary)
    yield from comment(_REMARKS[fix.disposition])
    yield from comment("To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).")
    for warning in fix.warnings:
        yield from comment(f"Warning: {warning}")
    for advice in fix.without_policy_change:
        yield from comment(f"Without a policy change: {advice}")
    if fix.disposition is Disposition.DO_NOT_APPLY:
        return
    if not fix.changes:
        yield from comment("There is no policy to change.")
        return
    for number, change in enumerate(fix.changes, start=1):
        yield ""
        yield from _change(change, number)


def _change(change: Change, number: int) -> Iterator[str]:
    name = stem(change, number)
    files = Files(before=f"{name}.before.json", after=f"{name}.after.json", note=f"{name}.txt")
    todo = steps(change, files)
    policy = change.policy_name or change.policy_arn or change.policy_type.value
    yield from comment(f"{number}. {change.operation} {change.policy_type} {policy} on {change.target_arn}")
    account = account_to_run_in(change)
    if account:
        yield from comment(f"Run it with credentials of account {account}.")
    if todo.remark:
        yield from comment(f"Note: {todo.remark}.")
    yield from _commands(todo, files)


def _commands(todo: Steps, files: Files) -> Iterator[str]:
    if todo.backup:
        yield "# Back up what is there now:"
        yield from todo.backup
    yield "# The new document:"
    end = _delimiter(todo.content)
    yield f"cat > {quote(files.after)} <<'{end}'"
    yield todo.content
    yield end
    if todo.apply:
        yield "# Apply:"
        yield from todo.apply
    if todo.rollback:
        yield "# Roll back (run these to undo it):"
        yield from (f"# {line}" for line in todo.rollback)


def _delimiter(content: str) -> str:
    """Return a here-document delimiter that is no line of the content."""
    end, lines = "POLICY", set(content.splitlines())
    while end in lines:
        end += "_"
    return end
