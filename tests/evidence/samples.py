"""The sample denials, with their snapshots answering as AWS."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from tests.evidence.conftest import REGION, Wire, connect
from tests.evidence.snapshot_aws import SnapshotAws
from troubleshooter.evidence.access import Access
from troubleshooter.evidence.live import LiveOptions, collect_for
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.sources.inputs import read_input

SAMPLES = Path(__file__).resolve().parents[2] / "sample_logs"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/snapshot"))


@lru_cache(maxsize=1)
def _session() -> Session:
    return Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name=REGION)


def denials_of(name: str) -> list[Denial]:
    items = read_input((SAMPLES / name / "event.json").read_bytes(), name).items
    return [item for item in items if isinstance(item, Denial)]


def sample_wire(monkeypatch: pytest.MonkeyPatch, name: str, denial: Denial) -> Wire:
    """Return a wire on which the sample's snapshot answers, every listing in two pages."""
    identity = (denial.raw or {}).get("userIdentity")
    key = identity.get("accessKeyId") if isinstance(identity, dict) else None
    wire = Wire(SnapshotAws(SAMPLES / name / "snapshot", _own(name, denial), key))
    wire.two_pages = wire.recording = True
    connect(monkeypatch, wire)
    # Reading the SDK's models takes longer than anything that is tested: one session serves all.
    monkeypatch.setattr(Access, "_open", lambda _: _session())
    return wire


def collect_sample(wire: Wire, name: str, denial: Denial, **options: Any) -> Evidence:
    """Collect with the profile in the caller's account and a role in every other one of the sample."""
    wire.calls.clear()
    own = _own(name, denial)
    roles = tuple(f"arn:aws:iam::{account}:role/Audit" for account in _accounts(name) if account != own)
    return collect_for(denial, LiveOptions(assume_role=roles, **options))


def _accounts(name: str) -> list[str]:
    return sorted(path.name for path in (SAMPLES / name / "snapshot" / "accounts").iterdir())


def _own(name: str, denial: Denial) -> str:
    accounts = _accounts(name)
    caller = denial.principal.account
    return caller if caller in accounts else accounts[0]
