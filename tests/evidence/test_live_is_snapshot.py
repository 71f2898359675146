"""The same denial, live and from its own snapshot: the same diagnosis, byte for byte; and the sample's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.evidence.samples import NAMES, SAMPLES, collect_sample, denials_of, sample_wire
from troubleshooter.evidence.snapshot import load_snapshot
from troubleshooter.evidence.snapshot_write import save_snapshot
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.evidence import Evidence
from troubleshooter.pipeline import diagnose
from troubleshooter.reports.json_report import render
from troubleshooter.reports.options import RenderOptions


def _printed(denial: Denial, evidence: Evidence) -> str:
    return render([diagnose(denial, evidence)], RenderOptions())


def _causes(diagnosis: Diagnosis) -> list[tuple[object, ...]]:
    return [
        (finding.cause, finding.policy_type, finding.decision, finding.blocking, finding.determining)
        for finding in diagnosis.findings
    ]


def _what(diagnosis: Diagnosis) -> object:
    """Return what the fix changes and grants; its wording is narrower where not every holder of a policy was read."""
    fix = diagnosis.fix
    if fix is None:
        return None
    return fix.summary, fix.verified, [(change.policy_type, change.target_arn) for change in fix.changes], fix.grants


@pytest.mark.parametrize("name", NAMES)
def test_live_and_its_own_snapshot_give_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for denial in denials_of(name):
        live = collect_sample(sample_wire(monkeypatch, name, denial), name, denial)
        save_snapshot(live, tmp_path / "snapshot")
        assert replace(load_snapshot(tmp_path / "snapshot"), source=live.source) == live
        assert _printed(denial, load_snapshot(tmp_path / "snapshot")) == _printed(denial, live)


@pytest.mark.parametrize("name", NAMES)
def test_live_finds_what_the_samples_snapshot_gives(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for denial in denials_of(name):
        live = diagnose(denial, collect_sample(sample_wire(monkeypatch, name, denial), name, denial))
        offline = diagnose(denial, load_snapshot(SAMPLES / name / "snapshot"))
        assert _causes(live) == _causes(offline)
        assert _what(live) == _what(offline)
