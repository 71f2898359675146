"""With ``redact`` nothing that identifies anybody is left, in any form, and what is left still agrees."""

from __future__ import annotations

import json
import re
import string
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reports import builders
from tests.reports.test_hostile import PAGES
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Change, Diagnosis, Finding, Fix, Grant, PolicyTypeResult, StepResult
from troubleshooter.model.evidence import Gap
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import (
    Basis,
    Confidence,
    Decision,
    Disposition,
    Element,
    Operation,
    PolicyType,
    PrincipalKind,
)
from troubleshooter.reports import html, json_report, markdown, slack, text
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.redact import redact, redact_value
from troubleshooter.usecases import hand_off, runbook

MASKED = RenderOptions(redact=True)
WORD = st.text(string.ascii_lowercase + string.digits, min_size=6, max_size=12).map(lambda tail: f"zq{tail}")
NAME = st.lists(WORD, min_size=1, max_size=2).map("-".join)
ACCOUNT = st.integers(10**11, 10**12 - 1).map(str)
ADDRESS = st.tuples(*[st.integers(11, 250)] * 4).map(lambda parts: ".".join(map(str, parts)))
HEX = st.text("0123456789abcdef", min_size=17, max_size=17).filter(lambda digits: len(set(digits)) > 3)


@st.composite
def secrets(draw: st.DrawFn) -> dict[str, str]:
    names = (
        "role",
        "path",
        "session",
        "bucket",
        "folder",
        "object",
        "policy",
        "scp",
        "tag",
        "external",
        "unit",
        "user",
    )
    found = {
        **{name: draw(NAME) for name in names},
        "account": draw(ACCOUNT),
        "other": draw(ACCOUNT),
        "ip": draw(ADDRESS),
        "ip6": f"2a02:{draw(st.integers(4096, 65535)):x}:{draw(st.integers(4096, 65535)):x}::7",
        "endpoint": f"vpce-{draw(HEX)}",
        "instance": f"i-{draw(HEX)}",
        "key_id": "AKIA" + draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ234567", min_size=16, max_size=16)),
        "email": f"{draw(WORD)}@{draw(WORD)}.example.org",
        "event": str(draw(st.uuids(version=4))),
        "request": "Q7" + draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=14, max_size=14)),
        "blob": "Zq9" + draw(st.text(string.ascii_letters + string.digits, min_size=120, max_size=120)),
    }
    assume(len(set(found.values())) == len(found))
    return found


def diagnosis_with(one: dict[str, str]) -> Diagnosis:
    """Return a diagnosis that holds each secret where a real one would."""
    role = f"arn:aws:iam::{one['account']}:role/{one['path']}/{one['role']}"
    caller = f"arn:aws:sts::{one['account']}:assumed-role/{one['role']}/{one['session']}"
    target = f"arn:aws:s3:::{one['bucket']}/{one['folder']}/{one['object']}"
    ou = "arn:aws:organizations::" + one["other"] + ":ou/o-a1b2c3d4e5/ou-ab12-cdefghij"
    scp = f"arn:aws:organizations::{one['other']}:policy/o-a1b2c3d4e5/service_control_policy/p-12345678"
    before: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Deny1",
                "Effect": "Deny",
                "Action": ["s3:PutObject"],
                "Resource": [f"arn:aws:s3:::{one['bucket']}", f"arn:aws:s3:::{one['bucket']}/{one['folder']}/*"],
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalTag/team": one["tag"], "sts:ExternalId": [one["external"]]},
                    "NotIpAddress": {"aws:SourceIp": [f"{one['ip']}/32", one["ip6"]]},
                    "StringEquals": {"aws:SourceVpce": one["endpoint"], "aws:PrincipalAccount": one["other"]},
                },
            }
        ],
    }
    statement = Statement(
        policy_type=PolicyType.SCP,
        policy_name=one["scp"],
        policy_arn=scp,
        attached_to=ou,
        sid="Deny1",
        effect="Deny",
        text=json.dumps(before["Statement"][0]),
    )
    near = NearMiss(
        statement=statement,
        element=Element.CONDITION,
        required=f"aws:PrincipalTag/team is {one['tag']}",
        actual=f"no tag, from {one['ip']}",
        hint=f"tag role {one['role']} with {one['tag']}, or ask {one['email']}",
        key="aws:PrincipalTag/team",
        values=(one["tag"],),
    )
    change = Change(
        policy_type=PolicyType.IDENTITY,
        operation=Operation.REPLACE,
        target_arn=role,
        policy_name=one["policy"],
        before=before,
        after={**before, "Id": one["email"]},
    )
    fix = Fix(
        summary=f"Change {one['policy']} on role {one['role']}",
        owner=f"administrators of account {one['account']} ({one['email']})",
        disposition=Disposition.NEEDS_REVIEW,
        changes=(change,),
        grants=(Grant(principal=role, action="s3:PutObject", resource=target),),
        warnings=(f"bucket {one['bucket']} is shared with {one['other']}",),
        without_policy_change=(f"pass ExternalId {one['external']}",),
    )
    finding = Finding(
        rank=1,
        cause="scp-explicit-deny",
        policy_type=PolicyType.SCP,
        decision=Decision.EXPLICIT_DENY,
        blocking=True,
        confidence=Confidence.CERTAIN,
        basis=Basis.EVALUATED,
        because=f"SCP {one['scp']} on OU {one['unit']} (ou-ab12-cdefghij) denies {one['role']} writing {target}.",
        determining=(statement,),
        near_miss=near,
        fix=fix,
        playbook="scp-explicit-deny",
    )
    message = (
        f'User: {caller} is not authorized to perform: s3:PutObject on resource: "{target}" with an explicit deny in a '
        f"service control policy: {scp}. Encoded authorization failure message: {one['blob']} key {one['key_id']}"
    )
    denial = Denial(
        principal=Principal(
            arn=caller,
            kind=PrincipalKind.ROLE_SESSION,
            account=one["account"],
            name=one["role"],
            session_name=one["session"],
            session_issuer_arn=role,
        ),
        action="s3:PutObject",
        resource=target,
        resource_account=one["other"],
        region="eu-central-1",
        error_message=message,
        event_id=one["event"],
        event_time="2026-10-30T02:41:07Z",
        source_ip=one["ip"],
        vpc_endpoint_id=one["endpoint"],
        request_id=one["request"],
        stated_policy_arn=scp,
        context={
            "aws:SourceIp": (one["ip"],),
            "aws:PrincipalTag/team": (one["tag"],),
            "aws:username": (one["user"],),
            "ec2:SourceInstanceARN": (f"arn:aws:ec2:eu-central-1:{one['account']}:instance/{one['instance']}",),
        },
        provenance={"action": f"errorMessage of {one['event']}"},
        encoded_message=one["blob"],
        raw={"secret": one["email"]},
    )
    step = StepResult(
        number=1,
        id="identity_policy",
        title="Identity policy",
        decision=Decision.ALLOW,
        summary=f"Policy {one['policy']} of user {one['user']} allows it from {one['ip6']}.",
        policy_types=(
            PolicyTypeResult(
                policy_type=PolicyType.SCP,
                decision=Decision.EXPLICIT_DENY,
                determining=(statement,),
                near_misses=(near,),
                gaps=(f"{role} not read",),
            ),
        ),
    )
    return Diagnosis(
        denial=denial,
        decision=Decision.EXPLICIT_DENY,
        steps=(step,),
        findings=(finding,),
        fix=fix,
        gaps=(Gap(policy_type="scp", scope=ou, reason=f"{role} was refused", remedy=f"ask {one['email']}"),),
        next_commands=(
            f"aws iam get-role --role-name {one['role']}",
            f"aws s3api get-bucket-policy --bucket {one['bucket']}",
            f"aws sts decode-authorization-message --encoded-message {one['blob']}",
        ),
    )


def everything(diagnosis: Diagnosis) -> dict[str, str]:
    diagnoses = (diagnosis,)
    made = {
        "text": text.render(diagnoses, MASKED),
        "markdown": markdown.render(diagnoses, MASKED),
        "html": html.render(diagnoses, MASKED),
        "slack": slack.render(diagnoses, MASKED),
        "json": json_report.render(diagnoses, MASKED),
        "request": hand_off.request_texts(redact(diagnoses)),
    }
    made |= {f"runbook {form}": runbook.render(diagnoses, PAGES, form, MASKED) for form in runbook.FORMATS}
    made |= {f"fix {form}": hand_off.fix_text(redact(diagnoses)[0], form) for form in hand_off.FORMS}
    return made


@given(secrets())
@settings(max_examples=60, deadline=None)
def test_no_secret_is_left_in_any_form(one: dict[str, str]) -> None:
    for form, report in everything(diagnosis_with(one)).items():
        folded = re.sub(r"\s+", "", report).lower()
        for kind, secret in one.items():
            assert secret.lower() not in folded, f"{kind} is left in {form}"


@given(secrets())
@settings(max_examples=10, deadline=None)
def test_masked_json_still_validates_and_agrees(one: dict[str, str]) -> None:
    document = json.loads(json_report.render([diagnosis_with(one)], MASKED))
    jsonschema.Draft202012Validator(json_report.schema()).validate(document)
    (diagnosis,) = document["diagnoses"]
    denial = diagnosis["denial"]
    grant = diagnosis["fix"]["grants"][0]
    assert grant["resource"] == denial["resource"]
    assert grant["principal"] == denial["principal"]["session_issuer_arn"]
    assert denial["principal"]["arn"].split("/")[1] == denial["principal"]["name"]
    assert denial["principal"]["account"] in denial["principal"]["arn"]
    assert denial["resource_account"] != denial["principal"]["account"]
    assert denial["action"] == "s3:PutObject"
    assert denial["event_time"] == "2026-10-30T02:41:07Z"
    assert diagnosis["findings"][0]["cause"] == "scp-explicit-deny"


@pytest.mark.parametrize("name", builders.ALL)
def test_dates_actions_and_our_own_words_stay(name: str) -> None:
    plain = text.render([builders.ALL[name]()], RenderOptions())
    masked = text.render([builders.ALL[name]()], MASKED)
    for word in (
        "Who",
        "The four steps",
        "2026-10-30T02:41:07Z",
        "us-west-2",
        builders.ALL[name]().denial.action or "",
    ):
        assert (word in plain) == (word in masked)
    for secret in ("111122223333", "report-writer", "acme-reports", "203.0.113.24", "RestrictRegions"):
        assert secret not in masked


def test_names_that_only_a_sentence_holds() -> None:
    sentence = (
        "No identity policy of role zq-app (zq-guard, ZqDeployer and 2 more) allows it; "
        "SCP zq-scp on OU Zq Unit (ou-ab12-x) and boundary zq-edge on role zq-app do not either."
    )
    masked = redact_value([sentence])[0]
    assert "zq" not in masked.lower()
    assert masked.startswith("No identity policy of role ")
    assert "2 more) allows it; SCP policy-" in masked


def test_everyday_words_are_masked_as_names_only() -> None:
    policy = Statement(
        policy_type=PolicyType.IDENTITY, policy_name="key", attached_to="arn:aws:iam::123456789012:role/db"
    )
    sentence = "Statement Use of identity policy key on role db allows it; the key of role db is on key 1 in account x."
    masked = redact_value([policy, sentence])[1]
    expected = sentence.replace("policy key", "policy policy-1").replace("role db", "role role-1")
    assert masked == expected


def test_the_same_secret_is_the_same_over_several_diagnoses() -> None:
    first, second = redact([builders.scp_deny(), builders.identity_missing()])
    assert first.denial.principal == second.denial.principal
    assert first.evaluations == ()


def test_aws_own_names_stay() -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert redact_value({"policy_arn": arn, "principal": "lambda.amazonaws.com", "Resource": "*"}) == {
        "policy_arn": arn,
        "principal": "lambda.amazonaws.com",
        "Resource": "*",
    }


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("arn:aws:s3:::zq-logs/*", "arn:aws:s3:::bucket-1/*"),
        ("arn:aws:iam::123456789012:role/zq-*", "arn:aws:iam::000000000001:role/role-1*"),
        ("arn:aws:s3:::zq/${aws:username}/*", "arn:aws:s3:::bucket-1/${aws:username}/*"),
        ("arn:aws:sqs:eu-west-1:123456789012:jobs", "arn:aws:sqs:eu-west-1:000000000001:queue-1"),
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::000000000001:root"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("198.51.100.0/24", "192.0.2.1/24"),
        ("at 02:41:07 o'clock", "at 02:41:07 o'clock"),
        (
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
            "arn:aws:iam::000000000001:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_part-1",
        ),
    ],
)
def test_forms_are_kept(value: str, masked: str) -> None:
    assert redact_value([value]) == [masked]
