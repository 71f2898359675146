"""A policy document together with where it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from troubleshooter.model.vocabulary import Element, PolicyType

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Document: TypeAlias = "Mapping[str, JsonValue] | str"
"""A policy document as read: a JSON object, or its text (URL-encoded or not)."""

NOT_JSON = {"json": False}
"""Field metadata: this field never appears in JSON output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySource:
    """Which policy a document is: its kind, name, ARN and what it is attached to.

    ``attached_to`` is the ARN of the user, role or group; of the resource; of the endpoint; or of
    the root, OU or account (SCP, RCP). ``level`` is the organization level's id (``r-…``, ``ou-…``,
    12 digits) for SCPs and RCPs.
    """

    policy_type: PolicyType
    policy_name: str | None = None
    policy_arn: str | None = None
    attached_to: str | None = None
    level: str | None = field(default=None, metadata=NOT_JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedPolicy:
    """One policy document and its source; the document is kept as it was read."""

    source: PolicySource
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that determined an answer, as the contract prints it.

    ``index`` counts from 0 within its document; ``text`` is the statement's own JSON.
    """

    policy_type: PolicyType
    policy_name: str | None = None
    policy_arn: str | None = None
    attached_to: str | None = None
    sid: str | None = None
    index: int = 0
    effect: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A statement that would have decided otherwise had exactly one element differed.

    ``required`` and ``actual`` are words for a person. ``operator``, ``key`` and ``values`` carry a
    condition's parts (the element's values for the others) for whoever builds a fix.
    ``similarity`` in 0..1 orders near misses, best first.
    """

    statement: Statement
    element: Element
    required: str
    actual: str
    hint: str
    operator: str | None = field(default=None, metadata=NOT_JSON)
    key: str | None = field(default=None, metadata=NOT_JSON)
    values: tuple[str, ...] = field(default=(), metadata=NOT_JSON)
    similarity: float = field(default=0.0, metadata=NOT_JSON)
