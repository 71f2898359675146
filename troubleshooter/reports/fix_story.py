"""A fix told in the order in which someone weighs it: what, by whom, how safe, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.fixes.renderings import diff
from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.vocabulary import Disposition, Operation
from troubleshooter.reports import phrases
from troubleshooter.reports.words import Name, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStory:
    """One policy's change: what is replaced or made where, and its lines as a diff."""

    title: Words
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixStory:
    """The smallest fix; ``instead`` is what the caller can do without any policy change."""

    summary: str
    owner: str
    disposition: Disposition
    status: str
    verified: bool
    proof: str
    instead: tuple[str, ...]
    changes: tuple[ChangeStory, ...]
    grants: tuple[Words, ...]
    warnings: tuple[str, ...]


def tell_fix(fix: Fix) -> FixStory:
    """Return the story of one fix."""
    return FixStory(
        summary=fix.summary,
        owner=fix.owner,
        disposition=fix.disposition,
        status=phrases.DISPOSITION[fix.disposition],
        verified=fix.verified,
        proof=_proof(fix),
        instead=fix.without_policy_change,
        changes=tuple(ChangeStory(title=change_title(change), lines=diff.lines(change)) for change in fix.changes),
        grants=tuple(
            (Name(grant.principal), " may ", Name(grant.action), " on ", Name(grant.resource)) for grant in fix.grants
        ),
        warnings=fix.warnings,
    )


def _proof(fix: Fix) -> str:
    if fix.verified:
        return "verified: with it the request is allowed; without any part of it the request is denied"
    if not fix.changes:
        return "not verified: there is no policy change to prove"
    return "not verified: not enough was read to prove that it allows the request"


def change_title(change: Change) -> Words:
    """Return what a change does, to which policy, where."""
    verb = "Create" if change.operation is Operation.CREATE else "Replace"
    policy = change.policy_name or change.policy_arn
    named: Words = (" ", Name(policy)) if policy else ()
    return (
        f"{verb} {phrases.policy_type(change.policy_type, change.target_arn)}",
        *named,
        " on ",
        Name(change.target_arn),
    )
