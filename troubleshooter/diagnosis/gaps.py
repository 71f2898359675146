"""What could not be read, said first where it could change the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troubleshooter.diagnosis.judgement import Judgement
from troubleshooter.engine.applicable import sessions_unread
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.evidence import Evidence, Gap
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.steps.slices import is_key

_NOTHING_READ = Gap(
    policy_type="none",
    scope="every policy",
    reason="neither --snapshot nor --live was given, so no policy was read",
    remedy="troubleshooter explain --live INPUT, or troubleshooter collect --out DIR and then --snapshot DIR",
)


def gaps_of(judgements: Sequence[Judgement], evidence: Evidence) -> tuple[Gap, ...]:
    """Return every gap once: those of undecided layers, those of other layers, then what else was not read."""
    if evidence.is_empty:
        return (_NOTHING_READ,)
    layers = [layer for judgement in judgements for layer in judgement.evaluation.layers]
    ordered = [
        *(gap for layer in layers if layer.decision is Decision.UNKNOWN for gap in _of_layer(layer)),
        *(gap for layer in layers if layer.decision is not Decision.UNKNOWN for gap in _of_layer(layer)),
        *_session(judgements, evidence),
        *evidence.gaps,
    ]
    return tuple(dict.fromkeys(ordered))


def _of_layer(layer: LayerResult) -> Iterator[Gap]:
    for gap in layer.gaps:
        yield Gap(policy_type=str(gap.policy_type), scope=gap.scope, reason=gap.reason, remedy=gap.remedy)
    for unknown in layer.unknowns:
        if layer.decision is Decision.UNKNOWN and is_key(unknown.needs):
            outcomes = f"{unknown.if_met.value} if it matches, {unknown.if_not.value} if not"
            yield Gap(
                policy_type=layer.policy_type.value,
                scope=unknown.needs,
                reason=f"neither input nor evidence holds it; {outcomes}",
                remedy=f"--context {unknown.needs}=VALUE",
            )


def _session(judgements: Sequence[Judgement], evidence: Evidence) -> Iterator[Gap]:
    """Name the session whose own policies nobody read, where nothing that was read denies."""
    primary = judgements[0] if judgements else None
    if primary and not primary.evaluation.decision.denies and sessions_unread(primary.request, evidence):
        yield Gap(
            policy_type=PolicyType.SESSION.value,
            scope=primary.request.principal.arn or "the session",
            reason="session policies stand only in the AssumeRole event that made the session, which was not read",
            remedy="cloudtrail:LookupEvents for AssumeRole, or the session's entry in sessions.json",
        )
