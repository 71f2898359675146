"""Proof of a fix: with all changes the engine allows every judged request, without any one of them it denies again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.authorize import authorize
from troubleshooter.fixes.apply import apply_changes
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``allowed``: all changes together let every request through; ``spare``: changes that were not needed."""

    allowed: bool
    spare: tuple[Change, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the fix is proved and has no spare part."""
        return self.allowed and not self.spare


def evaluate(request: Request, evidence: Evidence) -> Evaluation:
    """Return the engine's answer to a request whose context is complete."""
    return authorize(request, applicable(request, evidence))


def prove(requests: Sequence[Request], evidence: Evidence, changes: Sequence[Change]) -> Proof:
    """Judge the requests again on the changed evidence, whole and with each change left out."""
    if not changes or not requests:
        return Proof(allowed=False)
    answers = [evaluate(request, apply_changes(evidence, changes)) for request in requests]
    if any(answer.decision is not Decision.ALLOW for answer in answers):
        return Proof(allowed=False, needs=_unknowns(answers))
    spare = tuple(change for change in changes if not _needed(change, requests, evidence, changes))
    return Proof(allowed=True, spare=spare)


def _needed(change: Change, requests: Sequence[Request], evidence: Evidence, changes: Sequence[Change]) -> bool:
    without = apply_changes(evidence, [item for item in changes if item is not change])
    return any(evaluate(request, without).decision.denies for request in requests)


def _unknowns(answers: Sequence[Evaluation]) -> tuple[str, ...]:
    """Return what the engine would have to know to decide."""
    found = [unknown.needs for answer in answers for layer in answer.layers for unknown in layer.unknowns]
    gaps = [gap.reason for answer in answers for layer in answer.layers for gap in layer.gaps]
    undecided = any(answer.decision is Decision.UNKNOWN for answer in answers)
    lacking = tuple(dict.fromkeys([*found, *gaps])) or ("who owns the resource, or which resource it is",)
    return lacking if undecided else ()
