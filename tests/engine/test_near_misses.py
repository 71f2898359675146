"""Near misses: one element away, best first, with a hint that a person can act on."""

from dataclasses import replace
from typing import Any

import pytest

from troubleshooter.engine.near_misses import near_misses
from troubleshooter.model.policy import NearMiss, PolicySource, SourcedPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import OrganizationLevel, PolicySet, Request
from troubleshooter.model.vocabulary import Element, PolicyType

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/ana"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
OBJECT = "arn:aws:s3:::reports/2026/a.csv"
Json = dict[str, Any]


def policy(kind: PolicyType, *statements: Json) -> SourcedPolicy:
    document: Json = {"Version": "2012-10-17", "Statement": list(statements)}
    return SourcedPolicy(source=PolicySource(policy_type=kind, policy_name="p"), document=document)


def asked(action: str = "s3:GetObject", resource: str = OBJECT, principal: str = USER, **context: str) -> Request:
    return Request(
        principal=Principal(arn=principal, session_issuer_arn=ROLE if "assumed-role" in principal else None),
        action=action,
        resource=resource,
        resource_account=ACCOUNT,
        context={key.replace("__", ":"): (value,) for key, value in context.items()},
        context_complete=True,
    )


def identity(request: Request, *statements: Json) -> tuple[NearMiss, ...]:
    policies = PolicySet(identity=(policy(PolicyType.IDENTITY, *statements),))
    return near_misses(request, policies, PolicyType.IDENTITY)


def bucket(request: Request, *statements: Json) -> tuple[NearMiss, ...]:
    policies = PolicySet(resource=policy(PolicyType.RESOURCE, *statements))
    return near_misses(request, policies, PolicyType.RESOURCE)


def allow(action: str = "s3:GetObject", resource: str = "*", **more: object) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_a_mistyped_action_is_told_from_an_unlisted_one() -> None:
    first, second = identity(asked(), allow("s3:PutObject"), allow("s3:GetObjects"))
    assert (first.element, first.statement.index) == (Element.ACTION, 1)
    assert first.hint == "`s3:GetObjects` is no action; did you mean `s3:GetObject`"
    assert second.hint == "the statement lists s3:PutObject, not s3:GetObject"


def test_another_service_is_no_near_miss() -> None:
    assert identity(asked(), allow("ec2:RunInstances")) == ()


def test_two_differences_are_no_near_miss() -> None:
    assert identity(asked(), allow("s3:PutObject", "arn:aws:s3:::other/*")) == ()


@pytest.mark.parametrize(
    ("action", "resource", "listed", "hint"),
    [
        ("s3:GetObject", OBJECT, "arn:aws:s3:::reports", "needs the object ARN (arn:aws:s3:::reports/*)"),
        ("s3:ListBucket", "arn:aws:s3:::reports", "arn:aws:s3:::reports/*", "needs the bucket ARN"),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "arn:aws:sqs:eu-west-1:111122223334:q",
            "the resource has account 111122223333, the statement 111122223334",
        ),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "arn:aws:sqs:eu-west-2:111122223333:q",
            "the resource has Region eu-west-1, the statement eu-west-2",
        ),
        ("s3:GetObject", OBJECT, "arn:aws:s3:::report/*", "the statement names bucket report, the request reports"),
        ("s3:GetObject", OBJECT, "arn:aws:s3:::reports/2025/*", "covers 2025/* in reports"),
    ],
)
def test_what_is_wrong_with_a_resource_is_said(action: str, resource: str, listed: str, hint: str) -> None:
    (found,) = identity(asked(action, resource), allow(action, listed))
    assert found.element is Element.RESOURCE
    assert hint in found.hint
    assert found.values == (listed,)


def test_an_action_without_resource_types_needs_the_star() -> None:
    (found,) = identity(asked("s3:ListAllMyBuckets", "*"), allow("s3:ListAllMyBuckets", "arn:aws:s3:::*"))
    assert "matches only Resource *" in found.hint


def test_the_closest_resource_comes_first() -> None:
    far, near = allow(resource="arn:aws:s3:::unrelated/*"), allow(resource="arn:aws:s3:::reports")
    assert [found.statement.index for found in identity(asked(), far, near)] == [1, 0]


def test_one_failing_condition_gives_its_parts() -> None:
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    (found,) = identity(asked(), allow(Condition=condition))
    assert (found.element, found.operator, found.key, found.values) == (
        Element.CONDITION,
        "StringEquals",
        "aws:SourceVpce",
        ("vpce-1",),
    )
    assert found.hint == "allows only when aws:SourceVpce is vpce-1; the request did not come through a VPC endpoint"


def test_two_failing_conditions_are_no_near_miss() -> None:
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:PrincipalTag/team": "x"}}
    assert identity(asked(), allow(Condition=condition)) == ()


def test_a_mistyped_key_is_named() -> None:
    (found,) = identity(asked(), allow(Condition={"StringEquals": {"aws:SourceVpceId": "vpce-1"}}))
    assert "`aws:SourceVpceId` is no condition key" in found.hint
    assert "aws:SourceVpce`" in found.hint


def test_what_would_have_spared_the_request_from_a_deny() -> None:
    condition = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    (found,) = identity(asked(aws__RequestedRegion="us-east-1"), allow(), deny)
    assert found.required == "aws:RequestedRegion is eu-west-1 or eu-central-1"
    assert found.actual == "us-east-1"
    assert found.hint.startswith("denies unless")


def test_an_unconditional_deny_has_no_near_miss() -> None:
    assert identity(asked(), allow(), {"Effect": "Deny", "Action": "*", "Resource": "*"}) == ()


@pytest.mark.parametrize(
    ("principal", "named", "hint"),
    [
        (USER, "arn:aws:iam::111122223334:user/ana", "in account 111122223333, the statement names 111122223334"),
        (SESSION, "arn:aws:iam::111122223333:role/worker", f"the role's ARN is {ROLE}: the path differs"),
        (SESSION, "arn:aws:sts::111122223333:assumed-role/worker/run-2", "another session of the same role"),
        (USER, "arn:aws:iam::111122223333:user/*", "wildcards do not work inside a principal"),
        (USER, "AIDAEXAMPLEEXAMPLE0", "was deleted"),
    ],
)
def test_what_is_wrong_with_a_principal_is_said(principal: str, named: str, hint: str) -> None:
    (found,) = bucket(asked(principal=principal), allow(Principal={"AWS": named}))
    assert found.element is Element.PRINCIPAL
    assert hint in found.hint


def test_a_statement_without_principal_says_so() -> None:
    (found,) = bucket(asked(), allow())
    assert "no Principal" in found.hint


def test_only_the_level_that_does_not_allow_is_asked() -> None:
    full = OrganizationLevel(
        org_identifier="r-1", policies=(policy(PolicyType.SCP, allow("*"), allow("s3:PutObject")),)
    )
    lacking = OrganizationLevel(org_identifier="ou-1", policies=(policy(PolicyType.SCP, allow("s3:List*")),))
    (found,) = near_misses(asked(), PolicySet(scp=(full, lacking)), PolicyType.SCP)
    assert found.hint == "the statement lists s3:List*, not s3:GetObject"


def test_an_unknown_condition_is_a_near_miss_that_says_so() -> None:
    unsure = replace(asked(), context_complete=False)
    (found,) = identity(unsure, allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    assert found.actual == "aws:MultiFactorAuthPresent is not known"
