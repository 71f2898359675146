"""The organization's levels and policies: from the management account, and from a member that may not look."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.evidence.conftest import ACCOUNT, Wire, refusal
from tests.evidence.helpers import client, collect, denial
from troubleshooter.evidence.access import Access
from troubleshooter.evidence.collection import read_whole_organization
from troubleshooter.evidence.live import LiveOptions, collect_for_all
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import OrganizationEvidence

DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
RCP = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}


@dataclass(frozen=True)
class Organization:
    root: str
    outer: str
    inner: str
    member: str
    scps: list[str]
    rcp: str


@pytest.fixture
def organization(wire: Wire) -> Organization:
    assert wire
    made = client("organizations")
    made.create_organization(FeatureSet="ALL")
    root = made.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        made.enable_policy_type(RootId=root, PolicyType=kind)
    outer = made.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    inner = made.create_organizational_unit(ParentId=outer, Name="Production")["OrganizationalUnit"]["Id"]
    created = made.create_account(Email="member@example.com", AccountName="member")
    member = created["CreateAccountStatus"]["AccountId"]
    made.move_account(AccountId=member, SourceParentId=root, DestinationParentId=inner)
    scps = [_policy(f"deny-{number}", "SERVICE_CONTROL_POLICY", DENY, inner) for number in range(3)]
    rcp = _policy("data", "RESOURCE_CONTROL_POLICY", RCP, outer)
    return Organization(root, outer, inner, member, scps, rcp)


def _policy(name: str, kind: str, document: object, target: str) -> str:
    made = client("organizations")
    found = made.create_policy(Name=name, Description="x", Type=kind, Content=json.dumps(document))
    policy_id = str(found["Policy"]["PolicySummary"]["Id"])
    made.attach_policy(PolicyId=policy_id, TargetId=target)
    return policy_id


def _denial(organization: Organization) -> Denial:
    from dataclasses import replace

    found = denial("s3:GetObject", "arn:aws:s3:::data/x", resource_account=organization.member)
    arn = f"arn:aws:iam::{organization.member}:user/joe"
    return replace(found, principal=replace(found.principal, arn=arn, account=organization.member))


def _by_id(found: OrganizationEvidence | None) -> dict[str, tuple[str, tuple[str, ...]]]:
    assert found is not None
    return {policy.id: (policy.type, policy.targets) for policy in found.policies}


def test_reads_every_level_from_root_to_account_in_two_pages(wire: Wire, organization: Organization) -> None:
    wire.two_pages = True
    found = collect(wire, _denial(organization)).organization
    assert found is not None
    assert found.management_account == ACCOUNT
    assert found.parents == {
        organization.member: organization.inner,
        organization.inner: organization.outer,
        organization.outer: organization.root,
    }
    assert found.names[organization.inner] == "Production"
    assert found.policies_read
    policies = _by_id(found)
    for scp in organization.scps:
        assert policies[scp] == ("SERVICE_CONTROL_POLICY", (organization.inner,))
    assert policies[organization.rcp] == ("RESOURCE_CONTROL_POLICY", (organization.outer,))
    everywhere = {organization.root, organization.outer, organization.inner, organization.member}
    assert set(policies["p-FullAWSAccess"][1]) == everywhere


def test_reads_the_whole_organization_in_two_pages(wire: Wire, organization: Organization) -> None:
    wire.two_pages = wire.recording = True
    found, gaps = read_whole_organization(Access(LiveOptions()), ACCOUNT)
    assert found is not None
    assert not gaps
    assert found.parents[organization.member] == organization.inner
    policies = _by_id(found)
    assert set(organization.scps) <= set(policies)
    assert policies[organization.rcp][1] == (organization.outer,)


def test_a_member_that_may_not_look_gets_a_gap_for_scps_and_for_rcps(wire: Wire, organization: Organization) -> None:
    wire.trouble = lambda service, operation, _: (
        refusal(operation, "AccessDeniedException")
        if service == "organizations" and operation != "DescribeOrganization"
        else None
    )
    evidence = collect(wire, _denial(organization))
    gaps = {gap.policy_type: gap for gap in evidence.gaps if gap.policy_type in {"scp", "rcp"}}
    assert set(gaps) == {"scp", "rcp"}
    assert f"management account {ACCOUNT}" in gaps["scp"].remedy
    assert "organizations:ListPoliciesForTarget" in gaps["scp"].remedy
    assert evidence.organization is not None
    assert not evidence.organization.policies_read
    refused = [call for call in wire.calls if call[0] == "organizations"]
    assert len(refused) == 2, "one look is enough to learn that none is allowed"


def test_an_account_outside_any_organization_is_known_to_be(wire: Wire) -> None:
    found = collect(wire, denial("s3:GetObject", "arn:aws:s3:::data/x")).organization
    assert found == OrganizationEvidence(exists=False)


def test_one_policy_that_cannot_be_read_leaves_the_policies_unread(wire: Wire, organization: Organization) -> None:
    wire.trouble = lambda _, operation, given: (
        refusal(operation) if operation == "DescribePolicy" and given["PolicyId"] == organization.scps[1] else None
    )
    evidence = collect(wire, _denial(organization))
    assert evidence.organization is not None
    assert not evidence.organization.policies_read
    assert any("organizations:DescribePolicy" in gap.remedy for gap in evidence.gaps)


def test_another_organizations_account_is_a_gap(wire: Wire, organization: Organization) -> None:
    from dataclasses import replace

    # AWS's own code; moto knows another one.
    wire.trouble = lambda _, operation, given: (
        refusal(operation, "ChildNotFoundException") if given.get("ChildId") == "210987654321" else None
    )
    found = replace(_denial(organization), resource_account="210987654321")
    gaps = collect(wire, found).gaps
    assert any(gap.scope == "account 210987654321" and gap.policy_type == "rcp" for gap in gaps)


def test_denials_of_several_accounts_get_one_organization(wire: Wire, organization: Organization) -> None:
    wire.recording = True
    found = collect_for_all(
        [_denial(organization), denial("s3:GetObject", "arn:aws:s3:::x/y")], LiveOptions()
    ).organization
    assert found is not None
    assert {organization.member, ACCOUNT} <= set(found.parents)
    assert wire.count("organizations", "DescribeOrganization") == 1
