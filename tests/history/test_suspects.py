from __future__ import annotations

from typing import Any

import pytest

from tests.sources.logs import ACCOUNT, record
from troubleshooter.history.policy_writes import (
    PolicyWrite,
    plain_name,
    policy_write_of,
    write_names,
    write_names_by_source,
)
from troubleshooter.history.suspects import suspects
from troubleshooter.model.denial import Denial
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0001"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/deploy"
_FIRST = "2026-03-02T14:03:00Z"
_DENIAL = Denial(
    principal=Principal(
        arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/s", kind=PrincipalKind.ROLE_SESSION, account=ACCOUNT,
        name="deploy",
        session_issuer_arn=_ROLE,
    ),
    action="kms:Decrypt",
    resource=_KEY,
    resource_account=ACCOUNT,
    vpc_endpoint_id="vpce-1",
    stated_policy_arn="arn:aws:organizations::999988887777:policy/o-a/service_control_policy/p-abc",
)  # fmt: skip


def _write(
    source: str, name: str, parameters: Any, *, time: str = "2026-03-02T13:58:00Z", **fields: Any
) -> PolicyWrite:
    found = policy_write_of(
        record(
            None,
            role="ops",
            eventSource=f"{source}.amazonaws.com",
            eventName=name,
            requestParameters=parameters,
            eventTime=time,
            **fields,
        )
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "name", "parameters", "what"),
    [
        ("kms", "PutKeyPolicy", {"keyId": _KEY}, "that key"),
        ("kms", "PutKeyPolicy", {"keyId": "0001"}, "that key"),
        ("kms", "DisableKey", {"keyId": _KEY}, "that key"),
        ("iam", "DetachRolePolicy", {"roleName": "deploy", "policyArn": "arn:aws:iam::aws:policy/X"}, "that role"),
        ("iam", "PutRolePermissionsBoundary", {"roleName": "deploy"}, "that role"),
        ("iam", "TagRole", {"roleName": "deploy"}, "that role"),
        ("ec2", "ModifyVpcEndpoint", {"ModifyVpcEndpointRequest": {"VpcEndpointId": "vpce-1"}}, "that VPC endpoint"),
        ("organizations", "AttachPolicy", {"targetId": ACCOUNT, "policyId": "p-x"}, "that account"),
        ("organizations", "UpdatePolicy", {"policyId": "p-abc"}, "that policy, which the message names,"),
        ("organizations", "AttachPolicy", {"targetId": "ou-1", "policyId": "p-y"}, "the organization's policies"),
        (
            "iam",
            "CreatePolicyVersion",
            {"policyArn": f"arn:aws:iam::{ACCOUNT}:policy/Any"},
            "a managed policy of that account",
        ),
    ],
)
def test_what_touches_the_denial_is_suspect(source: str, name: str, parameters: Any, what: str) -> None:
    (found,) = suspects(_DENIAL, _FIRST, [_write(source, name, parameters)])
    assert found.why_suspect == f"first denied 14:03, 5 minutes after {name} on {what} by role/ops"
    assert found.minutes_before_first_denial == 5.0
    assert found.api_call == name


@pytest.mark.parametrize(
    ("source", "name", "parameters", "fields"),
    [
        ("kms", "PutKeyPolicy", {"keyId": "other"}, {}),
        ("iam", "PutRolePolicy", {"roleName": "other"}, {}),
        ("iam", "PutRolePolicy", {"roleName": "deploy"}, {"recipientAccountId": "222233334444"}),
        ("s3", "PutBucketPolicy", {"bucketName": "b"}, {}),
        ("kms", "PutKeyPolicy", {"keyId": _KEY}, {"time": "2026-03-02T14:04:00Z"}),
        ("kms", "PutKeyPolicy", {"keyId": _KEY}, {"time": "2026-03-01T14:02:00Z"}),
    ],
)
def test_what_does_not_is_not(source: str, name: str, parameters: Any, fields: Any) -> None:
    assert suspects(_DENIAL, _FIRST, [_write(source, name, parameters, **fields)]) == ()


def test_the_nearer_thing_comes_first_then_the_nearer_time() -> None:
    writes = [
        _write("organizations", "AttachPolicy", {"targetId": "ou-1"}, time="2026-03-02T14:02:00Z", eventID="org"),
        _write("kms", "PutKeyPolicy", {"keyId": _KEY}, time="2026-03-02T10:00:00Z", eventID="early"),
        _write("kms", "PutKeyPolicy", {"keyId": _KEY}, time="2026-03-02T14:00:00Z", eventID="late"),
    ]
    assert [found.event_id for found in suspects(_DENIAL, _FIRST, writes)] == ["late", "early", "org"]


def test_a_policy_that_the_diagnosis_names_is_suspect() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Boundary"
    write = _write("iam", "SetDefaultPolicyVersion", {"policyArn": arn})
    (found,) = suspects(_DENIAL, _FIRST, [write], [arn])
    assert "a policy that decided this" in found.why_suspect


def test_refused_and_other_calls_write_nothing() -> None:
    assert policy_write_of(record(eventSource="iam.amazonaws.com", eventName="PutRolePolicy")) is None
    assert policy_write_of(record(None)) is None
    assert policy_write_of({"eventSource": 1, "eventName": None}) is None


def test_dated_names_are_the_same_calls() -> None:
    assert plain_name("AddPermission20150331v2") == "AddPermission"
    assert plain_name("CreateDistribution2020_05_31") == "CreateDistribution"
    write = _write("lambda", "AddPermission20150331v2", {"functionName": "f"})
    assert (write.api_call, write.targets) == ("AddPermission", ("f",))
    assert {name for names in write_names_by_source().values() for name in names} == write_names()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [("14:02:40", "less than a minute"), ("14:02:00", "1 minute"), ("12:00:00", "2 hours"), ("13:00:00", "63 minutes")],
)
def test_spans_in_words(minutes: str, words: str) -> None:
    (found,) = suspects(
        _DENIAL, _FIRST, [_write("kms", "PutKeyPolicy", {"keyId": _KEY}, time=f"2026-03-02T{minutes}Z")]
    )
    assert f"14:03, {words} after" in found.why_suspect
