"""A snapshot and one request -> a self-contained case for the reference evaluator.

Written on purpose without the program's own policy selection and context derivation, so that it can disagree.
"""

from typing import Any

from tests.worlds.shapes import Json
from tests.worlds.world import SOURCE_IP, World

Context = dict[str, Any]


def case_of(world: World, files: dict[str, Json], principal: str, action: str, resource: str) -> Json:
    """Return the case of one request; ``principal`` is a user's, role's, session's or identity provider's ARN."""
    owner = _owner(world, files, resource)
    account = principal.split(":")[4]
    entity, kind = _entity(files, principal)
    carried = _carried(files, account, entity, kind)
    through = world.context.get("aws:SourceVpce") if principal == world.principal else None
    context = _context(world, files, principal, entity, owner, resource, through)
    federated = entity is None
    return {
        "request": {
            "principal": principal,
            "action": action,
            "resource": resource,
            "resource_account": owner,
            "context": context,
        },
        "policies": {
            "identity": carried,
            "permissions_boundary": _boundary(files, account, entity),
            "session": _session(files, account, principal),
            "resource": _resource_policy(files, owner, action, resource),
            "scp": [] if federated else _levels(world, files, account, "SERVICE_CONTROL_POLICY"),
            "rcp": _levels(world, files, owner, "RESOURCE_CONTROL_POLICY"),
            "vpc_endpoint": _endpoint(files, through),
        },
        "settings": {
            "principal_role_arn": entity["Arn"] if entity is not None and kind == "Role" else None,
            "principal_in_management_account": account == world.management,
            "resource_in_management_account": owner == world.management,
            "s3": {"block_public_access": _blocks_public(files, owner, resource)},
        },
    }


def _details(files: dict[str, Json], account: str) -> Json:
    found: Json = files.get(f"accounts/{account}/authorization-details.json") or {}
    return found


def _owner(world: World, files: dict[str, Json], resource: str) -> str:
    named = resource.split(":")[4]
    if named:
        return named
    bucket = resource.split(":")[5].split("/", maxsplit=1)[0]
    for account in world.members:
        if bucket in files[f"accounts/{account}/s3.json"]["Buckets"]:
            return account
    return world.owner


def _entity(files: dict[str, Json], principal: str) -> tuple[Json | None, str]:
    details = _details(files, principal.split(":")[4])
    name = principal.split("/")[1] if ":assumed-role/" in principal else None
    for item in details.get("RoleDetailList", []):
        if item["Arn"] == principal or item["RoleName"] == name:
            return item, "Role"
    for item in details.get("UserDetailList", []):
        if item["Arn"] == principal:
            return item, "User"
    return None, ""


def _default(files: dict[str, Json], account: str, arn: str) -> Json:
    policy = next(item for item in _details(files, account)["Policies"] if item["Arn"] == arn)
    version = next(item for item in policy["PolicyVersionList"] if item["IsDefaultVersion"])
    return {"name": policy["PolicyName"], "document": version["Document"]}


def _carried(files: dict[str, Json], account: str, entity: Json | None, kind: str) -> list[Json]:
    if entity is None:
        return []
    groups = [
        item for item in _details(files, account)["GroupDetailList"] if item["GroupName"] in entity.get("GroupList", [])
    ]
    holders = [(entity, f"{kind}PolicyList"), *((item, "GroupPolicyList") for item in groups)]
    found = []
    for holder, inline in holders:
        found += [{"name": item["PolicyName"], "document": item["PolicyDocument"]} for item in holder[inline]]
        found += [_default(files, account, item["PolicyArn"]) for item in holder["AttachedManagedPolicies"]]
    return found


def _boundary(files: dict[str, Json], account: str, entity: Json | None) -> list[Json] | None:
    limit = (entity or {}).get("PermissionsBoundary")
    return [_default(files, account, limit["PermissionsBoundaryArn"])] if limit else None


def _session(files: dict[str, Json], account: str, principal: str) -> list[Json]:
    sessions = files.get(f"accounts/{account}/sessions.json") or {}
    listed = (sessions.get(principal) or {}).get("SessionPolicies") or []
    return [{"name": f"session{index}", "document": item} for index, item in enumerate(listed)]


def _resource_policy(files: dict[str, Json], owner: str, action: str, resource: str) -> Json | None:
    if action.startswith("sts:"):
        roles = _details(files, owner)["RoleDetailList"]
        return next((item["AssumeRolePolicyDocument"] for item in roles if item["Arn"] == resource), None)
    listed: Json = files[f"accounts/{owner}/resource-policies.json"]
    return listed.get(resource) or listed.get(resource.split("/", maxsplit=1)[0] if ":s3:" in resource else resource)


def _levels(world: World, files: dict[str, Json], account: str, kind: str) -> list[Json]:
    policies = [item for item in files["organization.json"]["Policies"] if item["PolicySummary"]["Type"] == kind]
    return [
        {
            "org_identifier": node,
            "policies": [
                {"name": item["PolicySummary"]["Name"], "document": item["Content"]}
                for item in policies
                if node in item["Targets"]
            ],
        }
        for node in world.path(account)
    ]


def _endpoint(files: dict[str, Json], name: str | None) -> list[Json]:
    return [
        {"name": name, "document": item["PolicyDocument"]}
        for file, content in files.items()
        if file.endswith("vpc-endpoints.json")
        for item in content["VpcEndpoints"]
        if item["VpcEndpointId"] == name
    ]


def _blocks_public(files: dict[str, Json], owner: str, resource: str) -> bool:
    if ":s3:" not in resource:
        return False
    s3 = files[f"accounts/{owner}/s3.json"]
    bucket = s3["Buckets"].get(resource.split(":")[5].split("/", maxsplit=1)[0]) or {}
    settings = [s3["PublicAccessBlock"] or {}, bucket.get("PublicAccessBlock") or {}]
    return any(item.get("RestrictPublicBuckets") for item in settings)


def _context(  # noqa: PLR0917 - one fact of the request each
    world: World,
    files: dict[str, Json],
    principal: str,
    entity: Json | None,
    owner: str,
    resource: str,
    through: str | None,
) -> Context:
    account = principal.split(":")[4]
    context: Context = {
        "aws:RequestedRegion": world.region,
        "aws:SecureTransport": "true",
        "aws:CurrentTime": "2026-05-01T10:20:00Z",
        "aws:PrincipalIsAWSService": "false",
        "aws:ResourceAccount": owner,
        "aws:ResourceOrgID": world.org,
        "aws:SourceIp": SOURCE_IP,
    }
    if entity is not None:
        context |= {
            "aws:PrincipalArn": entity["Arn"],
            "aws:PrincipalAccount": account,
            "aws:PrincipalOrgID": world.org,
            **{f"aws:PrincipalTag/{item['Key']}": item["Value"] for item in entity["Tags"]},
        }
    if ":assumed-role/" in principal:
        context["aws:MultiFactorAuthPresent"] = "false"
    if principal == world.principal:
        context |= world.context
    if through is not None:
        context |= {"aws:SourceVpce": through, "aws:SourceVpc": "vpc-0abc"}
        del context["aws:SourceIp"]
    tags = (files.get(f"accounts/{owner}/resource-tags.json") or {}).get(resource) or {}
    return context | {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
