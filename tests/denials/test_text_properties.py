from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.denials.parse import parse_text
from troubleshooter.model.denial import Denial

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")
REASONS = {
    " because no identity-based policy allows the {a} action": ("identity_policy", "implicit_deny"),
    " because no permissions boundary allows the {a} action": ("permissions_boundary", "implicit_deny"),
    " with an explicit deny in a service control policy": ("scp", "explicit_deny"),
    " with an explicit deny in a resource-based policy": ("resource_policy", "explicit_deny"),
    " because no VPC endpoint policy allows the {a} action": ("vpc_endpoint_policy", "implicit_deny"),
    " with an explicit deny": (None, "explicit_deny"),
}
PREFIXES = (
    "",
    "│ ",
    "> ",
    "# ",
    "// ",
    "ERROR ",
    " * ",
    "web_1  | ",
    "2024-05-01T10:00:00.000Z ",
    "    ",
    "[pod/app-1/app] ",
)


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    partition = draw(st.sampled_from(PARTITIONS))
    action = draw(
        st.sampled_from(("sqs:SendMessage", "ec2:RunInstances", "aws-marketplace:ViewSubscriptions", "s3:GetObject"))
    )
    name = draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.@=-]{2,30}[A-Za-z0-9]", fullmatch=True))
    principal = f"arn:{partition}:sts::111122223333:assumed-role/{name}/{name}"
    resource = f"arn:{partition}:{action.split(':')[0]}:eu-west-1:111122223333:thing/{name}/*"
    reason, (policy_type, decision) = draw(st.sampled_from(list(REASONS.items())))
    quote = draw(st.sampled_from(("", '"')))
    text = (
        f"User: {principal} is not authorized to perform: {action} "
        f"on resource: {quote}{resource}{quote}{reason.format(a=action)}"
    )
    return text, {
        "principal": principal,
        "action": action,
        "resource": resource,
        "stated_policy_type": policy_type,
        "stated_decision": decision,
    }


def parsed(text: str) -> dict[str, object]:
    found = parse_text(text)
    assert len(found) == 1
    denial = found[0]
    assert isinstance(denial, Denial)
    names = ("action", "resource", "stated_policy_type", "stated_decision")
    return {"principal": denial.principal.arn, **{name: getattr(denial, name) for name in names}}


@settings(max_examples=200, deadline=None)
@given(
    sentences(), st.lists(st.integers(min_value=20, max_value=120), min_size=1, max_size=6), st.sampled_from(PREFIXES)
)
def test_wraps_anywhere_change_nothing(case: tuple[str, dict[str, object]], columns: list[int], prefix: str) -> None:
    text, expected = case
    pieces, rest, turn = [], text, 0
    while rest:
        width = columns[turn % len(columns)]
        pieces.append(prefix + rest[:width])
        rest, turn = rest[width:], turn + 1
    assert parsed("\n".join(pieces)) == expected


@settings(max_examples=100, deadline=None)
@given(sentences(), st.integers(min_value=0, max_value=3))
def test_json_escaping_changes_nothing(case: tuple[str, dict[str, object]], depth: int) -> None:
    text, expected = case
    for _ in range(depth):
        text = json.dumps({"message": text})
    assert parsed(text) == expected


@settings(max_examples=100, deadline=None)
@given(sentences(), sentences())
def test_two_denials_are_both_found(one: tuple[str, dict[str, object]], two: tuple[str, dict[str, object]]) -> None:
    found = parse_text(f"AccessDenied: {one[0]}\n\tstatus code: 403, request id: 1\n\nAccessDenied: {two[0]}\n")
    wanted = {
        (case[1]["principal"], case[1]["action"], case[1]["resource"], case[1]["stated_policy_type"])
        for case in (one, two)
    }
    got = {
        (item.principal.arn, item.action, item.resource, item.stated_policy_type)
        for item in found
        if isinstance(item, Denial)
    }
    assert got <= wanted
    assert {item[:3] for item in got} == {item[:3] for item in wanted}


WORDS = st.sampled_from((
    "User: ", "is not authorized to perform: ", "arn:aws:", "AccessDenied", "An error occurred (", " on resource: ",
    "because no ", "with an explicit deny in a ", '"', "\\", "\\n", "\n", "\x1b[", "\x00", "\ud800", "{", "[", "<Code>",
    "Encoded authorization failure message: ", "operation error ", "status code: 403, request id: ", "s3://", "│ ",
    "&quot;", "(Service: ", "\f", "\u202e",
))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=20)), max_size=40).map("".join))
def test_no_text_crashes(text: str) -> None:
    for item in parse_text(text):
        assert not isinstance(item, Denial) or item.source_kind == "text"


def seconds(text: str) -> float:
    started = time.process_time()
    parse_text(text)
    return time.process_time() - started


PIECES = (
    "User: ", "is not authorized to perform: ", "arn:aws:iam::1:", "An error occurred (", "\n", " ", "\\", '"', "|",
    "operation error a", "because no ", "Request ID: a", "<Code>", "a.", "AWS::", "aws s3 ", "[a] ", "s3://a",
    "Encoded authorization failure message: A", "Error Code: a ", "with an explicit deny in a ", "access denied ",
    "User: a is not authorized to perform: s3:Get on resource: ", "https://a.", "\x1b", "&", "\f", "A.B.", "A:\n", "(",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    assert seconds(piece * (60_000 // len(piece))) < 4


def test_megabytes_of_noise_are_searched_quickly() -> None:
    noise = "2024-05-01T10:00:00Z INFO request served in 12 ms path=/orders/1234 status=200\n" * 60_000
    message = "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: *"
    started = time.process_time()
    found = parse_text(f"{noise}{message}\n{noise}")
    assert time.process_time() - started < 10
    assert [item.action for item in found if isinstance(item, Denial)] == ["sqs:SendMessage"]
