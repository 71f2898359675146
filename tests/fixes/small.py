"""A small organization of one account to hang single cases on."""

from typing import Any

from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.evidence import AccountEvidence, Evidence, OrganizationEvidence
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind
from troubleshooter.pipeline import diagnose

Json = dict[str, Any]
ACCOUNT = "111122223333"
OTHER = "444455556666"
BUCKET = "arn:aws:s3:::orders"
OBJECT = f"{BUCKET}/2026/a.csv"


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: object, resource: object = "*", **more: object) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*", **more: object) -> Json:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def role(name: str, *inline: Json, path: str = "/", managed: tuple[str, ...] = (), **more: object) -> tuple[str, Json]:
    arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
    entry: Json = {
        "RoleName": name,
        "RoleId": "AROAEXAMPLE",
        "Arn": arn,
        "Path": path,
        "RolePolicyList": [{"PolicyName": f"p{index}", "PolicyDocument": item} for index, item in enumerate(inline)],
        "AttachedManagedPolicies": [{"PolicyArn": item, "PolicyName": item.rsplit("/", 1)[-1]} for item in managed],
        "AssumeRolePolicyDocument": document(),
        "Tags": [],
        **more,
    }
    return arn, entry


def policy(arn: str, content: Json, versions: int = 1) -> tuple[str, Json]:
    listed = [
        {"VersionId": f"v{number}", "IsDefaultVersion": number == versions, "Document": content}
        for number in range(1, versions + 1)
    ]
    return arn, {"PolicyName": arn.rsplit("/", 1)[-1], "Arn": arn, "PolicyVersionList": listed, "AttachmentCount": 1}


def evidence(
    *roles: tuple[str, Json],
    policies: tuple[tuple[str, Json], ...] = (),
    resources: dict[str, Any] | None = None,
    **more: Any,
) -> Evidence:
    account = AccountEvidence(
        account_id=ACCOUNT,
        **{
            "users": {},
            "groups": {},
            "roles": dict(roles),
            "managed_policies": dict(policies),
            "resource_policies": {BUCKET: None} if resources is None else resources,
            "vpc_endpoints": (),
            "s3": {"PublicAccessBlock": None, "Buckets": {"orders": {"PublicAccessBlock": None}}},
            "kms_grants": {},
            "resource_tags": {},
            "sessions": {},
            **more,
        },
    )
    return Evidence(accounts={ACCOUNT: account}, organization=OrganizationEvidence(exists=False), source="test")


def denial(role_name: str = "worker", action: str = "s3:GetObject", resource: str = OBJECT, **more: object) -> Denial:
    fields: Json = {
        "principal": Principal(
            arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/{role_name}/run",
            kind=PrincipalKind.ROLE_SESSION,
            account=ACCOUNT,
            name=role_name,
            session_name="run",
        ),
        "action": action,
        "resource": resource,
        "region": "eu-west-1",
        "error_code": "AccessDenied",
        "from_event": True,
        "context": {"aws:RequestedRegion": ("eu-west-1",), "aws:SecureTransport": ("true",)},
        **more,
    }
    return Denial(**fields)


def diagnosed(known: Evidence, given: Denial | None = None) -> Diagnosis:
    return diagnose(given or denial(), known)


def added(diagnosis: Diagnosis, index: int = 0) -> list[Json]:
    """Return the statements that a change adds."""
    assert diagnosis.fix is not None
    change = diagnosis.fix.changes[index]
    before = (change.before or {}).get("Statement") or []
    after: Any = (change.after or {})["Statement"]
    return [item for item in after if item not in before]  # type: ignore[operator]
