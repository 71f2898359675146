"""The Lambda handler answers EventBridge events, and its example deploys the least policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from cfnlint.api import lint_all

from tests.reports.test_hostile import check_markdown, check_message
from troubleshooter.aws_lambda import handler
from troubleshooter.reports import json_report
from troubleshooter.usecases.policy import AccountKind, Mode, needed_policy

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_logs" / "scp-explicit-deny"
TEMPLATE = ROOT / "examples" / "aws_lambda" / "template.yaml"


def record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLE / "event.json").read_text("utf-8"))
    records = found.get("Records")
    first: dict[str, Any] = records[0] if records else found
    return first


def event_bridge(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": "111122223333",
        "region": "eu-west-1",
        "detail": detail,
    }


def test_an_event_becomes_runbook_slack_and_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_SNAPSHOT", str(SAMPLE / "snapshot"))
    answer = handler(event_bridge(record()), None)
    assert answer["skipped"] is None
    assert answer["runbook"].startswith("# An SCP denies the action explicitly")
    check_markdown(answer["runbook"])
    check_message(answer["slack"])
    jsonschema.Draft202012Validator(json_report.schema()).validate(answer["diagnosis"])
    assert answer["diagnosis"]["diagnoses"][0]["fix"]["verified"] is True
    json.dumps(answer)


def test_without_evidence_and_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_REDACT", "1")
    answer = handler(event_bridge(record()), None)
    assert "111122223333" not in json.dumps(answer)
    assert answer["diagnosis"]["diagnoses"][0]["decision"] == "unknown"


def test_its_own_denials_do_not_start_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "explainer")
    detail = record()
    arn = "arn:aws:sts::111122223333:assumed-role/explainer-role/explainer"
    detail["userIdentity"] = {"type": "AssumedRole", "arn": arn, "accountId": "111122223333"}
    detail["errorMessage"] = f"User: {arn} is not authorized to perform: iam:GetRole on resource: role x"
    assert handler(event_bridge(detail), None)["skipped"] == "the denied call is this function's own"


@pytest.mark.parametrize("event", [{}, {"detail": {}}, event_bridge({"eventName": "GetObject", "eventVersion": "1.1"})])
def test_what_is_no_denial_is_skipped(event: dict[str, Any]) -> None:
    answer = handler(event, None)
    assert answer["skipped"]
    assert answer["runbook"] is None


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms as plain values."""


Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


def test_template_is_linted_and_least() -> None:
    text = TEMPLATE.read_text("utf-8")
    assert [str(match) for match in lint_all(text) if not match.rule.id.startswith("I")] == []
    function = yaml.load(text, Loader=Loader)["Resources"]["Function"]["Properties"]  # noqa: S506 - a SafeLoader
    (policy,) = function["Policies"]
    assert policy == needed_policy(Mode.EXPLAIN, AccountKind.MEMBER)
    assert function["Handler"] == "troubleshooter.aws_lambda.handler"
