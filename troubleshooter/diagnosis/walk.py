"""The four steps over every judged request, merged into the contract's four results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from troubleshooter.diagnosis.judgement import Judgement
from troubleshooter.model.diagnosis import StepResult
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.steps import step1_identity_policy, step2_resource_policy, step3_simulator, step4_scp
from troubleshooter.steps.slices import NONE_NEAR, NearMisses, worst

Run = Callable[[Request | None, Evidence, Evaluation | None, NearMisses], StepResult]

STEPS: tuple[Run, ...] = (step1_identity_policy.run, step2_resource_policy.run, step3_simulator.run, step4_scp.run)


def walk(judgements: Sequence[Judgement], evidence: Evidence) -> tuple[StepResult, ...]:
    """Return the four steps in order; a request behind the call adds to a step where it is not allowed."""
    return tuple(_step(run, judgements, evidence) for run in STEPS)


def _step(run: Run, judgements: Sequence[Judgement], evidence: Evidence) -> StepResult:
    if not judgements:
        return run(None, evidence, None, NONE_NEAR)
    first, *behind = (run(item.request, evidence, item.evaluation, item.near_misses) for item in judgements)
    merged = first
    for judgement, result in zip(judgements[1:], behind, strict=True):
        merged = _merge(merged, judgement, result)
    return merged


def _merge(merged: StepResult, judgement: Judgement, result: StepResult) -> StepResult:
    quiet = not result.decision.denies and result.decision is not merged.decision
    words = merged.summary if quiet else f"{merged.summary} Behind it, {judgement.request.action}: {result.summary}"
    return replace(
        merged,
        decision=worst((merged.decision, result.decision)),
        summary=words,
        policy_types=(*merged.policy_types, *result.policy_types),
    )
