"""Step 3: what a simulator says about the whole request.

Offline that is our own verdict, and the summary says so. Where AWS's policy simulator was asked, the step
reports AWS's word, whether it agrees with ours, and what the simulator is known not to see
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html).
"""

from __future__ import annotations

from troubleshooter.model.diagnosis import PolicyTypeResult, StepResult
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import AwsAnswer, Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.slices import NONE_NEAR, NearMisses, gap_words, not_evaluated
from troubleshooter.steps.words import decision_words, layer_words, listing, sentence

NUMBER, ID, TITLE = 3, "simulator", "Policy simulator"

_UNSEEN_BY_AWS = (
    PolicyType.RESOURCE,
    PolicyType.TRUST,
    PolicyType.RCP,
    PolicyType.VPC_ENDPOINT,
    PolicyType.SESSION,
    PolicyType.KMS_GRANT,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK,
)


def run(
    request: Request | None, evidence: Evidence, evaluation: Evaluation | None, near_misses: NearMisses = NONE_NEAR
) -> StepResult:
    """Return the verdict on the whole request; ``near_misses`` stand in the other steps."""
    del near_misses
    if request is None or evaluation is None:
        return not_evaluated(NUMBER, ID, TITLE)
    answer = next((item for item in evidence.aws_answers if item.kind == "policy_simulator"), None)
    said = _decision(answer)
    return StepResult(
        number=NUMBER,
        id=ID,
        title=TITLE,
        decision=said or evaluation.decision,
        summary=_both(said, answer, evaluation) if said and answer else _ours(evaluation, asked=answer is not None),
        policy_types=(_whole(evaluation),),
    )


def _decision(answer: AwsAnswer | None) -> Decision | None:
    known = {decision.value: decision for decision in Decision}
    return known.get(answer.decision or "") if answer else None


def _whole(evaluation: Evaluation) -> PolicyTypeResult:
    return PolicyTypeResult(
        policy_type=PolicyType.NONE,
        decision=evaluation.decision,
        determining=tuple(statement for layer in evaluation.blocking for statement in layer.determining),
        gaps=tuple(line for layer in evaluation.layers for line in gap_words(layer)),
    )


def _blockers(evaluation: Evaluation) -> str:
    return listing(layer_words(layer.policy_type, evaluation.request.resource) for layer in evaluation.blocking)


def _ours(evaluation: Evaluation, *, asked: bool) -> str:
    lead = "AWS's simulator gave no verdict" if asked else "AWS's simulator was not asked"
    blockers = _blockers(evaluation)
    by = f" by {blockers}" if blockers else ""
    return f"{lead}; our own evaluation of the whole request: {decision_words(evaluation.decision)}{by}."


def _both(said: Decision, answer: AwsAnswer, evaluation: Evaluation) -> str:
    lead = f"AWS's simulator: {decision_words(said)}; our own evaluation: {decision_words(evaluation.decision)}."
    if said is evaluation.decision:
        return f"{lead} They agree.{_blind(answer)}"
    return f"{lead} They differ: {_why(said, evaluation)}{_blind(answer)}"


def _why(said: Decision, evaluation: Evaluation) -> str:
    unseen = [layer for layer in evaluation.blocking if layer.policy_type in _UNSEEN_BY_AWS]
    if said is Decision.ALLOW and unseen:
        words = listing(layer_words(layer.policy_type, evaluation.request.resource) for layer in unseen)
        return sentence(f"the simulator does not evaluate the {words}, which blocks here")
    if evaluation.decision is Decision.UNKNOWN:
        return "ours lacks evidence that AWS has."
    if said.denies and evaluation.decision is Decision.ALLOW:
        return "the simulator may lack a condition key or a resource policy that grants, or policies changed since."
    if said.denies and evaluation.decision.denies:
        return "both deny, by different policies or in a different way."
    return "a condition key or a policy that only one of the two saw."


def _blind(answer: AwsAnswer) -> str:
    return f" It does not see: {listing(answer.blind_spots)}." if answer.blind_spots else ""
