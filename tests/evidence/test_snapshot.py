"""load_snapshot: every file optional, every file damageable, nothing that was read lost."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from troubleshooter.errors import SnapshotError
from troubleshooter.evidence.json_files import DamagedFileError, parse_json
from troubleshooter.evidence.snapshot import load_snapshot

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
DETAILS = {
    "UserDetailList": [],
    "GroupDetailList": [],
    "RoleDetailList": [{"Arn": ROLE, "RoleName": "worker", "RolePolicyList": [], "AttachedManagedPolicies": []}],
    "Policies": [],
}
ORGANIZATION = {
    "Organization": {"Id": "o-a1", "MasterAccountArn": "arn:aws:organizations::999900001111:account/o-a1/999900001111"},
    "Roots": [{"Id": "r-1", "Arn": "arn:aws:organizations::999900001111:root/o-a1/r-1"}],
    "OrganizationalUnits": [],
    "Accounts": [{"Id": ACCOUNT, "Arn": "arn:aws:organizations::999900001111:account/o-a1/1", "ParentId": "r-1"}],
    "Policies": [],
}


def write(root: Path, **files: Any) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_json", ".json").replace("_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return root


def account_file(root: Path, name: str, content: Any) -> Path:
    folder = root / "accounts" / ACCOUNT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return root


def test_a_missing_file_is_not_read_and_a_null_is_none(tmp_path: Path) -> None:
    account_file(tmp_path, "resource-policies.json", {"arn:aws:s3:::b": None})
    account = load_snapshot(tmp_path).accounts[ACCOUNT]
    assert account.resource_policies == {"arn:aws:s3:::b": None}
    assert account.roles is None
    assert account.sessions is None
    assert account.vpc_endpoints is None


def test_a_whole_folder(tmp_path: Path) -> None:
    write(tmp_path, snapshot_json={"schema_version": 1, "collected_at": "2026-01-01T00:00:00Z", "future": 1})
    write(tmp_path, organization_json=ORGANIZATION)
    account_file(tmp_path, "authorization-details.json", DETAILS)
    account_file(tmp_path, "vpc-endpoints.json", {"VpcEndpoints": [{"VpcEndpointId": "vpce-1"}]})
    account_file(tmp_path, "s3.json", {"PublicAccessBlock": None, "Buckets": {"b": {}}})
    account_file(tmp_path, "kms-grants.json", {"arn:key": [{"GrantId": "g"}]})
    account_file(tmp_path, "resource-tags.json", {"arn:x": {"team": "data"}, "arn:y": [{"Key": "a", "Value": "b"}]})
    account_file(tmp_path, "sessions.json", {"arn:s": {"SessionPolicies": []}})
    evidence = load_snapshot(tmp_path)
    account = evidence.accounts[ACCOUNT]
    assert evidence.gaps == ()
    assert evidence.collected_at == "2026-01-01T00:00:00Z"
    assert list(account.roles or ()) == [ROLE]
    assert account.resource_tags == {"arn:x": {"team": "data"}, "arn:y": {"a": "b"}}
    assert account.vpc_endpoints == ({"VpcEndpointId": "vpce-1"},)
    assert evidence.organization is not None
    assert evidence.organization.management_account == "999900001111"
    assert evidence.organization.parents == {ACCOUNT: "r-1"}


def test_collected_gaps_are_kept(tmp_path: Path) -> None:
    gap = {"policy_type": "scp", "scope": "organization", "reason": "AccessDenied", "remedy": "organizations:ListRoots"}
    write(account_file(tmp_path, "sessions.json", {}), gaps_json=[gap, "odd"])
    assert [item.remedy for item in load_snapshot(tmp_path).gaps] == ["organizations:ListRoots"]


@pytest.mark.parametrize(
    "name",
    [
        "authorization-details.json",
        "resource-policies.json",
        "vpc-endpoints.json",
        "s3.json",
        "kms-grants.json",
        "resource-tags.json",
    ],
)
@pytest.mark.parametrize("content", ['{"a": ', "[" * 5000, '"text"', "\x00\x01", '{"a": ' + "9" * 5000 + "}"])
def test_a_damaged_file_is_a_gap_and_the_rest_is_used(tmp_path: Path, name: str, content: str) -> None:
    account_file(account_file(tmp_path, "sessions.json", {"arn:s": {}}), name, content)
    evidence = load_snapshot(tmp_path)
    assert any(name in gap.reason for gap in evidence.gaps)
    assert evidence.accounts[ACCOUNT].sessions == {"arn:s": {}}


def test_a_damaged_file_names_line_and_column(tmp_path: Path) -> None:
    account_file(account_file(tmp_path, "sessions.json", {}), "s3.json", '{\n "a" 1}')
    (gap,) = load_snapshot(tmp_path).gaps
    assert "line 2 column 6" in gap.reason


def test_documents_stay_as_they_were_read(tmp_path: Path) -> None:
    text = quote(json.dumps({"Version": "2012-10-17", "Statement": []}))
    account_file(tmp_path, "resource-policies.json", {"a": text, "b": [1], "c": {"Statement": 7}})
    policies = load_snapshot(tmp_path).accounts[ACCOUNT].resource_policies
    assert policies == {"a": text, "b": "[1]", "c": {"Statement": 7}}


def test_one_page_of_several_is_incomplete(tmp_path: Path) -> None:
    account_file(tmp_path, "authorization-details.json", {**DETAILS, "IsTruncated": True})
    evidence = load_snapshot(tmp_path)
    assert not evidence.accounts[ACCOUNT].identities_complete
    assert "one page" in evidence.gaps[0].reason


def test_a_bare_details_file_is_a_snapshot_of_its_account(tmp_path: Path) -> None:
    aws = {"Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    path = tmp_path / "details.json"
    path.write_bytes(json.dumps({**DETAILS, "Policies": [aws]}).encode("utf-16"))
    evidence = load_snapshot(path)
    assert list(evidence.accounts) == [ACCOUNT]
    assert evidence.organization is None
    assert evidence.accounts[ACCOUNT].resource_policies is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"UserDetailList": []}', "not json"])
def test_a_file_without_anything_usable_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "details.json"
    path.write_text(content)
    with pytest.raises(SnapshotError):
        load_snapshot(path)


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshot"):
        load_snapshot(tmp_path / "nowhere")
    with pytest.raises(SnapshotError, match="none of a snapshot's files"):
        load_snapshot(tmp_path)


def test_a_folder_that_is_no_account_is_named(tmp_path: Path) -> None:
    (account_file(tmp_path, "sessions.json", {}) / "accounts" / "old").mkdir()
    assert "accounts/old" in load_snapshot(tmp_path).gaps[0].reason


@pytest.mark.parametrize("content", ["null", '{"Organization": null}'])
def test_no_organization_is_known_not_missing(tmp_path: Path, content: str) -> None:
    write(account_file(tmp_path, "sessions.json", {}), organization_json=content)
    organization = load_snapshot(tmp_path).organization
    assert organization is not None
    assert not organization.exists


def test_an_organization_without_policies_says_so(tmp_path: Path) -> None:
    document = {key: value for key, value in ORGANIZATION.items() if key != "Policies"}
    evidence = load_snapshot(write(tmp_path, organization_json=document))
    assert evidence.organization is not None
    assert not evidence.organization.policies_read
    assert "Policies" in evidence.gaps[0].reason


def test_policy_targets_in_both_shapes(tmp_path: Path) -> None:
    summary = {"Id": "p-1", "Name": "x", "Type": "SERVICE_CONTROL_POLICY"}
    policies = [
        {"PolicySummary": summary, "Content": '{"Statement": []}', "Targets": ["r-1", {"TargetId": ACCOUNT}]},
        {"PolicySummary": {}},
    ]
    evidence = load_snapshot(write(tmp_path, organization_json={**ORGANIZATION, "Policies": policies}))
    assert evidence.organization is not None
    assert evidence.organization.policies[0].targets == ("r-1", ACCOUNT)
    assert "Policies[1]" in evidence.gaps[0].reason


def test_deep_nesting_is_refused_without_recursion() -> None:
    with pytest.raises(DamagedFileError, match="nested"):
        parse_json(b'{"a":' * 150 + b"1" + b"}" * 150)


def test_a_newer_schema_version_is_said(tmp_path: Path) -> None:
    write(account_file(tmp_path, "sessions.json", {}), snapshot_json={"schema_version": 2})
    assert "schema_version 2" in load_snapshot(tmp_path).gaps[0].reason
