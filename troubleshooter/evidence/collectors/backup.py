"""Backup vaults: access policy, key and tags.

https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_key,
    keep_policy_if_it_exists,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("ResourceNotFoundException",)
POLICY = call("backup.get_backup_vault_access_policy", "backup:GetBackupVaultAccessPolicy", none=_GONE)
DESCRIBE = call("backup.describe_backup_vault", "backup:DescribeBackupVault", PolicyType.NONE, absent=_GONE)
TAGS = call("backup.list_tags", "backup:ListTags", PolicyType.NONE)
VAULTS = find_call("backup.list_backup_vaults", "backup:ListBackupVaults", "BackupVaultList")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one vault (``backup-vault:<name>``)."""
    if arn.resource_type != "backup-vault" or "*" in arn.resource:
        return
    reader, vault = collecting.reader, str(arn)
    described = reader.read(DESCRIBE, vault, BackupVaultName=arn.resource_id)
    if described.get("Code") in _GONE:
        return
    answer = reader.read(POLICY, vault, BackupVaultName=arn.resource_id)
    keep_policy_if_it_exists(collecting, vault, answer, answer.get("Policy"), exists=described, read=DESCRIBE)
    keep_key(collecting, vault, described.get("EncryptionKeyArn"))
    tags = reader.read(TAGS, vault, ResourceArn=vault)
    keep_tags(collecting, vault, tags, tags.get("Tags") or {})


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's vaults."""
    return [str(vault["BackupVaultArn"]) for vault in found_all(collecting, VAULTS).items]


COLLECTOR = ServiceCollector(
    service="backup", calls=(POLICY, DESCRIBE, TAGS), collect=collect, find_calls=(VAULTS,), find=find
)
