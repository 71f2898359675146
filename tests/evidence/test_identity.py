"""Users with their groups, roles, boundaries and managed policies, in two pages; and a whole account."""

from __future__ import annotations

import json

from tests.evidence.conftest import ACCOUNT, REGION, Wire, refusal
from tests.evidence.helpers import POLICY, ROLE, SESSION, TRUST, USER, client, collect, denial, own
from troubleshooter.evidence.access import Access
from troubleshooter.evidence.live import LiveOptions, collect_account, collect_for_all

TEXT = json.dumps(POLICY)
OBJECT = "arn:aws:s3:::data/file"


def _managed(name: str) -> str:
    return str(client("iam").create_policy(PolicyName=name, PolicyDocument=TEXT)["Policy"]["Arn"])


def _user(name: str = "joe") -> list[str]:
    """Make a user with two of everything; return the managed policies' ARNs."""
    iam = client("iam")
    iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "blue"}])
    arns = [_managed(f"{name}-{number}") for number in range(3)]
    for number in range(2):
        iam.put_user_policy(UserName=name, PolicyName=f"inline-{number}", PolicyDocument=TEXT)
        iam.attach_user_policy(UserName=name, PolicyArn=arns[number])
        iam.create_group(GroupName=f"group-{number}")
        iam.put_group_policy(GroupName=f"group-{number}", PolicyName="of-group", PolicyDocument=TEXT)
        iam.attach_group_policy(GroupName=f"group-{number}", PolicyArn=arns[2])
        iam.add_user_to_group(GroupName=f"group-{number}", UserName=name)
    return arns


def test_reads_a_user_its_groups_and_all_their_policies_in_two_pages(wire: Wire) -> None:
    arns = _user()
    wire.two_pages = True
    account = own(collect(wire, denial("s3:GetObject", OBJECT)))
    user = (account.users or {})[USER]
    assert [policy["PolicyName"] for policy in user["UserPolicyList"]] == ["inline-0", "inline-1"]  # type: ignore[union-attr,index,call-overload]
    assert sorted(str(name) for name in user["GroupList"]) == ["group-0", "group-1"]  # type: ignore[union-attr]
    assert len(user["AttachedManagedPolicies"]) == 2  # type: ignore[arg-type]
    assert user["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert sorted(account.groups or {}) == [f"arn:aws:iam::{ACCOUNT}:group/group-{number}" for number in range(2)]
    assert sorted(account.managed_policies or {}) == sorted(arns)
    assert not account.identities_complete


def test_reads_only_the_default_version_of_a_policy(wire: Wire) -> None:
    arn = _user()[0]
    newer = {**POLICY, "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    client("iam").create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(newer), SetAsDefault=True)
    policy = (own(collect(wire, denial("s3:GetObject", OBJECT))).managed_policies or {})[arn]
    assert policy["DefaultVersionId"] == "v2"
    assert [version["Document"] for version in policy["PolicyVersionList"]] == [newer]  # type: ignore[union-attr,index,call-overload]


def test_reads_a_role_by_its_sessions_arn_with_path_boundary_and_trust(wire: Wire) -> None:
    boundary = _managed("limit")
    client("iam").create_role(
        RoleName="app", Path="/team/", AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=boundary
    )
    client("iam").put_role_policy(RoleName="app", PolicyName="own", PolicyDocument=TEXT)
    account = own(collect(wire, denial("s3:GetObject", OBJECT, principal=SESSION)))
    role = (account.roles or {})[f"arn:aws:iam::{ACCOUNT}:role/team/app"]
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary  # type: ignore[index,call-overload]
    assert boundary in (account.managed_policies or {})


def test_a_deleted_principal_is_a_gap(wire: Wire) -> None:
    evidence = collect(wire, denial("s3:GetObject", OBJECT))
    assert any(gap.policy_type == "identity_policy" and "does not exist" in gap.reason for gap in evidence.gaps)


def test_an_inline_policy_that_is_refused_is_named_without_a_document(wire: Wire) -> None:
    _user()
    wire.trouble = lambda _, operation, given: (
        refusal(operation) if operation == "GetUserPolicy" and given["PolicyName"] == "inline-1" else None
    )
    user = (own(collect(wire, denial("s3:GetObject", OBJECT))).users or {})[USER]
    assert user["UserPolicyList"] == [{"PolicyName": "inline-0", "PolicyDocument": POLICY}, {"PolicyName": "inline-1"}]


def test_several_denials_share_what_they_need(wire: Wire) -> None:
    _user()
    wire.recording = True
    collect_for_all([denial("s3:GetObject", OBJECT), denial("s3:PutObject", OBJECT)], LiveOptions())
    assert wire.count("iam", "GetUser") == 1
    assert wire.count("s3", "GetBucketPolicy") == 1


def test_reads_a_whole_account_page_by_page(wire: Wire) -> None:
    _user()
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("sqs").create_queue(QueueName="one")
    client("sqs").create_queue(QueueName="two")
    client("s3").create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})
    wire.two_pages = wire.recording = True
    account = own(collect_account(Access(LiveOptions()), ACCOUNT, [REGION]))
    assert account.identities_complete
    assert USER in (account.users or {})
    assert ROLE in (account.roles or {})
    policies = account.resource_policies or {}
    assert {f"arn:aws:sqs:{REGION}:{ACCOUNT}:one", f"arn:aws:sqs:{REGION}:{ACCOUNT}:two"} <= set(policies)
    assert "arn:aws:s3:::data" in policies
    assert wire.count("iam", "GetAccountAuthorizationDetails") == 2


def test_half_an_account_is_not_called_whole(wire: Wire) -> None:
    _user()
    wire.two_pages = True
    wire.trouble = lambda _, operation, given: (
        refusal(operation, "Throttling")
        if operation == "GetAccountAuthorizationDetails" and "Marker" in given
        else None
    )
    wire.recording = True
    evidence = collect_account(Access(LiveOptions()), ACCOUNT, [REGION])
    assert not own(evidence).identities_complete
    assert any("iam:GetAccountAuthorizationDetails" in gap.remedy for gap in evidence.gaps)


def test_another_accounts_principal_needs_a_role_there(wire: Wire) -> None:
    elsewhere = "arn:aws:iam::210987654321:user/joe"
    found = denial("s3:GetObject", OBJECT, principal=elsewhere)
    from dataclasses import replace

    found = replace(found, principal=replace(found.principal, account="210987654321"))
    gap = next(gap for gap in collect(wire, found).gaps if gap.scope == elsewhere)
    assert "--assume-role arn:aws:iam::210987654321:role/" in gap.remedy
    assert "iam:GetUser" in gap.remedy
    role = "arn:aws:iam::210987654321:role/Audit"
    evidence = collect(wire, found, assume_role=(role,))
    assert wire.count("sts", "AssumeRole") == 1
    assert any("does not exist in account 210987654321" in gap.reason for gap in evidence.gaps)


def test_a_role_that_refuses_is_named(wire: Wire) -> None:
    from dataclasses import replace

    found = denial("s3:GetObject", OBJECT)
    found = replace(
        found, principal=replace(found.principal, arn=USER.replace(ACCOUNT, "210987654321"), account="210987654321")
    )
    wire.trouble = lambda _, operation, __: refusal(operation) if operation == "AssumeRole" else None
    gaps = collect(wire, found, assume_role=("arn:aws:iam::210987654321:role/Audit",)).gaps
    assert any("could not be assumed" in gap.reason and "sts:AssumeRole" in gap.remedy for gap in gaps)
