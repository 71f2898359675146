"""What the steps share: cut one policy type out of an evaluation, and weigh several into one decision.

A step never stops at the first deny: it reports every policy type it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from troubleshooter.model.diagnosis import PolicyTypeResult, StepResult
from troubleshooter.model.evaluation import Evaluation, LayerResult
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.words import decision_words, layer_words, listing, sentence, statement_words

NearMisses = Mapping[PolicyType, tuple[NearMiss, ...]]
NONE_NEAR: NearMisses = MappingProxyType({})

_WORST_FIRST = (
    Decision.EXPLICIT_DENY,
    Decision.IMPLICIT_DENY,
    Decision.UNKNOWN,
    Decision.ALLOW,
    Decision.NOT_APPLICABLE,
)


def worst(decisions: Iterable[Decision]) -> Decision:
    """Return the most severe of the decisions; nothing at all is ``not_applicable``."""
    given = set(decisions)
    return next((decision for decision in _WORST_FIRST if decision in given), Decision.NOT_APPLICABLE)


def layers_of(evaluation: Evaluation, policy_types: tuple[PolicyType, ...]) -> tuple[LayerResult, ...]:
    """Return the evaluation's layers of these policy types, in the order of ``policy_types``."""
    return tuple(layer for wanted in policy_types for layer in evaluation.layers if layer.policy_type is wanted)


def idle(evaluation: Evaluation, layer: LayerResult) -> bool:
    """Return whether the layer denies implicitly without mattering: another policy grants, or has to."""
    decided = evaluation.decision is not Decision.UNKNOWN
    return layer.decision is Decision.IMPLICIT_DENY and not layer.blocking and decided


def weigh(evaluation: Evaluation, layers: Iterable[LayerResult]) -> Decision:
    """Return the decision a step reports for its layers.

    An idle implicit deny weighs as ``not_applicable``: it does not decide the request. The layer's own
    decision stays in ``policy_types``.
    """
    return worst(Decision.NOT_APPLICABLE if idle(evaluation, layer) else layer.decision for layer in layers)


def results(layers: Iterable[LayerResult], near_misses: NearMisses) -> tuple[PolicyTypeResult, ...]:
    """Return the layers in the contract's form, near misses only where the layer did not allow."""
    return tuple(
        PolicyTypeResult(
            policy_type=layer.policy_type,
            decision=layer.decision,
            determining=layer.determining,
            near_misses=() if layer.decision is Decision.ALLOW else near_misses.get(layer.policy_type, ()),
            gaps=tuple(gap_words(layer)),
        )
        for layer in layers
    )


def gap_words(layer: LayerResult) -> list[str]:
    """Return one line per thing this layer lacked: unread policies, then unknown condition keys."""
    unread = [gap.reason if gap.scope in gap.reason else f"{gap.scope}: {gap.reason}" for gap in layer.gaps]
    unknown = [
        f"{item.needs} is not known: {decision_words(item.if_met)} if it matches, {decision_words(item.if_not)} if not"
        for item in layer.unknowns
        if is_key(item.needs)
    ]
    return list(dict.fromkeys([*unread, *unknown]))


def is_key(needs: str) -> bool:
    """Return whether what an unknown needs is a condition key (``aws:SourceIp``) rather than an unread policy."""
    return ":" in needs.split(" ", 1)[0]


def not_evaluated(number: int, identifier: str, title: str) -> StepResult:
    """Return the step's result where the denial does not even say who asked for what."""
    return StepResult(
        number=number,
        id=identifier,
        title=title,
        decision=Decision.UNKNOWN,
        summary="Not evaluated: the input does not say which principal asked for which action.",
    )


def summary_of(evaluation: Evaluation, layers: Iterable[LayerResult], names: Mapping[str, str]) -> str:
    """Return one sentence per layer that a reader must know about, the denying ones first."""
    ordered = sorted(layers, key=lambda layer: (not layer.blocking, not layer.decision.denies))
    spoken = [layer for layer in ordered if layer.decision is not Decision.NOT_APPLICABLE]
    return " ".join(layer_sentence(evaluation, layer, names) for layer in spoken)


def layer_sentence(evaluation: Evaluation, layer: LayerResult, names: Mapping[str, str]) -> str:
    """Return what one layer says about the request, with the names of the statements that decided."""
    request = evaluation.request
    words = layer_words(layer.policy_type, request.resource)
    statements = listing(statement_words(statement, names) for statement in layer.determining)
    asked = f"{request.action} on {request.resource}"
    if layer.decision is Decision.EXPLICIT_DENY:
        return sentence(f"{statements or f'the {words}'} explicitly denies {asked}")
    if layer.decision is Decision.ALLOW and layer.policy_type in {PolicyType.SCP, PolicyType.RCP}:
        return f"The {words}s of every level allow it."
    if layer.decision is Decision.ALLOW:
        return sentence(f"{statements} allows it" if statements else f"the {words} allows it")
    if layer.decision is Decision.UNKNOWN:
        lacking = listing(gap_words(layer)) or layer.reason or "not enough was read"
        return sentence(f"{words} undecided: {lacking}")
    if idle(evaluation, layer):
        return sentence(f"the {words} does not allow it by itself, and does not decide here")
    level = _level_words(layer, names)
    return sentence(f"no {words}{level} allows {asked}")


def _level_words(layer: LayerResult, names: Mapping[str, str]) -> str:
    if layer.level is None:
        return ""
    name = names.get(layer.level)
    return f" at {name} ({layer.level})" if name else f" at {layer.level}"
