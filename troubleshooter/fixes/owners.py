"""Who can make a change: said in the words a person on call would use to find them."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.model.arn import account_of, service_of
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.vocabulary import PolicyType

_ORGANIZATION = {PolicyType.SCP, PolicyType.RCP}


def owner_of(changes: Sequence[Change], evidence: Evidence, resource_account: str | None) -> str:
    """Return the owners of all changes, each once."""
    return "; ".join(dict.fromkeys(_owner(change, evidence, resource_account) for change in changes))


def _owner(change: Change, evidence: Evidence, resource_account: str | None) -> str:
    account = account_of(change.target_arn) or resource_account or "unknown"
    if change.policy_type in _ORGANIZATION:
        organization = evidence.organization
        management = organization.management_account if organization is not None else None
        return f"administrators of organization management account {management or 'unknown'}"
    if change.policy_type is PolicyType.RESOURCE and service_of(change.target_arn) == "kms":
        return f"administrators of the key in account {account}"
    if change.policy_type is PolicyType.SESSION:
        return f"whoever makes the session in account {account}"
    if change.policy_type is PolicyType.VPC_ENDPOINT:
        return f"owner of the VPC endpoint in account {account}"
    if change.policy_type in {PolicyType.RESOURCE, PolicyType.S3_PUBLIC_ACCESS_BLOCK, PolicyType.TRUST}:
        return f"owner of account {account}"
    return f"IAM administrators of account {account}"
