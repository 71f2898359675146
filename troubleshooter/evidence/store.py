"""Where collectors put what they read; many threads write, one evidence comes out, the same whatever the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from troubleshooter.model.evidence import (
    AccountEvidence,
    AwsAnswer,
    Evidence,
    Gap,
    JsonObject,
    OrganizationEvidence,
)
from troubleshooter.model.policy import Document

_IDENTITIES = ("users", "groups", "roles", "managed_policies")


@dataclass(slots=True)
class _Account:
    """One account's findings so far; a name that is missing was not read."""

    maps: dict[str, dict[str, Any]] = field(default_factory=dict)
    complete: bool = False
    s3: dict[str, Any] | None = None


class EvidenceStore:
    """Gathers findings per account; ``close`` makes later writes (of calls that came too late) go nowhere."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._accounts: dict[str, _Account] = {}
        self._gaps: dict[Gap, None] = {}
        self._answers: list[AwsAnswer] = []
        self._organization: OrganizationEvidence | None = None
        self._closed = False

    def put(self, account: str, kind: str, key: str, value: object) -> None:
        """Keep one entry of a mapping of AccountEvidence (``roles``, ``resource_tags``, ``vpc_endpoints`` by id)."""
        with self._lock:
            if not self._closed:
                self._account(account).maps.setdefault(kind, {})[key] = value

    def looked(self, account: str, kind: str) -> None:
        """Say that a mapping was looked at, even if nothing was in it."""
        with self._lock:
            if not self._closed:
                self._account(account).maps.setdefault(kind, {})

    def policy(self, account: str, arn: str, found: Document | None) -> None:
        """Keep a resource's policy; None says that AWS said there is none."""
        self.put(account, "resource_policies", arn, found)

    def tags(self, account: str, arn: str, tags: Mapping[str, str]) -> None:
        """Keep all tags of a resource."""
        self.put(account, "resource_tags", arn, dict(sorted(tags.items())))

    def complete_identities(self, account: str) -> None:
        """Say that the account's users, groups, roles and policies were all listed."""
        with self._lock:
            if not self._closed:
                self._account(account).complete = True

    def bucket(self, account: str, name: str, key: str, value: object) -> None:
        """Keep one property of a bucket (the contract's names)."""
        with self._lock:
            if not self._closed:
                self._s3(account)["Buckets"].setdefault(name, {})[key] = value

    def account_block(self, account: str, value: JsonObject | None) -> None:
        """Keep the account's own S3 Block Public Access; None: it has none."""
        with self._lock:
            if not self._closed:
                self._s3(account)["PublicAccessBlock"] = value

    def gap(self, gap: Gap) -> None:
        """Keep a gap, once."""
        with self._lock:
            if not self._closed:
                self._gaps[gap] = None

    def answer(self, answer: AwsAnswer) -> None:
        """Keep what AWS itself said."""
        with self._lock:
            if not self._closed:
                self._answers.append(answer)

    def organization(self, found: OrganizationEvidence) -> None:
        """Keep the organization."""
        with self._lock:
            if not self._closed:
                self._organization = found

    def close(self) -> None:
        """Refuse further writes."""
        with self._lock:
            self._closed = True

    def has(self, account: str, kind: str, key: str) -> bool:
        """Return whether that entry was put."""
        with self._lock:
            return key in self._accounts.get(account, _Account()).maps.get(kind, {})

    def evidence(self, *, collected_at: str | None, source: str) -> Evidence:
        """Return all that was put, in an order that does not depend on which call ended first."""
        with self._lock:
            return Evidence(
                accounts={name: _account_evidence(name, found) for name, found in sorted(self._accounts.items())},
                organization=self._organization,
                gaps=tuple(sorted(self._gaps, key=lambda gap: (gap.policy_type, gap.scope, gap.reason, gap.remedy))),
                aws_answers=tuple(sorted(self._answers, key=lambda answer: answer.kind)),
                collected_at=collected_at,
                source=source,
            )

    def _account(self, account: str) -> _Account:
        return self._accounts.setdefault(account, _Account())

    def _s3(self, account: str) -> dict[str, Any]:
        found = self._account(account)
        if found.s3 is None:
            found.s3 = {"Buckets": {}}
        return found.s3


def _account_evidence(name: str, found: _Account) -> AccountEvidence:
    maps = {kind: dict(sorted(entries.items())) for kind, entries in found.maps.items()}
    touched = any(kind in maps for kind in _IDENTITIES)
    identities = {kind: maps.get(kind, {}) if touched else None for kind in _IDENTITIES}
    endpoints = maps.get("vpc_endpoints")
    grants = maps.get("kms_grants")
    s3 = found.s3
    if s3 is not None:
        s3 = {
            **s3,
            "Buckets": {bucket: dict(sorted(s3["Buckets"][bucket].items())) for bucket in sorted(s3["Buckets"])},
        }
    return AccountEvidence(
        account_id=name,
        **identities,
        identities_complete=found.complete or not touched,
        resource_policies=maps.get("resource_policies"),
        vpc_endpoints=None if endpoints is None else tuple(endpoints.values()),
        s3=s3,
        kms_grants=None if grants is None else {arn: tuple(entries) for arn, entries in grants.items()},
        resource_tags=maps.get("resource_tags"),
        sessions=maps.get("sessions"),
        encryption_keys=maps.get("encryption_keys"),
    )
