"""The printed policy is exactly what the collectors call, and reads only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import boto3
import pytest

from tests.evidence import yes_man
from tests.evidence.conftest import Wire, connect
from tests.evidence.helpers import denial
from tests.evidence.samples import NAMES, collect_sample, denials_of, sample_wire
from troubleshooter.errors import UsageError
from troubleshooter.evidence.access import Access
from troubleshooter.evidence.calls import COLLECT_MANAGEMENT, EXPLAIN_MANAGEMENT, Calls, actions
from troubleshooter.evidence.collection import read_whole_organization
from troubleshooter.evidence.collectors.registry import COLLECTORS
from troubleshooter.evidence.live import LiveOptions, collect_account, collect_for_all
from troubleshooter.model.principal import Principal
from troubleshooter.reference.actions import lookup
from troubleshooter.usecases.policy import NOT_READ_BY_NAME, AccountKind, Locations, Mode, needed_policy

EVERY = list(product(Mode, AccountKind))
NEWER_THAN_THE_DATA = {"iam:GetRequestAuthorizationDetails", "iam:GetRequestAuthorizationPolicy"}


def _allowed(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def _declared(calls: Calls) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for group in calls.values():
        for call in group:
            found.setdefault((call.service, call.operation.replace("_", "")), set()).update(call.actions)
    return found


@pytest.mark.parametrize(("mode", "account"), EVERY)
def test_it_reads_only(mode: Mode, account: AccountKind) -> None:
    for action in _allowed(needed_policy(mode, account)) - set(NOT_READ_BY_NAME) - NEWER_THAN_THE_DATA:
        info = lookup(action)
        assert info is not None, action
        assert info.access_level in {"List", "Read"}, action


def test_the_exceptions_are_few_and_where_they_are_needed() -> None:
    for mode, account in EVERY:
        found = _allowed(needed_policy(mode, account)) & set(NOT_READ_BY_NAME)
        expected = set(NOT_READ_BY_NAME) if mode is Mode.SCAN else {"sts:DecodeAuthorizationMessage"}
        assert found == expected


@pytest.mark.parametrize(("mode", "account"), EVERY)
def test_it_reads_no_data_and_hands_out_no_role(mode: Mode, account: AccountKind) -> None:
    document = needed_policy(mode, account)
    allowed = _allowed(document)
    never = {"iam:PassRole", "secretsmanager:GetSecretValue", "kms:Decrypt", "sts:AssumeRole", "dynamodb:GetItem"}
    assert not allowed & never
    assert not any("*" in action for action in allowed)
    objects = [statement for statement in document["Statement"] if "s3:GetObject" in statement["Action"]]
    assert bool(objects) == (mode is Mode.SCAN)
    assert all("*" not in str(statement["Resource"]).partition("/")[0] for statement in objects)


@pytest.mark.parametrize(("mode", "account"), EVERY)
def test_it_fits_in_one_managed_policy(mode: Mode, account: AccountKind) -> None:
    assert len(json.dumps(needed_policy(mode, account), separators=(",", ":"))) <= 6_144


def test_only_the_management_account_reads_the_organizations_policies() -> None:
    member = _allowed(needed_policy(Mode.EXPLAIN, AccountKind.MEMBER))
    assert {action for action in member if action.startswith("organizations:")} == {
        "organizations:DescribeOrganization"
    }
    assert "organizations:ListPoliciesForTarget" in _allowed(needed_policy(Mode.EXPLAIN, AccountKind.MANAGEMENT))


def test_scan_locations_go_into_the_policy() -> None:
    document = needed_policy(Mode.SCAN, AccountKind.MEMBER, Locations(logs="s3://trail/logs", results="s3://out"))
    resources = json.dumps(document)
    assert "arn:aws:s3:::trail/logs/*" in resources
    assert "arn:aws:s3:::out/*" in resources
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        needed_policy(Mode.SCAN, AccountKind.MEMBER, Locations(logs="trail"))


def test_every_declared_call_exists_in_the_sdk() -> None:
    session: Any = boto3.Session(region_name="us-east-1")
    for group in COLLECT_MANAGEMENT.values():
        for call in group:
            client = session.client(call.service)
            assert hasattr(client, call.operation), str(call)
            if call.items:
                operation = client.meta.method_to_api_mapping[call.operation]
                members = client.meta.service_model.operation_model(operation).output_shape.members
                assert call.items in members, str(call)
                assert call.token or client.can_paginate(call.operation) or not _has_token(members), str(call)


def _has_token(members: Any) -> bool:
    return any(name.lower() in {"nexttoken", "marker", "nextmarker", "continuationtoken"} for name in members)


_A = "eu-west-1:210987654321"
ARNS = (
    f"arn:aws:execute-api:{_A}:api/prod/GET/x",
    f"arn:aws:backup:{_A}:backup-vault:x",
    f"arn:aws:codeartifact:{_A}:domain/x",
    f"arn:aws:codeartifact:{_A}:repository/x/y",
    f"arn:aws:dynamodb:{_A}:table/x/stream/1",
    f"arn:aws:ec2:{_A}:volume/vol-1",
    f"arn:aws:ecr:{_A}:repository/x",
    f"arn:aws:elasticfilesystem:{_A}:file-system/fs-1",
    f"arn:aws:events:{_A}:event-bus/x",
    f"arn:aws:glue:{_A}:table/x/y",
    "arn:aws:iam::210987654321:role/x",
    f"arn:aws:kafka:{_A}:cluster/x/1",
    f"arn:aws:kinesis:{_A}:stream/x",
    f"arn:aws:kms:{_A}:alias/x",
    f"arn:aws:lambda:{_A}:function:x",
    f"arn:aws:lambda:{_A}:layer:x:1",
    f"arn:aws:logs:{_A}:log-group:x",
    f"arn:aws:logs:{_A}:destination:x",
    f"arn:aws:es:{_A}:domain/x",
    "arn:aws:s3:::x/y",
    f"arn:aws:s3:{_A}:accesspoint/x",
    f"arn:aws:s3tables:{_A}:bucket/x/table/1",
    f"arn:aws:secretsmanager:{_A}:secret:x",
    f"arn:aws:serverlessrepo:{_A}:applications/x",
    f"arn:aws:ses:{_A}:identity/x",
    f"arn:aws:signer:{_A}:/signing-profiles/x",
    f"arn:aws:sns:{_A}:x",
    f"arn:aws:sqs:{_A}:x",
)
SCP = "arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-x"


def _calls_really_made(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> set[tuple[str, str]]:
    wire = Wire(yes_man.answer)
    wire.recording = True
    connect(monkeypatch, wire)
    work()
    return {(service, operation.lower()) for service, operation in wire.calls} - {("sts", "getcalleridentity")}


def _explain_everything() -> None:
    reserved = "AWSReservedSSO_x_0123456789abcdef"
    callers = ("arn:aws:iam::210987654321:user/x", f"arn:aws:sts::210987654321:assumed-role/{reserved}/jane")
    found = [
        replace(
            denial("x:Y", arn, principal=callers[number % 2]),
            principal=Principal(arn=callers[number % 2], account="210987654321"),
            authorization_id="x",
            encoded_message="x",
            vpc_endpoint_id="vpce-1",
            stated_policy_arn=SCP,
            stated_policy_type="scp",
        )
        for number, arn in enumerate(ARNS)
    ]
    collect_for_all(found, LiveOptions())


def test_explain_makes_exactly_the_calls_of_its_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _calls_really_made(monkeypatch, _explain_everything)
    assert made == set(_declared(EXPLAIN_MANAGEMENT))


def test_collect_makes_exactly_the_further_calls_of_its_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        access = Access(LiveOptions())
        read_whole_organization(access, "210987654321")
        collect_account(access, "210987654321", ["eu-west-1"])

    made = _calls_really_made(monkeypatch, work)
    declared, explain = set(_declared(COLLECT_MANAGEMENT)), set(_declared(EXPLAIN_MANAGEMENT))
    assert declared - explain <= made <= declared


@pytest.mark.parametrize("name", NAMES)
def test_a_diagnosis_makes_no_call_that_is_not_declared(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    declared = _declared(EXPLAIN_MANAGEMENT)
    for found in denials_of(name):
        wire = sample_wire(monkeypatch, name, found)
        collect_sample(wire, name, found)
        made = {(service, operation.lower()) for service, operation in wire.calls}
        assert made - {("sts", "getcalleridentity"), ("sts", "assumerole")} <= set(declared)


def test_every_action_of_the_policy_is_one_of_a_declared_call() -> None:
    for mode, account in EVERY:
        if mode is Mode.SCAN:
            continue
        document = needed_policy(mode, account)
        calls = COLLECT_MANAGEMENT
        assert _allowed(document) <= {action for group in actions(calls).values() for action in group}


def test_a_whole_account_makes_every_finding_call_and_no_other(wire: Any) -> None:
    wire.recording = True
    access = Access(LiveOptions())
    wire.calls.clear()
    collect_account(access, access.own_account or "", ["eu-west-1"])
    made = {(service, operation.lower()) for service, operation in wire.calls}
    finding = {
        (call.service, call.operation.replace("_", "")) for collector in COLLECTORS for call in collector.find_calls
    }
    assert finding <= made
    assert made <= set(_declared(COLLECT_MANAGEMENT))
