"""The read-only AWS CLI commands that would settle what is still open, ready to paste.

Every value comes from the input and is quoted for the shell.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from troubleshooter.diagnosis.encoded import decode_command
from troubleshooter.diagnosis.judgement import Judgement
from troubleshooter.model.arn import assumed_role, parse_arn, s3_bucket_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Decision, PolicyType

_MOST = 12


def next_commands(denial: Denial, findings: Sequence[Finding], judgements: Sequence[Judgement]) -> tuple[str, ...]:
    """Return the commands, the most telling first; none where every layer is decided."""
    open_types = _open_types(findings, judgements)
    commands = [
        decode_command(denial),
        _authorization_details(denial),
        *(command for policy_type in open_types for command in _of(policy_type, denial)),
    ]
    if open_types:
        commands.append("troubleshooter explain --live INPUT")
    return tuple(dict.fromkeys(command for command in commands if command))[:_MOST]


def _open_types(findings: Sequence[Finding], judgements: Sequence[Judgement]) -> tuple[PolicyType, ...]:
    """Return the policy types worth reading: the undecided ones, those that a finding names first.

    Where nothing could be judged, the findings' own.
    """
    undecided = [
        layer.policy_type
        for judgement in judgements
        for layer in judgement.evaluation.layers
        if layer.decision is Decision.UNKNOWN
    ]
    named = [finding.policy_type for finding in findings if finding.policy_type is not PolicyType.NONE]
    nothing_read = all(not layer.decision.denies for item in judgements for layer in item.evaluation.layers)
    if judgements and not (nothing_read and undecided):
        named = [item for item in named if item in undecided]
    return tuple(dict.fromkeys([*named, *undecided]))


def _of(policy_type: PolicyType, denial: Denial) -> Iterable[str]:
    write = _WRITERS.get(policy_type)
    return write(denial) if write else ()


def _aws(*words: str) -> str:
    return shlex.join(["aws", *words])


def _authorization_details(denial: Denial) -> str | None:
    """AWS's own details of this denial (https://docs.aws.amazon.com/cli/latest/reference/)."""
    if not denial.authorization_id:
        return None
    region = ("--region", denial.region) if denial.region else ()
    return _aws(
        "iam-toolbox", "get-request-authorization-details", "--authorization-id", denial.authorization_id, *region
    )


def _identity(denial: Denial) -> Iterator[str]:
    kind, name = _caller(denial)
    if name is None:
        yield _aws("sts", "get-caller-identity")
    elif kind == "user":
        yield _aws("iam", "list-attached-user-policies", "--user-name", name)
        yield _aws("iam", "list-user-policies", "--user-name", name)
        yield _aws("iam", "list-groups-for-user", "--user-name", name)
    else:
        yield _aws("iam", "list-attached-role-policies", "--role-name", name)
        yield _aws("iam", "list-role-policies", "--role-name", name)


def _boundary(denial: Denial) -> Iterator[str]:
    kind, name = _caller(denial)
    if name is not None:
        yield _aws("iam", f"get-{kind}", f"--{kind}-name", name, "--query", f"{kind.title()}.PermissionsBoundary")


def _caller(denial: Denial) -> tuple[str, str | None]:
    session = assumed_role(denial.principal.arn)
    if session:
        return "role", session[1]
    arn = parse_arn(denial.principal.session_issuer_arn or denial.principal.arn)
    if arn is None or arn.service != "iam" or arn.resource_type not in {"user", "role"}:
        return "role", None
    return arn.resource_type, arn.name


def _session(denial: Denial) -> Iterator[str]:
    del denial
    yield _aws("cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventName,AttributeValue=AssumeRole")


def _trust(denial: Denial) -> Iterator[str]:
    arn = parse_arn(denial.resource)
    if arn and arn.service == "iam" and arn.resource_type == "role":
        yield _aws("iam", "get-role", "--role-name", arn.name, "--query", "Role.AssumeRolePolicyDocument")


def _resource(denial: Denial) -> Iterator[str]:
    arn = parse_arn(denial.resource)
    if arn is None or denial.resource is None or "*" in denial.resource:
        return
    bucket = s3_bucket_of(denial.resource)
    if bucket:
        yield _aws("s3api", "get-bucket-policy", "--bucket", bucket, "--query", "Policy", "--output", "text")
        yield _aws("s3api", "get-bucket-encryption", "--bucket", bucket)
        return
    region = ("--region", arn.region) if arn.region else ()
    words = _RESOURCE_COMMANDS.get(arn.service)
    if words:
        yield _aws(*words(denial.resource, arn.name), *region)


def _queue_url(text: str) -> str:
    """Return a queue's address, which its ARN determines (https://docs.aws.amazon.com/general/latest/gr/sqs-service.html)."""
    arn = parse_arn(text)
    if arn is None:
        return text
    suffix = "amazonaws.com.cn" if arn.partition == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{arn.region}.{suffix}/{arn.account}/{arn.resource}"


_RESOURCE_COMMANDS: Mapping[str, Callable[[str, str], tuple[str, ...]]] = {
    "kms": lambda arn, _: ("kms", "get-key-policy", "--key-id", arn, "--policy-name", "default", "--output", "text"),
    "sqs": lambda arn, _: (
        *("sqs", "get-queue-attributes", "--queue-url", _queue_url(arn)),
        *("--attribute-names", "Policy", "KmsMasterKeyId"),
    ),
    "sns": lambda arn, _: ("sns", "get-topic-attributes", "--topic-arn", arn, "--query", "Attributes.Policy"),
    "secretsmanager": lambda arn, _: ("secretsmanager", "get-resource-policy", "--secret-id", arn),
    "lambda": lambda arn, _: ("lambda", "get-policy", "--function-name", arn),
    "dynamodb": lambda arn, _: ("dynamodb", "get-resource-policy", "--resource-arn", arn),
    "ecr": lambda arn, _: ("ecr", "get-repository-policy", "--repository-name", arn.partition(":repository/")[2]),
    "events": lambda _, name: ("events", "describe-event-bus", "--name", name, "--query", "Policy"),
    "kinesis": lambda arn, _: ("kinesis", "get-resource-policy", "--resource-arn", arn),
}


def _block_public_access(denial: Denial) -> Iterator[str]:
    bucket = s3_bucket_of(denial.resource)
    if bucket:
        yield _aws("s3api", "get-public-access-block", "--bucket", bucket)
    if denial.resource_account:
        yield _aws("s3control", "get-public-access-block", "--account-id", denial.resource_account)


def _endpoint(denial: Denial) -> Iterator[str]:
    region = ("--region", denial.region) if denial.region else ()
    if denial.vpc_endpoint_id:
        yield _aws("ec2", "describe-vpc-endpoints", "--vpc-endpoint-ids", denial.vpc_endpoint_id, *region)


def _organization(kind: str, account_of: Callable[[Denial], str | None]) -> Callable[[Denial], Iterator[str]]:
    def commands(denial: Denial) -> Iterator[str]:
        account = account_of(denial)
        if account:
            yield _aws("organizations", "list-policies-for-target", "--target-id", account, "--filter", kind)
            yield _aws("organizations", "list-parents", "--child-id", account)
        if denial.stated_policy_arn and ":organizations:" in denial.stated_policy_arn:
            policy = denial.stated_policy_arn.rsplit("/", 1)[-1]
            yield _aws("organizations", "describe-policy", "--policy-id", policy)

    return commands


_WRITERS: Mapping[PolicyType, Callable[[Denial], Iterator[str]]] = {
    PolicyType.IDENTITY: _identity,
    PolicyType.BOUNDARY: _boundary,
    PolicyType.SESSION: _session,
    PolicyType.TRUST: _trust,
    PolicyType.RESOURCE: _resource,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: _block_public_access,
    PolicyType.VPC_ENDPOINT: _endpoint,
    PolicyType.SCP: _organization("SERVICE_CONTROL_POLICY", lambda denial: denial.principal.account),
    PolicyType.RCP: _organization(
        "RESOURCE_CONTROL_POLICY", lambda denial: denial.resource_account or denial.principal.account
    ),
}
