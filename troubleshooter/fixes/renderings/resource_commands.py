"""Which AWS CLI commands read, set and delete the policy of each kind of resource.

Operations and parameters are those of the AWS CLI reference (https://docs.aws.amazon.com/cli/latest/reference/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from troubleshooter.model.arn import Arn


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A resource policy's commands: words that read, set and delete it; ``query`` picks it out of the answer.

    ``set_words`` ends in the option that takes the document.
    """

    read: tuple[str, ...]
    query: str
    set_words: tuple[str, ...]
    delete: tuple[str, ...] | None = None


def kind_of(arn: Arn, whole: str) -> Kind | None:
    """Return the commands of the resource policy on ``arn`` (``whole`` is its text), None where none is known."""
    if arn.service == "s3":
        return _s3(arn)
    describe = _KINDS.get(arn.service)
    return describe(arn, whole) if describe else None


def _s3(arn: Arn) -> Kind:
    if arn.resource_type == "accesspoint":
        named = ("--account-id", arn.account, "--name", arn.resource_id)
        return Kind(
            read=("s3control", "get-access-point-policy", *named),
            query="Policy",
            set_words=("s3control", "put-access-point-policy", *named, "--policy"),
            delete=("s3control", "delete-access-point-policy", *named),
        )
    bucket = ("--bucket", arn.resource.split("/", 1)[0])
    return Kind(
        read=("s3api", "get-bucket-policy", *bucket),
        query="Policy",
        set_words=("s3api", "put-bucket-policy", *bucket, "--policy"),
        delete=("s3api", "delete-bucket-policy", *bucket),
    )


def _by_arn(service: str, option: str, document: str = "--policy", query: str = "Policy") -> Callable[[Arn, str], Kind]:
    """Return the usual trio: get-, put- and delete-resource-policy with one option that names the resource."""

    def kind(arn: Arn, whole: str) -> Kind:
        del arn
        return Kind(
            read=(service, "get-resource-policy", option, whole),
            query=query,
            set_words=(service, "put-resource-policy", option, whole, document),
            delete=(service, "delete-resource-policy", option, whole),
        )

    return kind


def _kms(arn: Arn, whole: str) -> Kind:
    del arn
    named = ("--key-id", whole, "--policy-name", "default")
    return Kind(
        read=("kms", "get-key-policy", *named), query="Policy", set_words=("kms", "put-key-policy", *named, "--policy")
    )


def queue_url(arn: Arn) -> str:
    """Return the URL of a queue's ARN (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/)."""
    domain = {"aws-cn": "amazonaws.com.cn"}.get(arn.partition, "amazonaws.com")
    return f"https://sqs.{arn.region}.{domain}/{arn.account}/{arn.resource}"


def _sns(arn: Arn, whole: str) -> Kind:
    del arn
    return Kind(
        read=("sns", "get-topic-attributes", "--topic-arn", whole),
        query="Attributes.Policy",
        set_words=(
            "sns",
            "set-topic-attributes",
            "--topic-arn",
            whole,
            "--attribute-name",
            "Policy",
            "--attribute-value",
        ),
    )


def _ecr(arn: Arn, whole: str) -> Kind:
    del whole
    named = ("--registry-id", arn.account, "--repository-name", arn.resource_id)
    return Kind(
        read=("ecr", "get-repository-policy", *named),
        query="policyText",
        set_words=("ecr", "set-repository-policy", *named, "--policy-text"),
        delete=("ecr", "delete-repository-policy", *named),
    )


def _events(arn: Arn, whole: str) -> Kind:
    del whole
    named = ("--event-bus-name", arn.resource_id)
    return Kind(
        read=("events", "describe-event-bus", "--name", arn.resource_id),
        query="Policy",
        set_words=("events", "put-permission", *named, "--policy"),
        delete=("events", "remove-permission", *named, "--remove-all-permissions"),
    )


def _backup(arn: Arn, whole: str) -> Kind:
    del whole
    named = ("--backup-vault-name", arn.resource_id)
    return Kind(
        read=("backup", "get-backup-vault-access-policy", *named),
        query="Policy",
        set_words=("backup", "put-backup-vault-access-policy", *named, "--policy"),
        delete=("backup", "delete-backup-vault-access-policy", *named),
    )


def _efs(arn: Arn, whole: str) -> Kind:
    del whole
    named = ("--file-system-id", arn.resource_id)
    return Kind(
        read=("efs", "describe-file-system-policy", *named),
        query="Policy",
        set_words=("efs", "put-file-system-policy", *named, "--policy"),
        delete=("efs", "delete-file-system-policy", *named),
    )


def _glue(arn: Arn, whole: str) -> Kind:
    del arn, whole
    return Kind(
        read=("glue", "get-resource-policy"),
        query="PolicyInJson",
        set_words=("glue", "put-resource-policy", "--policy-in-json"),
        delete=("glue", "delete-resource-policy"),
    )


_KINDS: Mapping[str, Callable[[Arn, str], Kind]] = {
    "kms": _kms,
    "sns": _sns,
    "secretsmanager": _by_arn("secretsmanager", "--secret-id", "--resource-policy", "ResourcePolicy"),
    "lambda": _by_arn("lambda", "--resource-arn"),
    "dynamodb": _by_arn("dynamodb", "--resource-arn"),
    "kinesis": _by_arn("kinesis", "--resource-arn"),
    "ecr": _ecr,
    "events": _events,
    "backup": _backup,
    "elasticfilesystem": _efs,
    "glue": _glue,
}
