"""What a repair is given and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troubleshooter.fixes.asked import Asked
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.request import PolicySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One layer that blocks one request, with everything a repair may look at."""

    asked: Asked
    layer: LayerResult
    policies: PolicySet
    evidence: Evidence
    near_misses: Sequence[NearMiss] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Changes that together unblock one layer; none with ``impossible`` saying why no edit can.

    ``exact`` is False where the edit lets through more than was asked (said in ``warnings``), or takes
    away a safeguard that somebody wrote on purpose, so that a person must look at it.
    """

    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    exact: bool = True
    impossible: str | None = None


def impossible(reason: str) -> Repair:
    """Return the repair that changes nothing, with the reason."""
    return Repair(impossible=reason, exact=False)
