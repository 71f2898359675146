"""A snapshot is read once for all denials of an input; AWS is asked for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshooter.cli import options
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence


@pytest.mark.parametrize(("live", "times"), [(False, 1), (True, 3)])
def test_how_often_evidence_is_read(live: bool, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Denial] = []

    def load(denial: Denial, _: options.EvidenceOptions) -> Evidence:
        asked.append(denial)
        return Evidence()

    monkeypatch.setattr(options, "load_evidence", load)
    evidence_for = options.evidence_for(options.EvidenceOptions(live=live, snapshot=None if live else Path("s")))
    for number in range(3):
        evidence_for(Denial(event_id=str(number)))
    assert len(asked) == times
