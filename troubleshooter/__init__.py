"""From an AWS "Access Denied" to the statement that refused, why, and the smallest proved fix.

The public API::

    from troubleshooter import diagnose, load_snapshot, parse

    for denial in parse(text):
        diagnosis = diagnose(denial, load_snapshot("snapshot"))

Importing this package is cheap: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troubleshooter.errors import (
        NoDenialError,
        SnapshotError,
        TroubleshooterError,
        UnreachableError,
        UnreadableInputError,
        UsageError,
    )
    from troubleshooter.evidence.snapshot import load_snapshot
    from troubleshooter.model.denial import Denial
    from troubleshooter.model.diagnosis import Change, Diagnosis, Finding, Fix, Grant, StepResult
    from troubleshooter.model.evidence import Evidence, Gap
    from troubleshooter.model.policy import NearMiss, Statement
    from troubleshooter.model.principal import Principal
    from troubleshooter.pipeline import diagnose
    from troubleshooter.usecases.parse import parse
    from troubleshooter.usecases.scan import ScanResult, scan

__version__ = "0.1.0"

_WHERE = {
    "parse": "troubleshooter.usecases.parse",
    "diagnose": "troubleshooter.pipeline",
    "load_snapshot": "troubleshooter.evidence.snapshot",
    "scan": "troubleshooter.usecases.scan",
    "ScanResult": "troubleshooter.usecases.scan",
    "Denial": "troubleshooter.model.denial",
    "Principal": "troubleshooter.model.principal",
    "Evidence": "troubleshooter.model.evidence",
    "Gap": "troubleshooter.model.evidence",
    "Diagnosis": "troubleshooter.model.diagnosis",
    "Finding": "troubleshooter.model.diagnosis",
    "Fix": "troubleshooter.model.diagnosis",
    "Change": "troubleshooter.model.diagnosis",
    "Grant": "troubleshooter.model.diagnosis",
    "StepResult": "troubleshooter.model.diagnosis",
    "Statement": "troubleshooter.model.policy",
    "NearMiss": "troubleshooter.model.policy",
    "TroubleshooterError": "troubleshooter.errors",
    "UsageError": "troubleshooter.errors",
    "NoDenialError": "troubleshooter.errors",
    "UnreadableInputError": "troubleshooter.errors",
    "SnapshotError": "troubleshooter.errors",
    "UnreachableError": "troubleshooter.errors",
}

__all__ = [
    "Change",
    "Denial",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Fix",
    "Gap",
    "Grant",
    "NearMiss",
    "NoDenialError",
    "Principal",
    "ScanResult",
    "SnapshotError",
    "Statement",
    "StepResult",
    "TroubleshooterError",
    "UnreachableError",
    "UnreadableInputError",
    "UsageError",
    "diagnose",
    "load_snapshot",
    "parse",
    "scan",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name of the package
    """Load a public name on first use (PEP 562)."""
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(where), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
