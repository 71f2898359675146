"""What AWS itself says: authorization details, decoded messages, the simulator, the stated policy's ARN."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.evidence.conftest import ACCOUNT, REGION, Wire, refusal
from tests.evidence.helpers import POLICY, ROLE, SESSION, TRUST, USER, client, collect, denial, own
from troubleshooter.evidence.collectors import authorization_details
from troubleshooter.model.evidence import AwsAnswer, Evidence

OBJECT = "arn:aws:s3:::data/file"
ID = "a1b2c3"
SCP = f"arn:aws:organizations::{ACCOUNT}:policy/o-abcdefghij/service_control_policy/p-12345678"
DETAILS = ("iam-toolbox", "GetRequestAuthorizationDetails")
AT_DENIAL = ("iam-toolbox", "GetRequestAuthorizationPolicy")


def _answer(evidence: Evidence, kind: str) -> AwsAnswer:
    return next(answer for answer in evidence.aws_answers if answer.kind == kind)


def _check(kind: str, effect: str, sid: str | None = None) -> dict[str, Any]:
    matched = [{"uri": "policy:1", "matchedStatements": [{"sid": sid, "evaluatedEffect": "DENY"}]}] if sid else []
    return {"checkType": kind, "evaluatedEffect": effect, "targetArn": ROLE, "matchedPolicies": matched}


def _details(parameters: dict[str, Any]) -> dict[str, Any]:
    second = "nextToken" in parameters
    checks = [_check("PRINCIPAL", "ALLOW")] if second else [_check("SERVICE_CONTROL_POLICY", "EXPLICIT_DENY", "No")]
    evaluation = {"action": "iam:CreateUser", "resource": USER, "evaluatedEffect": "EXPLICIT_DENY", "checks": checks}
    page: dict[str, Any] = {
        "requestContext": {},
        "evaluations": [evaluation],
        "policies": [] if second else [{"type": "SERVICE_CONTROL_POLICY", "uri": "policy:1"}],
    }
    return page if second else {**page, "nextToken": "2"}


def test_reads_both_pages_of_the_authorization_details_and_the_policies_as_they_were(wire: Wire) -> None:
    wire.answers[DETAILS] = _details
    wire.answers[AT_DENIAL] = {"policyDocument": {"Version": "2012-10-17", "Statement": []}}
    evidence = collect(wire, denial("iam:CreateUser", USER, authorization_id=ID))
    answer = _answer(evidence, "authorization_details")
    assert answer.decision == "explicit_deny"
    assert answer.policy_types == ("scp",)
    assert [statement["policy_type"] for statement in answer.statements] == ["scp", "identity_policy"]
    assert answer.statements[0]["sid"] == "No"
    assert answer.raw["documents"] == {"policy:1": {"Version": "2012-10-17", "Statement": []}}


def test_details_that_are_not_written_yet_are_asked_for_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorization_details, "_WAITS", (0.01, 0.01))
    asked = []

    def answer(parameters: dict[str, Any]) -> dict[str, Any]:
        asked.append(parameters)
        if len(asked) < 3:
            raise refusal("GetRequestAuthorizationDetails", "ResourceNotFoundException")
        return {"requestContext": {}, "evaluations": [], "policies": []}

    wire.answers[DETAILS] = answer
    evidence = collect(wire, denial("iam:CreateUser", USER, authorization_id=ID))
    assert _answer(evidence, "authorization_details")
    assert not [gap for gap in evidence.gaps if "authorization id" in gap.scope]


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_details_that_cannot_be_had_are_a_gap(wire: Wire, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(authorization_details, "_WAITS", (0.01,))
    wire.answers[DETAILS] = refusal("GetRequestAuthorizationDetails", code)
    evidence = collect(wire, denial("iam:CreateUser", USER, authorization_id=ID))
    assert any("iam:GetRequestAuthorizationDetails" in gap.remedy for gap in evidence.gaps)


DECODED = {
    "allowed": False,
    "explicitDeny": True,
    "matchedStatements": {"items": [{"statementId": "NoRun", "effect": "DENY"}]},
    "context": {
        "principal": {"id": "AROAEXAMPLE:run-1", "arn": SESSION},
        "action": "ec2:RunInstances",
        "resource": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/*",
        "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "m5.large"}]}}]},
    },
}


def test_a_decoded_message_tells_what_the_text_left_out_and_that_is_read_too(wire: Wire) -> None:
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    wire.answers["sts", "DecodeAuthorizationMessage"] = {"DecodedMessage": json.dumps(DECODED)}
    found = denial("", None, principal=None, encoded_message="abc\ndef")
    evidence = collect(wire, found)
    answer = _answer(evidence, "decoded_message")
    assert answer.decision == "explicit_deny"
    assert answer.context == {"ec2:InstanceType": ("m5.large",)}
    assert ROLE in (own(evidence).roles or {})
    encoded = next(given["EncodedMessage"] for given in wire.parameters if "EncodedMessage" in given)
    assert encoded == "abcdef"


def test_a_cut_message_is_said_to_be_cut(wire: Wire) -> None:
    wire.answers["sts", "DecodeAuthorizationMessage"] = refusal("Decode", "InvalidAuthorizationMessageException")
    evidence = collect(wire, denial("ec2:RunInstances", None, encoded_message="abc"))
    gap = next(gap for gap in evidence.gaps if gap.scope == "encoded authorization message")
    assert "1,024" in gap.reason
    assert "paste the error as the client printed it" in gap.remedy


def _simulated(decision: str = "implicitDeny") -> dict[str, Any]:
    return {
        "EvaluationResults": [
            {
                "EvalActionName": "s3:GetObject",
                "EvalResourceName": "arn:${Partition}:s3:::${BucketName}/${KeyName}",
                "EvalDecision": "allowed",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
                "ResourceSpecificResults": [
                    {
                        "EvalResourceName": OBJECT,
                        "EvalResourceDecision": decision,
                        "MatchedStatements": [],
                        "MissingContextValues": ["aws:MultiFactorAuthPresent"],
                    }
                ],
            }
        ]
    }


def test_the_simulator_is_read_by_its_resource_specific_results(wire: Wire) -> None:
    client("iam").create_user(UserName="joe")
    wire.answers["iam", "SimulatePrincipalPolicy"] = _simulated()
    context = {"aws:SourceIp": ("203.0.113.7",), "aws:MultiFactorAuthPresent": ("true",), "aws:TagKeys": ("a", "b")}
    evidence = collect(wire, denial("s3:GetObject", OBJECT, context=context))
    answer = _answer(evidence, "policy_simulator")
    assert answer.decision == "implicit_deny"
    assert answer.policy_types == ("scp",)
    assert "it was not given aws:MultiFactorAuthPresent" in answer.blind_spots
    given = next(given for given in wire.parameters if "PolicySourceArn" in given)
    types = {entry["ContextKeyName"]: entry["ContextKeyType"] for entry in given["ContextEntries"]}
    assert types == {"aws:SourceIp": "ip", "aws:MultiFactorAuthPresent": "boolean", "aws:TagKeys": "stringList"}


def test_a_bucket_policy_goes_to_the_simulator_for_a_user_only(wire: Wire) -> None:
    client("iam").create_user(UserName="joe")
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("s3").create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})
    text = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": OBJECT}],
    }
    client("s3").put_bucket_policy(Bucket="data", Policy=json.dumps(text))
    wire.answers["iam", "SimulatePrincipalPolicy"] = _simulated()
    collect(wire, denial("s3:GetObject", OBJECT))
    collect(wire, denial("s3:GetObject", OBJECT, principal=SESSION))
    user, role = (given for given in wire.parameters if "PolicySourceArn" in given)
    assert json.loads(user["ResourcePolicy"]) == text
    assert user["CallerArn"] == USER
    assert "ResourcePolicy" not in role


def test_a_refused_simulation_is_made_with_the_policies_that_were_read(wire: Wire) -> None:
    iam, organizations = client("iam"), client("organizations")
    iam.create_user(UserName="joe")
    iam.put_user_policy(UserName="joe", PolicyName="own", PolicyDocument=json.dumps(POLICY))
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    wire.answers["iam", "SimulatePrincipalPolicy"] = refusal("SimulatePrincipalPolicy")
    wire.answers["iam", "SimulateCustomPolicy"] = _simulated("explicitDeny")
    evidence = collect(wire, denial("s3:GetObject", OBJECT))
    assert _answer(evidence, "policy_simulator").decision == "explicit_deny"
    given = next(given for given in wire.parameters if "PolicyInputList" in given)
    assert [json.loads(text) for text in given["PolicyInputList"]] == [POLICY]
    levels = given["OrderedOrganizationPolicyInputList"]
    assert [len(level["ServiceControlPolicyInputList"]) for level in levels] == [1, 1]


def test_reads_the_managed_policy_that_the_message_names(wire: Wire) -> None:
    arn = client("iam").create_policy(PolicyName="limit", PolicyDocument=json.dumps(POLICY))["Policy"]["Arn"]
    found = denial("s3:GetObject", OBJECT, stated_policy_arn=arn, stated_policy_type="permissions_boundary")
    assert arn in (own(collect(wire, found)).managed_policies or {})


def test_reads_the_scp_that_the_message_names_or_says_who_may(wire: Wire) -> None:
    summary = {"Id": "p-12345678", "Arn": SCP, "Name": "NoS3", "Type": "SERVICE_CONTROL_POLICY"}
    wire.answers["organizations", "DescribePolicy"] = {
        "Policy": {"PolicySummary": summary, "Content": json.dumps(POLICY)}
    }
    found = denial("s3:GetObject", OBJECT, stated_policy_arn=SCP, stated_policy_type="scp")
    answer = _answer(collect(wire, found), "stated_policy")
    assert answer.raw["document"] == POLICY
    wire.answers["organizations", "DescribePolicy"] = refusal("DescribePolicy", "AccessDeniedException")
    gaps = collect(wire, found).gaps
    assert any(gap.scope == SCP and "organizations:DescribePolicy" in gap.remedy for gap in gaps)


def _event(name: str, response: dict[str, Any], **parameters: object) -> dict[str, Any]:
    event = {"eventName": name, "requestParameters": parameters, "responseElements": response}
    return {"CloudTrailEvent": json.dumps(event)}


def test_finds_session_policies_and_tags_on_the_second_page_by_the_access_key(wire: Wire) -> None:
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    managed = client("iam").create_policy(PolicyName="narrow", PolicyDocument=json.dumps(POLICY))["Policy"]["Arn"]
    made = _event(
        "AssumeRole",
        {"credentials": {"accessKeyId": "ASIAEXAMPLE"}, "assumedRoleUser": {"arn": SESSION}},
        policy=json.dumps(POLICY),
        policyArns=[{"arn": managed}],
        tags=[{"key": "team", "value": "blue"}],
    )
    other = _event("AssumeRole", {"credentials": {"accessKeyId": "ASIAOTHER"}})

    def answer(parameters: dict[str, Any]) -> dict[str, Any]:
        return {"Events": [made]} if "NextToken" in parameters else {"Events": [other], "NextToken": "2"}

    wire.answers["cloudtrail", "LookupEvents"] = answer
    raw = {"userIdentity": {"accessKeyId": "ASIAEXAMPLE"}}
    found = denial("s3:GetObject", OBJECT, principal=SESSION, raw=raw, event_time="2026-02-11T12:15:40Z")
    session = (own(collect(wire, found)).sessions or {})[SESSION]
    assert session == {"SessionPolicies": [POLICY, POLICY], "SessionTags": {"team": "blue"}}
    asked = next(given for given in wire.parameters if "LookupAttributes" in given)
    assert asked["LookupAttributes"] == [{"AttributeKey": "ResourceName", "AttributeValue": "ASIAEXAMPLE"}]
    assert asked["StartTime"] < asked["EndTime"]


def test_a_session_that_is_not_found_in_either_region_is_a_gap(wire: Wire) -> None:
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    wire.answers["cloudtrail", "LookupEvents"] = {"Events": []}
    evidence = collect(wire, denial("s3:GetObject", OBJECT, principal=SESSION))
    gap = next(gap for gap in evidence.gaps if gap.policy_type == "session_policy")
    assert gap.scope == SESSION
    assert f"{REGION} or us-east-1" in gap.reason
    assert "cloudtrail:LookupEvents" in gap.remedy
    assert wire.count("cloudtrail", "LookupEvents") == 2


def test_a_session_policy_that_cannot_be_read_makes_the_session_unread(wire: Wire) -> None:
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    response = {"credentials": {"accessKeyId": "ASIAEXAMPLE"}, "assumedRoleUser": {"arn": SESSION}}
    arn = f"arn:aws:iam::{ACCOUNT}:policy/gone"
    wire.answers["cloudtrail", "LookupEvents"] = {"Events": [_event("AssumeRole", response, policyArns=[{"arn": arn}])]}
    evidence = collect(wire, denial("s3:GetObject", OBJECT, principal=SESSION))
    assert not own(evidence).sessions
    assert any(gap.scope == SESSION and "iam:GetPolicyVersion" in gap.remedy for gap in evidence.gaps)


RESERVED = "AWSReservedSSO_Developer_0123456789abcdef"
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
SETS = [f"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-{number}234567890abcdef" for number in (1, 2)]


def _permission_set(parameters: dict[str, Any]) -> dict[str, Any]:
    name = "Developer" if parameters["PermissionSetArn"] == SETS[1] else "Admin"
    return {"PermissionSet": {"Name": name, "PermissionSetArn": parameters["PermissionSetArn"]}}


def test_finds_the_permission_set_behind_a_reserved_role_on_the_second_page(wire: Wire) -> None:
    path = "/aws-reserved/sso.amazonaws.com/eu-central-1/"
    client("iam").create_role(RoleName=RESERVED, Path=path, AssumeRolePolicyDocument=json.dumps(TRUST))

    def sets(parameters: dict[str, Any]) -> dict[str, Any]:
        second = "NextToken" in parameters
        return {"PermissionSets": SETS[1:]} if second else {"PermissionSets": SETS[:1], "NextToken": "2"}

    wire.answers |= {
        ("sso-admin", "ListInstances"): {"Instances": [{"InstanceArn": INSTANCE}]},
        ("sso-admin", "ListPermissionSetsProvisionedToAccount"): sets,
        ("sso-admin", "DescribePermissionSet"): _permission_set,
        ("sso-admin", "GetInlinePolicyForPermissionSet"): {"InlinePolicy": json.dumps(POLICY)},
        ("sso-admin", "ListManagedPoliciesInPermissionSet"): {"AttachedManagedPolicies": []},
        ("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet"): {"CustomerManagedPolicyReferences": []},
        ("sso-admin", "GetPermissionsBoundaryForPermissionSet"): refusal("Get", "ResourceNotFoundException"),
    }
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{RESERVED}/jane"
    answer = _answer(collect(wire, denial("s3:GetObject", OBJECT, principal=session)), "permission_set")
    assert answer.raw["PermissionSet"]["Name"] == "Developer"  # type: ignore[index,call-overload]
    assert answer.raw["InlinePolicy"] == json.dumps(POLICY)
    assert answer.raw["PermissionsBoundary"] is None


def test_an_unreadable_identity_center_is_a_gap(wire: Wire) -> None:
    client("iam").create_role(RoleName=RESERVED, AssumeRolePolicyDocument=json.dumps(TRUST))
    wire.answers["sso-admin", "ListInstances"] = refusal("ListInstances", "AccessDeniedException")
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{RESERVED}/jane"
    gaps = collect(wire, denial("s3:GetObject", OBJECT, principal=session)).gaps
    assert any("sso:ListInstances" in gap.remedy for gap in gaps)
