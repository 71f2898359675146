"""Deciding many requests at once gives what deciding each alone gives."""

from itertools import product
from typing import Any

from troubleshooter.model.evidence import AccountEvidence, Evidence, OrganizationEvidence, OrganizationPolicy
from troubleshooter.usecases.simulate import simulate_request
from troubleshooter.usecases.simulate_many import Simulator, read_request

OWN, OTHER = "111122223333", "444455556666"
Json = dict[str, Any]


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str, **more: object) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def role(name: str, *statements: Json) -> Json:
    return {
        "RoleName": name,
        "RoleId": f"AROA{name.upper()}",
        "Arn": f"arn:aws:iam::{OWN}:role/app/{name}",
        "Path": "/app/",
        "AssumeRolePolicyDocument": document(
            {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}
        ),
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
        "AttachedManagedPolicies": [],
        "Tags": [{"Key": "team", "Value": name}],
    }


TAGGED = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
ENDPOINT = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
ROLES = (
    role(
        "reader",
        allow("s3:*", "arn:aws:s3:::data/*"),
        allow("sqs:*", "*", Condition=TAGGED),
        allow("kms:*", "*"),
        allow("secretsmanager:*", "*"),
    ),
    role("guest", allow("s3:GetObject", "*", Condition=ENDPOINT), allow("sts:AssumeRole", "*")),
)
SECRET = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:db"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1"


def evidence() -> Evidence:
    partner = {"AWS": f"arn:aws:iam::{OWN}:role/app/guest"}
    own = AccountEvidence(
        account_id=OWN,
        users={},
        groups={},
        roles={str(item["Arn"]): item for item in ROLES},
        managed_policies={},
        resource_policies={
            "arn:aws:s3:::data": document({**allow("s3:GetObject", "arn:aws:s3:::data/open/*"), "Principal": "*"}),
            "arn:aws:s3:::plain": None,
            KEY: document({**allow("kms:*", "*"), "Principal": {"AWS": OWN}}),
            f"arn:aws:sqs:eu-west-1:{OWN}:blue": None,
            f"{SECRET}-AbCdEf": document({**allow("*", "*"), "Principal": {"AWS": OWN}}),
            f"arn:aws:lambda:eu-west-1:{OWN}:function:f": document({**allow("*", "*"), "Principal": "*"}),
        },
        vpc_endpoints=[
            {
                "VpcEndpointId": "vpce-1",
                "VpcId": "vpc-1",
                "OwnerId": OWN,
                "PolicyDocument": document({**allow("s3:GetObject", "*"), "Principal": "*"}),
            }
        ],
        s3={"PublicAccessBlock": None, "Buckets": {"data": {}, "plain": {}}},
        kms_grants={KEY: []},
        resource_tags={f"arn:aws:sqs:eu-west-1:{OWN}:blue": {"team": "reader"}},
        sessions={},
    )
    other = AccountEvidence(
        account_id=OTHER,
        users={},
        groups={},
        roles={},
        managed_policies={},
        resource_policies={
            "arn:aws:s3:::theirs": document({**allow("s3:GetObject", "arn:aws:s3:::theirs/*"), "Principal": partner})
        },
        vpc_endpoints=[],
        s3={"PublicAccessBlock": None, "Buckets": {"theirs": {}}},
        kms_grants={},
        resource_tags={},
        sessions={},
    )
    regions = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    }
    policies = (
        OrganizationPolicy(
            id="p-1",
            arn="arn:aws:organizations::1:policy/o-1/service_control_policy/p-1",
            name="base",
            type="SERVICE_CONTROL_POLICY",
            document=document(allow("*", "*"), regions),
            targets=("r-1", OWN, OTHER),
        ),
    )
    organization = OrganizationEvidence(
        id="o-1",
        management_account="999999999999",
        root_ids=("r-1",),
        parents={OWN: "r-1", OTHER: "r-1"},
        policies=policies,
    )
    return Evidence(accounts={OWN: own, OTHER: other}, organization=organization)


PRINCIPALS = (
    f"arn:aws:sts::{OWN}:assumed-role/reader/run",
    f"arn:aws:sts::{OWN}:assumed-role/guest/run",
    f"arn:aws:iam::{OWN}:user/nobody",
    f"arn:aws:iam::{OWN}:root",
    "anonymous",
    "lambda.amazonaws.com",
)
RESOURCES = (
    ("s3:GetObject", "arn:aws:s3:::data/open/a"),
    ("s3:GetObject", "arn:aws:s3:::data/closed/a"),
    ("s3:GetObject", "arn:aws:s3:::plain/a"),
    ("s3:GetObject", "arn:aws:s3:::theirs/a"),
    ("s3:GetObject", "arn:aws:s3:::unheard-of/a"),
    ("s3:ListBucket", "arn:aws:s3:::data"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:blue"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:green"),
    ("kms:Decrypt", KEY),
    ("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/app/reader"),
    ("s3:ListAllMyBuckets", "*"),
    ("secretsmanager:GetSecretValue", f"{SECRET}-AbCdEf"),
    ("secretsmanager:GetSecretValue", SECRET),
    ("secretsmanager:GetSecretValue", f"{SECRET}2"),
    ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:f"),
    ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:f:live"),
    ("iam:PassRole", f"arn:aws:iam::{OWN}:role/app/reader"),
)
CONTEXTS: tuple[Json | None, ...] = (
    None,
    {},
    {"aws:RequestedRegion": "us-east-1"},
    {"AWS:sourcevpce": "vpce-1"},
    {"aws:PrincipalTag/team": "other", "aws:ResourceTag/team": ["other"]},
)


def test_many_at_once_decide_like_each_alone() -> None:
    known = evidence()
    simulator = Simulator(known)
    for _ in range(2):
        for principal, (action, resource), context in product(PRINCIPALS, RESOURCES, CONTEXTS):
            given: Json = {"principal": principal, "action": action, "resource": resource}
            if context is not None:
                given["context"] = context
            request = read_request(given)
            assert not isinstance(request, str)
            alone = simulate_request(request, known).evaluation
            together = simulator.decide(request)
            assert (together.decision, together.layers) == (alone.decision, alone.layers), given


def test_the_line_is_the_answer() -> None:
    simulator = Simulator(evidence())
    given = {"id": "é", "principal": PRINCIPALS[0], "action": "s3:GetObject", "resource": "arn:aws:s3:::data/x"}
    line = simulator.answer_line(given)
    assert line is not None
    import msgspec

    assert msgspec.json.decode(line) == simulator.answer(given)
