"""Condition keys that follow from the evidence: filled where they are settled, left unknown where they are not."""

from dataclasses import replace

from tests.engine.test_applicable import SESSION, TABLE, WORKER, organization, request
from tests.fixes.small import ACCOUNT, BUCKET, OTHER, evidence, role
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request

TAGS = [{"Key": "team", "Value": "data"}, {"Key": "env", "Value": "dev"}]


def derived(asked: Request, known: Evidence) -> dict[str, str]:
    return {key: values[0] for key, values in with_derived_context(asked, known).context.items()}


def test_who_a_session_is() -> None:
    known = replace(evidence(role("worker", path="/app/")), organization=organization())
    found = derived(request(), known)
    assert found["aws:PrincipalArn"] == WORKER
    assert found["aws:PrincipalAccount"] == ACCOUNT
    assert found["aws:userid"] == "AROAEXAMPLE:run"
    assert found["aws:PrincipalOrgID"] == "o-a1"
    assert found["aws:PrincipalOrgPaths"] == "o-a1/r-1/ou-1/"
    assert found["aws:PrincipalType"] == "AssumedRole"
    assert found["aws:ResourceOrgID"] == "o-a1"
    assert found["aws:ResourceAccount"] == ACCOUNT
    assert "aws:username" in with_derived_context(request(), known).absent_keys


def test_session_tags_override_the_roles() -> None:
    sessions = {SESSION: {"SessionPolicies": [], "SessionTags": {"Team": "core"}}}
    asked = with_derived_context(request(), evidence(role("worker", Tags=TAGS), sessions=sessions))
    tags = {key: values for key, values in asked.context.items() if key.startswith("aws:PrincipalTag/")}
    assert tags == {"aws:PrincipalTag/Team": ("core",), "aws:PrincipalTag/env": ("dev",)}
    assert "aws:principaltag/" in asked.absent_keys


def test_unread_sessions_leave_other_tags_unknown() -> None:
    asked = with_derived_context(request(), evidence(role("worker", Tags=TAGS), sessions=None))
    assert asked.context["aws:PrincipalTag/team"] == ("data",)
    assert "aws:principaltag/" not in asked.absent_keys


def test_resource_tags_and_their_service_twin() -> None:
    tags = {TABLE: {"team": "data"}, f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1": {"team": "core"}}
    known = evidence(role("worker"), resource_tags=tags)
    found = derived(request("ec2:StartInstances", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"), known)
    assert found["aws:ResourceTag/team"] == found["ec2:ResourceTag/team"] == "core"
    untagged = with_derived_context(request("dynamodb:GetItem", f"{TABLE}2"), known)
    assert "aws:resourcetag/" in untagged.absent_keys
    unread = with_derived_context(request("dynamodb:GetItem", TABLE), evidence(role("worker"), resource_tags=None))
    assert "aws:resourcetag/" not in unread.absent_keys


def test_a_roles_own_tags_are_its_resource_tags() -> None:
    found = derived(request("sts:AssumeRole", WORKER), evidence(role("worker", path="/app/", Tags=TAGS)))
    assert found["aws:ResourceTag/env"] == "dev"


def test_given_keys_win_and_supplied_ones_over_both() -> None:
    asked = request(aws__principalarn="arn:given", aws__SourceIp="1.2.3.4")
    known = replace(evidence(role("worker")), context={"AWS:SOURCEIP": ("9.9.9.9",)})
    found = derived(asked, known)
    assert found["aws:principalarn"] == "arn:given"
    assert "aws:PrincipalArn" not in found
    assert found["AWS:SOURCEIP"] == "9.9.9.9"
    assert "aws:SourceIp" not in found


def test_a_key_known_absent_stays_absent() -> None:
    asked = replace(request(), absent_keys=frozenset({"aws:principaltag/", "aws:userid"}))
    found = derived(asked, evidence(role("worker", Tags=TAGS)))
    assert not [key for key in found if "PrincipalTag" in key or key == "aws:userid"]


def test_an_account_in_no_organization_has_no_organization_keys() -> None:
    asked = with_derived_context(request(), evidence(role("worker")))
    assert {"aws:principalorgid", "aws:resourceorgid"} <= asked.absent_keys


def test_an_account_outside_the_tree_stays_unknown() -> None:
    who = f"arn:aws:sts::{OTHER}:assumed-role/partner/run"
    asked = with_derived_context(request(who=who), replace(evidence(role("worker")), organization=organization()))
    assert "aws:PrincipalOrgID" not in asked.context
    assert "aws:principalorgid" not in asked.absent_keys


def test_services_and_strangers() -> None:
    service = with_derived_context(request(who="sns.amazonaws.com"), evidence())
    assert service.context["aws:PrincipalIsAWSService"] == ("true",)
    assert "aws:principalorgid" in service.absent_keys
    anonymous = with_derived_context(request(who="anonymous"), evidence())
    assert anonymous.context["aws:PrincipalType"] == ("Anonymous",)
    assert {"aws:principalarn", "aws:sourcearn"} <= anonymous.absent_keys


def test_an_endpoint_tells_its_vpc_and_owner() -> None:
    entry = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "OwnerId": ACCOUNT}
    known = evidence(role("worker"), vpc_endpoints=(entry,))
    found = derived(request(aws__SourceVpce="vpce-1"), known)
    assert (found["aws:SourceVpc"], found["aws:VpceAccount"]) == ("vpc-1", ACCOUNT)


def test_kms_and_s3_twins() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    assert derived(request("kms:Decrypt", key), evidence(role("worker")))["kms:CallerAccount"] == ACCOUNT
    assert derived(request("s3:ListBucket", BUCKET), evidence(role("worker")))["s3:ResourceAccount"] == ACCOUNT
