"""The answer to one denial: steps, ranked findings, the fix, changes and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from troubleshooter.model.denial import Denial
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.evidence import Gap, JsonObject
from troubleshooter.model.policy import NOT_JSON, NearMiss, Statement
from troubleshooter.model.vocabulary import (
    Basis,
    Confidence,
    Decision,
    Disposition,
    Operation,
    PolicyType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One whole policy before and after; ``before`` is None for ``create``."""

    policy_type: PolicyType
    operation: Operation
    target_arn: str
    policy_name: str | None = None
    policy_arn: str | None = None
    before: JsonObject | None = None
    after: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Something that the changes newly allow; wildcards are shown as they are."""

    principal: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """The smallest set of changes for a finding or for the whole request.

    ``verified`` is True only where the engine, given the evidence with the changes applied, allows
    the request, and denies it again when any one change is left out.
    """

    summary: str
    owner: str
    disposition: Disposition
    verified: bool = False
    changes: tuple[Change, ...] = ()
    grants: tuple[Grant, ...] = ()
    warnings: tuple[str, ...] = ()
    without_policy_change: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTypeResult:
    """What one policy type says within a step."""

    policy_type: PolicyType
    decision: Decision
    determining: tuple[Statement, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One of the guide's four steps."""

    number: int
    id: str
    title: str
    decision: Decision
    summary: str
    policy_types: tuple[PolicyTypeResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One ranked cause. ``blocking``: this alone keeps the request denied."""

    cause: str
    policy_type: PolicyType
    decision: Decision
    blocking: bool
    confidence: Confidence
    basis: Basis
    because: str
    rank: int = 0
    determining: tuple[Statement, ...] = ()
    near_miss: NearMiss | None = None
    fix: Fix | None = None
    playbook: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChangeEvent:
    """A policy-writing event seen before the first denial (contract ``changes``)."""

    event_id: str | None
    event_time: str | None
    api_call: str
    principal: str | None
    target: str | None
    minutes_before_first_denial: float | None
    why_suspect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything said about one denial."""

    denial: Denial
    decision: Decision
    steps: tuple[StepResult, ...]
    findings: tuple[Finding, ...]
    fix: Fix | None = None
    changes: Sequence[PolicyChangeEvent] = ()
    gaps: tuple[Gap, ...] = ()
    next_commands: tuple[str, ...] = field(default=(), metadata=NOT_JSON)
    evaluations: tuple[Evaluation, ...] = field(default=(), metadata=NOT_JSON)
