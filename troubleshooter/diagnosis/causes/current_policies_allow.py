"""Current policies allow the request: fixed since, an older session, or something that the evidence cannot show."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import GRANTING, Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.causes import missing_key_shown_as_403, organizations_call_from_member_account
from troubleshooter.diagnosis.times import age_words
from troubleshooter.engine.applicable import sessions_unread
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.policy import Statement
from troubleshooter.model.vocabulary import Basis, Confidence, Decision
from troubleshooter.steps.words import listing, principal_words, sentence, statement_words


def _find(case: Case) -> Iterable[Finding]:
    primary = case.primary
    if primary is None or case.decision is not Decision.ALLOW or organizations_call_from_member_account.applies(case):
        return
    allowing = _allowing(case)
    who, request = principal_words(primary.request.principal), primary.request
    by = listing(statement_words(statement, case.names) for statement in allowing)
    yield CAUSE.finding(
        decision=Decision.ALLOW,
        confidence=_confidence(case),
        basis=Basis.EVALUATED,
        determining=allowing,
        because=" ".join(
            (
                sentence(f"as read, the policies allow {who} {request.action} on {request.resource}"),
                sentence(f"what allows it: {by}") if by else "",
                _explanations(case),
            )
        ),
    )


def _confidence(case: Case) -> Confidence:
    """``certain`` only where every layer was read and nothing else explains the refusal."""
    open_ends = any(layer.gaps or layer.unknowns for item in case.judgements for layer in item.evaluation.layers)
    guessed = any(case.denial.provenance.get(name, "").startswith("inferred") for name in ("action", "resource"))
    unread = case.primary is not None and sessions_unread(case.primary.request, case.evidence)
    doubtful = open_ends or guessed or unread or missing_key_shown_as_403.applies(case)
    return Confidence.LIKELY if doubtful else Confidence.CERTAIN


def _allowing(case: Case) -> tuple[Statement, ...]:
    """Return the statements that grant; those that only limit (SCPs, boundaries) would hide them."""
    return tuple(
        statement
        for layer in (case.primary.evaluation.layers if case.primary else ())
        if layer.decision is Decision.ALLOW and layer.policy_type in GRANTING
        for statement in layer.determining
        if statement.effect.lower() == "allow"
    )


def _explanations(case: Case) -> str:
    age = age_words(case.denial.event_time, case.evidence.collected_at)
    since = f" (the evidence was read {age} the denial)" if age else ""
    return (
        f"So either it was fixed since{since}; or the session is older than the change and has to be renewed; "
        "or a condition key that neither log nor snapshot holds was different. Try it again before changing anything."
    )


CAUSE = Cause(
    id="current-policies-allow",
    title="The policies as they are now allow the request",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    find=_find,
)
