"""A diagnosis's changes made in snapshot files, as the contract describes them: a second implementation of applying."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from tests.worlds.shapes import Json


def apply_to_files(files: dict[str, Json], changes: Iterable[Any]) -> dict[str, Json]:
    """Return the files after the changes; an error where a change names nothing that exists, or a stale document."""
    result = deepcopy(files)
    for change in changes:
        _apply(result, change)
    return result


def _apply(files: dict[str, Json], change: Any) -> None:
    kind, target = str(change.policy_type), change.target_arn
    after, before = deepcopy(change.after), change.before
    if kind in {"scp", "rcp"}:
        _organization(files["organization.json"], change, after)
        return
    if kind == "resource_policy":
        listed = next(
            content for name, content in files.items() if name.endswith("resource-policies.json") and target in content
        )
        assert listed[target] == before
        listed[target] = after
        return
    account = (change.policy_arn or target).split(":")[4]
    details = files[f"accounts/{account}/authorization-details.json"]
    if change.policy_arn:
        policy = next(item for item in details["Policies"] if item["Arn"] == change.policy_arn)
        version = next(item for item in policy["PolicyVersionList"] if item["IsDefaultVersion"])
        assert version["Document"] == before
        version["Document"] = after
    elif kind == "identity_policy":
        _inline(details, change, after)
    elif kind == "trust_policy":
        role = next(item for item in details["RoleDetailList"] if item["Arn"] == target)
        assert role["AssumeRolePolicyDocument"] == before
        role["AssumeRolePolicyDocument"] = after
    elif kind == "session_policy":
        policies = files[f"accounts/{account}/sessions.json"][target]["SessionPolicies"]
        policies[policies.index(before)] = after
    else:
        _endpoint(files[f"accounts/{account}/vpc-endpoints.json"], change, after)


def _inline(details: Json, change: Any, after: Json) -> None:
    for listing, inline in (
        ("UserDetailList", "UserPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
    ):
        for entry in details[listing]:
            if entry["Arn"] != change.target_arn:
                continue
            present = {item["PolicyName"]: item for item in entry[inline]}
            if str(change.operation) == "create":
                assert change.policy_name not in present
                entry[inline].append({"PolicyName": change.policy_name, "PolicyDocument": after})
            else:
                assert present[change.policy_name]["PolicyDocument"] == change.before
                present[change.policy_name]["PolicyDocument"] = after
            return
    raise AssertionError(change.target_arn)


def _endpoint(content: Json, change: Any, after: Json) -> None:
    entry = next(item for item in content["VpcEndpoints"] if change.target_arn.endswith(item["VpcEndpointId"]))
    assert entry["PolicyDocument"] == change.before
    entry["PolicyDocument"] = after


def _organization(content: Json, change: Any, after: Json) -> None:
    if str(change.operation) == "replace":
        policy = next(item for item in content["Policies"] if item["PolicySummary"]["Arn"] == change.policy_arn)
        assert policy["Content"] == change.before
        policy["Content"] = after
        return
    nodes = [*content["Roots"], *content["OrganizationalUnits"], *content["Accounts"]]
    node = next(item["Id"] for item in nodes if item["Arn"] == change.target_arn)
    kind = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}[str(change.policy_type)]
    summary = {"Id": "p-new", "Arn": "arn:new", "Name": change.policy_name, "Type": kind, "AwsManaged": False}
    content["Policies"].append({"PolicySummary": summary, "Content": after, "Targets": [node]})
