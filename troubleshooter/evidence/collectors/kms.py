"""KMS keys: key policy, grants and tags; an alias is followed to its key.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_policy,
    keep_tags,
    tags_call,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("NotFoundException",)
DESCRIBE = call("kms.describe_key", "kms:DescribeKey", absent=_GONE)
POLICY = call("kms.get_key_policy", "kms:GetKeyPolicy", absent=_GONE)
GRANTS = call("kms.list_grants", "kms:ListGrants", PolicyType.KMS_GRANT, absent=_GONE, items="Grants")
TAGS = tags_call("kms.list_resource_tags", "kms:ListResourceTags", "Tags")
KEYS = find_call("kms.list_keys", "kms:ListKeys", "Keys")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the key of ``key/<id>`` or ``alias/<name>``."""
    key = str(arn)
    if "*" in key:
        return
    if arn.resource_type == "alias":
        described = collecting.reader.read(DESCRIBE, key, KeyId=key)
        key = described.get("KeyMetadata", "Arn")
        if not key:
            return
        collecting.reader.store.put(collecting.reader.account, "encryption_keys", str(arn), key)
    collecting.once(f"policy of {key}", PolicyType.RESOURCE, key, _policy, key)
    collecting.once(f"grants of {key}", PolicyType.KMS_GRANT, key, _grants, key)
    collecting.once(f"tags of {key}", PolicyType.NONE, key, _tags, key)


def _policy(collecting: Collecting, key: str) -> None:
    answer = collecting.reader.read(POLICY, key, KeyId=key, PolicyName="default")
    keep_policy(collecting, key, answer, answer.get("Policy"))


def _grants(collecting: Collecting, key: str) -> None:
    answer = collecting.reader.read_all(GRANTS, key, KeyId=key)
    if answer.read:
        collecting.reader.store.put(collecting.reader.account, "kms_grants", key, list(answer.items))


def _tags(collecting: Collecting, key: str) -> None:
    keep_tags(collecting, key, collecting.reader.read_all(TAGS, key, KeyId=key))


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's keys."""
    return [str(key["KeyArn"]) for key in found_all(collecting, KEYS).items]


COLLECTOR = ServiceCollector(
    service="kms", calls=(DESCRIBE, POLICY, GRANTS, TAGS), collect=collect, find_calls=(KEYS,), find=find
)
