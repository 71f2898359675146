"""A scan's groups as flat rows: the columns of CSV, Parquet and DataFrames."""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.model.scan import Group

COLUMNS = (
    "rank", "principal", "principal_kind", "action", "resource", "error_code", "count", "first_seen", "last_seen",
    "is_new",
    "trend", "accounts", "regions", "sources", "sample_event_ids", "cause", "policy_type", "decision", "confidence",
    "basis",
    "because", "fix", "fix_verified", "last_success", "changed_before",
)  # fmt: skip


def row(rank: int, group: Group) -> Mapping[str, object]:
    """Return one group's cells; lists stay tuples, times ISO text, what is not known None."""
    finding = group.finding
    fix = group.diagnosis.fix if group.diagnosis else (finding.fix if finding else None)
    return {
        "rank": rank,
        "principal": group.principal,
        "principal_kind": group.principal_kind.value,
        "action": group.action,
        "resource": group.resource,
        "error_code": group.error_code,
        "count": group.count,
        "first_seen": group.first_seen,
        "last_seen": group.last_seen,
        "is_new": group.is_new,
        "trend": group.trend,
        "accounts": group.accounts,
        "regions": group.regions,
        "sources": group.sources,
        "sample_event_ids": group.sample_event_ids,
        "cause": finding.cause if finding else None,
        "policy_type": finding.policy_type.value if finding else None,
        "decision": finding.decision.value if finding else None,
        "confidence": finding.confidence.value if finding else None,
        "basis": finding.basis.value if finding else None,
        "because": finding.because if finding else None,
        "fix": fix.summary if fix else None,
        "fix_verified": fix.verified if fix else None,
        "last_success": group.last_success.event_time if group.last_success else None,
        "changed_before": group.changes[0].why_suspect if group.changes else None,
    }
