"""AWS's API shapes, as small functions that return dictionaries."""

from random import Random
from typing import Any

Json = dict[str, Any]
VERSION = "2012-10-17"


def document(*statements: Json) -> Json:
    return {"Version": VERSION, "Statement": list(statements)}


def allow(sid: str, actions: list[str], resources: list[str] | str, **more: Any) -> Json:
    return {"Sid": sid, "Effect": "Allow", **more, "Action": actions, "Resource": resources}


def deny(sid: str, actions: list[str], resources: list[str] | str, **more: Any) -> Json:
    return {"Sid": sid, "Effect": "Deny", **more, "Action": actions, "Resource": resources}


def letters(rng: Random, count: int) -> str:
    return "".join(rng.choices("abcdefghjkmnpqrstuvwxyz0123456789", k=count))


def unique_id(rng: Random, prefix: str) -> str:
    return prefix + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ234567", k=17))


def tag_list(tags: dict[str, str]) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def role(rng: Random, account: str, where: str, trust: Json, tags: dict[str, str]) -> Json:
    """Return a role; ``where`` is its path and name."""
    path, _, name = where.rpartition("/")
    path += "/"
    return {
        "Path": path,
        "RoleName": name,
        "RoleId": unique_id(rng, "AROA"),
        "Arn": f"arn:aws:iam::{account}:role{path}{name}",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        "Tags": tag_list(tags),
    }


def user(rng: Random, account: str, name: str, groups: list[str], tags: dict[str, str]) -> Json:
    return {
        "Path": "/",
        "UserName": name,
        "UserId": unique_id(rng, "AIDA"),
        "Arn": f"arn:aws:iam::{account}:user/{name}",
        "UserPolicyList": [],
        "GroupList": groups,
        "AttachedManagedPolicies": [],
        "Tags": tag_list(tags),
    }


def group(rng: Random, account: str, name: str) -> Json:
    return {
        "Path": "/",
        "GroupName": name,
        "GroupId": unique_id(rng, "AGPA"),
        "Arn": f"arn:aws:iam::{account}:group/{name}",
        "GroupPolicyList": [],
        "AttachedManagedPolicies": [],
    }


def managed_policy(arn: str, content: Json, *, versions: int = 1) -> Json:
    old = [
        {"Document": document(allow("Old", ["*"], "*")), "VersionId": f"v{number}", "IsDefaultVersion": False}
        for number in range(1, versions)
    ]
    default = {"Document": content, "VersionId": f"v{versions}", "IsDefaultVersion": True}
    return {
        "PolicyName": arn.rsplit("/", 1)[-1],
        "Arn": arn,
        "DefaultVersionId": f"v{versions}",
        "AttachmentCount": 1,
        "PolicyVersionList": [*old, default],
    }


def inline(name: str, content: Json) -> Json:
    return {"PolicyName": name, "PolicyDocument": content}


def organization_policy(rng: Random, name: tuple[str, str], kind: str, content: Json, targets: list[str]) -> Json:
    """Return an SCP or RCP; ``name`` is the start of its ARN and its own name."""
    arn_base, own = name
    managed = own in {"FullAWSAccess", "RCPFullAWSAccess"}
    policy_id = f"p-{own}" if managed else f"p-{letters(rng, 8)}"
    summary = {
        "Id": policy_id,
        "Arn": f"{arn_base}/{kind.lower()}/{policy_id}",
        "Name": own,
        "Type": kind,
        "AwsManaged": managed,
    }
    return {"PolicySummary": summary, "Content": content, "Targets": targets}
