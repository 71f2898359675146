"""Findings and judgements -> a proved fix for each blocking finding, and the smallest one for the whole request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from troubleshooter.diagnosis.judgement import PRIMARY, Judgement
from troubleshooter.engine.applicability.principals import kind_of
from troubleshooter.fixes.advice import advice
from troubleshooter.fixes.asked import Asked, asked_of
from troubleshooter.fixes.delta import grants_of
from troubleshooter.fixes.disposition import disposition_of
from troubleshooter.fixes.explicit_deny import QUARANTINE
from troubleshooter.fixes.limits import versions_warning
from troubleshooter.fixes.message_only import from_message
from troubleshooter.fixes.owners import owner_of
from troubleshooter.fixes.plan import Plan, plan
from troubleshooter.fixes.summary import summary_of
from troubleshooter.fixes.verify import Proof, prove
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Change, Finding, Fix
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, Disposition, PolicyType, PrincipalKind

_ROLES = {"kms-key-behind-resource": "kms_key", "pass-role-behind-call": "pass_role"}
"""Causes that speak of a request behind the refused one: cause -> the judgement's role."""

_NO_FIX = frozenset({"not-an-iam-denial", "current-policies-allow"})


def attach_fixes(
    denial: Denial, findings: Sequence[Finding], judgements: Sequence[Judgement], evidence: Evidence
) -> tuple[tuple[Finding, ...], Fix | None]:
    """Return the findings, blocking ones with their fix, and the combined fix (None: nothing to fix or to say)."""
    if any(finding.cause in _NO_FIX for finding in findings):
        return tuple(findings), None
    if evidence.is_empty or not judgements:
        return from_message(denial, findings, judgements)
    leaked = _quarantine(judgements)
    if leaked is not None:
        return tuple(_with(finding, leaked) for finding in findings), leaked
    whole = _fix(judgements, evidence, None)
    if (whole is None or not whole.changes) and _in_doubt(judgements):
        return from_message(denial, findings, judgements)
    blocking = [finding for finding in findings if finding.blocking]
    if len(blocking) == 1 or _in_doubt(judgements):
        return tuple(_with(finding, whole) for finding in findings), whole
    return tuple(_with(finding, _of_finding(finding, judgements, evidence)) for finding in findings), whole


def _with(finding: Finding, fix: Fix | None) -> Finding:
    lacking = finding.policy_type is PolicyType.IDENTITY and finding.decision is Decision.IMPLICIT_DENY
    return replace(finding, fix=fix) if finding.blocking or lacking else finding


def _of_finding(finding: Finding, judgements: Sequence[Judgement], evidence: Evidence) -> Fix | None:
    """Return the part of the fix that unblocks this finding's layer; alone it does not let the request through."""
    if not finding.blocking:
        return None
    chosen = _judgements_of(finding, judgements)

    def wanted(_request: Request, layer: LayerResult) -> bool:
        return layer.policy_type is finding.policy_type and layer.decision is finding.decision

    return _fix(chosen, evidence, wanted)


def _judgements_of(finding: Finding, judgements: Sequence[Judgement]) -> Sequence[Judgement]:
    role = _ROLES.get(finding.cause, PRIMARY)
    named = [item for item in judgements if item.role == role and _blocks(item, finding)]
    return named or [item for item in judgements if _blocks(item, finding)] or judgements[:1]


def _blocks(judgement: Judgement, finding: Finding) -> bool:
    return any(layer.policy_type is finding.policy_type for layer in judgement.evaluation.blocking)


def _fix(
    judgements: Sequence[Judgement], evidence: Evidence, wanted: Callable[[Request, LayerResult], bool] | None
) -> Fix | None:
    """Plan, prove and describe the changes for these judgements; None where nothing blocks."""
    refused = [item for item in judgements if item.evaluation.decision is not Decision.ALLOW]
    if not refused or (not _blocked(refused) and wanted is not None):
        return None
    requests = [item.request for item in judgements]
    made = plan([item.request for item in refused], evidence, wanted)
    proof = prove(requests, evidence, made.changes)
    if wanted is None and proof.spare:
        made, proof = _without_spare(made, requests, evidence)
    return _described(made, proof, refused, evidence, part=wanted is not None)


def _blocked(judgements: Sequence[Judgement]) -> bool:
    return any(item.evaluation.blocking for item in judgements)


def _in_doubt(judgements: Sequence[Judgement]) -> bool:
    """Return whether nothing blocks for certain, because not enough was read."""
    undecided = any(item.evaluation.decision is Decision.UNKNOWN for item in judgements)
    return undecided and not _blocked(judgements)


def _without_spare(made: Plan, requests: Sequence[Request], evidence: Evidence) -> tuple[Plan, Proof]:
    """Drop one change after another that the proof does not need."""
    proof = prove(requests, evidence, made.changes)
    while proof.spare:
        made = Plan(
            changes=[item for item in made.changes if item is not proof.spare[0]],
            warnings=made.warnings,
            stuck=made.stuck,
            exact=made.exact,
        )
        proof = prove(requests, evidence, made.changes)
    return made, proof


def _described(made: Plan, proof: Proof, refused: Sequence[Judgement], evidence: Evidence, *, part: bool) -> Fix:
    asked = [asked_of(item.request) for item in refused]
    grants = grants_of(made.changes, asked, evidence)
    instead = _advice(refused)
    warnings = [*made.stuck, *made.warnings, *_more_warnings(made.changes, asked, evidence)]
    if made.changes and not proof.allowed:
        warnings += _unproved(proof, part=part)
    return Fix(
        summary=summary_of(made.changes, asked, made.stuck),
        owner=owner_of(made.changes, evidence, asked[0].request.resource_account),
        disposition=disposition_of(made, proof, asked, grants, instead),
        verified=proof.holds,
        changes=tuple(made.changes),
        grants=grants,
        warnings=tuple(dict.fromkeys(warnings)),
        without_policy_change=instead,
    )


def _unproved(proof: Proof, *, part: bool) -> list[str]:
    if proof.needs:
        return [f"not proved, because this is not known: {needed}" for needed in proof.needs[:3]]
    if part:
        return ["this part alone does not let the request through: the other findings' fixes are needed too"]
    return ["not proved: the request stays denied after these changes"]


def _more_warnings(changes: Sequence[Change], asked: Sequence[Asked], evidence: Evidence) -> list[str]:
    found = [warning for change in changes for warning in versions_warning(change.policy_arn, evidence)]
    if any(not item.resource_known for item in asked):
        found.append("the denial names no resource, so the statement says *: put the resource's ARN there")
    return found


def _advice(refused: Sequence[Judgement]) -> tuple[str, ...]:
    """Return what the caller can do instead, where doing it would help: for the layers that block."""
    found: list[str] = []
    for judgement in refused:
        if kind_of(judgement.request.principal) is PrincipalKind.ANONYMOUS:
            found.append("sign the request with the credentials of an IAM principal that may do this")
        for layer in judgement.evaluation.blocking:
            near = judgement.near_misses.get(layer.policy_type, ())
            effect = "Deny" if layer.decision is Decision.EXPLICIT_DENY else "Allow"
            found += advice([item for item in near if item.statement.effect == effect], judgement.request)
    return tuple(dict.fromkeys(found))


def _quarantine(judgements: Sequence[Judgement]) -> Fix | None:
    """Return the refusal to fix a denial that AWS made on purpose, because the access key leaked.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/security-iam-awsmanpol.html#security-iam-awsmanpol-AWSCompromisedKeyQuarantineV3
    """
    denies = [
        statement
        for judgement in judgements
        for layer in judgement.evaluation.blocking
        if layer.decision is Decision.EXPLICIT_DENY
        for statement in layer.determining
    ]
    if not any(QUARANTINE in (item.policy_arn or item.policy_name or "") for item in denies):
        return None
    return Fix(
        summary="Do not change any policy: AWS quarantined this access key because it leaked. Page security.",
        owner="the security team",
        disposition=Disposition.DO_NOT_APPLY,
        warnings=("detaching the quarantine policy gives the key back to whoever found it",),
        without_policy_change=("have security review what the key did, deactivate it, and issue a new one",),
    )
