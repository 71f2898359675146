"""CloudFormation passes cfn-lint, and its documents are the changes' own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all
from hypothesis import given
from hypothesis import strategies as st

from tests.fixes.renderings.changes import AFTER, CHANGES, RESOURCES, document, fix_of, iam
from troubleshooter.fixes.renderings import cloudformation
from troubleshooter.model.vocabulary import Disposition

OWN = {
    "inline-role": "AWS::IAM::RolePolicy",
    "inline-user": "AWS::IAM::UserPolicy",
    "inline-group": "AWS::IAM::GroupPolicy",
    "inline-create": "AWS::IAM::RolePolicy",
    "managed": "AWS::IAM::ManagedPolicy",
    "boundary": "AWS::IAM::ManagedPolicy",
    "scp": "AWS::Organizations::Policy",
    "scp-create": "AWS::Organizations::Policy",
    "rcp": "AWS::Organizations::Policy",
    "resource-bucket": "AWS::S3::BucketPolicy",
    "resource-queue": "AWS::SQS::QueuePolicy",
    "resource-topic": "AWS::SNS::TopicPolicy",
    "resource-secret": "AWS::SecretsManager::ResourcePolicy",
    "resource-stream": "AWS::Kinesis::ResourcePolicy",
}
PARTS = {
    "trust": "AssumeRolePolicyDocument of the AWS::IAM::Role",
    "endpoint": "PolicyDocument of the AWS::EC2::VPCEndpoint",
    "block-bucket": "PublicAccessBlockConfiguration of the AWS::S3::Bucket",
    "resource-key": "KeyPolicy of the AWS::KMS::Key",
    "resource-access-point": "Policy of the AWS::S3::AccessPoint",
    "resource-table": "ResourcePolicy of the AWS::DynamoDB::Table",
    "resource-repository": "RepositoryPolicyText of the AWS::ECR::Repository",
}


def documents(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for item in value.values():
            yield from documents(item)
    if isinstance(value, list):
        for item in value:
            yield from documents(item)


def as_read(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@pytest.mark.parametrize("name", OWN)
def test_type_and_document(name: str) -> None:
    template = yaml.safe_load(cloudformation.render(fix_of(CHANGES[name])))
    (resource,) = template["Resources"].values()
    assert resource["Type"] == OWN[name]
    (found,) = documents(template)
    assert found["Statement"][0]["Condition"]["StringEquals"]["k"] == [
        as_read(AFTER["Statement"][0]["Condition"]["StringEquals"]["k"][0])
    ]
    assert {**found, "Statement": [{**found["Statement"][0], "Condition": None}]} == {
        **AFTER,
        "Statement": [{**AFTER["Statement"][0], "Condition": None}],
    }


def tame_document(name: str) -> dict[str, Any]:
    """Return a document that fits the kind of policy, so that the linter judges the template around it."""
    if name in {"rcp", "resource-bucket", "resource-secret", "resource-stream"}:
        effect = "Deny" if name == "rcp" else "Allow"
        return document("After", Effect=effect, Principal="*" if name == "rcp" else {"AWS": iam("role/x")})
    if name in {"resource-queue", "resource-topic"}:
        action = "sqs:SendMessage" if name == "resource-queue" else "sns:Publish"
        return document(
            "After", Principal={"AWS": iam("role/x")}, Action=action, Resource=RESOURCES[name.removeprefix("resource-")]
        )
    return document("After")


@pytest.mark.parametrize("name", [*OWN, "function-permission"])
def test_cfn_lint_finds_nothing(name: str) -> None:
    change = CHANGES[name] if name == "function-permission" else replace(CHANGES[name], after=tame_document(name))
    found = lint_all(cloudformation.render(fix_of(change)))
    assert [str(match) for match in found if not match.rule.id.startswith("I")] == []


@pytest.mark.parametrize("name", PARTS)
def test_what_is_a_property_elsewhere_is_a_comment(name: str) -> None:
    script = cloudformation.render(fix_of(CHANGES[name]))
    assert all(line.startswith("#") for line in script.splitlines())
    assert PARTS[name] in " ".join(script.replace("\n# ", " ").split())


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_yaml_and_ascii(name: str) -> None:
    script = cloudformation.render(fix_of(CHANGES[name]))
    yaml.safe_load(script)
    assert all(" " <= char <= "~" or char == "\n" for char in script)


def test_an_existing_organization_policy_keeps_its_other_targets() -> None:
    assert "TargetIds" not in cloudformation.render(fix_of(CHANGES["scp"]))
    assert "TargetIds" in cloudformation.render(fix_of(CHANGES["scp-create"]))


def test_nothing_to_apply() -> None:
    for fix in (fix_of(CHANGES["scp"], disposition=Disposition.DO_NOT_APPLY), fix_of()):
        assert all(line.startswith("#") for line in cloudformation.render(fix).splitlines())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), inner, max_size=3
            )
        ),
        max_leaves=10,
    )
)
def test_any_value_reads_back(value: Any) -> None:
    text = "\n".join(cloudformation._mapping({"Value": value}, 0))
    assert yaml.safe_load(text) == {"Value": value}
