"""Every service's collector against moto, every listing in two pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.evidence.conftest import ACCOUNT, REGION, Wire
from tests.evidence.helpers import ROLE, TRUST, USER, client, collect, denial, own, resource_policy

TAGS = {"team": "blue", "stage": "prod"}
KEY_VALUE = [{"Key": key, "Value": value} for key, value in TAGS.items()]


@dataclass(frozen=True)
class Made:
    """A resource that was made: the request's ARN, the ARN its policy is kept under, and what to expect."""

    arn: str
    holder: str
    policy: object
    tags: dict[str, str] | None = None


def _document(action: str, resource: object = "*") -> object:
    return json.loads(resource_policy(action, resource))


def bucket() -> Made:
    s3 = client("s3")
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})
    text = resource_policy("s3:GetObject", "arn:aws:s3:::data/*")
    s3.put_bucket_policy(Bucket="data", Policy=text)
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": KEY_VALUE})
    return Made("arn:aws:s3:::data/file", "arn:aws:s3:::data", json.loads(text), TAGS)


def key() -> Made:
    text = resource_policy("kms:*")
    tags = [{"TagKey": name, "TagValue": value} for name, value in TAGS.items()]
    arn = client("kms").create_key(Policy=text, Tags=tags)["KeyMetadata"]["Arn"]
    return Made(arn, arn, json.loads(text), TAGS)


def queue() -> Made:
    text = resource_policy("sqs:SendMessage")
    client("sqs").create_queue(QueueName="jobs", Attributes={"Policy": text}, tags=TAGS)
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
    return Made(arn, arn, json.loads(text), TAGS)


def topic() -> Made:
    text = resource_policy("sns:Publish")
    arn = client("sns").create_topic(Name="news", Attributes={"Policy": text}, Tags=KEY_VALUE)["TopicArn"]
    return Made(arn, arn, json.loads(text), TAGS)


def function() -> Made:
    client("iam").create_role(RoleName="lambda", AssumeRolePolicyDocument=json.dumps(TRUST))
    made = client("lambda").create_function(
        FunctionName="work",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/lambda",
        Handler="a.b",
        Code={"ZipFile": b"x"},
        Tags=TAGS,
    )
    client("lambda").add_permission(
        FunctionName="work", StatementId="One", Action="lambda:InvokeFunction", Principal=ACCOUNT
    )
    arn = made["FunctionArn"]
    return Made(arn, arn, ..., TAGS)


def secret() -> Made:
    made = client("secretsmanager").create_secret(Name="db", SecretString="made-up", Tags=KEY_VALUE)["ARN"]
    text = resource_policy("secretsmanager:GetSecretValue")
    client("secretsmanager").put_resource_policy(SecretId=made, ResourcePolicy=text)
    return Made(made, made, json.loads(text), TAGS)


def repository() -> Made:
    arn = client("ecr").create_repository(repositoryName="web", tags=KEY_VALUE)["repository"]["repositoryArn"]
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "ecr:BatchGetImage"}],
        }
    )
    client("ecr").set_repository_policy(repositoryName="web", policyText=text)
    return Made(arn, arn, json.loads(text), TAGS)


def table() -> Made:
    made = client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=KEY_VALUE,
    )["TableDescription"]["TableArn"]
    text = resource_policy("dynamodb:GetItem", made)
    client("dynamodb").put_resource_policy(ResourceArn=made, Policy=text)
    return Made(f"{made}/index/by-date", made, json.loads(text), TAGS)


def stream() -> Made:
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"
    text = resource_policy("kinesis:PutRecord", arn)
    client("kinesis").put_resource_policy(ResourceARN=arn, Policy=text)
    return Made(arn, arn, json.loads(text))  # moto lists no tags by ARN


def bus() -> Made:
    arn = client("events").create_event_bus(Name="app", Tags=KEY_VALUE)["EventBusArn"]
    client("events").put_permission(EventBusName="app", Action="events:PutEvents", Principal=ACCOUNT, StatementId="One")
    return Made(arn, arn, ..., TAGS)


def log_group() -> Made:
    logs = client("logs")
    logs.create_log_group(logGroupName="/app/web", tags=TAGS)
    for name in ("a", "b"):
        document = json.loads(resource_policy("logs:PutLogEvents"))
        document["Statement"][0]["Sid"] = name
        logs.put_resource_policy(policyName=name, policyDocument=json.dumps(document))
    holder = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/app/web"
    return Made(f"{holder}:log-stream:one", holder, ..., TAGS)


def rest_api() -> Made:
    text = resource_policy("execute-api:Invoke", "execute-api:/*")
    api = client("apigateway").create_rest_api(name="shop", policy=text, tags=TAGS)["id"]
    holder = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}"
    return Made(f"{holder}/prod/GET/orders", holder, json.loads(text), TAGS)


def search_domain() -> Made:
    text = resource_policy("es:ESHttpGet")
    made = client("opensearch").create_domain(DomainName="search", AccessPolicies=text, TagList=KEY_VALUE)
    arn = made["DomainStatus"]["ARN"]
    return Made(f"{arn}/index/_search", arn, json.loads(text), TAGS)


MAKERS = (
    bucket, key, queue, topic, function, secret, repository, table, stream, bus, log_group, rest_api, search_domain,
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_reads_policy_and_tags_of_a_resource_in_two_pages(wire: Wire, make: Callable[[], Made]) -> None:
    made = make()
    wire.two_pages = True
    evidence = collect(wire, denial("x:Y", made.arn))
    account = own(evidence)
    policies = account.resource_policies or {}
    found = policies[made.holder]
    if made.policy is ...:
        assert isinstance(found, dict)
        assert found["Statement"]
    else:
        assert found == made.policy
    assert (account.resource_tags or {}).get(made.holder) == made.tags, evidence.gaps
    assert not [gap for gap in evidence.gaps if gap.policy_type == "resource_policy"]


def test_unites_a_log_groups_policies_of_both_pages(wire: Wire) -> None:
    made = log_group()
    wire.two_pages = True
    found = (own(collect(wire, denial("logs:PutLogEvents", made.arn))).resource_policies or {})[made.holder]
    assert isinstance(found, dict)
    assert [statement["Sid"] for statement in found["Statement"]] == ["a", "b"]
    assert wire.count("logs", "DescribeResourcePolicies") == 2


def test_resources_without_a_policy_are_known_to_have_none(wire: Wire) -> None:
    client("s3").create_bucket(Bucket="bare", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("sqs").create_queue(QueueName="bare")
    arns = ("arn:aws:s3:::bare", f"arn:aws:sqs:{REGION}:{ACCOUNT}:bare")
    for arn in arns:
        account = own(collect(wire, denial("x:Y", arn)))
        assert (account.resource_policies or {})[arn] is None


def test_a_resource_that_does_not_exist_is_a_gap_not_a_missing_policy(wire: Wire) -> None:
    for arn in (
        "arn:aws:s3:::nowhere",
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:nowhere",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:nowhere",
        f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nowhere",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:nowhere-AbCdEf",
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/nowhere",
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/nowhere",
        f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/nowhere",
    ):
        evidence = collect(wire, denial("x:Y", arn))
        account = evidence.accounts.get(ACCOUNT)
        assert arn not in ((account.resource_policies if account else None) or {}), arn
        assert any(gap.scope == arn for gap in evidence.gaps), arn


def test_reads_a_buckets_settings_and_the_key_behind_it(wire: Wire) -> None:
    made = key()
    s3 = client("s3")
    s3.create_bucket(Bucket="safe", CreateBucketConfiguration={"LocationConstraint": REGION})
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket="safe", PublicAccessBlockConfiguration=block)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": made.arn}}
    s3.put_bucket_encryption(Bucket="safe", ServerSideEncryptionConfiguration={"Rules": [rule]})
    ownership = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket="safe", OwnershipControls=ownership)
    client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    account = own(collect(wire, denial("s3:GetObject", "arn:aws:s3:::safe/a")))
    assert account.s3 is not None
    assert account.s3["PublicAccessBlock"] == block
    settings = account.s3["Buckets"]["safe"]  # type: ignore[index,call-overload]
    assert settings["PublicAccessBlock"] == block  # type: ignore[index,call-overload]
    assert settings["ObjectOwnership"] == "BucketOwnerEnforced"  # type: ignore[index,call-overload]
    assert (account.encryption_keys or {})["arn:aws:s3:::safe"] == made.arn
    assert (account.resource_policies or {})[made.arn] == made.policy
    assert (account.kms_grants or {})[made.arn] == ()


def test_reads_an_access_point_and_the_bucket_behind_it(wire: Wire) -> None:
    bucket()
    made = client("s3control").create_access_point(AccountId=ACCOUNT, Name="door", Bucket="data")["AccessPointArn"]
    text = resource_policy("s3:GetObject", f"{made}/object/*")
    client("s3control").put_access_point_policy(AccountId=ACCOUNT, Name="door", Policy=text)
    policies = own(collect(wire, denial("s3:GetObject", f"{made}/object/file"))).resource_policies or {}
    assert policies[made] == json.loads(text)
    assert policies["arn:aws:s3:::data"]


def test_reads_all_grants_of_a_key(wire: Wire) -> None:
    made = key()
    for _ in range(3):
        client("kms").create_grant(KeyId=made.arn, GranteePrincipal=USER, Operations=["Decrypt"])
    wire.two_pages = True
    account = own(collect(wire, denial("kms:Decrypt", made.arn)))
    assert len((account.kms_grants or {})[made.arn]) == 3


def test_follows_an_alias_to_its_key(wire: Wire) -> None:
    made = key()
    client("kms").create_alias(AliasName="alias/app", TargetKeyId=made.arn)
    alias = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/app"
    account = own(collect(wire, denial("kms:Decrypt", alias)))
    assert (account.encryption_keys or {})[alias] == made.arn
    assert (account.resource_policies or {})[made.arn] == made.policy


def test_reads_the_trust_policy_of_a_role_that_is_to_be_assumed(wire: Wire) -> None:
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    roles = own(collect(wire, denial("sts:AssumeRole", ROLE))).roles or {}
    assert roles[ROLE]["AssumeRolePolicyDocument"] == TRUST
    assert "RolePolicyList" not in roles[ROLE]


def test_reads_the_vpc_endpoint_of_the_event(wire: Wire) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", PolicyDocument=resource_policy("s3:*")
    )
    name = made["VpcEndpoint"]["VpcEndpointId"]
    account = own(collect(wire, denial("s3:GetObject", "arn:aws:s3:::x/y", vpc_endpoint_id=name)))
    assert [endpoint["VpcEndpointId"] for endpoint in account.vpc_endpoints or ()] == [name]


def test_reads_the_tags_of_an_ec2_resource(wire: Wire) -> None:
    ec2 = client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    ec2.create_tags(Resources=[volume], Tags=KEY_VALUE)
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/{volume}"
    wire.two_pages = True
    account = own(collect(wire, denial("ec2:DeleteVolume", arn)))
    assert (account.resource_tags or {})[arn] == TAGS
