"""Findings for layers that an unknown condition key leaves open: what would decide, with both outcomes."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.causes import BY_ID, CAUSES
from troubleshooter.diagnosis.causes.plain import plain_id
from troubleshooter.diagnosis.judgement import PRIMARY, Judgement
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.evaluation import LayerResult, Unknown
from troubleshooter.model.vocabulary import Basis, Confidence, Decision
from troubleshooter.steps.slices import is_key
from troubleshooter.steps.words import decision_words, layer_words, sentence, statement_words


def undecided(case: Case) -> Iterable[Finding]:
    """Yield one finding per layer and unknown key of a layer that could still deny."""
    for judgement in case.judgements:
        for layer in judgement.evaluation.layers:
            if layer.decision is Decision.UNKNOWN:
                yield from _of_layer(case, judgement, layer)


def _of_layer(case: Case, judgement: Judgement, layer: LayerResult) -> Iterable[Finding]:
    """AWS's own message turns an open layer into a likely one when it names this layer as the denying one."""
    keys = {item.needs.lower(): item for item in layer.unknowns if is_key(item.needs)}
    for unknown in keys.values():
        denies = next((item for item in (unknown.if_not, unknown.if_met) if item.denies), None)
        if denies is None:
            continue
        named = judgement.role == PRIMARY and case.denial.stated_policy_type == layer.policy_type.value
        cause = _of_key(unknown.needs) or BY_ID[plain_id(layer.policy_type, denies)]
        yield cause.finding(
            policy_type=layer.policy_type,
            decision=Decision(case.denial.stated_decision or denies) if named else Decision.UNKNOWN,
            confidence=Confidence.LIKELY if named else Confidence.POSSIBLE,
            basis=Basis.STATED if named else Basis.EVALUATED,
            because=_words(judgement, layer, unknown, case),
            determining=(unknown.statement,) if unknown.statement else (),
        )


def _of_key(key: str) -> Cause | None:
    """Return the first cause of the registry that is about this condition key."""
    return next((cause for cause in CAUSES if cause.keys and cause.keys(key.lower())), None)


def _words(judgement: Judgement, layer: LayerResult, unknown: Unknown, case: Case) -> str:
    where = statement_words(unknown.statement, case.names) if unknown.statement else "it"
    layer_name = layer_words(layer.policy_type, judgement.request.resource)
    return " ".join(
        (
            sentence(f"the {layer_name} turns on {unknown.needs}, which neither input nor evidence holds ({where})"),
            sentence(f"if its condition is met: {decision_words(unknown.if_met)}"),
            sentence(f"if not: {decision_words(unknown.if_not)}"),
            f"Say which with --context {unknown.needs}=VALUE.",
        )
    )
