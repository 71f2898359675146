"""Findings from AWS's own answers where our evaluation does not show the same layer.

Authorization details and decoded messages are AWS's record of this very denial; the policy simulator is one
witness with known blind spots and speaks only where our evaluation is open.
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.causes import BY_ID
from troubleshooter.diagnosis.causes.plain import plain_id
from troubleshooter.diagnosis.confidence import AWS_WORD
from troubleshooter.diagnosis.times import age_words
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType
from troubleshooter.steps.words import layer_words, listing, sentence

_NAMES = {
    "authorization_details": "AWS's authorization details",
    "decoded_message": "AWS's decoded message",
    "policy_simulator": "AWS's policy simulator",
}


def aws_said(case: Case) -> Iterable[Finding]:
    """Yield a finding per layer that AWS names as denying and that no evaluated layer covers."""
    shown = {blocked.policy_type for blocked in case.blocked if blocked.primary}
    for answer in case.evidence.aws_answers:
        decision = next((item for item in Decision if item.value == answer.decision), None)
        if decision is None or not decision.denies:
            continue
        if answer.kind not in AWS_WORD and case.decision is not Decision.UNKNOWN:
            continue
        for policy_type in _types(answer):
            if policy_type not in shown:
                shown.add(policy_type)
                yield _finding(case, answer, policy_type, decision)


def _types(answer: AwsAnswer) -> tuple[PolicyType, ...]:
    known = {item.value: item for item in PolicyType}
    named = tuple(known[item] for item in answer.policy_types if item in known)
    return named or ((PolicyType.IDENTITY,) if answer.kind == "policy_simulator" else ())


def _finding(case: Case, answer: AwsAnswer, policy_type: PolicyType, decision: Decision) -> Finding:
    own_word = answer.kind in AWS_WORD
    layer = case.primary.evaluation.layer(policy_type) if case.primary else None
    open_here = layer is None or layer.decision is not Decision.ALLOW
    cause = BY_ID.get(plain_id(policy_type, decision)) or BY_ID["evidence-insufficient"]
    return cause.finding(
        policy_type=policy_type,
        decision=decision,
        blocking=own_word and open_here,
        confidence=Confidence.CERTAIN if own_word and open_here else Confidence.LIKELY,
        basis=Basis.AWS_SAID if own_word else Basis.SIMULATED,
        because=_words(case, answer, policy_type, decision, disagrees=not open_here),
    )


def _words(case: Case, answer: AwsAnswer, policy_type: PolicyType, decision: Decision, *, disagrees: bool) -> str:
    words = layer_words(policy_type, case.denial.resource)
    verb = "explicitly denies" if decision is Decision.EXPLICIT_DENY else "does not allow"
    parts = [sentence(f"{_NAMES.get(answer.kind, 'AWS')}: the {words} {verb} {case.denial.action or 'the call'}")]
    sids = listing(
        str(item.get("Sid") or item.get("sid")) for item in answer.statements if item.get("Sid") or item.get("sid")
    )
    if sids:
        parts.append(sentence(f"statements: {sids}"))
    if disagrees:
        age = age_words(case.denial.event_time, case.evidence.collected_at)
        newer = f"the policies were read {age} the denial" if age else "the policies were changed since"
        parts.append(sentence(f"the policies as read allow it; the likely reason: {newer}"))
    if answer.blind_spots:
        parts.append(sentence(f"not seen by it: {listing(answer.blind_spots)}"))
    return " ".join(parts)
