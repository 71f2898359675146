"""The sample cases: one folder per cause, each an input and (mostly) a snapshot."""

from __future__ import annotations

from pathlib import Path

from troubleshooter import Diagnosis, Evidence, diagnose, load_snapshot, parse

SAMPLES = Path(__file__).resolve().parents[2] / "sample_logs"
CASES = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name != "cloudtrail")


def diagnosis_of(case: str) -> Diagnosis:
    folder = SAMPLES / case
    given = next(path for path in (folder / "event.json", folder / "error.txt") if path.exists())
    snapshot = folder / "snapshot"
    evidence = load_snapshot(snapshot) if snapshot.exists() else Evidence()
    return diagnose(parse(given.read_bytes())[0], evidence)
