"""What was read does not settle the question: what is missing, and how to get it."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.encoded import encoded_words
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Decision
from troubleshooter.steps.slices import is_key
from troubleshooter.steps.words import layer_words, listing, sentence


def _find(case: Case) -> Iterable[Finding]:
    if case.decision is Decision.UNKNOWN:
        yield CAUSE.finding(because=" ".join(part for part in (_lacking(case), encoded_words(case.denial)) if part))


def _lacking(case: Case) -> str:
    if case.primary is None:
        return sentence(f"the input does not say {_unnamed(case)}, so no request could be evaluated")
    if case.evidence.is_empty:
        return "No policy was read, so nothing was evaluated: use --snapshot DIR or --live."
    undecided = [
        (judgement, layer)
        for judgement in case.judgements
        for layer in judgement.evaluation.layers
        if layer.decision is Decision.UNKNOWN
    ]
    unread = listing(gap.scope or gap.reason for _, layer in undecided for gap in layer.gaps)
    keys = listing(item.needs for _, layer in undecided for item in layer.unknowns if is_key(item.needs))
    layers = listing(layer_words(layer.policy_type, judgement.request.resource) for judgement, layer in undecided)
    parts = [
        "" if case.blocked or case.pending else "Everything that was read allows it.",
        sentence(f"the verdict turns on what was not read ({layers})") if layers else "",
        sentence(f"not read: {unread}") if unread else "",
        sentence(f"not known: {keys}; give it with --context KEY=VALUE") if keys else "",
    ]
    return " ".join(part for part in parts if part)


def _unnamed(case: Case) -> str:
    denial = case.denial
    missing = [
        word for word, value in (("who asked", denial.principal.arn), ("for which action", denial.action)) if not value
    ]
    return listing(missing) or "enough"


CAUSE = Cause(
    id="evidence-insufficient",
    title="The evidence does not settle it",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    find=_find,
)
