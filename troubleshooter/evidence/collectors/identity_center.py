"""The permission set behind an ``AWSReservedSSO_<name>_<suffix>`` role.

Such a role is written by IAM Identity Center; what to change is its permission set, in the management or
the delegated account (https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html).
"""

from __future__ import annotations

import re
from typing import Any

from troubleshooter.evidence.api import ApiCall, call
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.vocabulary import PolicyType

KIND = "permission_set"
_ROLE = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}")


def _call(name: str, action: str, items: str = "", *, none: tuple[str, ...] = ()) -> ApiCall:
    return call(f"sso-admin.{name}", f"sso:{action}", PolicyType.NONE, none=none, items=items)


INSTANCES = _call("list_instances", "ListInstances", "Instances")
PERMISSION_SETS = _call(
    "list_permission_sets_provisioned_to_account", "ListPermissionSetsProvisionedToAccount", "PermissionSets"
)
DESCRIBE = _call("describe_permission_set", "DescribePermissionSet")
INLINE = _call("get_inline_policy_for_permission_set", "GetInlinePolicyForPermissionSet")
MANAGED = _call(
    "list_managed_policies_in_permission_set", "ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies"
)
CUSTOMER = _call(
    "list_customer_managed_policy_references_in_permission_set",
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    "CustomerManagedPolicyReferences",
)
BOUNDARY = _call(
    "get_permissions_boundary_for_permission_set",
    "GetPermissionsBoundaryForPermissionSet",
    none=("ResourceNotFoundException",),
)
CALLS = (INSTANCES, PERMISSION_SETS, DESCRIBE, INLINE, MANAGED, CUSTOMER, BOUNDARY)


def permission_set_name(role_name: str) -> str | None:
    """Return the permission set's name of a reserved role, or None."""
    found = _ROLE.fullmatch(role_name)
    return found["name"] if found else None


def collect(collecting: Collecting, role_name: str, account: str) -> None:
    """Find the permission set by its name among those provisioned to the account, and keep it."""
    wanted = permission_set_name(role_name)
    if wanted is None:
        return
    reader = collecting.reader
    for instance in reader.read_all(INSTANCES, f"permission set {wanted}").items:
        instance_arn = str(instance["InstanceArn"])
        for arn in reader.read_all(
            PERMISSION_SETS, f"permission set {wanted}", InstanceArn=instance_arn, AccountId=account
        ).texts:
            who = {"InstanceArn": instance_arn, "PermissionSetArn": arn}
            described = reader.read(DESCRIBE, arn, **who).get("PermissionSet") or {}
            if described.get("Name") == wanted:
                _keep(collecting, described, who)
                return


def _keep(collecting: Collecting, described: dict[str, Any], who: dict[str, str]) -> None:
    reader, arn = collecting.reader, who["PermissionSetArn"]
    raw: dict[str, Any] = {"InstanceArn": who["InstanceArn"], "PermissionSet": described}
    inline = reader.read(INLINE, arn, **who)
    if inline.read:
        raw["InlinePolicy"] = inline.get("InlinePolicy")
    for declared, key in ((MANAGED, "AttachedManagedPolicies"), (CUSTOMER, "CustomerManagedPolicyReferences")):
        listed = reader.read_all(declared, arn, **who)
        if listed.read:
            raw[key] = list(listed.items)
    boundary = reader.read(BOUNDARY, arn, **who)
    if boundary.known:
        raw["PermissionsBoundary"] = boundary.get("PermissionsBoundary")
    reader.store.answer(AwsAnswer(kind=KIND, raw=raw))
