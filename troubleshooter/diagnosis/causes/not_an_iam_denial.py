"""The refusal does not come from IAM: no policy fixes it, so no policy is offered."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision
from troubleshooter.steps.words import sentence


def _find(case: Case) -> Iterable[Finding]:
    kind = case.denial.not_iam
    if kind:
        yield CAUSE.finding(
            decision=case.decision if case.judgements else Decision.UNKNOWN,
            confidence=Confidence.LIKELY,
            basis=Basis.STATED,
            because=f"{sentence(f'no IAM policy refuses here: {kind}')} Changing IAM policies will not help.",
        )


CAUSE = Cause(
    id="not-an-iam-denial",
    title="The refusal does not come from an IAM policy",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    find=_find,
)
