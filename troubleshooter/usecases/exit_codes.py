"""Which exit code a set of diagnoses deserves."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.rank import REMARKS
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.vocabulary import Confidence

CAUSE_FOUND = 0
INCONCLUSIVE = 5


def exit_code(diagnoses: Iterable[Diagnosis]) -> int:
    """Return 0 where every denial has a cause above ``possible``, 5 where one has none."""
    return CAUSE_FOUND if all(_has_cause(diagnosis) for diagnosis in diagnoses) else INCONCLUSIVE


def _has_cause(diagnosis: Diagnosis) -> bool:
    return any(
        finding.confidence is not Confidence.POSSIBLE and finding.cause not in REMARKS for finding in diagnosis.findings
    )
