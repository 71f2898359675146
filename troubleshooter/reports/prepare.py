"""What every report does first: mask names where that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports.options import RenderOptions


def prepared(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> tuple[Diagnosis, ...]:
    """Return the diagnoses to print: masked, with the same pseudonyms across all, where ``redact`` is set."""
    if not options.redact:
        return tuple(diagnoses)
    from troubleshooter.reports.redact import redact

    return redact(diagnoses)
