"""The services that moto does not serve: answers in the SDK's own shapes, checked by the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.evidence.conftest import ACCOUNT, REGION, Answer, Wire, refusal
from tests.evidence.helpers import collect, denial, own, resource_policy

TAGS = {"team": "blue"}
PAIRS = [{"Key": "team", "Value": "blue"}]
POLICY = resource_policy("x:Y")
DOCUMENT = json.loads(POLICY)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
A = f"{REGION}:{ACCOUNT}"
CLUSTER = f"arn:aws:kafka:{A}:cluster/main/11111111-2222-3333-4444-555555555555-1"
TABLES = f"arn:aws:s3tables:{A}:bucket/lake"


@dataclass(frozen=True)
class Case:
    """A resource and what AWS answers about it; ``policy_call`` is the call that reads the policy."""

    name: str
    arn: str
    holder: str
    policy_call: tuple[str, str]
    answers: dict[tuple[str, str], Answer]
    policy: object = field(default_factory=lambda: DOCUMENT)
    tags: dict[str, str] | None = None
    key: str | None = None
    none_code: str | None = None


def _pages(items: str, first: list[Any], second: list[Any]) -> Answer:
    def answer(parameters: dict[str, Any]) -> dict[str, Any]:
        return {items: second} if parameters.get("nextToken") else {items: first, "nextToken": "2"}

    return answer


CASES = (
    Case(
        "efs",
        f"arn:aws:elasticfilesystem:{A}:file-system/fs-1",
        f"arn:aws:elasticfilesystem:{A}:file-system/fs-1",
        ("efs", "DescribeFileSystemPolicy"),
        {
            ("efs", "DescribeFileSystemPolicy"): {"FileSystemId": "fs-1", "Policy": POLICY},
            ("efs", "DescribeFileSystems"): {
                "FileSystems": [
                    {
                        "OwnerId": ACCOUNT, "CreationToken": "x", "FileSystemId": "fs-1", "LifeCycleState": "available",
                        "NumberOfMountTargets": 0, "SizeInBytes": {"Value": 0}, "PerformanceMode": "generalPurpose",
                        "CreationTime": 0, "Tags": PAIRS, "KmsKeyId": KEY,
                    }
                ]
            },
        },
        tags=TAGS,
        key=KEY,
        none_code="PolicyNotFound",
    ),
    Case(
        "glue",
        f"arn:aws:glue:{A}:table/sales/orders",
        f"arn:aws:glue:{A}:catalog",
        ("glue", "GetResourcePolicy"),
        {("glue", "GetResourcePolicy"): {"PolicyInJson": POLICY}},
        none_code="EntityNotFoundException",
    ),
    Case(
        "backup",
        f"arn:aws:backup:{A}:backup-vault:main",
        f"arn:aws:backup:{A}:backup-vault:main",
        ("backup", "GetBackupVaultAccessPolicy"),
        {
            ("backup", "DescribeBackupVault"): {"BackupVaultName": "main", "EncryptionKeyArn": KEY},
            ("backup", "GetBackupVaultAccessPolicy"): {"Policy": POLICY},
            ("backup", "ListTags"): {"Tags": TAGS},
        },
        tags=TAGS,
        key=KEY,
        none_code="ResourceNotFoundException",
    ),
    Case(
        "codeartifact domain",
        f"arn:aws:codeartifact:{A}:domain/corp",
        f"arn:aws:codeartifact:{A}:domain/corp",
        ("codeartifact", "GetDomainPermissionsPolicy"),
        {
            ("codeartifact", "GetDomainPermissionsPolicy"): {"policy": {"document": POLICY}},
            ("codeartifact", "ListTagsForResource"): {"tags": [{"key": "team", "value": "blue"}]},
        },
        tags=TAGS,
        none_code="ResourceNotFoundException",
    ),
    Case(
        "codeartifact package",
        f"arn:aws:codeartifact:{A}:package/corp/libs/pypi//requests",
        f"arn:aws:codeartifact:{A}:repository/corp/libs",
        ("codeartifact", "GetRepositoryPermissionsPolicy"),
        {
            ("codeartifact", "GetRepositoryPermissionsPolicy"): {"policy": {"document": POLICY}},
            ("codeartifact", "ListTagsForResource"): {"tags": []},
        },
        tags={},
        none_code="ResourceNotFoundException",
    ),
    Case(
        "serverless application repository",
        f"arn:aws:serverlessrepo:{A}:applications/tool",
        f"arn:aws:serverlessrepo:{A}:applications/tool",
        ("serverlessrepo", "GetApplicationPolicy"),
        {
            ("serverlessrepo", "GetApplicationPolicy"): {
                "Statements": [{"Actions": ["Deploy"], "Principals": [ACCOUNT], "StatementId": "One"}]
            }
        },
        policy={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "One",
                    "Effect": "Allow",
                    "Principal": {"AWS": [ACCOUNT]},
                    "Action": ["serverlessrepo:Deploy"],
                    "Resource": f"arn:aws:serverlessrepo:{A}:applications/tool",
                }
            ],
        },
    ),
    Case(
        "signer, two pages",
        f"arn:aws:signer:{A}:/signing-profiles/release",
        f"arn:aws:signer:{A}:/signing-profiles/release",
        ("signer", "ListProfilePermissions"),
        {
            ("signer", "ListTagsForResource"): {"tags": TAGS},
            ("signer", "ListProfilePermissions"): _pages(
                "permissions",
                [{"action": "signer:StartSigningJob", "principal": "111122223333", "statementId": "a"}],
                [{"action": "signer:GetSigningProfile", "principal": "111122223333", "statementId": "b"}],
            ),
        },
        policy=...,
        tags=TAGS,
        none_code="ResourceNotFoundException",
    ),
    Case(
        "msk topic",
        f"{CLUSTER.replace(':cluster/', ':topic/')}/orders",
        CLUSTER,
        ("kafka", "GetClusterPolicy"),
        {("kafka", "GetClusterPolicy"): {"Policy": POLICY}, ("kafka", "ListTagsForResource"): {"Tags": TAGS}},
        tags=TAGS,
        none_code="NotFoundException",
    ),
    Case(
        "ses, two policies",
        f"arn:aws:ses:{A}:identity/example.com",
        f"arn:aws:ses:{A}:identity/example.com",
        ("sesv2", "GetEmailIdentity"),
        {("sesv2", "GetEmailIdentity"): {"Policies": {"a": POLICY, "b": POLICY}, "Tags": PAIRS}},
        policy={"Version": "2012-10-17", "Statement": DOCUMENT["Statement"] * 2},
        tags=TAGS,
    ),
    Case(
        "s3 tables",
        f"{TABLES}/table/22222222-2222-2222-2222-222222222222",
        TABLES,
        ("s3tables", "GetTableBucketPolicy"),
        {
            ("s3tables", "GetTableBucket"): {
                "arn": TABLES, "name": "lake", "ownerAccountId": ACCOUNT, "createdAt": 0,
            },
            ("s3tables", "GetTableBucketPolicy"): {"resourcePolicy": POLICY},
            ("s3tables", "GetTableBucketEncryption"): {
                "encryptionConfiguration": {"sseAlgorithm": "aws:kms", "kmsKeyArn": KEY}
            },
            ("s3tables", "GetTable"): refusal("GetTable"),
        },
        key=KEY,
        none_code="NotFoundException",
    ),
    Case(
        "kinesis consumer",
        f"arn:aws:kinesis:{A}:stream/clicks/consumer/app:1",
        f"arn:aws:kinesis:{A}:stream/clicks/consumer/app:1",
        ("kinesis", "GetResourcePolicy"),
        {
            ("kinesis", "DescribeStreamSummary"): {
                "StreamDescriptionSummary": {
                    "StreamName": "clicks", "StreamARN": f"arn:aws:kinesis:{A}:stream/clicks", "StreamStatus": "ACTIVE",
                    "RetentionPeriodHours": 24, "StreamCreationTimestamp": 0, "EnhancedMonitoring": [],
                    "OpenShardCount": 1, "KeyId": KEY,
                }
            },
            ("kinesis", "GetResourcePolicy"): {"Policy": POLICY},
            ("kinesis", "ListTagsForResource"): {"Tags": PAIRS},
        },
        none_code="ResourceNotFoundException",
    ),
    Case(
        "lambda layer",
        f"arn:aws:lambda:{A}:layer:shared:3",
        f"arn:aws:lambda:{A}:layer:shared:3",
        ("lambda", "GetLayerVersionPolicy"),
        {
            ("lambda", "GetLayerVersionPolicy"): {"Policy": POLICY},
            ("lambda", "ListLayerVersions"): {"LayerVersions": [{"Version": 3}]},
        },
        none_code="ResourceNotFoundException",
    ),
    Case(
        "log destination",
        f"arn:aws:logs:{A}:destination:central",
        f"arn:aws:logs:{A}:destination:central",
        ("logs", "DescribeDestinations"),
        {
            ("logs", "DescribeDestinations"): _pages(
                "destinations",
                [{"destinationName": "central-old", "accessPolicy": "{}"}],
                [{"destinationName": "central", "accessPolicy": POLICY}],
            )
        },
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reads_policy_tags_and_key(wire: Wire, case: Case) -> None:
    wire.answers.update(case.answers)
    account = own(collect(wire, denial("x:Y", case.arn)))
    found = (account.resource_policies or {})[case.holder]
    if case.policy is ...:
        assert isinstance(found, dict)
        assert len(found["Statement"]) == 2
    else:
        assert found == case.policy
    if case.tags is not None:
        assert (account.resource_tags or {})[case.holder] == case.tags
    if case.key:
        assert (account.encryption_keys or {})[case.holder] == case.key


@pytest.mark.parametrize("case", [case for case in CASES if case.none_code], ids=lambda case: case.name)
def test_no_policy_is_none_only_where_the_resource_exists(wire: Wire, case: Case) -> None:
    wire.answers.update(case.answers)
    wire.answers[case.policy_call] = refusal(case.policy_call[1], case.none_code or "")
    account = own(collect(wire, denial("x:Y", case.arn)))
    assert (account.resource_policies or {})[case.holder] is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_refused_policy_is_a_gap(wire: Wire, case: Case) -> None:
    wire.answers.update(case.answers)
    wire.answers[case.policy_call] = refusal(case.policy_call[1], "AccessDeniedException")
    evidence = collect(wire, denial("x:Y", case.arn))
    account = evidence.accounts.get(ACCOUNT)
    assert case.holder not in ((account.resource_policies if account else None) or {})
    assert any(gap.policy_type == "resource_policy" and gap.scope == case.holder for gap in evidence.gaps)


@pytest.mark.parametrize("case", [case for case in CASES if case.none_code], ids=lambda case: case.name)
def test_not_found_about_everything_is_never_no_policy(wire: Wire, case: Case) -> None:
    code = case.none_code if case.none_code not in {"PolicyNotFound", "EntityNotFoundException"} else "AccessDenied"
    for call in case.answers:
        wire.answers[call] = refusal(call[1], code or "")
    evidence = collect(wire, denial("x:Y", case.arn))
    account = evidence.accounts.get(ACCOUNT)
    assert case.holder not in ((account.resource_policies if account else None) or {})
    assert any(case.holder.startswith(gap.scope) for gap in evidence.gaps)
