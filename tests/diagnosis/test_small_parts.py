from __future__ import annotations

import shlex

import pytest

from troubleshooter.diagnosis.causes import BY_ID, CAUSES
from troubleshooter.diagnosis.encoded import decode_command, encoded_words
from troubleshooter.diagnosis.judgement import overall
from troubleshooter.diagnosis.next_commands import next_commands
from troubleshooter.diagnosis.rank import rank
from troubleshooter.diagnosis.times import age_words, minutes_between
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis, Finding
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType
from troubleshooter.usecases.exit_codes import exit_code


def finding(
    cause: str,
    *,
    policy_type: PolicyType = PolicyType.IDENTITY,
    decision: Decision = Decision.IMPLICIT_DENY,
    blocking: bool = True,
    confidence: Confidence = Confidence.CERTAIN,
    basis: Basis = Basis.EVALUATED,
) -> Finding:
    return Finding(
        cause=cause,
        policy_type=policy_type,
        decision=decision,
        blocking=blocking,
        confidence=confidence,
        basis=basis,
        because="",
    )


def order(*findings: Finding, denial: Denial | None = None) -> list[str]:
    return [item.cause for item in rank(findings, denial or Denial())]


def test_blocking_findings_come_first() -> None:
    allowed = finding("current-policies-allow", blocking=False)
    assert order(allowed, finding("scp-implicit-deny", confidence=Confidence.LIKELY))[0] == "scp-implicit-deny"


def test_the_layer_that_the_message_names_comes_before_an_explicit_deny() -> None:
    identity = finding("identity-policy-implicit-deny")
    scp = finding("scp-explicit-deny", policy_type=PolicyType.SCP, decision=Decision.EXPLICIT_DENY)
    assert order(identity, scp)[0] == "scp-explicit-deny"
    assert order(scp, identity, denial=Denial(stated_policy_type="identity_policy"))[0] == identity.cause


def test_remarks_come_last_and_ranks_count_from_one() -> None:
    remark = finding("identity-center-permission-set", blocking=False)
    possible = finding("evidence-insufficient", blocking=False, confidence=Confidence.POSSIBLE)
    ranked = rank([remark, possible], Denial())
    assert [(item.rank, item.cause) for item in ranked] == [
        (1, "evidence-insufficient"),
        (2, "identity-center-permission-set"),
    ]


def test_a_refusal_outside_iam_leads() -> None:
    outside = finding("not-an-iam-denial", blocking=False, confidence=Confidence.LIKELY)
    assert order(finding("scp-explicit-deny"), outside)[0] == "not-an-iam-denial"


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([Decision.ALLOW, Decision.IMPLICIT_DENY], Decision.IMPLICIT_DENY),
        ([Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY], Decision.EXPLICIT_DENY),
        ([Decision.ALLOW, Decision.UNKNOWN], Decision.UNKNOWN),
        ([Decision.ALLOW, Decision.ALLOW], Decision.ALLOW),
        ([], Decision.UNKNOWN),
    ],
)
def test_a_call_is_allowed_only_when_every_request_of_it_is(decisions: list[Decision], expected: Decision) -> None:
    assert overall(decisions) is expected


def test_cause_ids_are_unique_and_every_cause_says_something_or_explains_something() -> None:
    assert len(BY_ID) == len(CAUSES)
    for cause in CAUSES:
        assert cause.explain or cause.find
        assert cause.source_url.startswith("https://docs.aws.amazon.com/")
        assert cause.title[0].isupper()


def test_every_policy_type_has_a_cause_for_both_kinds_of_deny() -> None:
    layers = [
        PolicyType.IDENTITY,
        PolicyType.BOUNDARY,
        PolicyType.SESSION,
        PolicyType.RESOURCE,
        PolicyType.TRUST,
        PolicyType.VPC_ENDPOINT,
        PolicyType.SCP,
        PolicyType.RCP,
    ]
    for layer in layers:
        for kind in ("explicit-deny", "implicit-deny"):
            assert f"{layer.value.replace('_', '-')}-{kind}" in BY_ID


@pytest.mark.parametrize(
    ("denied", "read", "words"),
    [
        ("2026-10-05T09:00:00Z", "2026-10-05T09:30:00Z", "30 minutes after"),
        ("2026-10-05T09:00:00Z", "2026-10-08T09:00:00Z", "3 days after"),
        ("2026-10-05T09:00:00Z", "2026-10-05T07:00:00Z", "2 hours before"),
        ("2026-10-05T09:00:00Z", "2026-10-05T09:00:10Z", ""),
        (None, "2026-10-05T09:00:00Z", ""),
        ("yesterday", "2026-10-05T09:00:00Z", ""),
    ],
)
def test_how_old_the_evidence_is(denied: str | None, read: str | None, words: str) -> None:
    assert age_words(denied, read) == words


def test_times_without_a_zone_count_as_utc() -> None:
    assert minutes_between("2026-10-05T09:00:00", "2026-10-05T09:05:00Z") == 5


def test_a_blob_that_the_log_cut_is_not_offered_for_decoding() -> None:
    cut = Denial(encoded_message="a" * 900, error_message="b" * 1000, from_event=True)
    assert decode_command(cut) is None
    assert "client that made the call" in encoded_words(cut)


def test_a_whole_blob_gives_the_decode_command() -> None:
    command = decode_command(Denial(encoded_message="abc'; rm -rf /", error_message="abc"))
    assert command is not None
    assert shlex.split(command)[-1] == "abc'; rm -rf /"


def test_commands_quote_whatever_the_log_holds() -> None:
    denial = Denial(
        principal=Principal(arn="arn:aws:sts::111122223333:assumed-role/x;$(touch y)/s"),
        stated_policy_type="identity_policy",
    )
    commands = next_commands(denial, [finding("identity-policy-implicit-deny")], [])
    attached = next(command for command in commands if "list-attached-role-policies" in command)
    assert shlex.split(attached) == ["aws", "iam", "list-attached-role-policies", "--role-name", "x;$(touch y)"]


def diagnosis(*findings: Finding) -> Diagnosis:
    return Diagnosis(denial=Denial(), decision=Decision.UNKNOWN, steps=(), findings=findings)


def test_exit_code_is_five_when_nothing_above_possible_was_found() -> None:
    possible = finding("scp-explicit-deny", confidence=Confidence.POSSIBLE)
    remark = finding("identity-center-permission-set", confidence=Confidence.LIKELY)
    assert exit_code([diagnosis(finding("scp-explicit-deny"))]) == 0
    assert exit_code([diagnosis(possible, remark)]) == 5
    assert exit_code([diagnosis(finding("scp-explicit-deny")), diagnosis(possible)]) == 5
    assert exit_code([diagnosis()]) == 5
