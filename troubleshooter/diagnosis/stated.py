"""Findings from what AWS's message states, where no evaluated layer says the same.

AWS names one policy type at most, even when several deny. What it states is ``likely``, never ``certain``:
the message says which kind of policy, not which statement, and the S3 and Organizations forms are known to
mislead (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.causes import BY_ID, organizations_call_from_member_account
from troubleshooter.diagnosis.causes.plain import plain_id
from troubleshooter.diagnosis.named_policy import denying_statements
from troubleshooter.diagnosis.times import age_words
from troubleshooter.engine.applicable import sessions_unread
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType
from troubleshooter.steps.words import layer_words, listing, principal_words, sentence, statement_words

_NEVER_STATED = frozenset({PolicyType.NONE, PolicyType.KMS_GRANT})


def stated(case: Case) -> Iterable[Finding]:
    """Yield the layer that AWS's message names, unless a blocking layer or a named pattern already says it."""
    policy_type = stated_type(case)
    if policy_type is None or case.names_blocking_layer or _said_by_pattern(case):
        return
    decision = stated_decision(case)
    layer = _evaluated(case, policy_type)
    settled = _settled(case, policy_type, layer)
    cause = BY_ID.get(plain_id(policy_type, decision)) or BY_ID["s3-public-access-block"]
    denied = layer is not None and layer.decision is decision
    named = denying_statements(case, policy_type) if decision is Decision.EXPLICIT_DENY and not settled else ()
    yield cause.finding(
        policy_type=policy_type,
        decision=decision,
        blocking=not settled or (denied and case.decision is Decision.UNKNOWN),
        confidence=Confidence.LIKELY,
        basis=Basis.STATED,
        because=" ".join(
            part
            for part in (
                _message_words(case, policy_type, decision),
                _named_words(case, named) or _against_evaluation(case, layer, settled=settled),
            )
            if part
        ),
        determining=named or (layer.determining if denied and layer else ()),
        near_miss=_near_miss(case, policy_type) if layer and decision is Decision.IMPLICIT_DENY else None,
    )


def stated_type(case: Case) -> PolicyType | None:
    """Return the policy type that the message names, None where it names none."""
    known = {item.value: item for item in PolicyType if item not in _NEVER_STATED}
    return known.get(case.denial.stated_policy_type or "")


def stated_decision(case: Case) -> Decision:
    """Return the kind of deny that the message states; implicit where it names the policy type alone."""
    explicit = case.denial.stated_decision == Decision.EXPLICIT_DENY.value
    return Decision.EXPLICIT_DENY if explicit else Decision.IMPLICIT_DENY


def _said_by_pattern(case: Case) -> bool:
    quarantined = "AWSCompromisedKeyQuarantine" in (case.denial.stated_policy_arn or "")
    return quarantined or organizations_call_from_member_account.applies(case)


def _evaluated(case: Case, policy_type: PolicyType) -> LayerResult | None:
    return case.primary.evaluation.layer(policy_type) if case.primary else None


def _settled(case: Case, policy_type: PolicyType, layer: LayerResult | None) -> bool:
    """Return whether the evidence decides this layer; one that does not apply is decided unless it was not read."""
    if case.evidence.is_empty or case.primary is None:
        return False
    if layer is not None and layer.decision is not Decision.NOT_APPLICABLE:
        return layer.decision is not Decision.UNKNOWN
    if policy_type is PolicyType.SESSION:
        return not sessions_unread(case.primary.request, case.evidence)
    if policy_type is PolicyType.VPC_ENDPOINT:
        return case.denial.from_event
    return all(gap.policy_type != policy_type for gap in case.primary.policies.gaps)


def _near_miss(case: Case, policy_type: PolicyType) -> NearMiss | None:
    found = case.primary.near_misses.get(policy_type, ()) if case.primary else ()
    return next((item for item in found if item.statement.effect.lower() == "allow"), None)


def _message_words(case: Case, policy_type: PolicyType, decision: Decision) -> str:
    denial = case.denial
    words = layer_words(policy_type, denial.resource)
    asked = f"{denial.action or 'the call'}{f' on {denial.resource}' if denial.resource else ''}"
    who = principal_words(denial.principal)
    named = f" ({denial.stated_policy_arn})" if denial.stated_policy_arn else ""
    if decision is Decision.EXPLICIT_DENY:
        # Read aloud: an identity policy, an SCP, an RCP; a session policy, a bucket policy, a role trust policy.
        article = "an" if words.startswith(("identity", "SCP", "RCP", "S3")) else "a"
        return sentence(
            f"AWS's message says that a statement of {article} {words}{named} explicitly denies {who} {asked}"
        )
    if denial.stated_decision is None:
        return sentence(f"AWS's message points to the {words}{named}; it does not say whether by an explicit deny")
    return sentence(f"AWS's message says that no {words}{named} allows {who} {asked}")


def _named_words(case: Case, statements: tuple[Statement, ...]) -> str:
    by = listing(statement_words(statement, case.names) for statement in statements)
    return sentence(f"that policy was read on its own: {by} denies it") if by else ""


def _against_evaluation(case: Case, layer: LayerResult | None, *, settled: bool) -> str:
    """Return how the message and the evaluation fit together, with the likely reason where they do not."""
    if case.evidence.is_empty:
        return ""
    if not settled:
        return "What was read does not show it: see the gaps."
    if case.decision is Decision.UNKNOWN and layer is not None and layer.decision.denies:
        return "What was read agrees."
    age = age_words(case.denial.event_time, case.evidence.collected_at)
    newer = f"the evidence was read {age} the denial" if age else "the policies may have been changed since"
    blockers = listing(layer_words(item.policy_type, item.request.resource) for item in case.blocked)
    if blockers:
        return (
            f"The evaluation finds {blockers} blocking instead. The likely reasons: AWS names only one of several "
            f"denying policies, or {newer}, or a condition key had another value than the log shows."
        )
    return f"The policies as read no longer deny there. The likely reason: they were changed in between; {newer}."
