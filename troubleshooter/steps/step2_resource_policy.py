"""Step 2: whether the policies on the resource's side allow it.

Resource policy or key policy, role trust policy, KMS grants, S3 Block Public Access, and the policy of
the VPC endpoint on the way, which like them is written for a resource and checked for whoever comes.
"""

from __future__ import annotations

from troubleshooter.model.diagnosis import StepResult
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.steps.slices import NONE_NEAR, NearMisses, layers_of, not_evaluated, results, summary_of, weigh
from troubleshooter.steps.words import attached_words, names_of

NUMBER, ID, TITLE = 2, "resource_policy", "Resource policy"
POLICY_TYPES = (
    PolicyType.RESOURCE,
    PolicyType.TRUST,
    PolicyType.KMS_GRANT,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK,
    PolicyType.VPC_ENDPOINT,
)


def run(
    request: Request | None, evidence: Evidence, evaluation: Evaluation | None, near_misses: NearMisses = NONE_NEAR
) -> StepResult:
    """Return the resource side of the evaluation; both None where the input names no request."""
    if request is None or evaluation is None:
        return not_evaluated(NUMBER, ID, TITLE)
    layers = layers_of(evaluation, POLICY_TYPES)
    words = summary_of(evaluation, layers, names_of(evidence))
    return StepResult(
        number=NUMBER,
        id=ID,
        title=TITLE,
        decision=weigh(evaluation, layers),
        summary=words or f"No resource policy applies to {attached_words(request.resource)}.",
        policy_types=results(layers, near_misses),
    )
