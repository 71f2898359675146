"""Credentials, Regions and endpoints: what stops everything says so in one line; a refusal does not."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from botocore import exceptions

from tests.evidence.conftest import ACCOUNT, REGION, Wire, refusal
from tests.evidence.helpers import USER, client, collect, denial, own
from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.evidence.live import LiveOptions, collect_for
from troubleshooter.evidence.pool import Pool
from troubleshooter.evidence.trouble import Kind, classify
from troubleshooter.model.evidence import Gap

DENIAL = denial("s3:GetObject", "arn:aws:s3:::data/x")
GAP = Gap(policy_type="none", scope="x", reason="x", remedy="x")

STOPS: dict[str, tuple[Exception, str]] = {
    "no credentials": (exceptions.NoCredentialsError(), "no AWS credentials found"),
    "half credentials": (
        exceptions.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
        "no AWS credentials found",
    ),
    "expired token": (refusal("GetCallerIdentity", "ExpiredToken"), "credentials have expired"),
    "unknown key": (refusal("GetCallerIdentity", "InvalidClientTokenId"), "does not accept this access key"),
    "bad signature": (refusal("GetCallerIdentity", "SignatureDoesNotMatch"), "this machine's clock"),
    "not logged in": (
        exceptions.SSOTokenLoadError(error_msg="token missing", profile_name="dev"),
        "run `aws sso login",
    ),
    "login expired": (exceptions.UnauthorizedSSOTokenError(), "run `aws sso login"),
    "role of the profile refused": (refusal("AssumeRole"), "the credentials could not be had"),
    "wrong Region or endpoint": (
        exceptions.EndpointConnectionError(endpoint_url="https://sts.eu-wst-1.amazonaws.com"),
        "cannot reach AWS in eu-west-1: check --region, --endpoint-url",
    ),
    "no URL": (ValueError("Invalid endpoint: localhost"), "write a URL like http"),
    "silence": (exceptions.ConnectTimeoutError(endpoint_url="https://sts"), "cannot reach AWS in eu-west-1"),
}


@pytest.mark.parametrize("name", STOPS)
def test_unusable_credentials_or_network_stop_with_one_line(wire: Wire, name: str) -> None:
    error, words = STOPS[name]
    wire.answers["sts", "GetCallerIdentity"] = error
    with pytest.raises(UnreachableError, match=words) as caught:
        collect(wire, DENIAL)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("region", [REGION, None])
def test_an_unknown_profile_is_named(wire: Wire, monkeypatch: pytest.MonkeyPatch, region: str | None) -> None:
    if region is None:
        monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UnreachableError, match="no AWS profile 'nowhere'"):
        collect(wire, replace(DENIAL, region=region), profile="nowhere")


def test_a_refused_get_caller_identity_stops_nothing(wire: Wire) -> None:
    client("iam").create_user(UserName="joe")
    wire.answers["sts", "GetCallerIdentity"] = refusal("GetCallerIdentity", "AccessDenied")
    assert USER in (own(collect(wire, DENIAL)).users or {})


def test_a_role_must_be_given_by_its_arn(wire: Wire) -> None:
    with pytest.raises(UsageError, match="give a role's ARN"):
        collect(wire, DENIAL, assume_role=("Audit",))


def test_reads_in_the_denials_region_unless_told_otherwise(wire: Wire) -> None:
    lines: list[str] = []
    collect(wire, DENIAL, on_call=lines.append)
    assert all(REGION in line for line in lines)
    lines.clear()
    collect(wire, DENIAL, on_call=lines.append, region="us-west-2")
    assert any("us-west-2" in line for line in lines)


def test_each_call_is_told_with_time_and_outcome_but_no_secret(wire: Wire) -> None:
    lines: list[str] = []
    wire.trouble = lambda _, operation, __: refusal(operation) if operation == "GetBucketPolicy" else None
    collect(wire, DENIAL, on_call=lines.append)
    assert len(lines) == len(wire.calls)
    assert any("s3:get_bucket_policy" in line and "denied (AccessDenied)" in line for line in lines)
    assert not any("made-up" in line or "AKIA" in line for line in lines)


def test_one_endpoint_serves_every_service(wire: Wire) -> None:
    made = _emulated_client(wire)
    assert made.meta.endpoint_url == "http://127.0.0.1:9"


def _emulated_client(wire: Wire) -> Any:
    from troubleshooter.evidence.access import Access

    wire.answers["sts", "GetCallerIdentity"] = {"Account": ACCOUNT, "Arn": USER, "UserId": "x"}
    return Access(LiveOptions(endpoint_url="http://127.0.0.1:9")).client("kms", ACCOUNT, REGION)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", Kind.DENIED),
        ("UnauthorizedOperation", Kind.DENIED),
        ("AuthorizationError", Kind.DENIED),
        ("403", Kind.DENIED),
        ("KMSAccessDeniedException", Kind.DENIED),
        ("ThrottlingException", Kind.THROTTLED),
        ("RequestLimitExceeded", Kind.THROTTLED),
        ("TooManyRequestsException", Kind.THROTTLED),
        ("OptInRequired", Kind.NOT_ENABLED),
        ("UnrecognizedClientException", Kind.CREDENTIALS),
        ("NoSuchBucketPolicy", Kind.OTHER),
    ],
)
def test_error_codes_are_told_apart(code: str, kind: Kind) -> None:
    assert classify(refusal("X", code)).kind is kind


def test_a_message_is_cut_and_on_one_line() -> None:
    text = classify(refusal("X", "AccessDenied", "a\nb" + "c" * 1000)).text
    assert "\n" not in text
    assert len(text) <= 400


def test_a_hanging_task_is_left_behind_and_reported() -> None:
    pool, never = Pool(2), Event()
    pool.add(lambda: never.wait(10), GAP)
    started = time.monotonic()
    assert not pool.wait(time.monotonic() + 0.1)
    assert pool.close() == (GAP,)
    assert time.monotonic() - started < 2
    never.set()


def test_tasks_may_add_tasks_and_a_bug_in_one_is_raised() -> None:
    pool = Pool(3)
    done: list[int] = []

    def more() -> None:
        for _ in range(5):
            pool.add(lambda: done.append(1), GAP)

    pool.add(more, GAP)
    assert pool.wait(time.monotonic() + 5)
    assert len(done) == 5
    pool.add(lambda: 1 / 0, GAP)
    with pytest.raises(ZeroDivisionError):
        pool.wait(time.monotonic() + 5)
    pool.close()


def test_the_offline_path_imports_no_sdk(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, troubleshooter.evidence.snapshot, troubleshooter.evidence.snapshot_write, "
        "troubleshooter.evidence.live; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=tmp_path).returncode == 0


def test_nothing_is_read_for_a_denial_that_says_nothing(wire: Wire) -> None:
    from troubleshooter.model.denial import Denial

    wire.recording = True
    evidence = collect_for(Denial(), LiveOptions())
    assert not evidence.accounts
    assert wire.calls == [("sts", "GetCallerIdentity")]
