"""Every command offered exists in the AWS CLI: service, operation and options, by botocore's own models."""

from __future__ import annotations

import shlex
from functools import lru_cache

import botocore.session
import pytest
from botocore import xform_name

from troubleshooter.diagnosis.next_commands import next_commands
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType

ACCOUNT = "111122223333"
GLOBAL_OPTIONS = {"--query", "--output", "--region"}
RESOURCES = [
    "arn:aws:s3:::harborline-orders/in/1.json",
    f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0f6b2a51",
    f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders",
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:orders",
    f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:orders/db-Qw3rTy",
    f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:reprice",
    f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",
    f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/orders/web",
    f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders",
    f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/orders",
    f"arn:aws:iam::{ACCOUNT}:role/deploy",
]
CALLERS = [
    f"arn:aws:iam::{ACCOUNT}:user/mika",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-api/task",
    "anonymous",
]


def denial(caller: str, resource: str) -> Denial:
    return Denial(
        principal=Principal(arn=caller, account=ACCOUNT),
        action="s3:GetObject",
        resource=resource,
        resource_account=ACCOUNT,
        region="eu-west-1",
        vpc_endpoint_id="vpce-0a1b2c3d",
        authorization_id="4f1e2d3c-aaaa",
        encoded_message="abc",
        stated_policy_arn="arn:aws:organizations::999988887777:policy/o-hb/service_control_policy/p-1234",
    )


def finding(policy_type: PolicyType) -> Finding:
    return Finding(
        cause="evidence-insufficient",
        policy_type=policy_type,
        decision=Decision.UNKNOWN,
        blocking=False,
        confidence=Confidence.POSSIBLE,
        basis=Basis.INFERRED,
        because="",
    )


@lru_cache
def operations(service: str) -> dict[str, set[str]]:
    model = botocore.session.get_session().get_service_model({"s3api": "s3"}.get(service, service))
    return {
        xform_name(name, "-"): {
            f"--{xform_name(member, '-')}" for member in getattr(model.operation_model(name).input_shape, "members", ())
        }
        for name in model.operation_names
    }


def commands(policy_type: PolicyType) -> list[str]:
    return [
        command
        for caller in CALLERS
        for resource in RESOURCES
        for command in next_commands(denial(caller, resource), [finding(policy_type)], [])
    ]


@pytest.mark.parametrize("policy_type", [item for item in PolicyType if item is not PolicyType.NONE])
def test_every_command_exists(policy_type: PolicyType) -> None:
    offered = [shlex.split(command) for command in commands(policy_type)]
    assert offered
    for words in offered:
        if words[0] == "troubleshooter":
            continue
        program, service, operation, *rest = words
        assert program == "aws"
        known = operations(service)
        assert operation in known, words
        options = {word for word in rest if word.startswith("--")}
        assert options <= known[operation] | GLOBAL_OPTIONS, words


@pytest.mark.parametrize("policy_type", [item for item in PolicyType if item is not PolicyType.NONE])
def test_every_command_only_reads(policy_type: PolicyType) -> None:
    for command in commands(policy_type):
        words = shlex.split(command)
        reads = words[2].startswith(("get-", "list-", "describe-", "decode-", "lookup-"))
        assert words[0] == "troubleshooter" or reads


def test_the_named_organization_policy_is_read_by_its_id() -> None:
    assert "aws organizations describe-policy --policy-id p-1234" in commands(PolicyType.SCP)


def test_a_resource_that_is_no_one_resource_gives_no_resource_command() -> None:
    for resource in ("*", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/*", "a name"):
        found = next_commands(denial(CALLERS[0], resource), [finding(PolicyType.RESOURCE)], [])
        assert all("dynamodb" not in command for command in found)
