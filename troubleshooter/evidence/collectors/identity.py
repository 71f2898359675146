"""One user (with its groups) or one role: its policies, boundary, tags and trust policy.

The entries have the shape of get-account-authorization-details. A part that could not be read is left
out of its entry (and leaves a gap); an empty list says that there is none.
"""

from __future__ import annotations

from typing import Any

from troubleshooter.evidence.api import Answer, ApiCall, call
from troubleshooter.evidence.collectors import iam_policies
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("NoSuchEntity",)
_BOUNDARY = PolicyType.BOUNDARY


def _call(name: str, action: str, *, items: str = "", policy_type: PolicyType = PolicyType.IDENTITY) -> ApiCall:
    return call(f"iam.{name}", action, policy_type, absent=_GONE, items=items)


# GetUser and GetRole are the only place of the boundary: what fails there is first of all unknown there.
GET_USER = _call("get_user", "iam:GetUser", policy_type=_BOUNDARY)
USER_GROUPS = _call("list_groups_for_user", "iam:ListGroupsForUser", items="Groups")
USER_POLICIES = _call("list_user_policies", "iam:ListUserPolicies", items="PolicyNames")
USER_POLICY = _call("get_user_policy", "iam:GetUserPolicy")
USER_ATTACHED = _call("list_attached_user_policies", "iam:ListAttachedUserPolicies", items="AttachedPolicies")
GROUP_POLICIES = _call("list_group_policies", "iam:ListGroupPolicies", items="PolicyNames")
GROUP_POLICY = _call("get_group_policy", "iam:GetGroupPolicy")
GROUP_ATTACHED = _call("list_attached_group_policies", "iam:ListAttachedGroupPolicies", items="AttachedPolicies")
GET_ROLE = _call("get_role", "iam:GetRole", policy_type=_BOUNDARY)
ROLE_POLICIES = _call("list_role_policies", "iam:ListRolePolicies", items="PolicyNames")
ROLE_POLICY = _call("get_role_policy", "iam:GetRolePolicy")
ROLE_ATTACHED = _call("list_attached_role_policies", "iam:ListAttachedRolePolicies", items="AttachedPolicies")
GET_TRUST = _call("get_role", "iam:GetRole", policy_type=PolicyType.TRUST)
CALLS = (
    GET_USER, USER_GROUPS, USER_POLICIES, USER_POLICY, USER_ATTACHED, GROUP_POLICIES, GROUP_POLICY, GROUP_ATTACHED,
    GET_ROLE, ROLE_POLICIES, ROLE_POLICY, ROLE_ATTACHED, GET_TRUST, *iam_policies.CALLS,
)  # fmt: skip


def collect_user(collecting: Collecting, arn: str) -> None:
    """Read the user ``arn`` and every group it is in, side by side."""
    name = _name(arn)
    entry: dict[str, Any] = {"UserName": name, "Arn": arn}
    reader = collecting.reader
    user = reader.read(GET_USER, arn, UserName=name)
    if _absent(collecting, user, arn):
        return
    _copy(user.get("User"), entry, ("Path", "UserId", "Arn", "CreateDate", "PermissionsBoundary"))
    if user.read:
        entry["Tags"] = user.get("User", "Tags") or []
    arn = str(entry["Arn"])
    inline = reader.read_all(USER_POLICIES, arn, UserName=name)
    _inline(collecting, entry, "UserPolicyList", inline, (USER_POLICY, {"UserName": name}))
    _attached(collecting, entry, reader.read_all(USER_ATTACHED, arn, UserName=name))
    groups = reader.read_all(USER_GROUPS, arn, UserName=name)
    if groups.read:
        entry["GroupList"] = [group["GroupName"] for group in groups.items]
        for group in groups.items:
            collecting.once(f"group {group['Arn']}", PolicyType.IDENTITY, str(group["Arn"]), collect_group, group)
    _boundary(collecting, entry)
    reader.store.put(reader.account, "users", arn, entry)


def collect_group(collecting: Collecting, group: dict[str, Any]) -> None:
    """Read a group that list-groups-for-user named."""
    reader, arn, name = collecting.reader, str(group["Arn"]), str(group["GroupName"])
    entry: dict[str, Any] = {"GroupName": name, "Arn": arn}
    _copy(group, entry, ("Path", "GroupId", "CreateDate"))
    inline = reader.read_all(GROUP_POLICIES, arn, GroupName=name)
    _inline(collecting, entry, "GroupPolicyList", inline, (GROUP_POLICY, {"GroupName": name}))
    _attached(collecting, entry, reader.read_all(GROUP_ATTACHED, arn, GroupName=name))
    reader.store.put(reader.account, "groups", arn, entry)


def collect_role(collecting: Collecting, arn: str) -> None:
    """Read the role ``arn``; a session's role ARN may lack its path, the name is enough to find it."""
    reader, name = collecting.reader, _name(arn)
    entry: dict[str, Any] = {"RoleName": name, "Arn": arn}
    role = reader.read(GET_ROLE, arn, RoleName=name)
    if _absent(collecting, role, arn):
        return
    _role_itself(role, entry)
    arn = str(entry["Arn"])
    inline = reader.read_all(ROLE_POLICIES, arn, RoleName=name)
    _inline(collecting, entry, "RolePolicyList", inline, (ROLE_POLICY, {"RoleName": name}))
    _attached(collecting, entry, reader.read_all(ROLE_ATTACHED, arn, RoleName=name))
    _boundary(collecting, entry)
    reader.store.put(reader.account, "roles", arn, entry)


def collect_trust(collecting: Collecting, arn: str) -> None:
    """Read only what matters of a role that is a request's resource: trust policy, tags, boundary."""
    reader, name = collecting.reader, _name(arn)
    role = reader.read(GET_TRUST, arn, RoleName=name)
    if not role.read:
        return
    entry: dict[str, Any] = {"RoleName": name, "Arn": arn}
    _role_itself(role, entry)
    if not reader.store.has(reader.account, "roles", str(entry["Arn"])):
        reader.store.put(reader.account, "roles", str(entry["Arn"]), entry)


def _role_itself(role: Answer, entry: dict[str, Any]) -> None:
    names = (
        "Path", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument", "PermissionsBoundary", "RoleLastUsed",
        "MaxSessionDuration",
    )  # fmt: skip
    _copy(role.get("Role"), entry, names)
    if role.read:
        entry["Tags"] = role.get("Role", "Tags") or []


def _inline(
    collecting: Collecting, entry: dict[str, Any], key: str, names: Answer, get: tuple[ApiCall, dict[str, str]]
) -> None:
    """Fill the inline policies; one whose document could not be read is named without a document."""
    if not names.read:
        return
    entry[key] = [_inline_policy(collecting, str(entry["Arn"]), name, *get) for name in names.texts]


def _inline_policy(collecting: Collecting, arn: str, name: str, get: ApiCall, who: dict[str, str]) -> dict[str, Any]:
    policy = collecting.reader.read(get, arn, PolicyName=name, **who)
    return {"PolicyName": name, "PolicyDocument": policy.get("PolicyDocument")} if policy.read else {"PolicyName": name}


def _attached(collecting: Collecting, entry: dict[str, Any], attached: Answer) -> None:
    if not attached.read:
        return
    entry["AttachedManagedPolicies"] = list(attached.items)
    for policy in attached.items:
        collecting.policy(str(policy["PolicyArn"]), PolicyType.IDENTITY)


def _boundary(collecting: Collecting, entry: dict[str, Any]) -> None:
    boundary = entry.get("PermissionsBoundary")
    if boundary:
        collecting.policy(str(boundary["PermissionsBoundaryArn"]), PolicyType.BOUNDARY)


def _copy(source: Any, entry: dict[str, Any], names: tuple[str, ...]) -> None:  # noqa: ANN401 - JSON
    for name in names:
        if source and source.get(name) is not None:
            entry[name] = source[name]


def _absent(collecting: Collecting, answer: Answer, arn: str) -> bool:
    """Return whether AWS said that there is no such principal, which leaves a gap: it may have been deleted since."""
    if answer.get("Code") not in _GONE:
        return False
    account = collecting.reader.account
    reason = f"{arn} does not exist in account {account} (any more)"
    collecting.reader.gap(PolicyType.IDENTITY, arn, reason, "check the principal's name and account")
    return True


def _name(arn: str) -> str:
    found = parse_arn(arn)
    return found.name if found else arn
