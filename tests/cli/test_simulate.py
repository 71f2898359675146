"""``troubleshooter simulate`` as a user runs it: one request, many requests, policy unit tests."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/ana"
Json = dict[str, Any]
LISTS = ("GroupDetailList", "RoleDetailList", "Policies")


def run(*arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [sys.executable, "-m", "troubleshooter", "simulate", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False)


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def case(name: str, effect: str = "Allow", **more: object) -> Json:
    statement = {"Sid": "One", "Effect": effect, "Action": "s3:GetObject", "Resource": "*"}
    return {
        "id": name,
        "request": {
            "principal": USER,
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/a.csv",
            "resource_account": ACCOUNT,
            "context": {},
        },
        "policies": {"identity": [{"name": "p", "document": document(statement)}]},
        **more,
    }


def lines(*items: object) -> str:
    return "".join(item if isinstance(item, str) else json.dumps(item) + "\n" for item in items)


def answers(finished: subprocess.CompletedProcess[bytes]) -> list[Json]:
    return [json.loads(line) for line in finished.stdout.splitlines()]


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    account = tmp_path / "accounts" / ACCOUNT
    account.mkdir(parents=True)
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statements = (
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"},
        {"Sid": "Drop", "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*", "Condition": mfa},
    )
    user: Json = {
        "UserName": "ana",
        "UserId": "AIDAEXAMPLE",
        "Arn": USER,
        "Path": "/",
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
    }
    files: Json = {
        "authorization-details": {
            "UserDetailList": [user],
            "GroupDetailList": [],
            "RoleDetailList": [],
            "Policies": [],
        },
        "resource-policies": {"arn:aws:s3:::reports": None},
        "vpc-endpoints": [],
        "s3": {"PublicAccessBlock": None, "Buckets": {"reports": {}}},
        "kms-grants": {},
        "resource-tags": {},
        "sessions": {},
    }
    for name, content in files.items():
        (account / f"{name}.json").write_text(json.dumps(content))
    (tmp_path / "snapshot.json").write_text(json.dumps({"schema_version": 1}))
    (tmp_path / "organization.json").write_text("null")
    (tmp_path / "gaps.json").write_text("[]")
    return tmp_path


def one(snapshot: Path, action: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    asked = ("--principal", USER, "--action", action, "--resource", "arn:aws:s3:::reports/a.csv")
    return run("--snapshot", str(snapshot), *asked, *more)


def test_an_allowed_request_exits_0_and_names_the_statement(snapshot: Path) -> None:
    finished = one(snapshot, "s3:GetObject", "--format", "json")
    found = json.loads(finished.stdout)
    assert (finished.returncode, found["decision"]) == (0, "allow")
    assert [item["sid"] for item in found["determining"]] == ["Read"]
    assert set(found) == {
        "schema_version",
        "request",
        "decision",
        "policy_types",
        "determining",
        "near_misses",
        "gaps",
    }


def test_a_refused_request_exits_5_and_shows_the_near_miss(snapshot: Path) -> None:
    finished = one(snapshot, "s3:PutObject")
    assert finished.returncode == 5
    assert b"near miss (action) own, Read" in finished.stdout


def test_an_unknown_key_is_named(snapshot: Path) -> None:
    finished = one(snapshot, "s3:DeleteObject", "--format", "json")
    found = json.loads(finished.stdout)
    assert (finished.returncode, found["decision"]) == (5, "unknown")
    identity = next(item for item in found["policy_types"] if item["policy_type"] == "identity_policy")
    assert identity["gaps"] == ["aws:MultiFactorAuthPresent is not known: allow if it matches, implicit_deny if not"]


def test_a_key_can_be_supplied(snapshot: Path) -> None:
    assert one(snapshot, "s3:DeleteObject", "--context", "aws:MultiFactorAuthPresent=true").returncode == 0
    assert one(snapshot, "s3:DeleteObject", "--context", "aws:MultiFactorAuthPresent=false").returncode == 5


def test_requests_are_answered_in_order(snapshot: Path) -> None:
    asked = {"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/a.csv"}
    given = lines(
        {"id": "a", **asked},
        {"id": 2, **asked, "action": "s3:DeleteObject", "context": {}},
        {**asked, "action": "s3:DeleteObject", "context": {"aws:multifactorauthpresent": True}},
    )
    finished = run("--requests", "-", "--snapshot", str(snapshot), stdin=given)
    assert [(item["id"], item["decision"]) for item in answers(finished)] == [
        ("a", "allow"),
        (2, "implicit_deny"),
        (None, "allow"),
    ]
    assert finished.returncode == 0


def test_a_malformed_request_loses_nothing_else(snapshot: Path) -> None:
    good = {"id": 1, "principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/a.csv"}
    given = lines("{\n", good, {"id": 3, "principal": 5}, '{"id":"\\ud800","principal":""}\n', good)
    finished = run("--requests", "-", "--snapshot", str(snapshot), stdin=given)
    found = answers(finished)
    assert [item["error"] is None for item in found] == [False, True, False, False, True]
    assert finished.returncode == 4
    assert b"Traceback" not in finished.stderr


def test_cases_as_expected_exit_0() -> None:
    given = lines(case("a", expected="Allowed"), case("b", "Deny", expected="ExplicitlyDenied"), case("c"))
    finished = run("--cases", "-", stdin=given)
    found = answers(finished)
    assert (finished.returncode, finished.stderr) == (0, b"")
    assert [item["decision"] for item in found] == ["allow", "explicit_deny", "allow"]
    assert found[1]["blocked_by"] == ["identity_policy"]
    assert all(set(item) == {"id", "decision", "blocked_by", "determining", "error"} for item in found)


def test_a_difference_exits_5_and_is_listed() -> None:
    finished = run("--cases", "-", stdin=lines(case("a", expected="ImplicitlyDenied"), case("b")))
    assert finished.returncode == 5
    assert b"a: expected ImplicitlyDenied, got Allowed" in finished.stderr
    assert len(answers(finished)) == 2


def test_a_document_that_aws_would_refuse_is_an_error() -> None:
    broken = case("a")
    broken["policies"]["identity"][0]["document"]["Statement"][0]["Effect"] = "allow"
    (found,) = answers(run("--cases", "-", stdin=lines(broken)))
    assert found["decision"] != "allow"
    assert "Statement[0].Effect" in found["error"]


@pytest.mark.parametrize("line", ["{", "[]", "nul", '"x"', "{}", '{"request": 5}', "\x00", "[" * 100_000])
def test_a_malformed_case_is_an_answer_and_exit_4(line: str) -> None:
    finished = run("--cases", "-", stdin=lines(f"{line}\n", case("after")))
    first, second = answers(finished)
    assert first["error"]
    assert first["decision"] != "allow"
    assert second["decision"] == "allow"
    assert finished.returncode == 4
    assert b"Traceback" not in finished.stderr


def test_blank_lines_and_a_missing_last_newline_are_fine() -> None:
    given = "\n" + lines(case("a")) + "  \n" + json.dumps(case("b"))
    finished = run("--cases", "-", stdin=given)
    assert [item["id"] for item in answers(finished)] == ["a", "b"]


def test_junit_counts_failures_and_errors() -> None:
    given = lines(case("a", expected="Allowed"), case("b<&\u0007", expected="ImplicitlyDenied"), "{\n")
    finished = run("--cases", "-", "--format", "junit", stdin=given)
    suite = ET.fromstring(finished.stdout).find("testsuite")  # noqa: S314 - our own output
    assert suite is not None
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    assert finished.returncode == 5


def test_text_shows_one_line_per_case() -> None:
    given = lines(case("good", expected="Allowed"), case("bad", expected="ImplicitlyDenied"))
    finished = run("--cases", "-", "--format", "text", stdin=given)
    assert finished.stdout.decode().splitlines() == [
        "allow good",
        "different bad: expected ImplicitlyDenied, got Allowed",
    ]


def test_answers_come_while_input_is_still_open() -> None:
    command = [sys.executable, "-m", "troubleshooter", "simulate", "--cases", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(lines(case("first")).encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "first"
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--principal", USER),
        ("--principal", USER, "--action", "s3:GetObject"),
        ("--cases", "-", "--requests", "-"),
        ("--requests", "-"),
        ("--cases", "-", "--principal", USER),
    ],
)
def test_contradicting_options_exit_2(arguments: tuple[str, ...]) -> None:
    finished = run(*arguments)
    assert finished.returncode == 2
    assert b"Traceback" not in finished.stderr


def test_a_missing_file_exits_4() -> None:
    assert run("--cases", "/nonexistent/cases.jsonl").returncode == 4
