"""A policy document that AWS would reject: the rest was evaluated without it."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.evaluation import DocumentError
from troubleshooter.model.vocabulary import Basis, Confidence
from troubleshooter.steps.words import attached_words, layer_words, sentence


def _find(case: Case) -> Iterable[Finding]:
    errors = dict.fromkeys(error for judgement in case.judgements for error in judgement.evaluation.errors)
    for error in errors:
        yield CAUSE.finding(
            policy_type=error.policy_type,
            decision=case.decision,
            confidence=Confidence.CERTAIN,
            basis=Basis.EVALUATED,
            because=_words(error, case),
        )


def _words(error: DocumentError, case: Case) -> str:
    name = f" {error.policy_name}" if error.policy_name else ""
    where = f" on {attached_words(error.attached_to, case.names)}" if error.attached_to else ""
    policy = f"the {layer_words(error.policy_type, error.attached_to)}{name}{where}"
    return (
        f"{sentence(f'{policy} is not a valid policy document: {error.reason} at {error.path}')} "
        "It was left out of the evaluation; AWS would not accept it like this, so what was read may be damaged."
    )


CAUSE = Cause(
    id="policy-document-invalid",
    title="A policy document is invalid",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    find=_find,
)
