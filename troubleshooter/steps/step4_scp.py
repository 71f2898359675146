"""Step 4: whether the organization allows it: SCPs of the caller's account, RCPs of the resource's.

RCPs stand here rather than beside the resource policy: like SCPs they are written and owned by whoever
runs the organization, and only they can change them.
"""

from __future__ import annotations

from troubleshooter.model.diagnosis import StepResult
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.steps.slices import NONE_NEAR, NearMisses, layers_of, not_evaluated, results, summary_of, weigh
from troubleshooter.steps.words import names_of

NUMBER, ID, TITLE = 4, "scp", "Organization (SCP and RCP)"
POLICY_TYPES = (PolicyType.SCP, PolicyType.RCP)


def run(
    request: Request | None, evidence: Evidence, evaluation: Evaluation | None, near_misses: NearMisses = NONE_NEAR
) -> StepResult:
    """Return the organization's share of the evaluation; both None where the input names no request."""
    if request is None or evaluation is None:
        return not_evaluated(NUMBER, ID, TITLE)
    layers = layers_of(evaluation, POLICY_TYPES)
    words = summary_of(evaluation, layers, names_of(evidence))
    return StepResult(
        number=NUMBER,
        id=ID,
        title=TITLE,
        decision=weigh(evaluation, layers),
        summary=words or "No SCP or RCP applies: no organization, or the request is exempt.",
        policy_types=results(layers, near_misses),
    )
