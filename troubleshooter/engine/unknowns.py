"""What is not known and would decide a layer, with both possible outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troubleshooter.engine.outcome import Deciding, Outcome
from troubleshooter.engine.resources import UNKNOWN_RESOURCE
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.engine.variables import Template, parse_text
from troubleshooter.model.evaluation import Unknown
from troubleshooter.model.request import LayerGap
from troubleshooter.model.vocabulary import Decision, PolicyType


def unknowns(
    policy_type: PolicyType, outcome: Outcome, gaps: Iterable[LayerGap], subject: Subject
) -> tuple[Unknown, ...]:
    """Return one entry per missing key of an unsure statement and per unread policy.

    Nothing is reported where the answer stands without it: after an explicit deny, or for a further allow
    beside one that matches.
    """
    if outcome.deny == YES:
        return ()
    found = [entry for statement in outcome.unsure for entry in _of_statement(statement, outcome, subject)]
    if outcome.allow != YES or outcome.deny == UNKNOWN:
        found += [_of_gap(policy_type, gap, outcome) for gap in gaps]
    return tuple(dict.fromkeys(found))


def _of_statement(statement: Deciding, outcome: Outcome, subject: Subject) -> Iterator[Unknown]:
    if not statement.denies and outcome.allow == YES:
        return
    if statement.denies:
        met, unmet = Decision.EXPLICIT_DENY, _without_denies(outcome)
    else:
        met, unmet = Decision.ALLOW if outcome.deny == NO else Decision.UNKNOWN, Decision.IMPLICIT_DENY
    for key in missing_keys(statement, subject):
        yield Unknown(needs=key, if_met=met, if_not=unmet, statement=statement.shown)


def _without_denies(outcome: Outcome) -> Decision:
    return {YES: Decision.ALLOW, NO: Decision.IMPLICIT_DENY, UNKNOWN: Decision.UNKNOWN}[outcome.allow]


def _of_gap(policy_type: PolicyType, gap: LayerGap, outcome: Outcome) -> Unknown:
    met = Decision.ALLOW if outcome.allow != NO or outcome.deny != YES else Decision.UNKNOWN
    unmet = Decision.EXPLICIT_DENY if outcome.allow == YES else Decision.IMPLICIT_DENY
    return Unknown(needs=f"{policy_type.value} {gap.scope}".strip(), if_met=met, if_not=unmet)


def missing_keys(statement: Deciding, subject: Subject) -> tuple[str, ...]:
    """Return the keys, as the statement spells them, without which its match cannot be told."""
    keys: list[str] = []
    for condition in getattr(statement, "conditions", ()):
        if condition.test(subject) != UNKNOWN:
            continue
        keys += [
            condition.spelled if key == condition.key else key
            for key in condition.reads
            if key not in subject.context and not subject.is_absent(key)
        ]
    for text in _resource_texts(statement):
        parsed = parse_text(text, variables=True, wildcards=True)
        if isinstance(parsed, Template):
            keys += [key for key in parsed.names if key not in subject.context and not subject.is_absent(key)]
    if not keys and subject.resource == UNKNOWN_RESOURCE:
        keys.append("the resource's ARN")
    if not keys:
        keys.append("whether the principal is the one that the statement names")
    return tuple(dict.fromkeys(keys))


def _resource_texts(statement: Deciding) -> tuple[str, ...]:
    resource = getattr(statement, "resource", None)
    return () if resource is None else tuple(resource.texts)
