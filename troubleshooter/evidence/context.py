"""What a collector is given: a reader of one account, and ways to ask for more work, each piece once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from troubleshooter.evidence.access import Access
from troubleshooter.evidence.pool import Pool
from troubleshooter.evidence.reader import Reader
from troubleshooter.evidence.store import EvidenceStore
from troubleshooter.model.evidence import Gap
from troubleshooter.model.vocabulary import PolicyType


@dataclass(slots=True)
class Work:
    """The pool, and the memory of what was already asked for."""

    access: Access
    store: EvidenceStore
    pool: Pool
    _asked: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def once(self, key: str, task: Callable[[], object], if_unfinished: Gap) -> None:
        """Queue ``task`` unless one of the same key was queued before."""
        with self._lock:
            if key in self._asked:
                return
            self._asked.add(key)
        self.pool.add(task, if_unfinished)


@dataclass(frozen=True, slots=True)
class Collecting:
    """Handed to every collector: ``reader`` for its account, and how to ask for more.

    ``read_resource`` and ``read_policy`` are the doors to the other collectors, set by whoever runs them.
    """

    reader: Reader
    work: Work
    read_resource: Callable[[str], None]
    read_policy: Callable[[Collecting, str, PolicyType], None]

    def once(
        self,
        key: str,
        policy_type: PolicyType,
        scope: str,
        collect: Callable[..., object],
        *arguments: Any,  # noqa: ANN401
    ) -> None:
        """Run ``collect(self, *arguments)`` beside the rest, once per account and key."""
        gap = Gap(
            policy_type=str(policy_type),
            scope=scope,
            reason=f"{scope} was not read: the time for all reading was up",
            remedy="run it again with a longer --timeout",
        )

        def task() -> None:
            try:
                collect(self, *arguments)
            except Exception as bug:  # noqa: BLE001 - an answer of a shape nobody expected must not end the rest
                reason = f"{scope}: AWS's answer was not understood ({type(bug).__name__}: {bug})"
                self.reader.gap(policy_type, scope, reason, "report it, with the calls that -v lists")

        place = f"{self.reader.account} {self.reader.region} {key}"
        self.work.once(place, task, gap)

    def policy(self, arn: str, policy_type: PolicyType) -> None:
        """Read a managed policy beside the rest."""
        self.once(f"policy {arn}", policy_type, arn, self.read_policy, arn, policy_type)

    def resource(self, arn: str) -> None:
        """Read another resource (the key behind this one) beside the rest, in whatever account it is."""
        self.read_resource(arn)

    def at(self, region: str | None) -> Collecting:
        """Return the same for another Region."""
        return replace(self, reader=self.reader.at(region))
