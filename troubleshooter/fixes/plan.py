"""Blocking layers -> the changes that unblock them: repair, apply to the evidence, evaluate again, until it allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.authorize import authorize
from troubleshooter.engine.near_misses import near_misses
from troubleshooter.fixes.apply import apply_changes
from troubleshooter.fixes.asked import asked_of
from troubleshooter.fixes.repair import Broken, Repair
from troubleshooter.fixes.repairs import repair
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evaluation import Evaluation, LayerResult
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, PolicyType

_MAX_ROUNDS = 24
"""More rounds than layers and levels together; a plan that needs more goes in a circle."""


@dataclass(slots=True)
class Plan:
    """Changes so far, one per policy; ``stuck`` says what no edit can unblock."""

    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    exact: bool = True

    def add(self, made: Repair) -> None:
        """Join a repair's changes with those already planned: one change per policy document."""
        self.warnings += [item for item in made.warnings if item not in self.warnings]
        self.exact = self.exact and made.exact
        if made.impossible is not None and made.impossible not in self.stuck:
            self.stuck.append(made.impossible)
        for change in made.changes:
            self._join(change)

    def _join(self, change: Change) -> None:
        for index, planned in enumerate(self.changes):
            if _same_document(planned, change):
                self.changes[index] = replace(planned, after=change.after)
                return
        self.changes.append(change)


def _same_document(first: Change, second: Change) -> bool:
    """Two changes are of one document where the second starts from what the first left."""
    same_place = (first.policy_type, first.target_arn, first.policy_name, first.policy_arn) == (
        second.policy_type,
        second.target_arn,
        second.policy_name,
        second.policy_arn,
    )
    shared = first.policy_arn is not None and first.policy_arn == second.policy_arn
    return (same_place or shared) and second.before == first.after


def plan(
    requests: Sequence[Request], evidence: Evidence, wanted: Callable[[Request, LayerResult], bool] | None = None
) -> Plan:
    """Return the changes after which no (wanted) layer blocks any of the requests.

    ``wanted(request, layer)`` chooses the layers to repair; None repairs all.
    """
    made = Plan()
    for request in requests:
        _unblock(request, evidence, made, wanted)
    return made


def _in_doubt(answer: Evaluation) -> tuple[LayerResult, ...]:
    """Return the identity side of an unknown verdict where it does not allow: an Allow there is right to have.

    Only an unread resource-based policy keeps it from blocking for certain.
    """
    if answer.decision is not Decision.UNKNOWN:
        return ()
    identity = answer.layer(PolicyType.IDENTITY)
    return (identity,) if identity is not None and identity.decision is Decision.IMPLICIT_DENY else ()


def _unblock(
    request: Request, evidence: Evidence, made: Plan, wanted: Callable[[Request, LayerResult], bool] | None
) -> None:
    given_up: set[PolicyType] = set()
    for _ in range(_MAX_ROUNDS):
        now = apply_changes(evidence, made.changes)
        policies = applicable(request, now)
        answer = authorize(request, policies)
        if answer.decision is Decision.ALLOW:
            return
        layer = next(
            (
                item
                for item in (*answer.blocking, *_in_doubt(answer))
                if item.policy_type not in given_up and (wanted is None or wanted(request, item))
            ),
            None,
        )
        if layer is None:
            return
        found = near_misses(request, policies, layer.policy_type)
        fixed = repair(Broken(asked=asked_of(request), layer=layer, policies=policies, evidence=now, near_misses=found))
        made.add(fixed)
        if fixed.impossible is not None or apply_changes(evidence, made.changes) == now:
            given_up.add(layer.policy_type)
