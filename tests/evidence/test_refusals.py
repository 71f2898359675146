"""Calls refused, throttled, timed out and cut, one by one and all at once: gaps, never a wrong "no policy"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests.evidence.conftest import PAGE_TWO, refusal
from tests.evidence.samples import collect_sample, denials_of, sample_wire
from troubleshooter.evidence.api import ApiCall
from troubleshooter.evidence.calls import COLLECT_MANAGEMENT
from troubleshooter.model.evidence import AccountEvidence, Evidence
from troubleshooter.pipeline import diagnose
from troubleshooter.usecases.exit_codes import exit_code

NAMES = (
    "identity-policy-explicit-deny",
    "kms-key-behind-resource",
    "permissions-boundary-implicit-deny",
    "rcp-explicit-deny",
    "scp-explicit-deny",
    "session-policy-implicit-deny",
    "trust-policy-implicit-deny",
    "vpc-endpoint-policy-implicit-deny",
)

DECLARED: dict[tuple[str, str], ApiCall] = {
    (call.service, call.operation.replace("_", "")): call for calls in COLLECT_MANAGEMENT.values() for call in calls
}
Trouble = Callable[[str], Exception]
TROUBLES: dict[str, Trouble] = {
    "refused": lambda operation: refusal(operation, "AccessDenied"),
    "throttled": lambda operation: refusal(operation, "ThrottlingException", "Rate exceeded"),
    "timed out": lambda _: ReadTimeoutError(endpoint_url="https://example.com"),
    "unreachable": lambda _: EndpointConnectionError(endpoint_url="https://example.com"),
    "broken": lambda operation: refusal(operation, "InternalFailure"),
}


def _actions(service: str, operation: str) -> tuple[str, ...]:
    return DECLARED[service, operation.lower()].actions


def _entries(account: AccountEvidence | None) -> dict[tuple[str, str], object]:
    """Return every single thing that is known of an account, down to the keys of its entries."""
    found: dict[tuple[str, str], object] = {}
    if account is None:
        return found
    for part in fields(account):
        value = getattr(account, part.name)
        if not isinstance(value, Mapping):
            continue
        for key, entry in value.items():
            if part.name in {"users", "groups", "roles"} and isinstance(entry, Mapping):
                found |= {(part.name, f"{key} {name}"): item for name, item in entry.items()}
            elif part.name == "s3" and key == "Buckets":
                found |= {
                    ("s3", f"{bucket} {name}"): item for bucket, kept in entry.items() for name, item in kept.items()
                }
            else:
                found[part.name, key] = entry
    return found


def _assert_no_wrong_knowledge(less: Evidence, whole: Evidence) -> None:
    """What is known with trouble is known without it too, and the same: nothing turned into "there is none"."""
    for account_id, account in less.accounts.items():
        known = _entries(whole.accounts.get(account_id))
        for key, value in _entries(account).items():
            if key[0] in {"users", "groups", "roles"} and key[1].endswith("PolicyList"):
                assert isinstance(value, list)
                assert {policy["PolicyName"] for policy in value} == {policy["PolicyName"] for policy in known[key]}  # type: ignore[attr-defined]
            elif not key[1].endswith(" Arn"):
                assert value == known[key], key


@pytest.mark.parametrize(
    ("name", "trouble"),
    [*((name, "refused") for name in NAMES), *((NAMES[1], trouble) for trouble in TROUBLES if trouble != "refused")],
)
def test_trouble_with_each_call_leaves_a_gap_that_names_the_permission(
    monkeypatch: pytest.MonkeyPatch, name: str, trouble: str
) -> None:
    denial = denials_of(name)[0]
    wire = sample_wire(monkeypatch, name, denial)
    whole = collect_sample(wire, name, denial)
    for service, operation in sorted(set(wire.calls) - {("sts", "GetCallerIdentity"), ("sts", "AssumeRole")}):
        if operation.startswith("Simulate"):
            continue  # refused in the samples anyway

        def fail(
            called: str, what: str, _: object, *, target: tuple[str, str] = (service, operation)
        ) -> Exception | None:
            return TROUBLES[trouble](what) if (called, what) == target else None

        wire.trouble = fail
        evidence = collect_sample(wire, name, denial)
        remedies = " ".join(gap.remedy for gap in evidence.gaps)
        for action in _actions(service, operation):
            assert action in remedies, operation
        _assert_no_wrong_knowledge(evidence, whole)
        assert exit_code([diagnose(denial, evidence)]) in {0, 5}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_fails_makes_its_list_unread(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    denial = denials_of(name)[0]
    wire = sample_wire(monkeypatch, name, denial)
    whole = collect_sample(wire, name, denial)

    def fail(_: str, operation: str, parameters: dict[str, object]) -> Exception | None:
        return refusal(operation, "ThrottlingException") if PAGE_TWO in parameters.values() else None

    wire.trouble = fail
    evidence = collect_sample(wire, name, denial)
    assert any("after the first page" in gap.reason or "throttled" in gap.reason for gap in evidence.gaps)
    _assert_no_wrong_knowledge(evidence, whole)
    assert exit_code([diagnose(denial, evidence)]) in {0, 5}


@pytest.mark.parametrize("name", NAMES)
def test_everything_refused_still_gives_a_diagnosis(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    denial = denials_of(name)[0]
    wire = sample_wire(monkeypatch, name, denial)
    wire.trouble = lambda _, operation, __: refusal(operation, "AccessDenied", "explicit deny in an scp")
    evidence = collect_sample(wire, name, denial)
    for account in evidence.accounts.values():
        assert not account.resource_policies
        assert not account.managed_policies
        for entry in (account.roles or {}).values():
            assert set(entry) == {"RoleName", "Arn"}
    assert evidence.gaps
    assert all(gap.remedy for gap in evidence.gaps)
    assert exit_code([diagnose(denial, evidence)]) in {0, 5}


def test_a_refused_call_is_itself_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "kms-key-behind-resource"
    denial = denials_of(name)[0]
    wire = sample_wire(monkeypatch, name, denial)
    said = "User: x is not authorized to perform: iam:GetRole with an explicit deny in a service control policy"
    wire.trouble = lambda _, operation, __: refusal(operation, "AccessDenied", said) if operation == "GetRole" else None
    gaps = collect_sample(wire, name, denial).gaps
    assert any(said in gap.reason for gap in gaps)


def test_time_that_is_up_leaves_gaps_for_all_that_was_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    name = "kms-key-behind-resource"
    denial = denials_of(name)[0]
    wire = sample_wire(monkeypatch, name, denial)
    never = Event()

    def hang(service: str, _: str, __: object) -> Exception | None:
        if service != "sts":
            never.wait(20)
        return None

    wire.trouble = hang
    evidence = collect_sample(wire, name, denial, timeout=0.5)
    never.set()
    assert any("--timeout" in gap.remedy for gap in evidence.gaps)
    assert not any(account.roles or account.resource_policies for account in evidence.accounts.values())
    assert exit_code([diagnose(denial, evidence)]) in {0, 5}
