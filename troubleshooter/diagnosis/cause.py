"""The shape of a cause, and the two ways it makes findings.

A cause either *explains* a blocking layer (exactly one cause names each layer, the most specific that fits)
or *finds* something beside the layers: a pattern of the message, what was not read, what else is worth knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from troubleshooter.diagnosis.case import Blocked, Case
from troubleshooter.diagnosis.confidence import basis_of, confidence_of
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One named cause.

    ``explain(blocked)`` returns the sentence for a blocking layer that is this cause's, else None.
    ``find(case)`` yields findings beside the layers. ``keys(key)`` says whether the cause is about a
    condition key (lowercase). ``source_url`` is the AWS page of the rule.
    """

    id: str
    title: str
    source_url: str
    explain: Callable[[Blocked], str | None] | None = None
    find: Callable[[Case], Iterable[Finding]] | None = None
    keys: Callable[[str], bool] | None = None

    def of_layer(self, blocked: Blocked, because: str) -> Finding:
        """Return the finding of a blocking layer."""
        return self.finding(
            policy_type=blocked.policy_type,
            decision=blocked.layer.decision,
            blocking=True,
            confidence=confidence_of(blocked),
            basis=basis_of(blocked),
            because=because,
            determining=blocked.layer.determining if blocked.explicit else (),
            near_miss=blocked.near_miss,
        )

    def finding(
        self,
        *,
        because: str,
        policy_type: PolicyType = PolicyType.NONE,
        decision: Decision = Decision.UNKNOWN,
        blocking: bool = False,
        confidence: Confidence = Confidence.POSSIBLE,
        basis: Basis = Basis.INFERRED,
        determining: tuple[Statement, ...] = (),
        near_miss: NearMiss | None = None,
    ) -> Finding:
        """Return a finding of this cause, with its playbook and source."""
        return Finding(
            cause=self.id,
            policy_type=policy_type,
            decision=decision,
            blocking=blocking,
            confidence=confidence,
            basis=basis,
            because=because,
            determining=determining,
            near_miss=near_miss,
            playbook=f"playbooks/{self.id}.md",
            source_url=self.source_url,
        )
