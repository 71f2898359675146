from __future__ import annotations

from collections.abc import Mapping

import pytest

from troubleshooter.diagnosis.behind import seen_through_service
from troubleshooter.diagnosis.behind.copy_source import copy_source
from troubleshooter.diagnosis.behind.kms_key import kms_key
from troubleshooter.diagnosis.behind.pass_role import pass_role
from troubleshooter.diagnosis.behind.session import session_tags, source_identity
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import Request

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0f6b2a51"
CALLER = Principal(arn=f"arn:aws:iam::{ACCOUNT}:user/ci", account=ACCOUNT)
OBJECT = "arn:aws:s3:::harborline-orders/in/1.json"


def request(action: str, resource: str = OBJECT, **context: tuple[str, ...]) -> Request:
    named = {key.replace("__", ":"): values for key, values in context.items()}
    return Request(
        principal=CALLER,
        action=action,
        resource=resource,
        resource_account=ACCOUNT,
        context={"aws:SourceIp": ("198.51.100.1",), "aws:PrincipalArn": (str(CALLER.arn),), **named},
    )


def denial(call: str, source: str = "s3", **parameters: JsonValue) -> Denial:
    raw: JsonObject = {"requestParameters": parameters}
    return Denial(api_call=call, event_source=f"{source}.amazonaws.com", region="eu-west-1", raw=raw, from_event=True)


def encrypted(key: str | None = KEY, *, bucket_key: bool = False) -> Evidence:
    rule: Mapping[str, JsonValue] = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
        "BucketKeyEnabled": bucket_key,
    }
    s3: JsonObject = {"Buckets": {"harborline-orders": {"Encryption": {"Rules": [rule]}}}}
    return Evidence(accounts={ACCOUNT: AccountEvidence(account_id=ACCOUNT, s3=s3)})


def test_writing_to_an_encrypted_bucket_needs_a_data_key_through_s3() -> None:
    (found,) = kms_key(denial("PutObject"), request("s3:PutObject"), encrypted())
    assert (found.request.action, found.request.resource, found.surely) == ("kms:GenerateDataKey", KEY, True)
    assert found.request.context["kms:ViaService"] == ("s3.eu-west-1.amazonaws.com",)
    assert found.request.context["kms:EncryptionContext:aws:s3:arn"] == (OBJECT,)
    assert found.request.context["aws:ViaAWSService"] == ("true",)


def test_the_callers_connection_is_not_the_services() -> None:
    (found,) = kms_key(denial("PutObject"), request("s3:PutObject", aws__SourceVpce=("vpce-1",)), encrypted())
    assert "aws:SourceIp" not in found.request.context
    assert "aws:SourceVpce" not in found.request.context
    assert "aws:sourcevpce" in found.request.absent_keys
    assert found.request.context["aws:PrincipalArn"] == (CALLER.arn,)


def test_a_bucket_key_puts_the_bucket_in_the_encryption_context() -> None:
    (found,) = kms_key(denial("PutObject"), request("s3:PutObject"), encrypted(bucket_key=True))
    assert found.request.context["kms:EncryptionContext:aws:s3:arn"] == ("arn:aws:s3:::harborline-orders",)


def test_reading_may_need_another_key_than_the_default() -> None:
    (found,) = kms_key(denial("GetObject"), request("s3:GetObject"), encrypted())
    assert (found.request.action, found.surely) == ("kms:Decrypt", False)


def test_a_multipart_upload_also_decrypts() -> None:
    found = list(kms_key(denial("UploadPart"), request("s3:PutObject"), encrypted()))
    assert [item.request.action for item in found] == ["kms:GenerateDataKey", "kms:Decrypt"]


@pytest.mark.parametrize(
    ("key", "arn"),
    [
        ("0f6b2a51", KEY),
        ("alias/orders", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/orders"),
        ("alias/aws/s3", None),
        (None, None),
    ],
)
def test_every_form_of_a_default_key(key: str | None, arn: str | None) -> None:
    found = [item.request.resource for item in kms_key(denial("PutObject"), request("s3:PutObject"), encrypted(key))]
    assert found == ([arn] if arn else [])


def test_the_requests_own_header_names_the_key() -> None:
    other = KEY.replace("0f6b2a51", "other")
    headers: dict[str, JsonValue] = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": other,
    }
    given = denial("PutObject", "s3", **headers)
    assert [item.request.resource for item in kms_key(given, request("s3:PutObject"), encrypted())] == [other]
    plain = denial("PutObject", "s3", **{"x-amz-server-side-encryption": "AES256"})
    assert not list(kms_key(plain, request("s3:PutObject"), encrypted()))


def test_a_queue_with_a_key_that_was_read() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
    account = AccountEvidence(account_id=ACCOUNT, encryption_keys={queue: KEY})
    found = list(
        kms_key(denial("SendMessage", "sqs"), request("sqs:SendMessage", queue), Evidence(accounts={ACCOUNT: account}))
    )
    assert [item.request.action for item in found] == ["kms:GenerateDataKey", "kms:Decrypt"]
    assert found[0].request.context["kms:ViaService"] == ("sqs.eu-west-1.amazonaws.com",)


def test_a_kms_action_named_on_another_services_call_came_through_that_service() -> None:
    seen = seen_through_service(denial("GetObject"), request("kms:Decrypt", KEY))
    assert seen.context["kms:ViaService"] == ("s3.eu-west-1.amazonaws.com",)
    direct = request("kms:Decrypt", KEY)
    assert seen_through_service(denial("Decrypt", "kms"), direct) is direct


def test_a_copy_reads_its_source() -> None:
    given = denial("CopyObject", "s3", **{"x-amz-copy-source": "/source-bucket/a%20b.txt"})
    (found,) = copy_source(given, request("s3:PutObject"), Evidence())
    assert (found.request.action, found.request.resource) == ("s3:GetObject", "arn:aws:s3:::source-bucket/a b.txt")
    assert found.request.resource_account is None


def test_a_copy_of_a_version_reads_that_version() -> None:
    given = denial("CopyObject", "s3", **{"x-amz-copy-source": "source-bucket/a?versionId=xyz"})
    (found,) = copy_source(given, request("s3:PutObject"), Evidence())
    assert found.request.action == "s3:GetObjectVersion"


def test_lambda_hands_its_role_to_the_service() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/exec"
    given = denial("CreateFunction20150331", "lambda", role=role)
    (found,) = pass_role(given, request("lambda:CreateFunction", "x"), Evidence())
    assert (found.request.action, found.request.resource, found.surely) == ("iam:PassRole", role, True)
    assert found.request.context["iam:PassedToService"] == ("lambda.amazonaws.com",)


def test_two_roles_of_a_task_definition() -> None:
    roles = {name: f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("taskRoleArn", "executionRoleArn")}
    found = pass_role(
        denial("RegisterTaskDefinition", "ecs", **roles), request("ecs:RegisterTaskDefinition", "*"), Evidence()
    )
    assert [item.request.resource for item in found] == list(roles.values())


def test_an_instance_profile_leads_to_its_role() -> None:
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
    role = f"arn:aws:iam::{ACCOUNT}:role/web-servers"
    roles: Mapping[str, JsonObject] = {
        role: {"RoleName": "web-servers", "InstanceProfileList": [{"Arn": profile, "InstanceProfileName": "web"}]}
    }
    evidence = Evidence(accounts={ACCOUNT: AccountEvidence(account_id=ACCOUNT, roles=roles)})
    given = denial("RunInstances", "ec2", iamInstanceProfile={"arn": profile})
    (read,) = pass_role(given, request("ec2:RunInstances", "*"), evidence)
    assert (read.request.resource, read.surely) == (role, True)
    (guessed,) = pass_role(given, request("ec2:RunInstances", "*"), Evidence())
    assert (guessed.request.resource, guessed.surely) == (f"arn:aws:iam::{ACCOUNT}:role/web", False)


def test_event_targets_walk_the_list() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/invoke"
    given = denial("PutTargets", "events", targets=[{"id": "1"}, {"id": "2", "roleArn": role}])
    assert [item.request.resource for item in pass_role(given, request("events:PutTargets", "x"), Evidence())] == [role]


def test_odd_parameters_are_no_roles() -> None:
    odds: tuple[JsonValue, ...] = (None, 7, [], {"arn": 3}, "")
    for odd in odds:
        assert not list(
            pass_role(denial("CreateFunction", "lambda", role=odd), request("lambda:CreateFunction"), Evidence())
        )


def test_session_tags_and_source_identity_are_actions_of_their_own() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/deploy"
    given = denial("AssumeRole", "sts", roleArn=role, tags=[{"key": "team", "value": "core"}], sourceIdentity="mika")
    asked = request("sts:AssumeRole", role, sts__ExternalId=("e-1",))
    (tags,) = session_tags(given, asked, Evidence())
    assert tags.request.action == "sts:TagSession"
    assert tags.request.context["aws:RequestTag/team"] == ("core",)
    assert tags.request.context["aws:TagKeys"] == ("team",)
    assert tags.request.context["sts:ExternalId"] == ("e-1",)
    (identity,) = source_identity(given, asked, Evidence())
    assert identity.request.context["sts:SourceIdentity"] == ("mika",)


def test_a_plain_call_has_nothing_behind_it() -> None:
    given = denial("GetItem", "dynamodb")
    for find in (copy_source, kms_key, pass_role, session_tags, source_identity):
        assert not list(find(given, request("dynamodb:GetItem", "x"), Evidence()))
