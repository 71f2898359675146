"""A fix as Terraform for the AWS provider: one resource (and its import) per changed policy.

Resource types and import ids: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from troubleshooter.fixes.renderings.comments import comment, has_changes, preface
from troubleshooter.fixes.renderings.documents import pretty, quoted
from troubleshooter.fixes.renderings.files import identifier
from troubleshooter.fixes.renderings.function_policy import Permission, added_permissions, is_function
from troubleshooter.fixes.renderings.resource_commands import queue_url
from troubleshooter.model.arn import Arn, parse_arn
from troubleshooter.model.diagnosis import Change, Fix
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import Operation, PolicyType

_TEMPLATE_MARK = re.compile(r"[$%](?=\{)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A resource: its type, plain arguments, the argument that takes the document, and its import id.

    ``attachment`` is a second resource's type and arguments, for policies that have to be attached.
    """

    type: str
    arguments: Mapping[str, str]
    document: str = "policy"
    import_id: str = ""
    remark: str = ""
    settings: bool = False
    attachment: tuple[str, Mapping[str, str]] | None = None


def render(fix: Fix) -> str:
    """Return HCL; what Terraform has no resource for is a comment with the document."""
    return "\n".join(_lines(fix)) + "\n"


def _lines(fix: Fix) -> Iterator[str]:
    yield from preface(fix)
    if not has_changes(fix):
        return
    yield "# Where these policies are managed already, change them there instead of adding these blocks."
    for number, change in enumerate(fix.changes, start=1):
        yield ""
        yield from _change(change, identifier(change, number))


def _change(change: Change, label: str) -> Iterator[str]:
    yield from comment(f"{change.operation} {change.policy_type} on {change.target_arn}")
    permissions = added_permissions(change) if is_function(change) else None
    if permissions:
        yield from _permissions(change, label, permissions)
        return
    block = _block(change)
    if block is None:
        yield "# Terraform has no resource of its own for it. The document:"
        yield from (f"# {line}" for line in pretty(change.after).splitlines())
        return
    if block.remark:
        yield from comment(block.remark)
    if change.operation is Operation.REPLACE and block.import_id:
        yield "import {"
        yield f"  to = {block.type}.{label}"
        yield f"  id = {hcl_string(block.import_id)}"
        yield "}"
        yield ""
    yield f"resource {hcl_string(block.type)} {hcl_string(label)} {{"
    yield from _arguments(block.arguments)
    yield from _document(block, change)
    yield "}"
    if block.attachment:
        kind, arguments = block.attachment
        yield ""
        yield f"resource {hcl_string(kind)} {hcl_string(label)} {{"
        yield f"  policy_id = {block.type}.{label}.id"
        yield from _arguments(arguments)
        yield "}"


def _permissions(change: Change, label: str, permissions: Sequence[Permission]) -> Iterator[str]:
    for number, permission in enumerate(permissions, start=1):
        yield f'resource "aws_lambda_permission" {hcl_string(f"{label}_{number}")} {{'
        yield from _arguments(
            {
                "statement_id": permission.sid,
                "function_name": change.target_arn,
                "action": permission.action,
                "principal": permission.principal,
                **permission.limits,
            }
        )
        yield "}"


def _arguments(arguments: Mapping[str, str]) -> Iterator[str]:
    yield from (f"  {name} = {hcl_string(value)}" for name, value in arguments.items())


def _document(block: _Block, change: Change) -> Iterator[str]:
    if block.settings:
        names = {
            "BlockPublicAcls": "block_public_acls",
            "IgnorePublicAcls": "ignore_public_acls",
            "BlockPublicPolicy": "block_public_policy",
            "RestrictPublicBuckets": "restrict_public_buckets",
        }
        after = change.after or {}
        yield from (f"  {ours} = {'true' if after.get(theirs) is True else 'false'}" for theirs, ours in names.items())
        return
    first, *rest = hcl_value(change.after, 1)
    yield f"  {block.document} = jsonencode({first}"
    yield from rest[:-1]
    yield f"{rest[-1]})" if rest else ")"


def hcl_string(text: str) -> str:
    """Return ``text`` as an HCL string; ``${`` and ``%{`` are doubled so that Terraform leaves them alone."""
    return _TEMPLATE_MARK.sub(lambda match: match[0] * 2, quoted(text))


def hcl_value(value: JsonValue, depth: int) -> list[str]:
    """Return a JSON value as lines of HCL; the first is meant to follow a ``=``."""
    pad, inner = "  " * depth, "  " * (depth + 1)
    if isinstance(value, Mapping):
        if not value:
            return ["{}"]
        lines = ["{"]
        for name, item in value.items():
            first, *rest = hcl_value(item, depth + 1)
            lines += [f"{inner}{hcl_string(str(name))} = {first}", *rest]
        return [*lines, f"{pad}}}"]
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            return ["[]"]
        lines = ["["]
        for item in value:
            first, *rest = hcl_value(item, depth + 1)
            entry = [f"{inner}{first}", *rest]
            entry[-1] += ","
            lines += entry
        return [*lines, f"{pad}]"]
    return [_scalar(value)]


def _scalar(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else hcl_string(str(value))


def _block(change: Change) -> _Block | None:
    arn = parse_arn(change.target_arn)
    if change.policy_type in {PolicyType.IDENTITY, PolicyType.BOUNDARY}:
        return _managed(change) if change.policy_arn else _inline(change, arn)
    if change.policy_type in {PolicyType.SCP, PolicyType.RCP}:
        return _organization(change, arn)
    if arn is None:
        return None
    if change.policy_type is PolicyType.TRUST:
        return _Block(
            type="aws_iam_role",
            arguments={"name": arn.name, "path": _path(arn)},
            document="assume_role_policy",
            import_id=arn.name,
            remark="Merge assume_role_policy into the role's own resource; the rest of the role stays as it is.",
        )
    if change.policy_type is PolicyType.VPC_ENDPOINT:
        arguments = {"vpc_endpoint_id": arn.name}
        return _Block(type="aws_vpc_endpoint_policy", arguments=arguments, import_id=arn.name)
    if change.policy_type is PolicyType.S3_PUBLIC_ACCESS_BLOCK:
        return _public_access_block(arn)
    describe = _RESOURCES.get(arn.service) if change.policy_type is PolicyType.RESOURCE else None
    return describe(arn, change.target_arn) if describe else None


def _path(arn: Arn) -> str:
    """Return an IAM path, ``/`` or ``/a/b/``, of a role, user or policy ARN."""
    folders = arn.resource_id.rpartition("/")[0]
    return f"/{folders}/" if folders else "/"


def _managed(change: Change) -> _Block | None:
    arn = parse_arn(change.policy_arn)
    if arn is None or arn.account == "aws":
        return None
    arguments = {"name": arn.name, "path": _path(arn)}
    return _Block(type="aws_iam_policy", arguments=arguments, import_id=change.policy_arn or "")


def _inline(change: Change, arn: Arn | None) -> _Block | None:
    kind = arn.resource_type if arn else ""
    if arn is None or kind not in {"role", "user", "group"}:
        return None
    name = change.policy_name or "troubleshooter"
    return _Block(
        type=f"aws_iam_{kind}_policy", arguments={"name": name, kind: arn.name}, import_id=f"{arn.name}:{name}"
    )


def _organization(change: Change, target: Arn | None) -> _Block:
    policy = parse_arn(change.policy_arn)
    kind = "SERVICE_CONTROL_POLICY" if change.policy_type is PolicyType.SCP else "RESOURCE_CONTROL_POLICY"
    where = {"target_id": target.name if target else change.target_arn}
    return _Block(
        type="aws_organizations_policy",
        arguments={"name": change.policy_name or (policy.name if policy else "troubleshooter"), "type": kind},
        document="content",
        import_id=policy.name if policy else "",
        attachment=("aws_organizations_policy_attachment", where) if change.operation is Operation.CREATE else None,
    )


def _public_access_block(arn: Arn) -> _Block:
    if arn.service == "iam":
        arguments = {"account_id": arn.account}
        kind, identity = "aws_s3_account_public_access_block", arn.account
    else:
        arguments = {"bucket": arn.resource}
        kind, identity = "aws_s3_bucket_public_access_block", arn.resource
    return _Block(type=kind, arguments=arguments, import_id=identity, settings=True)


def _s3(arn: Arn, whole: str) -> _Block:
    if arn.resource_type == "accesspoint":
        return _Block(
            type="aws_s3control_access_point_policy",
            arguments={"access_point_arn": whole},
            import_id=whole,
        )
    bucket = arn.resource.split("/", 1)[0]
    return _Block(type="aws_s3_bucket_policy", arguments={"bucket": bucket}, import_id=bucket)


def _sqs(arn: Arn, whole: str) -> _Block:
    del whole
    url = queue_url(arn)
    return _Block(type="aws_sqs_queue_policy", arguments={"queue_url": url}, import_id=url)


def _plain(kind: str, argument: str, document: str = "policy") -> Callable[[Arn, str], _Block]:
    """Return a resource that is named and imported by its target's whole ARN."""
    return lambda _arn, whole: _Block(type=kind, arguments={argument: whole}, document=document, import_id=whole)


def _named(kind: str, argument: str) -> Callable[[Arn, str], _Block]:
    """Return a resource that is named and imported by its target's name."""
    return lambda arn, _whole: _Block(type=kind, arguments={argument: arn.resource_id}, import_id=arn.resource_id)


_RESOURCES: Mapping[str, Callable[[Arn, str], _Block]] = {
    "s3": _s3,
    "kms": _named("aws_kms_key_policy", "key_id"),
    "sqs": _sqs,
    "sns": _plain("aws_sns_topic_policy", "arn"),
    "secretsmanager": _plain("aws_secretsmanager_secret_policy", "secret_arn"),
    "dynamodb": _plain("aws_dynamodb_resource_policy", "resource_arn"),
    "kinesis": _plain("aws_kinesis_resource_policy", "resource_arn"),
    "ecr": _named("aws_ecr_repository_policy", "repository"),
    "events": _named("aws_cloudwatch_event_bus_policy", "event_bus_name"),
    "backup": _named("aws_backup_vault_policy", "backup_vault_name"),
    "elasticfilesystem": _named("aws_efs_file_system_policy", "file_system_id"),
}
