"""A fix as a CloudFormation template in YAML: one resource per changed policy.

Resource types: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/. Some policies are a
property of their resource there (a key's, a role's trust, an endpoint's): those come as comments that
say which property to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from troubleshooter.fixes.renderings.comments import comment, has_changes, preface
from troubleshooter.fixes.renderings.documents import quoted
from troubleshooter.fixes.renderings.files import logical_id
from troubleshooter.fixes.renderings.function_policy import added_permissions, is_function
from troubleshooter.fixes.renderings.resource_commands import queue_url
from troubleshooter.model.arn import Arn, parse_arn
from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import Operation, PolicyType

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_RESERVED = {"y", "n", "yes", "no", "true", "false", "on", "off", "null"}
_FUNCTION_LIMITS = {"source_arn": "SourceArn", "source_account": "SourceAccount", "principal_org_id": "PrincipalOrgID"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    """A resource of its own; or, with ``part_of``, the property of another resource to change."""

    type: str
    properties: JsonObject
    part_of: str = ""


def render(fix: Fix) -> str:
    """Return the template; where no change has a resource of its own, comments only."""
    return "\n".join(_lines(fix)) + "\n"


def _lines(fix: Fix) -> Iterator[str]:
    yield from preface(fix)
    if not has_changes(fix):
        return
    yield "# Where these policies are in a stack already, change them there instead of deploying this template."
    told = [
        (f"{logical_id(change, number)}{letter}", change, resource)
        for number, change in enumerate(fix.changes, start=1)
        for letter, resource in _resources(change)
    ]
    yield from _parts(told)
    own = [(name, change, resource) for name, change, resource in told if resource and not resource.part_of]
    if own:
        yield "AWSTemplateFormatVersion: '2010-09-09'"
        yield "Resources:"
    for name, change, resource in own:
        yield from (f"  {line}" for line in comment(f"{change.operation} {change.policy_type} on {change.target_arn}"))
        yield f"  {name}:"
        yield f"    Type: {resource.type}"
        yield "    Properties:"
        yield from _mapping(resource.properties, 3)


def _parts(told: Sequence[tuple[str, Change, _Resource | None]]) -> Iterator[str]:
    for _, change, resource in told:
        if resource is not None and not resource.part_of:
            continue
        yield "#"
        yield from comment(f"{change.operation} {change.policy_type} on {change.target_arn}")
        if resource is None:
            yield "# CloudFormation has no resource for it. The document:"
            yield from (f"# {line}" for line in _mapping(change.after or {}, 0))
            continue
        yield from comment(f"It is a property of the resource that defines it: change {resource.part_of} there to")
        yield from (f"# {line}" for line in _mapping(resource.properties, 0))


def _resources(change: Change) -> list[tuple[str, _Resource | None]]:
    permissions = added_permissions(change) if is_function(change) else None
    if permissions:
        return [
            (
                chr(ord("A") + number),
                _Resource(
                    type="AWS::Lambda::Permission",
                    properties={
                        "FunctionName": change.target_arn,
                        "Action": permission.action,
                        "Principal": permission.principal,
                        **{_FUNCTION_LIMITS[name]: value for name, value in permission.limits.items()},
                    },
                ),
            )
            for number, permission in enumerate(permissions)
        ]
    return [("", _resource(change))]


def _resource(change: Change) -> _Resource | None:
    arn = parse_arn(change.target_arn)
    if change.policy_type in {PolicyType.IDENTITY, PolicyType.BOUNDARY}:
        return _managed(change) if change.policy_arn else _inline(change, arn)
    if change.policy_type in {PolicyType.SCP, PolicyType.RCP}:
        return _organization(change, arn)
    if arn is None:
        return None
    if change.policy_type is PolicyType.TRUST:
        properties: JsonObject = {"AssumeRolePolicyDocument": change.after}
        return _Resource(type="", properties=properties, part_of="AssumeRolePolicyDocument of the AWS::IAM::Role")
    if change.policy_type is PolicyType.VPC_ENDPOINT:
        properties = {"PolicyDocument": change.after}
        return _Resource(type="", properties=properties, part_of="PolicyDocument of the AWS::EC2::VPCEndpoint")
    if change.policy_type is PolicyType.S3_PUBLIC_ACCESS_BLOCK and arn.service == "s3":
        properties = {"PublicAccessBlockConfiguration": change.after}
        return _Resource(
            type="", properties=properties, part_of="PublicAccessBlockConfiguration of the AWS::S3::Bucket"
        )
    describe = _RESOURCES.get(arn.service) if change.policy_type is PolicyType.RESOURCE else None
    return describe(arn, change) if describe else None


def _managed(change: Change) -> _Resource | None:
    arn = parse_arn(change.policy_arn)
    if arn is None or arn.account == "aws":
        return None
    folders = arn.resource_id.rpartition("/")[0]
    properties: JsonObject = {
        "ManagedPolicyName": arn.name,
        "Path": f"/{folders}/" if folders else "/",
        "PolicyDocument": change.after,
    }
    return _Resource(type="AWS::IAM::ManagedPolicy", properties=properties)


def _inline(change: Change, arn: Arn | None) -> _Resource | None:
    kind = arn.resource_type.title() if arn else ""
    if arn is None or kind not in {"Role", "User", "Group"}:
        return None
    properties: JsonObject = {
        "PolicyName": change.policy_name or "troubleshooter",
        f"{kind}Name": arn.name,
        "PolicyDocument": change.after,
    }
    return _Resource(type=f"AWS::IAM::{kind}Policy", properties=properties)


def _organization(change: Change, target: Arn | None) -> _Resource:
    kind = "SERVICE_CONTROL_POLICY" if change.policy_type is PolicyType.SCP else "RESOURCE_CONTROL_POLICY"
    policy = parse_arn(change.policy_arn)
    where = target.name if target else change.target_arn  # of a policy that exists, other targets stay as they are
    properties: JsonObject = {
        "Name": change.policy_name or (policy.name if policy else "troubleshooter"),
        "Type": kind,
        **({"TargetIds": [where]} if change.operation is Operation.CREATE else {}),
        "Content": change.after,
    }
    return _Resource(type="AWS::Organizations::Policy", properties=properties)


def _s3(arn: Arn, change: Change) -> _Resource:
    if arn.resource_type == "accesspoint":
        properties: JsonObject = {"Policy": change.after}
        return _Resource(type="", properties=properties, part_of="Policy of the AWS::S3::AccessPoint")
    properties = {"Bucket": arn.resource.split("/", 1)[0], "PolicyDocument": change.after}
    return _Resource(type="AWS::S3::BucketPolicy", properties=properties)


def _part(prop: str, owner: str) -> Callable[[Arn, Change], _Resource]:
    """Return a policy that is a property of the resource it guards."""
    return lambda _arn, change: _Resource(type="", properties={prop: change.after}, part_of=f"{prop} of the {owner}")


def _own(kind: str, named: str, document: str) -> Callable[[Arn, Change], _Resource]:
    """Return a policy with a resource of its own, named by its target's whole ARN."""
    return lambda _arn, change: _Resource(type=kind, properties={named: change.target_arn, document: change.after})


def _sqs(arn: Arn, change: Change) -> _Resource:
    return _Resource(
        type="AWS::SQS::QueuePolicy", properties={"Queues": [queue_url(arn)], "PolicyDocument": change.after}
    )


def _sns(_arn: Arn, change: Change) -> _Resource:
    return _Resource(
        type="AWS::SNS::TopicPolicy", properties={"Topics": [change.target_arn], "PolicyDocument": change.after}
    )


_RESOURCES: Mapping[str, Callable[[Arn, Change], _Resource]] = {
    "s3": _s3,
    "sqs": _sqs,
    "sns": _sns,
    "kms": _part("KeyPolicy", "AWS::KMS::Key"),
    "secretsmanager": _own("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
    "dynamodb": _part("ResourcePolicy", "AWS::DynamoDB::Table"),
    "kinesis": _own("AWS::Kinesis::ResourcePolicy", "ResourceArn", "ResourcePolicy"),
    "ecr": _part("RepositoryPolicyText", "AWS::ECR::Repository"),
    "events": _part("Policy", "AWS::Events::EventBus"),
    "backup": _part("AccessPolicy", "AWS::Backup::BackupVault"),
    "elasticfilesystem": _part("FileSystemPolicy", "AWS::EFS::FileSystem"),
}


def _mapping(value: Mapping[str, JsonValue], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for name, item in value.items():
        key = name if _PLAIN_KEY.fullmatch(name) and name.lower() not in _RESERVED else quoted(name)
        yield from _entry(f"{pad}{key}:", item, depth + 1)


def _entry(lead: str, item: JsonValue, depth: int) -> Iterator[str]:
    """Yield ``lead`` followed by a value: on the same line where it is short, else indented below."""
    if isinstance(item, Mapping) and item:
        yield lead
        yield from _mapping(item, depth)
    elif isinstance(item, Sequence) and not isinstance(item, str) and item:
        yield lead
        yield from _sequence(item, depth)
    else:
        yield f"{lead} {_scalar(item)}"


def _sequence(items: Sequence[JsonValue], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        elif isinstance(item, Sequence) and not isinstance(item, str) and item:
            yield f"{pad}-"
            yield from _sequence(item, depth + 1)
        else:
            yield f"{pad}- {_scalar(item)}"


def _scalar(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return "{}" if isinstance(value, Mapping) else "[]"
