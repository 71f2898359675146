"""Step 1: whether the caller's side allows it: identity policies, boundary, session policy."""

from __future__ import annotations

from troubleshooter.model.diagnosis import StepResult
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.slices import NONE_NEAR, NearMisses, layers_of, not_evaluated, results, summary_of, weigh
from troubleshooter.steps.words import names_of, principal_words

NUMBER, ID, TITLE = 1, "identity_policy", "Identity policy"
POLICY_TYPES = (PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION)


def run(
    request: Request | None, evidence: Evidence, evaluation: Evaluation | None, near_misses: NearMisses = NONE_NEAR
) -> StepResult:
    """Return the identity side of the evaluation; both None where the input names no request."""
    if request is None or evaluation is None:
        return not_evaluated(NUMBER, ID, TITLE)
    layers = layers_of(evaluation, POLICY_TYPES)
    decision = weigh(evaluation, layers)
    words = summary_of(evaluation, layers, names_of(evidence))
    if decision is Decision.NOT_APPLICABLE and not words:
        words = f"No identity policy applies to {principal_words(request.principal)}."
    return StepResult(
        number=NUMBER,
        id=ID,
        title=TITLE,
        decision=decision,
        summary=words,
        policy_types=results(layers, near_misses),
    )
