from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.denials.parse import parse_record
from troubleshooter.model.denial import Denial, NotADenial
from troubleshooter.model.principal import Principal

HERE = Path(__file__).parent
CASES = json.loads((HERE / "records.json").read_text(encoding="utf-8"))
RESOURCES = json.loads((HERE / "resources.json").read_text(encoding="utf-8"))
USER = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ana", "accountId": "111122223333", "userName": "ana"}


def denial_of(record: Mapping[str, Any]) -> Denial:
    found = parse_record(record)
    assert isinstance(found, Denial)
    return found


def field_of(denial: Denial, name: str) -> object:
    who: Principal = denial.principal
    if name.startswith("principal_"):
        value = getattr(who, name.removeprefix("principal_"))
        return getattr(value, "value", value)
    return getattr(who if name in {"session_name", "session_issuer_arn", "invoked_by"} else denial, name)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_records(case: dict[str, Any]) -> None:
    denial = denial_of(case["record"])
    assert {name: field_of(denial, name) for name in case["expected"]} == case["expected"]
    context = {key: list(values) for key, values in denial.context.items()}
    assert {key: context.get(key) for key in case["context"]} == case["context"]
    assert set(case["absent"]) <= denial.absent_keys
    assert not set(case["not_absent"]) & denial.absent_keys


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_no_key_is_both_present_and_absent(case: dict[str, Any]) -> None:
    denial = denial_of(case["record"])
    assert not {key.lower() for key in denial.context} & denial.absent_keys
    assert all(key == key.lower() for key in denial.absent_keys)
    assert all(values and all(isinstance(value, str) for value in values) for values in denial.context.values())


@pytest.mark.parametrize("case", RESOURCES, ids=[f"{case['source']}:{case['event']}" for case in RESOURCES])
def test_parameters_become_the_resource(case: dict[str, Any]) -> None:
    record = {
        "eventSource": f"{case['source']}.amazonaws.com",
        "eventName": case["event"],
        "awsRegion": "eu-west-1",
        "errorCode": "AccessDenied",
        "userIdentity": USER,
        "requestParameters": case["parameters"],
    }
    assert denial_of(record).resource == case["resource"]


@pytest.mark.parametrize(
    ("source", "event", "action"),
    [
        ("lambda", "ListFunctions20150331", "lambda:ListFunctions"),
        ("cloudfront", "ListDistributions2020_05_31", "cloudfront:ListDistributions"),
        ("monitoring", "DescribeAlarms", "cloudwatch:DescribeAlarms"),
        ("email", "ListIdentities", "ses:ListIdentities"),
        ("tagging", "GetResources", "tag:GetResources"),
        ("apigateway", "CreateRestApi", "apigateway:POST"),
        ("apigateway", "GetRestApis", "apigateway:GET"),
        ("apigateway", "DeleteStage", "apigateway:DELETE"),
        ("apigateway", "UpdateStage", "apigateway:PATCH"),
        ("apigateway", "PutMethod", "apigateway:PUT"),
        ("s3", "HeadBucket", "s3:ListBucket"),
        ("s3", "ListObjectVersions", "s3:ListBucketVersions"),
        ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("s3", "CreateMultipartUpload", "s3:PutObject"),
        ("bedrock", "ConverseStream", "bedrock:InvokeModelWithResponseStream"),
        ("streams.dynamodb", "GetRecords", "dynamodb:GetRecords"),
        ("newservice", "DoThing", "newservice:DoThing"),
    ],
)
def test_calls_become_actions(source: str, event: str, action: str) -> None:
    record = {"eventSource": f"{source}.amazonaws.com", "eventName": event, "errorCode": "AccessDenied"}
    assert denial_of(record).action == action


def test_every_filled_field_says_where_it_came_from() -> None:
    for case in CASES:
        denial = denial_of(case["record"])
        for name in ("action", "resource", "error_code", "region", "stated_policy_type", "resource_account"):
            if getattr(denial, name):
                assert denial.provenance.get(name), (case["name"], name)


def test_calls_that_were_not_refused_are_nothing() -> None:
    assert parse_record({"eventSource": "s3.amazonaws.com", "eventName": "GetObject"}) is None
    assert parse_record({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "errorCode": ""}) is None
    assert parse_record({}) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("NoSuchKey", "a resource that does not exist"),
        ("Client.InvalidInstanceID.NotFound", "a resource that does not exist"),
        ("ThrottlingException", "throttling"),
        ("ExpiredToken", "expired credentials"),
        ("ValidationException", "an invalid request"),
        ("SomethingElse", "an AWS error that is no denial"),
    ],
)
def test_other_errors_are_named(code: str, kind: str) -> None:
    found = parse_record({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "errorCode": code})
    assert isinstance(found, NotADenial)
    assert (found.kind, found.error_code) == (kind, code)
    assert found.advice


def test_a_failed_sign_in_is_no_denial() -> None:
    found = parse_record({"eventName": "ConsoleLogin", "errorMessage": "Failed authentication"})
    assert isinstance(found, NotADenial)
    assert found.kind == "a failed sign-in"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
FIELDS = (
    "eventSource", "eventName", "errorCode", "errorMessage", "userIdentity", "requestParameters", "resources",
    "awsRegion", "sourceIPAddress", "userAgent", "tlsDetails", "additionalEventData", "eventTime", "vpcEndpointId",
    "eventContext", "recipientAccountId",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)), st.sampled_from(("AccessDenied", "x", None)))
def test_odd_records_never_crash(fields: dict[str, Any], code: str | None) -> None:
    parse_record({**fields, "errorCode": code} if code else fields)
    parse_record({"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "errorCode": "AccessDenied", **fields})
