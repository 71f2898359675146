from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.errors import NoDenialError, UnreadableInputError
from troubleshooter.model.denial import Denial, NotADenial
from troubleshooter.sources.inputs import iter_records, read_input

ANA = "arn:aws:iam::111122223333:user/ana"
RECORD: Mapping[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {"type": "IAMUser", "arn": ANA, "accountId": "111122223333", "userName": "ana"},
    "eventTime": "2026-03-01T09:30:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "errorCode": "AccessDenied",
    "requestParameters": {"bucketName": "site", "key": "a.txt"},
    "eventID": "e-1",
}
SUCCESS = {**RECORD, "errorCode": None}
ROW = {
    "eventtime": "2026-03-01T09:30:00Z",
    "eventsource": "s3.amazonaws.com",
    "eventname": "GetObject",
    "awsregion": "eu-west-1",
    "errorcode": "AccessDenied",
    "useridentity": f"{{type=IAMUser, principalid=AIDA, arn={ANA}, accountid=111122223333, username=ana}}",
    "requestparameters": '{"bucketName":"site","key":"a.txt"}',
}
EVENTBRIDGE = {"detail-type": "AWS API Call via CloudTrail", "detail": RECORD}

WRAPPINGS: dict[str, object] = {
    "one event": RECORD,
    "a CloudTrail file": {"Records": [SUCCESS, RECORD]},
    "a bare list": [RECORD],
    "LookupEvents": {
        "Events": [
            {
                "EventId": "e-1",
                "EventName": "GetObject",
                "EventSource": "s3.amazonaws.com",
                "CloudTrailEvent": json.dumps(RECORD),
            }
        ]
    },
    "EventBridge": EVENTBRIDGE,
    "EventBridge through SNS": {"Type": "Notification", "Message": json.dumps(EVENTBRIDGE)},
    "SNS to a Lambda function": {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(EVENTBRIDGE)}}]},
    "SQS to a Lambda function": {"Records": [{"messageId": "1", "body": json.dumps(EVENTBRIDGE)}]},
    "receive-message of a queue behind SNS": {"Messages": [{"Body": json.dumps({"Message": json.dumps(EVENTBRIDGE)})}]},
    "an Athena row": ROW,
    "CloudTrail Lake rows": {"QueryResultRows": [ROW]},
}


@pytest.mark.parametrize("name", WRAPPINGS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("indent", [None, 2], ids=["compact", "indented"])
def test_every_wrapping_gives_the_denial(name: str, packed: bool, indent: int | None) -> None:
    data = json.dumps(WRAPPINGS[name], indent=indent).encode()
    result = read_input(gzip.compress(data) if packed else data)
    assert result.problems == []
    assert [type(item) for item in result] == [Denial]
    denial = result.items[0]
    assert isinstance(denial, Denial)
    assert denial.action == "s3:GetObject"
    assert denial.resource == "arn:aws:s3:::site/a.txt"
    assert denial.principal.arn == ANA


def test_json_lines_keep_what_is_whole() -> None:
    lines = [json.dumps(RECORD), json.dumps(SUCCESS), '{"broken": ', json.dumps(RECORD)]
    result = read_input("\n".join(lines), "trail.jsonl")
    assert len(result.items) == 2
    assert len(result.problems) == 1
    assert "trail.jsonl line 3" in result.problems[0]


def test_gzip_of_several_members_is_read_whole() -> None:
    data = gzip.compress(json.dumps(RECORD).encode() + b"\n") + gzip.compress(json.dumps(RECORD).encode())
    assert len(read_input(data).items) == 2


def test_encodings() -> None:
    text = json.dumps(RECORD)
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-8")):
        assert len(read_input(data).items) == 1


def test_text_gives_denials_and_look_alikes() -> None:
    result = read_input("An error occurred (ExpiredToken) when calling the ListBuckets operation: expired")
    assert [type(item) for item in result] == [NotADenial]
    result = read_input(f"User: {ANA} is not authorized to perform: sqs:SendMessage")
    assert [type(item) for item in result] == [Denial]


def test_an_error_body_is_text() -> None:
    body = json.dumps(
        {"__type": "AccessDeniedException", "Message": f"User: {ANA} is not authorized to perform: kms:Decrypt"}
    )
    denial = read_input(body).items[0]
    assert isinstance(denial, Denial)
    assert denial.action == "kms:Decrypt"


def test_a_decoded_authorization_message_gives_the_whole_context() -> None:
    message = {
        "allowed": False,
        "explicitDeny": False,
        "context": {
            "principal": {"id": "AIDA", "arn": ANA},
            "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
            "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "t3.micro"}]}}]},
        },
    }
    for value in (message, {"DecodedMessage": json.dumps(message)}):
        denial = read_input(json.dumps(value)).items[0]
        assert isinstance(denial, Denial)
        assert denial.stated_decision == "implicit_deny"
        assert denial.principal.arn == ANA
        assert denial.context["ec2:InstanceType"] == ("t3.micro",)


def test_both_accounts_copies_of_one_call_are_one_denial() -> None:
    theirs = {**RECORD, "sharedEventID": "s-1", "userIdentity": {"type": "AWSAccount", "accountId": "111122223333"}}
    ours = {**RECORD, "sharedEventID": "s-1", "eventID": "e-2"}
    for order in ([theirs, ours], [ours, theirs]):
        items = read_input(json.dumps(order)).items
        assert [item.principal.arn for item in items if isinstance(item, Denial)] == [ANA]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        ("  \n\t ", "is empty"),
        (gzip.compress(b""), "is empty"),
        (bytes(range(32)) * 20, "is binary"),
        (b"\x89PNG\r\n\x1a\n0000", "an image"),
        (b"PK\x03\x04rest", "zip archive"),
        (gzip.compress(json.dumps(RECORD).encode())[:-12], "ends in the middle"),
        (b"\x1f\x8b\x08\x00garbage-garbage-garbage", "damaged gzip"),
        (json.dumps({"Records": [RECORD]})[:-30], "ends in the middle"),
        (json.dumps(RECORD, indent=1)[:-25], "ends in the middle"),
        (json.dumps(RECORD)[:120], "ends in the middle"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
    ],
)
def test_unreadable_input_is_refused_in_one_line(data: bytes | str, words: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read_input(data, "events.json")
    message = str(caught.value)
    assert words in message
    assert message.startswith("events.json ")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (json.dumps({"Records": [SUCCESS, SUCCESS]}), "holds 2 CloudTrail records and none was refused: GetObject (2)"),
        (json.dumps({"Records": []}), "holds no denial"),
        ("{}", "holds no denial"),
        ("all is well", "holds no denial"),
    ],
)
def test_input_without_a_denial_is_named(data: str, words: str) -> None:
    with pytest.raises(NoDenialError, match=r"events\.json") as caught:
        read_input(data, "events.json")
    assert words in str(caught.value)


def test_a_pasted_fragment_of_an_event_is_read_as_text() -> None:
    fragment = (
        '"eventName": "GetObject",\n"errorCode": "AccessDenied",\n'
        f'"errorMessage": "User: {ANA} is not authorized to perform: s3:GetObject"'
    )
    denial = read_input(fragment).items[0]
    assert isinstance(denial, Denial)
    assert (denial.api_call, denial.error_code, denial.action) == ("GetObject", "AccessDenied", "s3:GetObject")


def test_records_are_offered_refused_or_not() -> None:
    assert [record["errorCode"] for record in iter_records(json.dumps([RECORD, SUCCESS]))] == ["AccessDenied", None]


def survives(read: Callable[[], object]) -> None:
    try:
        read()
    except (UnreadableInputError, NoDenialError) as trouble:
        assert "\n" not in str(trouble)  # noqa: PT017 - either outcome is right


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_input_ends_well(data: bytes | str) -> None:
    survives(lambda: read_input(data))


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=len(json.dumps(RECORD))), st.text(max_size=5))
def test_damage_anywhere_ends_well(place: int, noise: str) -> None:
    text = json.dumps(RECORD)
    survives(lambda: read_input(text[:place] + noise + text[place:]))
    survives(lambda: read_input(gzip.compress(text.encode())[:place]))
