"""From judgements to findings: one per blocking layer, then what else is known; not ranked yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubleshooter.diagnosis.aws_said import aws_said
from troubleshooter.diagnosis.case import GRANTING, Blocked, Case
from troubleshooter.diagnosis.causes import CAUSES
from troubleshooter.diagnosis.judgement import Judgement
from troubleshooter.diagnosis.possible import possible
from troubleshooter.diagnosis.stated import stated
from troubleshooter.diagnosis.undecided import undecided
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.vocabulary import Confidence, Decision
from troubleshooter.steps.words import layer_words, listing


def find(denial: Denial, evidence: Evidence, judgements: Sequence[Judgement]) -> tuple[Finding, ...]:
    """Return every finding about the denial, unranked and without fixes.

    Each blocking layer gives exactly one finding with ``blocking`` true; patterns refine its cause. An
    encoded message holds AWS's own answer, so how to get at it comes before what is only possible.
    """
    case = Case(denial=denial, evidence=evidence, judgements=tuple(judgements))
    layers = [explain(blocked) for blocked in case.blocked]
    beside = [finding for cause in CAUSES if cause.find for finding in cause.find(case)]
    findings = [
        *with_remaining(layers, case),
        *(pending(blocked) for blocked in case.pending if not case.evidence.is_empty),
        *aws_said(case),
        *stated(case),
        *undecided(case),
        *(beside if denial.encoded_message else ()),
        *possible(case),
        *(() if denial.encoded_message else beside),
    ]
    return tuple(_once(findings))


def explain(blocked: Blocked) -> Finding:
    """Return the finding of one blocking layer, named by the first cause of the registry that fits."""
    for cause in CAUSES:
        because = cause.explain(blocked) if cause.explain else None
        if because is not None:
            return cause.of_layer(blocked, because)
    raise AssertionError(f"no cause for {blocked.policy_type.value} {blocked.layer.decision.value}")


def pending(blocked: Blocked) -> Finding:
    """Return the finding of a layer that does not allow while another, unread policy might.

    Where AWS's message names this layer, it did block; otherwise it most likely did.
    """
    found = explain(blocked)
    unread = listing(
        layer_words(layer.policy_type, blocked.request.resource)
        for layer in blocked.judgement.evaluation.layers
        if layer.policy_type in GRANTING and layer.decision is Decision.UNKNOWN
    )
    doubt = f" Whether the {unread} grants it instead was not read." if unread else ""
    return replace(
        found,
        blocking=blocked.stated,
        confidence=min(found.confidence, Confidence.LIKELY, key=lambda item: item.rank),
        because=f"{found.because}{doubt}",
    )


def with_remaining(layers: list[Finding], case: Case) -> list[Finding]:
    """Add to each blocking finding which other layers would still deny after it is fixed."""
    if len(layers) <= 1:
        return layers
    words = [f"the {layer_words(item.policy_type, item.request.resource)}" for item in case.blocked]
    return [
        replace(
            finding,
            because=f"{finding.because} With this alone fixed, {listing(_others(words, index))} would still deny.",
        )
        for index, finding in enumerate(layers)
    ]


def _others(words: list[str], index: int) -> list[str]:
    return [word for place, word in enumerate(words) if place != index]


def _once(findings: list[Finding]) -> list[Finding]:
    """Drop a finding that says again, beside the layers, what one before it says."""
    kept: list[Finding] = []
    for finding in findings:
        key = (finding.cause, finding.policy_type, finding.determining)
        if finding.blocking or not any((item.cause, item.policy_type, item.determining) == key for item in kept):
            kept.append(finding)
    return kept
