"""One change of each kind that a fix can hold."""

from __future__ import annotations

from typing import Any

from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.vocabulary import Disposition, Operation, PolicyType

ACCOUNT = "111122223333"
HOSTILE = "a'b\"c$(touch x)`id`\n${aws:username} %{x} <script> \x1b[31m \u202e é 😀 \ud800 ](x) {{y}}"


def document(sid: str = "Allow1", **more: Any) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


BEFORE = document("Before")
AFTER = document("After", Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:username}", "k": [HOSTILE]}})


def change(kind: PolicyType, target: str, **more: Any) -> Change:
    fields = {"operation": Operation.REPLACE, "before": BEFORE, "after": AFTER, **more}
    return Change(policy_type=kind, target_arn=target, **fields)


def iam(rest: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{rest}"


def regional(service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{rest}"


SCP_ARN = "arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-12345678"
OU = "arn:aws:organizations::999988887777:ou/o-abc/ou-ab12-cdefghij"
RESOURCES = {
    "bucket": "arn:aws:s3:::acme-reports",
    "access-point": regional("s3", "accesspoint/reports"),
    "key": regional("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    "queue": regional("sqs", "jobs"),
    "topic": regional("sns", "alerts"),
    "secret": regional("secretsmanager", "secret:prod/db-AbCdEf"),
    "function": regional("lambda", "function:resize"),
    "table": regional("dynamodb", "table/orders"),
    "stream": regional("kinesis", "stream/clicks"),
    "repository": regional("ecr", "repository/team/app"),
    "bus": regional("events", "event-bus/main"),
    "vault": regional("backup", "backup-vault:main"),
    "file-system": regional("elasticfilesystem", "file-system/fs-0123456789abcdef0"),
    "catalog": regional("glue", "catalog"),
    "unknown": regional("codeartifact", "repository/a/b"),
    "no-arn": "something",
}
PUBLIC_ACCESS = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}
PERMISSION = {
    "Sid": "Invoke",
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": RESOURCES["function"],
    "Condition": {
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::acme-reports"},
        "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    },
}

CHANGES: dict[str, Change] = {
    "inline-role": change(PolicyType.IDENTITY, iam("role/app/worker"), policy_name="task-policy"),
    "inline-user": change(PolicyType.IDENTITY, iam("user/kim"), policy_name="own"),
    "inline-group": change(PolicyType.IDENTITY, iam("group/dev"), policy_name="shared"),
    "inline-create": change(
        PolicyType.IDENTITY, iam("role/worker"), policy_name="new", operation=Operation.CREATE, before=None
    ),
    "managed": change(PolicyType.IDENTITY, iam("role/worker"), policy_name="base", policy_arn=iam("policy/team/base")),
    "aws-managed": change(
        PolicyType.IDENTITY,
        iam("role/worker"),
        policy_name="ReadOnlyAccess",
        policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess",
    ),
    "boundary": change(PolicyType.BOUNDARY, iam("role/worker"), policy_name="edge", policy_arn=iam("policy/edge")),
    "odd-identity": change(PolicyType.IDENTITY, "nobody", policy_name="x"),
    "trust": change(PolicyType.TRUST, iam("role/app/deploy")),
    "session": change(PolicyType.SESSION, f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/s1"),
    "session-odd": change(PolicyType.SESSION, "nobody"),
    "endpoint": change(PolicyType.VPC_ENDPOINT, regional("ec2", "vpc-endpoint/vpce-0123456789abcdef0")),
    "scp": change(PolicyType.SCP, OU, policy_name="Guard", policy_arn=SCP_ARN),
    "scp-create": change(PolicyType.SCP, OU, policy_name="AllowX", operation=Operation.CREATE, before=None),
    "rcp": change(PolicyType.RCP, OU, policy_name="Edge", policy_arn=SCP_ARN.replace("service_", "resource_")),
    "block-bucket": change(
        PolicyType.S3_PUBLIC_ACCESS_BLOCK, "arn:aws:s3:::acme-reports", before=PUBLIC_ACCESS, after=PUBLIC_ACCESS
    ),
    "block-account": change(PolicyType.S3_PUBLIC_ACCESS_BLOCK, iam("root"), before=PUBLIC_ACCESS, after=PUBLIC_ACCESS),
    "grant": change(PolicyType.KMS_GRANT, RESOURCES["key"]),
    "function-permission": change(
        PolicyType.RESOURCE,
        RESOURCES["function"],
        before={"Version": "2012-10-17", "Statement": []},
        after={"Version": "2012-10-17", "Statement": [PERMISSION]},
    ),
    "hostile-names": change(PolicyType.IDENTITY, iam(f"role/{HOSTILE}"), policy_name=HOSTILE),
    **{f"resource-{name}": change(PolicyType.RESOURCE, arn) for name, arn in RESOURCES.items()},
    **{
        f"resource-{name}-create": change(PolicyType.RESOURCE, arn, operation=Operation.CREATE, before=None)
        for name, arn in RESOURCES.items()
    },
}


def fix_of(*changes: Change, **more: Any) -> Fix:
    fields = {
        "summary": f"Do it {HOSTILE}",
        "owner": f"the owner {HOSTILE}",
        "disposition": Disposition.NEEDS_REVIEW,
        "verified": True,
        "warnings": (HOSTILE,),
        "without_policy_change": (HOSTILE,),
        **more,
    }
    return Fix(changes=changes, **fields)
