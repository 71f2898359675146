"""Denied calls and what must come of them: one function each, in the order of the services."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.world import ACCOUNT, REGION, Caller, World, allow, deny, document

Call = Callable[[], Any]


@dataclass
class Scene:
    """A call that is denied now, must work after the fix, and others that must stay denied.

    ``resource`` is what real AWS prints after "on resource:" and the emulator leaves out. ``refused_by``
    is the policy type that really refuses, where the emulator blames the identity policy.
    """

    caller: Caller
    call: Callable[[Caller], Any]
    resource: str
    still_denied: dict[str, Call] = field(default_factory=dict)
    refused_by: str = "identity_policy"
    context: dict[str, str] = field(default_factory=dict)
    explicit: bool = False
    session_policy: dict[str, Any] | None = None


Build = Callable[[World], Scene]


def _get(bucket: str, key: str = "data/one") -> Callable[[Caller], Any]:
    return lambda caller: caller.client("s3").get_object(Bucket=bucket, Key=key)


def _bystanders(world: World, caller: Caller, bucket: str) -> dict[str, Call]:
    """Return calls that no fix for ``data/one`` may open."""
    stranger, elsewhere = world.user(), world.bucket()
    return {
        "another user": lambda: _get(bucket)(stranger),
        "another bucket": lambda: _get(elsewhere)(caller),
        "another object": lambda: _get(bucket, "other/two")(caller),
        "a write": lambda: caller.client("s3").put_object(Bucket=bucket, Key="data/one", Body=b""),
    }


def s3_nothing_allows(world: World) -> Scene:
    bucket, caller = world.bucket(), world.user()
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def s3_bucket_arn_for_an_object_action(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}")))
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def s3_wrong_prefix(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/dat/*")))
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def s3_list_a_bucket(world: World) -> Scene:
    bucket, caller = world.bucket(), world.user()
    return Scene(
        caller,
        lambda who: who.client("s3").list_objects_v2(Bucket=bucket),
        f"arn:aws:s3:::{bucket}",
        {"an object": lambda: _get(bucket)(caller), "another user": lambda: _get(bucket)(world.user())},
    )


def s3_group_policy_names_another_bucket(world: World) -> Scene:
    bucket, other, caller = world.bucket(), world.bucket(), world.user()
    world.group_of(caller, document(allow("s3:GetObject", f"arn:aws:s3:::{other}/*")))
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        {
            "another object": lambda: _get(bucket, "other/two")(caller),
            "another user": lambda: _get(bucket)(world.user()),
        },
    )


def s3_managed_policy_lacks_the_action(world: World) -> Scene:
    bucket, caller = world.bucket(), world.user()
    policy = world.managed(document(allow("s3:GetObjectTagging", f"arn:aws:s3:::{bucket}/data/*")))
    world.client("iam").attach_user_policy(UserName=caller.arn.rsplit("/", 1)[-1], PolicyArn=policy)
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def s3_identity_policy_denies(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.user(
        document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*"), deny("s3:Get*", f"arn:aws:s3:::{bucket}/*"))
    )
    return Scene(
        caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket), explicit=True
    )


def s3_group_policy_denies(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*")))
    world.group_of(caller, document(deny("s3:GetObject", f"arn:aws:s3:::{bucket}/*")))
    return Scene(
        caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket), explicit=True
    )


def s3_condition_on_the_address(world: World) -> Scene:
    bucket = world.bucket()
    condition = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*", Condition=condition)))
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        _bystanders(world, caller, bucket),
        context={"aws:SourceIp": "127.0.0.1"},
    )


def s3_bucket_policy_denies_one_user(world: World) -> Scene:
    caller = world.user(document(allow("s3:GetObject", "*")))
    bucket = world.bucket(
        document(deny("s3:GetObject", "arn:aws:s3:::BUCKET/*", Principal={"AWS": caller.arn}, Sid="NotThisOne"))
    )
    stranger = world.user()
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        {
            "another user": lambda: _get(bucket)(stranger),
            "a write": lambda: caller.client("s3").put_object(Bucket=bucket, Key="data/one", Body=b""),
        },
        refused_by="resource_policy",
        explicit=True,
    )


def s3_boundary_lacks_the_action(world: World) -> Scene:
    bucket = world.bucket()
    boundary = world.managed(document(allow("sqs:*")))
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*")), boundary=boundary)
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        _bystanders(world, caller, bucket),
        refused_by="permissions_boundary",
    )


def s3_boundary_and_identity_both_lack_it(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.user(document(allow("sqs:*")), boundary=world.managed(document(allow("sqs:*"))))
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def s3_boundary_denies(world: World) -> Scene:
    bucket = world.bucket()
    limit = document(allow("s3:*"), deny("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*"))
    caller = world.user(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/data/*")), boundary=world.managed(limit))
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        _bystanders(world, caller, bucket),
        refused_by="permissions_boundary",
        explicit=True,
    )


def s3_role_session(world: World) -> Scene:
    bucket = world.bucket()
    caller = world.session(world.role(document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/logs/*"))))
    return Scene(caller, _get(bucket), f"arn:aws:s3:::{bucket}/data/one", _bystanders(world, caller, bucket))


def sqs_nothing_allows(world: World) -> Scene:
    (url, arn), caller = world.queue(), world.user()
    other, _ = world.queue()
    return Scene(
        caller,
        lambda who: who.client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        arn,
        {
            "another queue": lambda: caller.client("sqs").send_message(QueueUrl=other, MessageBody="x"),
            "reading": lambda: caller.client("sqs").receive_message(QueueUrl=url),
            "another user": lambda: world.user().client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        },
    )


def sqs_wrong_queue(world: World) -> Scene:
    url, arn = world.queue()
    caller = world.user(document(allow(["sqs:SendMessage", "sqs:GetQueueUrl"], f"{arn}-dead")))
    return Scene(
        caller,
        lambda who: who.client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        arn,
        {"reading": lambda: caller.client("sqs").receive_message(QueueUrl=url)},
    )


def sqs_queue_policy_denies(world: World) -> Scene:
    caller = world.user(document(allow("sqs:SendMessage")))
    url, arn = world.queue(document(deny("sqs:SendMessage", "*", Principal={"AWS": caller.arn}, Sid="Closed")))
    return Scene(
        caller,
        lambda who: who.client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        arn,
        {
            "reading": lambda: caller.client("sqs").receive_message(QueueUrl=url),
            "another user": lambda: world.user().client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        },
        refused_by="resource_policy",
        explicit=True,
    )


def sns_nothing_allows(world: World) -> Scene:
    arn, other = world.topic(), world.topic()
    # The default topic policy lets the account's own callers in; this one does not.
    own = document(allow("sns:Publish", arn, Principal={"AWS": world.user().arn}))
    world.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=_text(own))
    caller = world.user()
    return Scene(
        caller,
        lambda who: who.client("sns").publish(TopicArn=arn, Message="x"),
        arn,
        {
            "another topic": lambda: caller.client("sns").delete_topic(TopicArn=other),
            "another user": lambda: world.user().client("sns").publish(TopicArn=arn, Message="x"),
        },
    )


def sns_topic_policy_denies(world: World) -> Scene:
    caller = world.user(document(allow("sns:Publish")))
    arn = world.topic()
    closed = document(deny("sns:Publish", arn, Principal={"AWS": caller.arn}, Sid="Closed"))
    world.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=_text(closed))
    return Scene(
        caller,
        lambda who: who.client("sns").publish(TopicArn=arn, Message="x"),
        arn,
        {"deleting it": lambda: caller.client("sns").delete_topic(TopicArn=arn)},
        refused_by="resource_policy",
        explicit=True,
    )


def kms_identity_lacks_it(world: World) -> Scene:
    key, other = world.key(), world.key()
    caller = world.user()
    return Scene(
        caller,
        lambda who: who.client("kms").encrypt(KeyId=key, Plaintext=b"x"),
        key,
        {
            "another key": lambda: caller.client("kms").encrypt(KeyId=other, Plaintext=b"x"),
            "deleting it": lambda: caller.client("kms").schedule_key_deletion(KeyId=key),
        },
    )


def kms_key_policy_lets_nobody_in(world: World) -> Scene:
    caller = world.user(document(allow("kms:Encrypt")))
    keeper = world.user()
    key = world.key(document(allow("kms:*", "*", Principal={"AWS": keeper.arn}, Sid="Keeper")))
    return Scene(
        caller,
        lambda who: who.client("kms").encrypt(KeyId=key, Plaintext=b"x"),
        key,
        {
            "deleting it": lambda: caller.client("kms").schedule_key_deletion(KeyId=key),
            "another user": lambda: world.user().client("kms").encrypt(KeyId=key, Plaintext=b"x"),
        },
        refused_by="resource_policy",
    )


def kms_key_policy_denies(world: World) -> Scene:
    caller = world.user(document(allow("kms:Encrypt")))
    key = world.key(
        document(
            allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Sid="Account"),
            deny("kms:Encrypt", "*", Principal={"AWS": caller.arn}, Sid="NotThisOne"),
        )
    )
    return Scene(
        caller,
        lambda who: who.client("kms").encrypt(KeyId=key, Plaintext=b"x"),
        key,
        {"deleting it": lambda: caller.client("kms").schedule_key_deletion(KeyId=key)},
        refused_by="resource_policy",
        explicit=True,
    )


def dynamodb_nothing_allows(world: World) -> Scene:
    table, caller = world.table(), world.user()
    name = table.rsplit("/", 1)[-1]
    item = {"id": {"S": "1"}}
    return Scene(
        caller,
        lambda who: who.client("dynamodb").get_item(TableName=name, Key=item),
        table,
        {
            "a write": lambda: caller.client("dynamodb").put_item(TableName=name, Item=item),
            "another user": lambda: world.user().client("dynamodb").get_item(TableName=name, Key=item),
        },
    )


def dynamodb_wrong_table(world: World) -> Scene:
    table = world.table()
    name = table.rsplit("/", 1)[-1]
    caller = world.user(document(allow("dynamodb:GetItem", f"{table}-archive")))
    return Scene(
        caller,
        lambda who: who.client("dynamodb").get_item(TableName=name, Key={"id": {"S": "1"}}),
        table,
        {"a write": lambda: caller.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "1"}})},
    )


def secretsmanager_nothing_allows(world: World) -> Scene:
    secret, other, caller = world.secret(), world.secret(), world.user()
    return Scene(
        caller,
        lambda who: who.client("secretsmanager").get_secret_value(SecretId=secret),
        secret,
        {
            "another secret": lambda: caller.client("secretsmanager").get_secret_value(SecretId=other),
            "deleting it": lambda: caller.client("secretsmanager").delete_secret(SecretId=secret),
        },
    )


def secretsmanager_identity_denies(world: World) -> Scene:
    secret = world.secret()
    caller = world.user(document(allow("secretsmanager:GetSecretValue", secret), deny("secretsmanager:*", secret)))
    return Scene(
        caller,
        lambda who: who.client("secretsmanager").get_secret_value(SecretId=secret),
        secret,
        {"deleting it": lambda: caller.client("secretsmanager").delete_secret(SecretId=secret)},
        explicit=True,
    )


def ssm_wrong_parameter(world: World) -> Scene:
    world.client("ssm").put_parameter(Name="/app/one", Value="x", Type="String", Overwrite=True)
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/one"
    caller = world.user(document(allow("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/apps/*")))
    return Scene(
        caller,
        lambda who: who.client("ssm").get_parameter(Name="/app/one"),
        arn,
        {"a write": lambda: caller.client("ssm").put_parameter(Name="/app/one", Value="y", Type="String")},
    )


def sts_trust_policy_names_another(world: World) -> Scene:
    other = world.user()
    trust = document({"Effect": "Allow", "Principal": {"AWS": other.arn}, "Action": "sts:AssumeRole"})
    role = world.role(trust=trust)
    caller = world.user(document(allow("sts:AssumeRole", role)))
    stranger = world.user(document(allow("sts:AssumeRole", role)))
    return Scene(
        caller,
        lambda who: who.client("sts").assume_role(RoleArn=role, RoleSessionName="run"),
        role,
        {"another user": lambda: stranger.client("sts").assume_role(RoleArn=role, RoleSessionName="run")},
        refused_by="trust_policy",
    )


def sts_identity_lacks_assume_role(world: World) -> Scene:
    role, other, caller = world.role(), world.role(), world.user()
    return Scene(
        caller,
        lambda who: who.client("sts").assume_role(RoleArn=role, RoleSessionName="run"),
        role,
        {"another role": lambda: caller.client("sts").assume_role(RoleArn=other, RoleSessionName="run")},
    )


def s3_session_policy_lacks_it(world: World) -> Scene:
    bucket = world.bucket()
    role = world.role(document(allow("s3:*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])))
    narrow = document(allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    caller = world.session(role, narrow)
    return Scene(
        caller,
        _get(bucket),
        f"arn:aws:s3:::{bucket}/data/one",
        {"a write": lambda: caller.client("s3").put_object(Bucket=bucket, Key="data/one", Body=b"")},
        refused_by="session_policy",
        session_policy=narrow,
    )


def kinesis_nothing_allows(world: World) -> Scene:
    stream, caller = world.stream(), world.user()
    name = stream.rsplit("/", 1)[-1]
    return Scene(
        caller,
        lambda who: who.client("kinesis").put_record(StreamName=name, Data=b"x", PartitionKey="k"),
        stream,
        {"deleting it": lambda: caller.client("kinesis").delete_stream(StreamName=name)},
    )


def ec2_action_without_resource(world: World) -> Scene:
    caller = world.user(document(allow("ec2:DescribeImages")))
    return Scene(
        caller,
        lambda who: who.client("ec2").describe_instances(),
        "*",
        {"volumes": lambda: caller.client("ec2").describe_volumes(), "a write": lambda: _run(caller)},
    )


def iam_list_users(world: World) -> Scene:
    caller = world.user()
    return Scene(
        caller,
        lambda who: who.client("iam").list_users(),
        f"arn:aws:iam::{ACCOUNT}:user/",
        {"roles": lambda: caller.client("iam").list_roles()},
    )


def logs_wrong_group(world: World) -> Scene:
    name = world.name("/app/group")
    caller = world.user(document(allow("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/apps/*")))
    return Scene(
        caller,
        lambda who: who.client("logs").create_log_group(logGroupName=name),
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}",
        {"deleting it": lambda: caller.client("logs").delete_log_group(logGroupName=name)},
    )


def _run(caller: Caller) -> object:
    return caller.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")


def _text(policy: dict[str, Any]) -> str:
    return json.dumps(policy)


SCENARIOS: tuple[Build, ...] = (
    s3_nothing_allows,
    s3_bucket_arn_for_an_object_action,
    s3_wrong_prefix,
    s3_list_a_bucket,
    s3_group_policy_names_another_bucket,
    s3_managed_policy_lacks_the_action,
    s3_identity_policy_denies,
    s3_group_policy_denies,
    s3_condition_on_the_address,
    s3_bucket_policy_denies_one_user,
    s3_boundary_lacks_the_action,
    s3_boundary_and_identity_both_lack_it,
    s3_boundary_denies,
    s3_role_session,
    s3_session_policy_lacks_it,
    sqs_nothing_allows,
    sqs_wrong_queue,
    sqs_queue_policy_denies,
    sns_nothing_allows,
    sns_topic_policy_denies,
    kms_identity_lacks_it,
    kms_key_policy_lets_nobody_in,
    kms_key_policy_denies,
    dynamodb_nothing_allows,
    dynamodb_wrong_table,
    secretsmanager_nothing_allows,
    secretsmanager_identity_denies,
    ssm_wrong_parameter,
    sts_trust_policy_names_another,
    sts_identity_lacks_assume_role,
    kinesis_nothing_allows,
    ec2_action_without_resource,
    iam_list_users,
    logs_wrong_group,
)
