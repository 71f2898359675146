"""A denial and its evidence turned into judgements: the request that was refused and those AWS makes behind it.

One API call can need several authorizations, and each must pass
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from troubleshooter.denials.requests import primary_request
from troubleshooter.diagnosis.behind import BEHIND, Behind, seen_through_service
from troubleshooter.diagnosis.relevance import is_relevant
from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.compiled import compile_policies
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.engine.near_misses import near_misses_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import Decision, PolicyType

PRIMARY = "primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One authorization request, the policies that apply to it, and the engine's answer.

    ``role`` is ``primary`` or the name of the request behind it (``kms_key``, ``pass_role``,
    ``copy_source``, ``session_tags``, ``source_identity``); ``why`` says in words why AWS makes it;
    ``surely`` is False where it only makes it under a circumstance that the evidence does not settle.
    ``near_misses`` leave out statements for somebody else altogether.
    """

    request: Request
    policies: PolicySet
    evaluation: Evaluation
    role: str = PRIMARY
    why: str = ""
    surely: bool = True
    near_misses: Mapping[PolicyType, tuple[NearMiss, ...]] = field(default_factory=dict)


def judge(denial: Denial, evidence: Evidence) -> tuple[Judgement, ...]:
    """Return the judgement of the refused request first, then of those behind it.

    Empty where the denial does not say who asked for what. Where nothing at all was read, only the
    refused request is judged (and comes out unknown).
    """
    given = primary_request(denial)
    if given is None:
        return ()
    known = _with_what_aws_said(seen_through_service(denial, given), evidence)
    primary = with_derived_context(known, evidence)
    judged = judge_request(primary, evidence)
    if evidence.is_empty:
        return (replace(judged, evaluation=_nothing_read(judged.evaluation)),)
    behind = (item for find in BEHIND for item in find(denial, primary, evidence))
    return (judged, *(_judge_behind(item, evidence) for item in behind))


def _judge_behind(item: Behind, evidence: Evidence) -> Judgement:
    request = with_derived_context(item.request, evidence)
    return judge_request(request, evidence, role=item.role, why=item.why, surely=item.surely)


def judge_request(
    request: Request, evidence: Evidence, *, role: str = PRIMARY, why: str = "", surely: bool = True
) -> Judgement:
    """Return the engine's answer to one request whose context is complete, with its near misses."""
    policies = applicable(request, evidence)
    compiled = compile_policies(policies)
    evaluation = compiled.decide(request)
    return Judgement(
        request=request,
        policies=policies,
        evaluation=evaluation,
        role=role,
        why=why,
        surely=surely,
        near_misses={
            layer.policy_type: _relevant(near_misses_of(compiled, request, layer.policy_type), request)
            for layer in evaluation.layers
            if layer.decision.denies or layer.decision is Decision.UNKNOWN
        },
    )


def _relevant(found: Iterable[NearMiss], request: Request) -> tuple[NearMiss, ...]:
    return tuple(item for item in found if is_relevant(item, request))


def _nothing_read(evaluation: Evaluation) -> Evaluation:
    """Return the evaluation with every deny turned into unknown: a policy that nobody read denies nothing."""
    layers = tuple(
        replace(layer, decision=Decision.UNKNOWN, blocking=False) if layer.decision.denies else layer
        for layer in evaluation.layers
    )
    return replace(evaluation, decision=Decision.UNKNOWN, layers=layers)


def _with_what_aws_said(request: Request, evidence: Evidence) -> Request:
    """Return the request with the condition keys of AWS's decoded message or authorization details."""
    said = {key.lower(): (key, values) for answer in evidence.aws_answers for key, values in answer.context.items()}
    if not said:
        return request
    kept = {key: values for key, values in request.context.items() if key.lower() not in said}
    return replace(request, context={**kept, **dict(said.values())}, absent_keys=request.absent_keys - set(said))


def overall(decisions: Iterable[Decision]) -> Decision:
    """Return the verdict on a call that needs several authorizations: all must allow; none judged is unknown."""
    given = set(decisions)
    for decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN):
        if decision in given:
            return decision
    return Decision.ALLOW if given else Decision.UNKNOWN
