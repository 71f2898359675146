"""What a scan of many records finds: filters in, groups, totals and problems out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis, Finding, PolicyChangeEvent
from troubleshooter.model.plain import to_plain
from troubleshooter.model.policy import NOT_JSON
from troubleshooter.model.vocabulary import PrincipalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFilters:
    """Which denials count, the same on every source.

    ``since`` is inclusive, ``until`` exclusive, both ISO 8601 in UTC (``2026-03-02T00:00:00Z``), so that they
    compare as text with CloudTrail's ``eventTime``. The tuples hold alternatives; ``principals``, ``actions``
    and ``resources`` are IAM wildcard patterns, ``error_codes`` are compared without case. Empty: no filter.
    """

    since: str | None = None
    until: str | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupKey:
    """What denials are grouped by: session issuer (or principal), its kind, action and resource."""

    principal: str | None
    principal_kind: PrincipalKind
    action: str | None
    resource: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What was read. ``bytes`` are uncompressed for files, scanned bytes for Athena."""

    files: int = 0
    bytes: int = 0
    events: int = 0
    denials: int = 0
    groups: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file or record that could not be read, and why; the rest was read."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that the scan covers: the filters' ends, else the first and last denial seen."""

    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """The last time the same principal's same call on the same resource went through."""

    event_id: str | None
    event_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Denials of one principal, action and resource, as the contract prints them.

    ``sources`` are the source addresses seen (at most a hundred). ``per_hour`` holds ``(iso hour, count)``
    in order. ``trend`` is ``new``, ``surging``, ``steady`` or ``chronic``. ``sample`` is the group's latest denial.
    """

    principal: str | None
    principal_kind: PrincipalKind
    action: str | None
    resource: str | None
    error_code: str | None
    count: int
    first_seen: str | None
    last_seen: str | None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sample_event_ids: tuple[str, ...] = ()
    finding: Finding | None = None
    is_new: bool = False
    per_hour: tuple[tuple[str, int], ...] = ()
    trend: str = field(default="steady", metadata=NOT_JSON)
    sample: Denial | None = field(default=None, metadata=NOT_JSON)
    diagnosis: Diagnosis | None = field(default=None, metadata=NOT_JSON)
    changes: tuple[PolicyChangeEvent, ...] = field(default=(), metadata=NOT_JSON)
    last_success: Success | None = field(default=None, metadata=NOT_JSON)


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """Everything that a scan says; groups in the order of its ranking.

    ``notes`` are sentences about the scan itself (a cap that was hit, an interrupt, the Athena query's id).
    """

    source: str
    window: Window
    totals: Totals
    groups: tuple[Group, ...]
    changes: tuple[PolicyChangeEvent, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = field(default=(), metadata=NOT_JSON)
    interrupted: bool = field(default=False, metadata=NOT_JSON)

    def to_plain(self) -> Mapping[str, object]:
        """Return the contract's JSON object."""
        return {"schema_version": 1, **to_plain(self)}
