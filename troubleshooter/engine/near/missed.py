"""What one element's comparison says, before it becomes a ``NearMiss``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The words and parts of a near miss, without its statement."""

    required: str
    actual: str
    hint: str
    similarity: float
    values: tuple[str, ...] = ()
    operator: str | None = None
    key: str | None = None
