"""The calls that write policies, memberships, grants or the tags that decide access, and what each touched.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
lists them as access levels "Permissions management" and "Tagging".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_IAM = "iam"
_ROLE = ("roleName",)
_USER = ("userName",)
_GROUP = ("groupName",)
_POLICY = ("policyArn",)

# event source (without .amazonaws.com) -> event name (without a version suffix) -> the parameters that name what was
# touched
_WRITES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    _IAM: {
        "PutRolePolicy": _ROLE, "DeleteRolePolicy": _ROLE, "AttachRolePolicy": (*_ROLE, *_POLICY),
        "DetachRolePolicy": (*_ROLE, *_POLICY), "UpdateAssumeRolePolicy": _ROLE, "PutRolePermissionsBoundary": _ROLE,
        "DeleteRolePermissionsBoundary": _ROLE, "TagRole": _ROLE, "UntagRole": _ROLE, "DeleteRole": _ROLE,
        "CreateRole": _ROLE,
        "PutUserPolicy": _USER, "DeleteUserPolicy": _USER, "AttachUserPolicy": (*_USER, *_POLICY),
        "DetachUserPolicy": (*_USER, *_POLICY), "PutUserPermissionsBoundary": _USER,
        "DeleteUserPermissionsBoundary": _USER,
        "TagUser": _USER, "UntagUser": _USER, "AddUserToGroup": (*_USER, *_GROUP), "RemoveUserFromGroup": (*_USER,
        *_GROUP),
        "PutGroupPolicy": _GROUP, "DeleteGroupPolicy": _GROUP, "AttachGroupPolicy": (*_GROUP, *_POLICY),
        "DetachGroupPolicy": (*_GROUP, *_POLICY), "CreatePolicyVersion": _POLICY, "DeletePolicyVersion": _POLICY,
        "SetDefaultPolicyVersion": _POLICY, "DeletePolicy": _POLICY,
    },
    "organizations": {
        "AttachPolicy": ("targetId", "policyId"), "DetachPolicy": ("targetId", "policyId"),
        "UpdatePolicy": ("policyId",),
        "DeletePolicy": ("policyId",), "MoveAccount": ("accountId", "destinationParentId"),
        "EnablePolicyType": ("rootId",),
        "DisablePolicyType": ("rootId",),
    },
    "s3": dict.fromkeys(
        ("PutBucketPolicy", "DeleteBucketPolicy", "PutBucketPublicAccessBlock", "PutPublicAccessBlock",
         "DeleteBucketPublicAccessBlock", "PutBucketOwnershipControls", "PutBucketAcl", "PutBucketEncryption",
         "PutBucketTagging", "DeleteBucketTagging", "PutAccountPublicAccessBlock", "PutAccessPointPolicy",
         "DeleteAccessPointPolicy", "PutObjectTagging", "DeleteObjectTagging"),
        ("bucketName", "accountId", "name", "key"),
    ),
    "kms": dict.fromkeys(
        ("PutKeyPolicy", "CreateGrant", "RetireGrant", "RevokeGrant", "DisableKey", "EnableKey", "ScheduleKeyDeletion",
         "TagResource", "UntagResource"),
        ("keyId",),
    ),
    "sqs": dict.fromkeys(("SetQueueAttributes", "AddPermission", "RemovePermission", "TagQueue", "UntagQueue"),
    ("queueUrl",)),
    "sns": dict.fromkeys(
        ("SetTopicAttributes", "AddPermission", "RemovePermission", "TagResource", "UntagResource"), ("topicArn",
        "resourceArn")
    ),
    "lambda": dict.fromkeys(
        ("AddPermission", "RemovePermission", "TagResource", "UntagResource", "PutResourcePolicy"), ("functionName",
        "resource", "resourceArn")
    ),
    "secretsmanager": dict.fromkeys(
        ("PutResourcePolicy", "DeleteResourcePolicy", "TagResource", "UntagResource"), ("secretId",)
    ),
    "ec2": {
        "ModifyVpcEndpoint": ("vpcEndpointId", "ModifyVpcEndpointRequest.VpcEndpointId"),
        "CreateVpcEndpoint": ("vpcId", "CreateVpcEndpointRequest.VpcId"),
        "CreateTags": ("resourcesSet.items.resourceId",), "DeleteTags": ("resourcesSet.items.resourceId",),
    },
    "ecr": dict.fromkeys(("SetRepositoryPolicy", "DeleteRepositoryPolicy", "PutRegistryPolicy"), ("repositoryName",)),
    "dynamodb": dict.fromkeys(("PutResourcePolicy", "DeleteResourcePolicy", "TagResource"), ("resourceArn",)),
    "kinesis": dict.fromkeys(("PutResourcePolicy", "DeleteResourcePolicy"), ("resourceARN",)),
    "logs": dict.fromkeys(("PutResourcePolicy", "DeleteResourcePolicy"), ("policyName", "resourceArn")),
    "glue": dict.fromkeys(("PutResourcePolicy", "DeleteResourcePolicy"), ("resourceArn",)),
    "events": dict.fromkeys(("PutPermission", "RemovePermission"), ("eventBusName",)),
    "elasticfilesystem": dict.fromkeys(("PutFileSystemPolicy", "DeleteFileSystemPolicy"), ("fileSystemId",)),
    "backup": dict.fromkeys(("PutBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy"), ("backupVaultName",)),
    "sso": dict.fromkeys(
        ("ProvisionPermissionSet", "PutInlinePolicyToPermissionSet", "AttachManagedPolicyToPermissionSet",
         "DetachManagedPolicyFromPermissionSet", "DeleteInlinePolicyFromPermissionSet",
         "PutPermissionsBoundaryToPermissionSet",
         "DeleteAccountAssignment"),
        ("permissionSetArn", "targetId"),
    ),
}  # fmt: skip
_VERSION = re.compile(r"20\d\d[_\d]*(?:v\d+)?$")
_MOST_TARGETS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWrite:
    """One successful policy-writing call: who, when, and the names and ARNs of what it touched."""

    event_id: str | None
    event_time: str
    service: str
    api_call: str
    principal: str | None
    account: str | None
    targets: tuple[str, ...]


def write_names() -> frozenset[str]:
    """Return the event names (without version suffixes) of all policy-writing calls."""
    return frozenset(name for calls in _WRITES.values() for name in calls)


def write_names_by_source() -> Mapping[str, tuple[str, ...]]:
    """Return event source (``iam.amazonaws.com``) -> names of its policy-writing calls."""
    return {f"{service}.amazonaws.com": tuple(calls) for service, calls in _WRITES.items()}


@lru_cache(maxsize=4096)
def plain_name(event_name: str) -> str:
    """Return the event name without Lambda's and CloudFront's date suffix (``AddPermission20150331v2``)."""
    return _VERSION.sub("", event_name)


def policy_write_of(record: Mapping[str, object]) -> PolicyWrite | None:
    """Return what ``record`` wrote, or None where it is no policy-writing call or failed."""
    source, name, time = record.get("eventSource"), record.get("eventName"), record.get("eventTime")
    if not (isinstance(source, str) and isinstance(name, str) and isinstance(time, str)) or record.get("errorCode"):
        return None
    service = source.split(".", 1)[0]
    call = plain_name(name)
    wanted = _WRITES.get(service, {}).get(call)
    if wanted is None:
        return None
    account = record.get("recipientAccountId")
    return PolicyWrite(
        event_id=_text(record.get("eventID")),
        event_time=time,
        service=service,
        api_call=call,
        principal=_who(record.get("userIdentity")),
        account=account if isinstance(account, str) else None,
        targets=tuple(dict.fromkeys(_targets(record, wanted)))[:_MOST_TARGETS],
    )


def _who(identity: object) -> str | None:
    if not isinstance(identity, Mapping):
        return None
    return _text(identity.get("arn")) or _text(identity.get("invokedBy")) or _text(identity.get("userName"))


def _targets(record: Mapping[str, object], names: tuple[str, ...]) -> Iterator[str]:
    parameters = record.get("requestParameters")
    if isinstance(parameters, str):
        try:
            parameters = json.loads(parameters)
        except ValueError:
            parameters = None
    for name in names:
        yield from _values(parameters, name.split("."))
    resources = record.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        arn = resource.get("ARN") if isinstance(resource, Mapping) else None
        if isinstance(arn, str):
            yield arn


def _values(value: object, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    elif not path:
        if isinstance(value, str) and value:
            yield value
    elif isinstance(value, Mapping):
        wanted = path[0].lower()
        for key, item in value.items():
            if str(key).lower() == wanted:
                yield from _values(item, path[1:])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
