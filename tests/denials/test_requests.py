from __future__ import annotations

from troubleshooter.denials.parse import parse_record, parse_text
from troubleshooter.denials.requests import UNKNOWN_RESOURCE, primary_request
from troubleshooter.model.denial import Denial
from troubleshooter.model.request import Request

ANA = "arn:aws:iam::111122223333:user/ana"


def request_of(text: str) -> Request | None:
    found = parse_text(text)[0]
    assert isinstance(found, Denial)
    return primary_request(found)


def test_the_request_is_what_the_message_says() -> None:
    request = request_of(
        f"User: {ANA} is not authorized to perform: sqs:SendMessage "
        "on resource: arn:aws:sqs:eu-west-1:444455556666:jobs"
    )
    assert request is not None
    assert (request.principal.arn, request.action) == (ANA, "sqs:SendMessage")
    assert (request.resource, request.resource_account) == ("arn:aws:sqs:eu-west-1:444455556666:jobs", "444455556666")
    assert not request.context_complete


def test_a_name_is_completed_in_the_callers_account() -> None:
    request = request_of(f"User: {ANA} is not authorized to perform: iam:GetRole on resource: role app")
    assert request is not None
    assert request.resource == "arn:aws:iam::111122223333:role/app"


def test_an_action_without_resource_types_is_about_everything() -> None:
    request = request_of(f"User: {ANA} is not authorized to perform: ec2:DescribeInstances")
    assert request is not None
    assert request.resource == "*"


def test_an_unnamed_resource_is_unknown_and_not_everything() -> None:
    request = request_of(f"User: {ANA} is not authorized to perform: kms:Decrypt on this resource")
    assert request is not None
    assert request.resource == UNKNOWN_RESOURCE


def test_the_text_around_a_bare_refusal_gives_a_resource() -> None:
    text = (
        "upload failed: ./a.txt to s3://site/a.txt An error occurred (AccessDenied) when calling the PutObject "
        f"operation: User: {ANA} is not authorized to perform: s3:PutObject"
    )
    request = request_of(text)
    assert request is not None
    assert request.resource == "arn:aws:s3:::site/a.txt"


def test_without_a_principal_or_an_action_there_is_no_request() -> None:
    assert request_of("An error occurred (AccessDenied) when calling the PutObject operation: Access Denied") is None
    assert primary_request(Denial()) is None


def test_an_events_context_is_the_requests() -> None:
    found = parse_record(
        {
            "eventSource": "s3.amazonaws.com",
            "eventName": "GetObject",
            "errorCode": "AccessDenied",
            "sourceIPAddress": "198.51.100.7",
            "userIdentity": {"type": "IAMUser", "arn": ANA, "accountId": "111122223333", "userName": "ana"},
            "requestParameters": {"bucketName": "site", "key": "k"},
        }
    )
    assert isinstance(found, Denial)
    request = primary_request(found)
    assert request is not None
    assert request.context["aws:SourceIp"] == ("198.51.100.7",)
    assert "aws:sourcevpce" in request.absent_keys
