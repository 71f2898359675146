"""Managed policies: the default version's document, in the shape of get-account-authorization-details.

Only the default version counts
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html).
"""

from __future__ import annotations

from dataclasses import replace

from troubleshooter.evidence.api import call
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.vocabulary import PolicyType

GET_POLICY = call("iam.get_policy", "iam:GetPolicy", PolicyType.IDENTITY, absent=("NoSuchEntity",))
GET_VERSION = call("iam.get_policy_version", "iam:GetPolicyVersion", PolicyType.IDENTITY, absent=("NoSuchEntity",))
_COPIED = ("PolicyId", "Path", "AttachmentCount", "PermissionsBoundaryUsageCount", "IsAttachable", "UpdateDate")
CALLS = (GET_POLICY, GET_VERSION)


def collect_policy(collecting: Collecting, arn: str, policy_type: PolicyType) -> None:
    """Read one managed policy; an AWS-managed one (account ``aws``) is listed where it is attached."""
    reader = collecting.reader
    policy = reader.read(replace(GET_POLICY, policy_type=policy_type), arn, PolicyArn=arn)
    version = policy.get("Policy", "DefaultVersionId")
    if not policy.read or not version:
        return
    document = reader.read(replace(GET_VERSION, policy_type=policy_type), arn, PolicyArn=arn, VersionId=version)
    if not document.read:
        return
    found = parse_arn(arn)
    entry = {
        "PolicyName": policy.get("Policy", "PolicyName") or (found.name if found else arn),
        "Arn": arn,
        "DefaultVersionId": version,
        "PolicyVersionList": [
            {"Document": document.get("PolicyVersion", "Document"), "VersionId": version, "IsDefaultVersion": True}
        ],
    }
    for name in _COPIED:
        if policy.get("Policy", name) is not None:
            entry[name] = policy.get("Policy", name)
    reader.store.put(reader.account, "managed_policies", arn, entry)
