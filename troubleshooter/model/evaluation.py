"""What the engine answers."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.model.policy import Statement
from troubleshooter.model.request import LayerGap, Request
from troubleshooter.model.vocabulary import Decision, PolicyType


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentError:
    """A policy document AWS would reject: which policy and where in it."""

    policy_type: PolicyType
    policy_name: str | None
    policy_arn: str | None
    attached_to: str | None
    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something not known that decides a layer: a condition key, a tag or an unread policy.

    ``needs`` names it (``aws:SourceIp``, ``permissions_boundary arn:…``); ``if_met`` and ``if_not`` are
    the layer's decisions in the two cases.
    """

    needs: str
    if_met: Decision
    if_not: Decision
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerResult:
    """One policy type's answer.

    ``blocking`` is True where this layer keeps the request denied even if every other layer allowed.
    ``level`` is the organization level (id) that decided, for SCPs and RCPs. ``determining`` are the
    statements that decided (all denies that fired; else the allows that matched).
    """

    policy_type: PolicyType
    decision: Decision
    blocking: bool = False
    determining: tuple[Statement, ...] = ()
    level: str | None = None
    reason: str = ""
    unknowns: tuple[Unknown, ...] = ()
    gaps: tuple[LayerGap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The verdict on one request and every layer's share in it."""

    request: Request
    decision: Decision
    layers: tuple[LayerResult, ...]
    errors: tuple[DocumentError, ...] = ()

    def layer(self, policy_type: PolicyType) -> LayerResult | None:
        """Return the first result of that policy type, or None."""
        return next((layer for layer in self.layers if layer.policy_type is policy_type), None)

    @property
    def blocking(self) -> tuple[LayerResult, ...]:
        """The layers that each keep the request denied on their own."""
        return tuple(layer for layer in self.layers if layer.blocking)
