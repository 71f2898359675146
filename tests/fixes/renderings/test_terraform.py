"""Terraform is parsed by an HCL parser, and its documents are the changes' own."""

from __future__ import annotations

import re
from typing import Any

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixes.renderings.changes import AFTER, CHANGES, fix_of
from troubleshooter.fixes.renderings import terraform
from troubleshooter.model.vocabulary import Disposition

TYPES = {
    "inline-role": "aws_iam_role_policy",
    "inline-user": "aws_iam_user_policy",
    "inline-group": "aws_iam_group_policy",
    "managed": "aws_iam_policy",
    "boundary": "aws_iam_policy",
    "trust": "aws_iam_role",
    "endpoint": "aws_vpc_endpoint_policy",
    "scp": "aws_organizations_policy",
    "rcp": "aws_organizations_policy",
    "block-bucket": "aws_s3_bucket_public_access_block",
    "block-account": "aws_s3_account_public_access_block",
    "function-permission": "aws_lambda_permission",
    "resource-bucket": "aws_s3_bucket_policy",
    "resource-access-point": "aws_s3control_access_point_policy",
    "resource-key": "aws_kms_key_policy",
    "resource-queue": "aws_sqs_queue_policy",
    "resource-topic": "aws_sns_topic_policy",
    "resource-secret": "aws_secretsmanager_secret_policy",
    "resource-table": "aws_dynamodb_resource_policy",
    "resource-stream": "aws_kinesis_resource_policy",
    "resource-repository": "aws_ecr_repository_policy",
    "resource-bus": "aws_cloudwatch_event_bus_policy",
    "resource-vault": "aws_backup_vault_policy",
    "resource-file-system": "aws_efs_file_system_policy",
}
ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)|\$\$\{|%%\{")


def read_string(text: str) -> str:
    """Return the value of an HCL string, as the HCL specification unescapes it."""

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][1:]
        code = match[1]
        if code[0] in "uU":
            return chr(int(code[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r"}.get(code, code)

    return ESCAPE.sub(one, text[1:-1])


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            read_string(key) if key.startswith('"') else key: plain(item)
            for key, item in value.items()
            if key != "__is_block__"
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    return read_string(value) if isinstance(value, str) and value.startswith('"') else value


def documents(script: str) -> list[Any]:
    """Return each ``jsonencode(...)`` argument, parsed on its own."""
    found = re.findall(r"jsonencode\((\{.*?\n  \})\)", script, flags=re.DOTALL)
    return [plain(hcl2.loads(f"locals {{\n  value = {text}\n}}\n"))["locals"][0]["value"] for text in found]


def as_read(value: Any) -> Any:
    """Return the document as HCL can hold it: a lone surrogate is lost."""
    if isinstance(value, dict):
        return {key: as_read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_read(item) for item in value]
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", CHANGES)
def test_it_parses(name: str) -> None:
    parsed = hcl2.loads(terraform.render(fix_of(CHANGES[name])))
    types = [kind.strip('"') for resource in parsed.get("resource", []) for kind in resource]
    expected = TYPES.get(name) or TYPES.get(name.removesuffix("-create"))
    assert not expected or types[0] == expected
    if name == "scp-create":
        assert types == ["aws_organizations_policy", "aws_organizations_policy_attachment"]
    if expected and not name.endswith("-create") and name != "function-permission":
        assert len(parsed["import"]) == 1


@pytest.mark.parametrize(
    "name", [name for name in TYPES if name not in {"block-bucket", "block-account", "function-permission"}]
)
def test_its_document_is_the_change_s(name: str) -> None:
    assert documents(terraform.render(fix_of(CHANGES[name]))) == [as_read(AFTER)]


def test_template_marks_are_doubled() -> None:
    script = terraform.render(fix_of(CHANGES["inline-role"]))
    assert '"$${aws:username}"' in script
    assert "%%{x}" in script


def test_a_function_permission() -> None:
    script = terraform.render(fix_of(CHANGES["function-permission"]))
    assert 'principal = "s3.amazonaws.com"' in script
    assert 'source_arn = "arn:aws:s3:::acme-reports"' in script


def test_nothing_to_apply() -> None:
    for fix in (fix_of(CHANGES["scp"], disposition=Disposition.DO_NOT_APPLY), fix_of()):
        assert all(line.startswith("#") for line in terraform.render(fix).splitlines())


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-99999, 99999)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_string_reads_back(text: str) -> None:
    shown = terraform.hcl_string(text)
    assert read_string(shown) == text
    hcl2.loads(f"locals {{\n  value = {shown}\n}}\n")


@given(JSON_VALUES)
def test_any_value_parses(value: Any) -> None:
    lines = "\n".join(terraform.hcl_value(value, 1))
    hcl2.loads(f"locals {{\n  value = {lines}\n}}\n")
