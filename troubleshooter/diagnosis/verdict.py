"""The one decision of a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.diagnosis.judgement import Judgement, overall
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Decision


def verdict(judgements: Sequence[Judgement], findings: Sequence[Finding]) -> Decision:
    """Return the engine's decision over every judged request.

    Where that is an allow, a blocking finding that no policy document shows (an Organizations call from
    a member account) decides instead.
    """
    decision = overall(judgement.evaluation.decision for judgement in judgements)
    if decision is Decision.ALLOW:
        return next((item.decision for item in findings if item.blocking), decision)
    return decision
