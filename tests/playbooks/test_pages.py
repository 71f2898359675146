"""Every cause has a page, every page the same bones, and every command in it exists and reads only."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.reports import builders
from tests.support.aws_commands import SHELL_FENCE, check_script
from troubleshooter.diagnosis.causes import CAUSES
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.policy import Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind
from troubleshooter.reports.options import RenderOptions
from troubleshooter.usecases import runbook
from troubleshooter.usecases.playbook_values import placeholder_values, values_of
from troubleshooter.usecases.playbooks import SECTIONS, SEVERITIES, load

PAGES = load(None, placeholder_values())
ACCOUNT = "111122223333"
PRINCIPALS = {
    "role": builders.principal(),
    "user": Principal(arn=f"arn:aws:iam::{ACCOUNT}:user/ops/kim", kind=PrincipalKind.IAM_USER, account=ACCOUNT),
    "root": Principal(arn=f"arn:aws:iam::{ACCOUNT}:root", kind=PrincipalKind.ROOT, account=ACCOUNT),
    "service": Principal(arn="events.amazonaws.com", kind=PrincipalKind.AWS_SERVICE),
    "anonymous": Principal(arn="anonymous", kind=PrincipalKind.ANONYMOUS),
    "unknown": Principal(),
    "hostile": Principal(arn=f"arn:aws:iam::{ACCOUNT}:role/a'b$(id)\nc", kind=PrincipalKind.ROLE_SESSION),
}
RESOURCES = {
    "s3:GetObject": "arn:aws:s3:::acme-reports/2026/q 3.csv",
    "s3:ListBucket": "arn:aws:s3:::acme-reports",
    "kms:Decrypt": builders.KEY,
    "sqs:SendMessage": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",
    "sns:Publish": f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts",
    "secretsmanager:GetSecretValue": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf",
    "lambda:InvokeFunction": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize",
    "dynamodb:GetItem": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",
    "ecr:BatchGetImage": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app",
    "events:PutEvents": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/main",
    "sts:AssumeRole": "arn:aws:iam::444455556666:role/deploy",
    "glue:GetTable": f"arn:aws:glue:eu-west-1:{ACCOUNT}:table/db/t",
    "ec2:RunInstances": "*",
}
HOLDERS = ("role/worker", "user/kim", "group/dev")


def diagnoses() -> dict[str, Diagnosis]:
    base = builders.scp_deny()
    made = {name: build() for name, build in builders.ALL.items()}
    for name, who in PRINCIPALS.items():
        made[name] = replace(base, denial=replace(base.denial, principal=who, encoded_message="x"))
    for action, arn in RESOURCES.items():
        made[action] = replace(base, denial=builders.denial(action, arn, event_id=None))
    for holder in HOLDERS:
        attached = f"arn:aws:iam::{ACCOUNT}:{holder}"
        inline = Statement(policy_type=PolicyType.IDENTITY, policy_name="own", attached_to=attached, effect="Deny")
        managed = replace(inline, policy_arn=f"arn:aws:iam::{ACCOUNT}:policy/own")
        for kind, statement in (("inline", inline), ("managed", managed)):
            finding = replace(base.findings[0], determining=(statement,))
            made[f"{kind} {holder}"] = replace(base, findings=(finding,))
    return made


DIAGNOSES = diagnoses()


def filled(cause: str, diagnosis: Diagnosis) -> str:
    return PAGES.fill(PAGES.get(cause), values_of(diagnosis, "(the fix)", ""))


def test_one_page_for_each_cause_and_no_other() -> None:
    assert set(PAGES.pages) == {cause.id for cause in CAUSES}


@pytest.mark.parametrize("cause", sorted(PAGES.pages))
def test_page_has_the_bones(cause: str) -> None:
    page = PAGES.get(cause)
    assert page.severity in SEVERITIES
    assert page.source_url.startswith("https://docs.aws.amazon.com/")
    assert [line[3:] for line in page.body.splitlines() if line.startswith("## ")] == list(SECTIONS)
    assert "{{ fix }}" in page.body.split("## Fix")[1].split("## ")[0]
    assert "**Roll back:**" in page.body
    assert "Often confused with:" in page.body
    assert all(len(part.split()) > 5 for part in re.split(r"^## .*$", page.body, flags=re.MULTILINE)[1:])


@pytest.mark.parametrize("cause", sorted(PAGES.pages))
def test_every_command_of_every_filling_exists_and_reads_only(cause: str) -> None:
    commands = 0
    for diagnosis in DIAGNOSES.values():
        for script in SHELL_FENCE.findall(filled(cause, diagnosis)):
            commands += check_script(script)
    assert commands or cause == "tls-required"


@pytest.mark.parametrize("cause", sorted(PAGES.pages))
def test_a_page_without_a_denial_reads_as_a_page(cause: str) -> None:
    text = PAGES.fill(PAGES.get(cause), placeholder_values())
    assert "No change was computed" in text
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("cause", sorted(PAGES.pages))
def test_whole_runbook_is_correct_shell(cause: str) -> None:
    base = builders.key_policy()
    finding = replace(base.findings[0], cause=cause)
    text = runbook.render([replace(base, findings=(finding,))], PAGES, "markdown", RenderOptions())
    for script in SHELL_FENCE.findall(text):
        check_script(script, read_only="cat >" not in script)
    assert text.startswith(f"# {PAGES.get(cause).title[:10]}")
    assert "\n\n\n" not in re.sub(r"```.*?```", "fence", text, flags=re.DOTALL)
