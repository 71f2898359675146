"""Evaluate one stated request against evidence: the verdict, every layer's share, near misses and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.cases import determining
from troubleshooter.engine.compiled import compile_policies
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.engine.near_misses import near_misses_of
from troubleshooter.engine.subject import kind_of
from troubleshooter.errors import UsageError
from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.evaluation import Evaluation, LayerResult
from troubleshooter.model.evidence import Evidence, Gap
from troubleshooter.model.plain import to_plain
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, PolicyType

SCHEMA_VERSION = 1
ALLOWED = 0
NOT_ALLOWED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One evaluated request; ``near_misses`` by the policy type that did not allow."""

    request: Request
    evaluation: Evaluation
    near_misses: Mapping[PolicyType, tuple[NearMiss, ...]]
    gaps: tuple[Gap, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 for allow, 5 for anything else."""
        return ALLOWED if self.evaluation.decision is Decision.ALLOW else NOT_ALLOWED


def stated_request(
    principal: str, action: str, resource: str, resource_account: str | None, context: Mapping[str, tuple[str, ...]]
) -> Request:
    """Return the request that the user describes.

    Raises UsageError where the action has no service prefix or the account no 12 digits.
    """
    if ":" not in action:
        raise UsageError(f"--action {action}: write service:Action, for example s3:GetObject")
    if resource_account is not None and not is_account_id(resource_account):
        raise UsageError(f"--resource-account {resource_account}: an account id has 12 digits")
    return Request(
        principal=principal_of(principal),
        action=action,
        resource=resource,
        resource_account=resource_account,
        context=dict(context),
    )


def principal_of(text: str) -> Principal:
    """Return the principal that an ARN, service name, account id or ``anonymous`` stands for."""
    session, arn = assumed_role(text), parse_arn(text)
    return Principal(
        arn=text,
        kind=kind_of(Principal(arn=text)),
        account=text if is_account_id(text) else account_of(text),
        name=session[1] if session else arn.name if arn else None,
        session_name=session[2] if session else None,
    )


def as_denial(request: Request) -> Denial:
    """Return the request as a denial, for collecting the evidence that bears on it."""
    return Denial(
        principal=request.principal,
        action=request.action,
        resource=request.resource,
        resource_account=request.resource_account,
        context=request.context,
    )


def simulate_request(request: Request, evidence: Evidence) -> Simulated:
    """Return the verdict on one request under everything that applies in the evidence."""
    completed = with_derived_context(request, evidence)
    policies = applicable(completed, evidence)
    compiled = compile_policies(policies)
    evaluation = compiled.decide(completed)
    wanted = [layer.policy_type for layer in evaluation.layers if layer.decision in _NOT_ALLOWING]
    layer_gaps = tuple(
        Gap(policy_type=gap.policy_type, scope=gap.scope, reason=gap.reason, remedy=gap.remedy)
        for layer in evaluation.layers
        for gap in layer.gaps
    )
    return Simulated(
        request=replace(completed, context=dict(completed.context)),
        evaluation=evaluation,
        near_misses={kind: near_misses_of(compiled, completed, kind) for kind in wanted},
        gaps=tuple(dict.fromkeys(layer_gaps)),
    )


_NOT_ALLOWING = frozenset({Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN})


def as_json(simulated: Simulated) -> dict[str, Any]:
    """Return the contract's object for one evaluated request."""
    request, evaluation = simulated.request, simulated.evaluation
    blocking = {layer.policy_type for layer in evaluation.layers if layer.blocking}
    unsettled = evaluation.decision is Decision.UNKNOWN
    return {
        "schema_version": SCHEMA_VERSION,
        "request": {
            "principal": request.principal.arn,
            "action": request.action,
            "resource": request.resource,
            "resource_account": request.resource_account,
            "context": to_plain(request.context),
        },
        "decision": evaluation.decision.value,
        "policy_types": [_layer_json(layer, simulated) for layer in evaluation.layers],
        "determining": to_plain(determining(evaluation)),
        "near_misses": to_plain(
            tuple(
                near for kind, found in simulated.near_misses.items() if unsettled or kind in blocking for near in found
            )
        ),
        "gaps": to_plain(simulated.gaps),
    }


def _layer_json(layer: LayerResult, simulated: Simulated) -> dict[str, Any]:
    return {
        "policy_type": layer.policy_type.value,
        "decision": layer.decision.value,
        "blocking": layer.blocking,
        "reason": layer.reason,
        "determining": to_plain(layer.determining),
        "near_misses": to_plain(simulated.near_misses.get(layer.policy_type, ())),
        "gaps": gap_words(layer),
    }


def gap_words(layer: LayerResult) -> list[str]:
    """Return one line per thing that the layer lacked: unread policies, then unknown condition keys."""
    unread = [f"{gap.scope}: {gap.reason}" if gap.scope else gap.reason for gap in layer.gaps]
    unknown = [
        f"{item.needs} is not known: {item.if_met.value} if it matches, {item.if_not.value} if not"
        for item in layer.unknowns
        if item.statement is not None
    ]
    return list(dict.fromkeys([*unread, *unknown]))


def as_text(simulated: Simulated) -> str:
    """Return the verdict for a person: the decision, then each layer with its statements and near misses."""
    request, evaluation = simulated.request, simulated.evaluation
    lines = [
        f"{evaluation.decision.value.upper().replace('_', ' ')}  "
        f"{request.principal.arn} may{'' if evaluation.decision is Decision.ALLOW else ' not'} "
        f"{request.action} on {request.resource}"
        if evaluation.decision is not Decision.UNKNOWN
        else f"UNKNOWN  {request.principal.arn}: {request.action} on {request.resource}"
    ]
    for layer in evaluation.layers:
        lines += ["", *_layer_lines(layer, simulated)]
    return "\n".join(lines)


def _layer_lines(layer: LayerResult, simulated: Simulated) -> list[str]:
    mark = "blocks" if layer.blocking else ""
    lines = [f"{layer.policy_type.value}: {layer.decision.value} {f'({mark}) ' if mark else ''}- {layer.reason}"]
    for statement in layer.determining:
        name = statement.policy_name or statement.policy_arn or statement.attached_to or "policy"
        lines.append(f"  {name}, {statement.sid or f'statement {statement.index}'}: {statement.text}")
    for near in simulated.near_misses.get(layer.policy_type, ())[:3] if layer.decision is not Decision.ALLOW else ():
        name = near.statement.policy_name or near.statement.policy_arn or near.statement.attached_to or "policy"
        where = near.statement.sid or f"statement {near.statement.index}"
        lines.append(f"  near miss ({near.element.value}) {name}, {where}: {near.hint}")
    return lines + [f"  not known: {text}" for text in gap_words(layer)]
