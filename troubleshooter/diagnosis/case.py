"""What a cause is shown: the denial, its evidence and every judgement; and one blocking layer of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troubleshooter.diagnosis.judgement import PRIMARY, Judgement, overall
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.evaluation import LayerResult
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import NearMiss, PolicySource, Statement
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import Decision, Element, PolicyType
from troubleshooter.steps.words import names_of

GRANTING = frozenset({PolicyType.IDENTITY, PolicyType.RESOURCE, PolicyType.TRUST, PolicyType.KMS_GRANT})
"""Policy types that grant; an implicit deny of one of them only blocks because none of the others does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One denial with everything known about it."""

    denial: Denial
    evidence: Evidence
    judgements: tuple[Judgement, ...]

    @property
    def primary(self) -> Judgement | None:
        """The judgement of the refused request, None where the denial names none."""
        return self.judgements[0] if self.judgements else None

    @property
    def decision(self) -> Decision:
        """The engine's verdict over every judged request."""
        return overall(judgement.evaluation.decision for judgement in self.judgements)

    @property
    def names(self) -> Mapping[str, str]:
        """The organization's names by id."""
        return names_of(self.evidence)

    @property
    def blocked(self) -> tuple[Blocked, ...]:
        """Every layer that keeps some judged request denied, the refused request's first."""
        return tuple(
            Blocked(case=self, judgement=judgement, layer=layer)
            for judgement in self.judgements
            for layer in judgement.evaluation.blocking
        )

    @property
    def pending(self) -> tuple[Blocked, ...]:
        """Layers that do not allow, and block unless a policy that was not read grants instead."""
        return tuple(
            Blocked(case=self, judgement=judgement, layer=layer)
            for judgement in self.judgements
            if _grant_is_open(judgement)
            for layer in judgement.evaluation.layers
            if layer.policy_type in GRANTING and layer.decision is Decision.IMPLICIT_DENY and not layer.blocking
        )

    @property
    def names_blocking_layer(self) -> bool:
        """Whether AWS's message names one of the layers that our evaluation finds blocking, or pending."""
        return any(blocked.stated for blocked in (*self.blocked, *self.pending))


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """One layer that blocks, within its judgement."""

    case: Case
    judgement: Judgement
    layer: LayerResult

    @property
    def request(self) -> Request:
        """The request that this layer refuses."""
        return self.judgement.request

    @property
    def policy_type(self) -> PolicyType:
        """The layer's policy type."""
        return self.layer.policy_type

    @property
    def explicit(self) -> bool:
        """Whether a Deny statement fired, rather than no Allow matched."""
        return self.layer.decision is Decision.EXPLICIT_DENY

    @property
    def primary(self) -> bool:
        """Whether this is the refused request itself, not one behind it."""
        return self.judgement.role == PRIMARY

    @property
    def cross_account(self) -> bool:
        """Whether caller and resource are known to be in different accounts."""
        ours, theirs = self.request.principal.account, self.request.resource_account
        return bool(ours and theirs and ours != theirs)

    @property
    def stated(self) -> bool:
        """Whether AWS's message names this layer as the one that refused."""
        denial = self.case.denial
        same = denial.stated_policy_type in {self.policy_type.value, *_LOOKS_LIKE.get(self.policy_type, ())}
        alike = self.policy_type is PolicyType.S3_PUBLIC_ACCESS_BLOCK
        return self.primary and same and (alike or denial.stated_decision in {None, self.layer.decision.value})

    @property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """Statements that come within one element of allowing (implicit) or of sparing the request (explicit).

        Best first. For SCPs and RCPs those of the level that decided come before the others.
        """
        found = self.judgement.near_misses.get(self.policy_type, ())
        effect = "deny" if self.explicit else "allow"
        kept = [item for item in found if item.statement.effect.lower() == effect]
        if self.layer.level:
            kept.sort(key=lambda item: not _at_level(item.statement, self.layer.level or ""))
        return tuple(kept)

    @property
    def near_miss(self) -> NearMiss | None:
        """The statement that comes closest to allowing; None for an explicit deny, which fired in full."""
        return None if self.explicit else next(iter(self.near_misses), None)

    @property
    def sources(self) -> tuple[PolicySource, ...]:
        """Where the policies of this layer come from, in the order they were read."""
        return tuple(_sources(self.judgement.policies, self.policy_type))

    def condition_keys(self) -> tuple[str, ...]:
        """Return the condition keys (lowercase) on which this layer's answer turned.

        For an implicit deny the one that the closest statement lacked; for an explicit deny those that
        would have spared the request, or, where the engine names none, all of the statement's.
        """
        if not self.explicit:
            key = self.near_miss.key if self.near_miss and self.near_miss.element is Element.CONDITION else None
            return (key.lower(),) if key else ()
        spared = [item.key.lower() for item in self.near_misses if item.element is Element.CONDITION and item.key]
        return tuple(dict.fromkeys(spared or [key for item in self.layer.determining for key in keys_of(item)]))


_LOOKS_LIKE: Mapping[PolicyType, tuple[str, ...]] = {
    # RestrictPublicBuckets reads like a resource policy's explicit deny in S3's message
    # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: (PolicyType.RESOURCE.value,),
    PolicyType.TRUST: (PolicyType.RESOURCE.value,),
    PolicyType.RESOURCE: (PolicyType.TRUST.value,),
}


def _grant_is_open(judgement: Judgement) -> bool:
    """Return whether nothing grants so far, and something that may grant was not (wholly) read."""
    granting = {layer.decision for layer in judgement.evaluation.layers if layer.policy_type in GRANTING}
    return Decision.UNKNOWN in granting and Decision.ALLOW not in granting


def keys_of(statement: Statement) -> tuple[str, ...]:
    """Return the condition keys (lowercase) of a statement's text, empty where it has none."""
    try:
        parsed = json.loads(statement.text)
    except (ValueError, RecursionError):
        return ()
    conditions = parsed.get("Condition") if isinstance(parsed, dict) else None
    if not isinstance(conditions, dict):
        return ()
    return tuple(key.lower() for entries in conditions.values() if isinstance(entries, dict) for key in entries)


def _at_level(statement: Statement, level: str) -> bool:
    arn = parse_arn(statement.attached_to)
    return arn is not None and arn.name == level


def _sources(policies: PolicySet, policy_type: PolicyType) -> Iterator[PolicySource]:
    plain = {
        PolicyType.IDENTITY: policies.identity,
        PolicyType.BOUNDARY: policies.permissions_boundary or (),
        PolicyType.SESSION: policies.session or (),
        PolicyType.VPC_ENDPOINT: policies.vpc_endpoint or (),
        PolicyType.RESOURCE: (policies.resource,) if policies.resource else (),
        PolicyType.TRUST: (policies.resource,) if policies.resource else (),
    }
    yield from (policy.source for policy in plain.get(policy_type, ()))
    levels = {PolicyType.SCP: policies.scp, PolicyType.RCP: policies.rcp}.get(policy_type, ())
    yield from (policy.source for level in levels for policy in level.policies)
