"""The emulated account: principals and resources to make, fixes to apply."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boto3.session import Session
from botocore.config import Config

ACCOUNT = "000000000000"
REGION = "us-east-1"
Document = dict[str, Any]


def document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: object, resource: object = "*", **more: object) -> Document:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*", **more: object) -> Document:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


@dataclass(frozen=True)
class Caller:
    """Someone who calls: ``client`` makes clients with their credentials."""

    arn: str
    client: Callable[[str], Any]


@dataclass
class World:
    """One emulated account, used as its root."""

    url: str
    _names: int = 0

    def client(self, service: str, key: str = "test", secret: str = "test", token: str | None = None) -> Any:  # noqa: S107
        session: Any = Session(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
        once = Config(retries={"total_max_attempts": 1})
        return session.client(service, region_name=REGION, endpoint_url=self.url, config=once)

    def name(self, stem: str) -> str:
        """Return a name that nothing else in this world has."""
        self._names += 1
        return f"{stem}-{self._names}"

    def user(self, *inline: Document, boundary: str | None = None) -> Caller:
        name = self.name("user")
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if boundary:
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
        for number, policy in enumerate(inline):
            iam.put_user_policy(UserName=name, PolicyName=f"inline-{number}", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Caller(
            f"arn:aws:iam::{ACCOUNT}:user/{name}",
            lambda service: self.client(service, key["AccessKeyId"], key["SecretAccessKey"]),
        )

    def group_of(self, caller: Caller, policy: Document) -> str:
        name = self.name("group")
        iam = self.client("iam")
        iam.create_group(GroupName=name)
        iam.put_group_policy(GroupName=name, PolicyName="team", PolicyDocument=json.dumps(policy))
        iam.add_user_to_group(GroupName=name, UserName=caller.arn.rsplit("/", 1)[-1])
        return name

    def managed(self, policy: Document) -> str:
        made = self.client("iam").create_policy(PolicyName=self.name("policy"), PolicyDocument=json.dumps(policy))
        return str(made["Policy"]["Arn"])

    def role(self, *inline: Document, trust: Document | None = None) -> str:
        name = self.name("role")
        everyone = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        iam = self.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust or everyone))
        for number, policy in enumerate(inline):
            iam.put_role_policy(RoleName=name, PolicyName=f"inline-{number}", PolicyDocument=json.dumps(policy))
        return str(made["Role"]["Arn"])

    def session(self, role: str, policy: Document | None = None) -> Caller:
        """Return a session of the role; asked again with another session policy it is made anew."""
        given = {"Policy": json.dumps(policy)} if policy else {}
        made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="run", **given)
        found = made["Credentials"]
        return Caller(
            made["AssumedRoleUser"]["Arn"],
            lambda service: self.client(service, found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]),
        )

    def bucket(self, policy: Document | None = None) -> str:
        name = self.name("bucket")
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name)
        for key in ("data/one", "other/two"):
            s3.put_object(Bucket=name, Key=key, Body=b"x")
        if policy:
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy).replace("BUCKET", name))
        return name

    def queue(self, policy: Document | None = None) -> tuple[str, str]:
        """Return URL and ARN."""
        name = self.name("queue")
        attributes = {"Policy": json.dumps(policy)} if policy else {}
        url = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return str(url), f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def topic(self, policy: Document | None = None) -> str:
        sns = self.client("sns")
        arn = str(sns.create_topic(Name=self.name("topic"))["TopicArn"])
        if policy:
            sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
        return arn

    def key(self, policy: Document | None = None) -> str:
        given = {"Policy": json.dumps(policy)} if policy else {}
        return str(self.client("kms").create_key(**given)["KeyMetadata"]["Arn"])

    def table(self) -> str:
        made = self.client("dynamodb").create_table(
            TableName=self.name("table"),
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return str(made["TableDescription"]["TableArn"])

    def secret(self) -> str:
        return str(self.client("secretsmanager").create_secret(Name=self.name("secret"), SecretString="made-up")["ARN"])

    def stream(self) -> str:
        name = self.name("stream")
        self.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"

    def apply(self, change: Document) -> None:
        """Make one change of a fix, as whoever owns the policy would."""
        text = json.dumps(change["after"])
        kind, target = change["policy_type"], str(change["target_arn"])
        if kind == "session_policy":
            return  # whoever makes the session passes the changed policy
        if kind == "trust_policy":
            name = target.rsplit("/", 1)[-1]
            self.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=text)
        elif kind == "resource_policy":
            self._apply_resource(target, change["after"])
        elif change["policy_arn"]:
            arn = change["policy_arn"]
            self.client("iam").create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        else:
            self._apply_inline(target, str(change["policy_name"]), text)

    def _apply_inline(self, target: str, name: str, text: str) -> None:
        iam = self.client("iam")
        kind, who = target.rsplit(":", maxsplit=1)[-1].split("/", maxsplit=1)[0], target.rsplit("/", 1)[-1]
        put = {"user": iam.put_user_policy, "role": iam.put_role_policy, "group": iam.put_group_policy}[kind]
        put(**{f"{kind.capitalize()}Name": who, "PolicyName": name, "PolicyDocument": text})

    def _apply_resource(self, target: str, after: Document) -> None:
        service, name = target.split(":")[2], target.split(":", 5)[-1]
        text = json.dumps(after)
        if service == "s3" and not after.get("Statement"):
            self.client("s3").delete_bucket_policy(Bucket=name)
        elif service == "s3":
            self.client("s3").put_bucket_policy(Bucket=name, Policy=text)
        elif service == "sqs":
            given = text if after.get("Statement") else ""
            self.client("sqs").set_queue_attributes(
                QueueUrl=f"{self.url}/{ACCOUNT}/{name}", Attributes={"Policy": given}
            )
        elif service == "sns":
            self.client("sns").set_topic_attributes(TopicArn=target, AttributeName="Policy", AttributeValue=text)
        elif service == "kms":
            self.client("kms").put_key_policy(KeyId=target, PolicyName="default", Policy=text)
        elif service == "secretsmanager":
            self.client("secretsmanager").put_resource_policy(SecretId=target, ResourcePolicy=text)
        else:
            raise AssertionError(f"no way to set the policy of {target}")
