"""Which policies apply to a request, and what is said of those that were not read."""

from dataclasses import replace
from typing import Any

import pytest

from tests.fixes.small import ACCOUNT, BUCKET, OBJECT, OTHER, Json, allow, document, evidence, policy, role
from troubleshooter.engine.applicable import applicable, sessions_unread
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.model.evidence import AccountEvidence, Evidence, OrganizationEvidence, OrganizationPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import PrincipalKind

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run"
WORKER = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"


def request(action: str = "s3:GetObject", resource: str = OBJECT, who: str = SESSION, **context: str) -> Request:
    keys = {key.replace("__", ":"): (value,) for key, value in context.items()}
    return Request(principal=Principal(arn=who), action=action, resource=resource, context=keys)


def gaps(found: PolicySet) -> set[str]:
    return {str(gap.policy_type) for gap in found.gaps}


def organization(**more: Any) -> OrganizationEvidence:
    fields: Json = {
        "id": "o-a1",
        "management_account": "999900001111",
        "root_ids": ("r-1",),
        "parents": {ACCOUNT: "ou-1", "ou-1": "r-1", "999900001111": "r-1"},
        "arns": {"r-1": "arn:root", "ou-1": "arn:ou", ACCOUNT: "arn:account"},
        "enabled_types": ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"),
        "policies": (
            OrganizationPolicy(
                id="p-1",
                arn="arn:p-1",
                name="Full",
                type="SERVICE_CONTROL_POLICY",
                document=document(allow("*")),
                targets=("r-1", "ou-1"),
            ),
        ),
        **more,
    }
    return OrganizationEvidence(**fields)


def test_a_session_finds_its_role_whose_path_it_lacks() -> None:
    known = evidence(role("worker", document(allow("s3:*")), path="/app/"))
    found = applicable(request(), known)
    assert [item.source.attached_to for item in found.identity] == [WORKER]
    assert found.settings.principal_role_arn == WORKER
    assert gaps(found) == set()


def test_a_user_brings_its_groups() -> None:
    user = f"arn:aws:iam::{ACCOUNT}:user/sam"
    group = f"arn:aws:iam::{ACCOUNT}:group/team"
    known = evidence(
        users={
            user: {"UserName": "sam", "UserPolicyList": [], "AttachedManagedPolicies": [], "GroupList": ["team", "x"]}
        },
        groups={
            group: {
                "GroupName": "team",
                "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": document(allow("*"))}],
                "AttachedManagedPolicies": [],
            }
        },
    )
    found = applicable(request(who=user), known)
    assert [item.source.attached_to for item in found.identity] == [group]
    assert [gap.scope for gap in found.gaps] == ["x"]


def test_only_the_default_version_counts() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/p"
    content = document(allow("s3:*"))
    listed = policy(arn, content, versions=3)
    listed[1]["PolicyVersionList"][0]["Document"] = document(allow("*"))
    found = applicable(request(), evidence(role("worker", managed=(arn,)), policies=(listed,)))
    assert [item.document for item in found.identity] == [content]


def test_an_aws_managed_policy_may_come_from_any_account() -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    known = evidence(role("worker", managed=(arn,)))
    assert gaps(applicable(request(), known)) == {"identity_policy"}
    other = AccountEvidence(account_id=OTHER, managed_policies=dict([policy(arn, document(allow("s3:Get*")))]))
    both = replace(known, accounts={**known.accounts, OTHER: other})
    assert gaps(applicable(request(), both)) == set()


def test_an_unread_boundary_is_a_gap_not_an_absence() -> None:
    limit = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/limit"}
    found = applicable(request(), evidence(role("worker", PermissionsBoundary=limit)))
    assert found.permissions_boundary == ()
    assert gaps(found) == {"permissions_boundary"}


@pytest.mark.parametrize("listing", [{}, {SESSION: {"SessionPolicies": []}}])
def test_a_session_without_known_policies_has_none(listing: Json) -> None:
    known = evidence(role("worker"), sessions=listing)
    assert applicable(request(), known).session is None
    assert gaps(applicable(request(), known)) == set()
    assert sessions_unread(request(), known) is (not listing)


def test_session_policies_by_the_session_arn() -> None:
    known = evidence(role("worker"), sessions={SESSION: {"SessionPolicies": [document(allow("s3:*"))]}})
    (found,) = applicable(request(), known).session or ()
    assert found.source.attached_to == SESSION


def test_a_principal_that_the_account_lacks_is_said() -> None:
    found = applicable(request(), evidence())
    assert gaps(found) == {"identity_policy", "permissions_boundary"}
    assert "not in account" in found.gaps[0].reason


def test_nothing_read_is_a_gap_in_every_layer_that_could_decide() -> None:
    assert gaps(applicable(request(), Evidence())) == {
        "identity_policy",
        "permissions_boundary",
        "resource_policy",
        "scp",
        "rcp",
    }


@pytest.mark.parametrize(
    ("action", "resource", "listed"),
    [
        ("s3:GetObject", OBJECT, BUCKET),
        ("dynamodb:Query", f"{TABLE}/index/by-day", TABLE),
        (
            "lambda:InvokeFunction",
            f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:live",
            f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
        ),
        (
            "logs:PutLogEvents",
            f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:g",
            f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:g:*",
        ),
        ("sns:Unsubscribe", f"arn:aws:sns:eu-west-1:{ACCOUNT}:t:0000", f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db",
            f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf",
        ),
        (
            "events:PutRule",
            f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/orders/daily",
            f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders",
        ),
        ("glue:GetTable", f"arn:aws:glue:eu-west-1:{ACCOUNT}:table/d/t", f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog"),
    ],
)
def test_a_resource_finds_the_policy_that_stands_for_it(action: str, resource: str, listed: str) -> None:
    known = evidence(role("worker"), resources={listed: document(allow("*", Principal="*"))})
    found = applicable(request(action, resource), known)
    assert found.resource is not None
    assert found.resource.source.attached_to == listed


def test_looked_and_none_is_not_unread() -> None:
    assert applicable(request(), evidence(role("worker"))).resource is None
    assert gaps(applicable(request(), evidence(role("worker")))) == set()
    assert gaps(applicable(request(), evidence(role("worker"), resources={}))) == {"resource_policy"}
    assert gaps(applicable(request(), evidence(role("worker"), resource_policies=None))) == {"resource_policy"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:StartInstances", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"),
        ("logs:FilterLogEvents", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:g"),
        ("s3:CreateBucket", "arn:aws:s3:::new"),
        ("s3:ListAllMyBuckets", "*"),
        ("iam:PassRole", WORKER),
    ],
)
def test_what_has_no_deciding_resource_policy_is_no_gap(action: str, resource: str) -> None:
    assert gaps(applicable(request(action, resource), evidence(role("worker"), resources={}))) == set()


def test_the_trust_policy_is_the_resource_side_of_assume_role_alone() -> None:
    known = evidence(role("worker"), role("target", path="/x/"))
    target = f"arn:aws:iam::{ACCOUNT}:role/target"
    found = applicable(request("sts:AssumeRole", target), known)
    assert found.resource is not None
    assert found.resource.source.policy_type == "trust_policy"
    assert applicable(request("iam:GetRole", target), known).resource is None
    missing = applicable(request("sts:AssumeRole", f"{target}-missing"), known)
    assert gaps(missing) == {"trust_policy"}


def test_an_alias_hides_its_key() -> None:
    alias = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a"
    assert "resource_policy" in gaps(applicable(request("kms:Decrypt", alias), evidence(role("worker"))))


def test_a_known_alias_leads_to_its_key() -> None:
    alias, key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    known = evidence(role("worker"), encryption_keys={alias: key})
    assert with_derived_context(request("kms:Decrypt", alias), known).resource == key


def test_grants_of_a_key_unread_or_none() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    known = evidence(role("worker"), resources={key: document()}, kms_grants=None)
    assert gaps(applicable(request("kms:Decrypt", key), known)) == {"kms_grant"}
    read = evidence(role("worker"), resources={key: document()}, kms_grants={key: [{"GrantId": "g"}]})
    assert len(applicable(request("kms:Decrypt", key), read).kms_grants) == 1


def test_levels_run_from_the_root_to_the_account() -> None:
    known = replace(evidence(role("worker")), organization=organization())
    found = applicable(request(), known)
    assert [level.org_identifier for level in found.scp] == ["r-1", "ou-1", ACCOUNT]
    assert [len(level.policies) for level in found.scp] == [1, 1, 0]
    assert found.scp[0].policies[0].source.attached_to == "arn:root"


def test_a_switched_off_policy_type_does_not_apply() -> None:
    known = replace(evidence(role("worker")), organization=organization(enabled_types=("RESOURCE_CONTROL_POLICY",)))
    assert applicable(request(), known).scp == ()
    assert gaps(applicable(request(), known)) == set()


def test_an_organization_read_without_its_policies_is_a_gap() -> None:
    known = replace(evidence(role("worker")), organization=organization(policies_read=False))
    assert gaps(applicable(request(), known)) == {"scp", "rcp"}


def test_rcps_reach_only_the_services_that_support_them() -> None:
    known = replace(evidence(role("worker")), organization=None)
    assert gaps(applicable(request(), known)) == {"scp", "rcp"}
    instance = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    assert gaps(applicable(request("ec2:StartInstances", instance), known)) == {"scp"}


def test_an_endpoint_by_its_id_and_a_gap_without() -> None:
    entry = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "OwnerId": OTHER,
        "ServiceName": "com.amazonaws.eu-west-1.s3",
        "PolicyDocument": '{"Statement": []}',
    }
    asked = request(aws__SourceVpce="vpce-1")
    (found,) = applicable(asked, evidence(role("worker"), vpc_endpoints=(entry,))).vpc_endpoint or ()
    assert found.source.attached_to == f"arn:aws:ec2:eu-west-1:{OTHER}:vpc-endpoint/vpce-1"
    assert gaps(applicable(asked, evidence(role("worker")))) == {"vpc_endpoint_policy"}
    assert applicable(request(), evidence(role("worker"))).vpc_endpoint is None


BLOCKED = {"PublicAccessBlock": {"RestrictPublicBuckets": True}}
OPEN = {"PublicAccessBlock": {"RestrictPublicBuckets": False}}
NONE: Json = {"PublicAccessBlock": None}


@pytest.mark.parametrize(
    ("of_account", "of_bucket", "blocked"),
    [
        (NONE, NONE, False),
        (BLOCKED, NONE, True),
        (NONE, BLOCKED, True),
        (OPEN, OPEN, False),
        ({}, NONE, None),
        (NONE, {}, None),
        ({}, BLOCKED, True),
    ],
)
def test_public_access_is_blocked_by_bucket_or_account(of_account: Json, of_bucket: Json, blocked: object) -> None:
    s3 = {**of_account, "Buckets": {"orders": of_bucket}}
    assert applicable(request(), evidence(role("worker"), s3=s3)).settings.public_access_block is blocked


def test_the_account_that_lists_a_bucket_owns_it() -> None:
    known = evidence(role("worker"), resources={}, s3=None)
    other = AccountEvidence(account_id=OTHER, resource_policies={BUCKET: None}, s3={"Buckets": {}})
    known = replace(known, accounts={**known.accounts, OTHER: other})
    assert with_derived_context(request(), known).resource_account == OTHER


def test_anonymous_and_service_callers_have_no_identity_side() -> None:
    for who in ("anonymous", "sns.amazonaws.com"):
        found = applicable(request(who=who), replace(evidence(), organization=organization()))
        assert found.identity == ()
        assert found.scp == ()
        assert gaps(found) == set()


def test_a_web_identity_is_no_principal_of_an_account() -> None:
    caller = Principal(arn=f"arn:aws:iam::{ACCOUNT}:oidc-provider/x", kind=PrincipalKind.WEB_IDENTITY, account=ACCOUNT)
    asked = replace(request("sts:AssumeRoleWithWebIdentity", WORKER), principal=caller)
    found = applicable(asked, replace(evidence(role("worker", path="/app/")), organization=organization()))
    assert found.scp == ()
    assert found.resource is not None
