"""Secrets: resource policy, key and tags; never a value.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
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

_GONE = ("ResourceNotFoundException",)
POLICY = call("secretsmanager.get_resource_policy", "secretsmanager:GetResourcePolicy", absent=_GONE)
DESCRIBE = call("secretsmanager.describe_secret", "secretsmanager:DescribeSecret", PolicyType.NONE, absent=_GONE)
SECRETS = find_call("secretsmanager.list_secrets", "secretsmanager:ListSecrets", "SecretList")
_UNKNOWN_SUFFIX = "-??????"


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one secret; messages print an unknown random suffix as ``-??????``, which AWS finds without it."""
    asked = str(arn)
    secret = asked.removesuffix(_UNKNOWN_SUFFIX)
    if "*" in secret or "?" in secret:
        return
    answer = collecting.reader.read(POLICY, asked, SecretId=secret)
    if answer.get("Code") in _GONE:
        return
    described = collecting.reader.read(DESCRIBE, asked, SecretId=secret)
    for name in {asked, str(answer.get("ARN") or asked)}:
        keep_policy(collecting, name, answer, answer.get("ResourcePolicy"))
        keep_tags(collecting, name, described, described.get("Tags") or [])
        keep_key(collecting, name, described.get("KmsKeyId"))


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's secrets."""
    return [str(secret["ARN"]) for secret in found_all(collecting, SECRETS).items]


COLLECTOR = ServiceCollector(
    service="secretsmanager", calls=(POLICY, DESCRIBE), collect=collect, find_calls=(SECRETS,), find=find
)
