"""EFS file systems: policy, key and tags.

https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_key,
    keep_policy,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("FileSystemNotFound",)
POLICY = call(
    "efs.describe_file_system_policy",
    "elasticfilesystem:DescribeFileSystemPolicy",
    none=("PolicyNotFound",),
    absent=_GONE,
)
DESCRIBE = call(
    "efs.describe_file_systems",
    "elasticfilesystem:DescribeFileSystems",
    PolicyType.NONE,
    absent=_GONE,
    items="FileSystems",
)
FILE_SYSTEMS = find_call("efs.describe_file_systems", "elasticfilesystem:DescribeFileSystems", "FileSystems")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one file system."""
    if arn.resource_type != "file-system" or "*" in arn.resource:
        return
    holder, name = str(arn), arn.resource_id
    answer = collecting.reader.read(POLICY, holder, FileSystemId=name)
    keep_policy(collecting, holder, answer, answer.get("Policy"))
    if answer.get("Code") in _GONE:
        return
    described = collecting.reader.read_all(DESCRIBE, holder, FileSystemId=name)
    for found in described.items:
        keep_tags(collecting, holder, described, found.get("Tags") or [])
        keep_key(collecting, holder, found.get("KmsKeyId"))


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's file systems."""
    reader = collecting.reader
    for found in found_all(collecting, FILE_SYSTEMS).items:
        place = f"{reader.access.partition}:elasticfilesystem:{reader.region}:{reader.account}"
        yield str(found.get("FileSystemArn") or f"arn:{place}:file-system/{found['FileSystemId']}")


COLLECTOR = ServiceCollector(
    service="elasticfilesystem", calls=(POLICY, DESCRIBE), collect=collect, find_calls=(FILE_SYSTEMS,), find=find
)
