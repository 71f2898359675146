"""Every layer's outcome -> its result: decision, whether it blocks, what determined it, and why in words.

A layer blocks when it keeps the request denied even if every other layer allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troubleshooter.engine.authorize import Asked, decide, limits, resource_grant
from troubleshooter.engine.layers import CompiledLayer, CompiledLayers
from troubleshooter.engine.outcome import Outcome, united
from troubleshooter.engine.situation import Accounts, ResourceRole
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.engine.unknowns import unknowns
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.request import LayerGap
from troubleshooter.model.vocabulary import Decision, PolicyType, PrincipalKind

Verdict = tuple[Decision, tuple[LayerResult, ...]]

_NAMES = {
    PolicyType.IDENTITY: "identity-based policy",
    PolicyType.BOUNDARY: "permissions boundary",
    PolicyType.SESSION: "session policy",
    PolicyType.RESOURCE: "resource-based policy",
    PolicyType.TRUST: "role trust policy",
    PolicyType.VPC_ENDPOINT: "VPC endpoint policy",
    PolicyType.SCP: "service control policy",
    PolicyType.RCP: "resource control policy",
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: "S3 Block Public Access",
    PolicyType.KMS_GRANT: "KMS grant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One layer to report: its outcome, whether an implicit deny of it blocks, and its gaps."""

    policy_type: PolicyType
    outcome: Outcome
    blocks: bool
    gaps: tuple[LayerGap, ...] = ()
    level: str | None = None
    note: str = ""


def report(asked: Asked, layers: CompiledLayers, subject: Subject) -> Verdict:
    """Return the decision and one result per layer."""
    decision = decide(asked)
    results = [_result(part, subject, asked) for part in _parts(asked, layers)]
    if asked.public_access != YES:
        results.append(_public_access(asked))
    if decision is Decision.IMPLICIT_DENY and not any(item.blocking for item in results):
        results = _blame(results)
    return decision, tuple(results)


def _blame(results: list[LayerResult]) -> list[LayerResult]:
    """Mark the layers that deny where none does so on its own: two unknowns that exclude each other."""
    denying = [item for item in results if item.decision is Decision.IMPLICIT_DENY]
    chosen = denying[0] if denying else None
    return [_blocking(item) if item is chosen else item for item in results]


def _blocking(item: LayerResult) -> LayerResult:
    return LayerResult(
        policy_type=item.policy_type,
        decision=item.decision,
        blocking=True,
        determining=item.determining,
        level=item.level,
        reason=item.reason,
        unknowns=item.unknowns,
        gaps=item.gaps,
    )


def _parts(asked: Asked, layers: CompiledLayers) -> Iterator[Part]:
    yield from _caller_parts(asked, layers)
    yield from _resource_parts(asked, layers)
    if asked.endpoint is not None:
        yield Part(
            policy_type=PolicyType.VPC_ENDPOINT, outcome=asked.endpoint, blocks=True, gaps=_gaps(layers.endpoint)
        )
    if asked.scp:
        level = _failing(asked.scp, layers.scp)
        gaps = _all_gaps(layers.scp)
        yield Part(policy_type=PolicyType.SCP, outcome=united(asked.scp), blocks=True, gaps=gaps, level=level)
    if asked.rcp:
        outcome = united(asked.rcp)
        level = _failing(asked.rcp, layers.rcp)
        yield Part(policy_type=PolicyType.RCP, outcome=outcome, blocks=True, gaps=_all_gaps(layers.rcp), level=level)


def _caller_parts(asked: Asked, layers: CompiledLayers) -> Iterator[Part]:
    direct, limited, account = resource_grant(asked)
    across = asked.accounts is Accounts.CROSS
    if asked.identity is not None:
        alone = asked.role is not ResourceRole.REQUIRED or account == YES
        blocks = across or (direct == NO and limited == NO and alone)
        yield Part(policy_type=PolicyType.IDENTITY, outcome=asked.identity, blocks=blocks, gaps=_gaps(layers.identity))
    blocks = across or direct == NO
    if asked.boundary is not None:
        yield Part(policy_type=PolicyType.BOUNDARY, outcome=asked.boundary, blocks=blocks, gaps=_gaps(layers.boundary))
    if asked.session is not None:
        federated = asked.caller.kind is PrincipalKind.FEDERATED_USER and layers.session is None
        note = "a federated-user session without a session policy has no identity permissions" if federated else ""
        gaps = _gaps(layers.session)
        yield Part(policy_type=PolicyType.SESSION, outcome=asked.session, blocks=blocks, gaps=gaps, note=note)


def _resource_parts(asked: Asked, layers: CompiledLayers) -> Iterator[Part]:
    if asked.resource is not None:
        kind = layers.resource.policy_type if layers.resource is not None else PolicyType.RESOURCE
        note = "the account root user cannot assume roles" if asked.root_may_not else ""
        yield Part(
            policy_type=kind if kind is PolicyType.TRUST or not asked.trust else PolicyType.TRUST,
            outcome=asked.resource,
            blocks=_resource_blocks(asked),
            gaps=(*_gaps(layers.resource), *_gaps(layers.access_point)),
            note=note,
        )
    if asked.grants is not None:
        gaps = tuple(gap for gap in layers.gaps if gap.policy_type == PolicyType.KMS_GRANT)
        yield Part(policy_type=PolicyType.KMS_GRANT, outcome=asked.grants, blocks=False, gaps=gaps)


def _resource_blocks(asked: Asked) -> bool:
    """Return whether the resource's policy has to allow, and does not."""
    if any(resource_grant(asked)):
        return False
    alone = not asked.caller.has_identity_side or asked.role is ResourceRole.REQUIRED
    return alone or asked.accounts is Accounts.CROSS


def _failing(outcomes: tuple[Outcome, ...], layers: tuple[CompiledLayer, ...]) -> str | None:
    """Return the first level, from the root, that decided: an explicit deny before a missing allow."""
    worst = max(map(_weight, outcomes))
    failing = (layer.level for outcome, layer in zip(outcomes, layers, strict=True) if _weight(outcome) == worst)
    return next(failing, None) if worst else None


def _weight(outcome: Outcome) -> int:
    if outcome.deny == YES:
        return 3
    if outcome.allow == NO:
        return 2
    return 1 if UNKNOWN in (outcome.allow, outcome.deny) else 0


def _gaps(layer: CompiledLayer | None) -> tuple[LayerGap, ...]:
    return () if layer is None else layer.gaps


def _all_gaps(layers: tuple[CompiledLayer, ...]) -> tuple[LayerGap, ...]:
    return tuple(dict.fromkeys(gap for layer in layers for gap in layer.gaps))


def _decision(part: Part) -> Decision:
    outcome = part.outcome
    if outcome.deny == YES:
        return Decision.EXPLICIT_DENY
    if outcome.allow == NO and (part.blocks or outcome.deny == NO):
        return Decision.IMPLICIT_DENY
    return Decision.UNKNOWN if UNKNOWN in (outcome.deny, outcome.allow) else Decision.ALLOW


def _result(part: Part, subject: Subject, asked: Asked) -> LayerResult:
    decision = _decision(part)
    outcome = part.outcome
    denies = decision is Decision.EXPLICIT_DENY or (decision is Decision.IMPLICIT_DENY and part.blocks)
    decisive = outcome.fired if decision is Decision.EXPLICIT_DENY else outcome.granted
    return LayerResult(
        policy_type=part.policy_type,
        decision=decision,
        blocking=denies and not asked.always_allowed,
        determining=tuple(statement.shown for statement in decisive),
        level=part.level,
        reason=part.note or _words(part, decision),
        unknowns=unknowns(part.policy_type, outcome, part.gaps, subject),
        gaps=part.gaps,
    )


def _words(part: Part, decision: Decision) -> str:
    """Say in one clause what the layer does, in AWS's own words where it has some."""
    name = _NAMES.get(part.policy_type, part.policy_type.value)
    where = f" at {part.level}" if part.level else ""
    if decision is Decision.EXPLICIT_DENY:
        return f"explicit deny in a {name}{where}"
    if decision is Decision.IMPLICIT_DENY:
        idle = "" if part.blocks else "; that does not decide here"
        return f"no {name}{where} allows the action{idle}"
    if decision is Decision.UNKNOWN:
        return f"not enough is known to say what the {name}{where} does"
    return f"the {name} allows the action" if part.outcome.granted else f"no {name} denies the action"


def _public_access(asked: Asked) -> LayerResult:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html."""
    known = asked.public_access == NO
    return LayerResult(
        policy_type=PolicyType.S3_PUBLIC_ACCESS_BLOCK,
        decision=Decision.IMPLICIT_DENY if known else Decision.UNKNOWN,
        blocking=known,
        reason="RestrictPublicBuckets keeps other accounts and anonymous callers out: the bucket policy is public"
        if known
        else "the bucket policy is public, and the Block Public Access settings were not read",
    )


__all__ = ["Part", "Verdict", "limits", "report"]
