"""Write the small CloudTrail folder beside this file, in the S3 layout. Seeded: the same bytes every time.

One day of two accounts: ordinary calls, a bucket policy that is changed at 10:42, and from 10:47 on the
denials that follow from it, besides a few unrelated ones.

Run: python sample_logs/make_cloudtrail.py
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent / "cloudtrail"
ORDERS, LAKE = "111122223333", "444455556666"
REGION, DAY = "eu-west-1", datetime(2026, 10, 5, tzinfo=timezone.utc)
CHANGED_AT = DAY + timedelta(hours=10, minutes=42, seconds=8)
EVERY_MINUTES = 60
SEED = 20261005

_random = random.Random(SEED)


def _id() -> str:
    return str(uuid.UUID(int=_random.getrandbits(128), version=4))


def _role(account: str, name: str, session: str) -> dict[str, object]:
    unique = f"AROAEXAMPLE{name.upper().replace('-', '')[:10]}"
    return {
        "type": "AssumedRole",
        "principalId": f"{unique}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLE7HB0000002",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": unique,
                "arn": f"arn:aws:iam::{account}:role/{name}",
                "accountId": account,
                "userName": name,
            },
            "attributes": {"creationDate": "2026-10-05T00:05:00Z", "mfaAuthenticated": "false"},
        },
    }


def _user(account: str, name: str) -> dict[str, object]:
    return {
        "type": "IAMUser",
        "principalId": f"AIDAEXAMPLE{name.upper().replace('.', '')[:10]}",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": "AKIAEXAMPLE7HB0000003",
        "userName": name,
    }


def _event(  # noqa: PLR0913
    when: datetime,
    identity: dict[str, object],
    source: str,
    name: str,
    parameters: dict[str, object] | None,
    *,
    code: str | None = None,
    message: str | None = None,
    resources: list[dict[str, str]] | None = None,
    data: bool = False,
) -> dict[str, object]:
    record: dict[str, object] = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": f"198.51.100.{_random.randint(10, 40)}",
        "userAgent": _random.choice(["aws-cli/2.31.4", "Boto3/1.43.80", "aws-sdk-go-v2/1.39.0"]),
    }
    if code:
        record["errorCode"] = code
    if message:
        record["errorMessage"] = message
    record |= {
        "requestParameters": parameters,
        "responseElements": None,
        "requestID": _id(),
        "eventID": _id(),
        "readOnly": name.startswith(("Get", "List", "Describe", "Head", "Query")),
        "eventType": "AwsApiCall",
        "managementEvent": not data,
        "recipientAccountId": identity["accountId"],
        "eventCategory": "Data" if data else "Management",
    }
    if resources:
        record["resources"] = resources
    record["tlsDetails"] = {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": f"{source}.{REGION}.amazonaws.com",
    }
    return record


def _object(when: datetime, identity: dict[str, object], name: str, bucket: str, key: str, *, denied: str | None = None):  # noqa: ANN202
    """An S3 data event; ``denied`` is the message of a refused one."""
    return _event(
        when,
        identity,
        "s3",
        name,
        {"bucketName": bucket, "Host": f"{bucket}.s3.{REGION}.amazonaws.com", "key": key},
        code="AccessDenied" if denied else None,
        message=denied,
        resources=[
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"accountId": ORDERS, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"},
        ],
        data=True,
    )


def _ordinary(when: datetime) -> dict[str, object]:
    api, lake = _role(ORDERS, "orders-api", "task-7f3a91"), _role(LAKE, "lake-etl", "run-204")
    key = f"in/{_random.randint(4000, 4999)}.json"
    table = {"tableName": "orders", "key": {"id": "HIDDEN_DUE_TO_SECURITY_REASONS"}}
    makers = (
        lambda: _event(when, api, "dynamodb", "GetItem", table, data=True),
        lambda: _event(when, api, "sqs", "SendMessage", {"queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ORDERS}/orders-events"}, data=True),
        lambda: _event(when, lake, "glue", "GetTable", {"databaseName": "curated", "name": "orders"}),
        lambda: _event(when, lake, "athena", "GetQueryExecution", {"queryExecutionId": _id()}),
        lambda: _event(when, _user(ORDERS, "noor.ops"), "ec2", "DescribeInstances", {"instancesSet": {}, "filterSet": {}}),
        lambda: _object(when, api, "PutObject", "harborline-orders", key),
        # An error that is no denial, with the words of one in its parameters.
        lambda: _event(when, api, "dynamodb", "PutItem", {"tableName": "orders", "note": "errorCode AccessDenied"}, code="ConditionalCheckFailedException", message="The conditional request failed", data=True),
    )
    return _random.choices(makers, weights=(6, 5, 4, 3, 2, 5, 1))[0]()


def _policy_change() -> dict[str, object]:
    statement = {
        "Sid": "OnlyThePipelineWrites",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::harborline-orders/*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ORDERS}:role/export-pipeline"}},
    }
    parameters = {
        "bucketName": "harborline-orders",
        "Host": f"harborline-orders.s3.{REGION}.amazonaws.com",
        "policy": "",
        "bucketPolicy": {"Version": "2012-10-17", "Statement": [statement]},
    }
    bucket = [{"accountId": ORDERS, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::harborline-orders"}]
    return _event(CHANGED_AT, _user(ORDERS, "lena.admin"), "s3", "PutBucketPolicy", parameters, resources=bucket)


def _denials() -> list[dict[str, object]]:
    found = []
    for number in range(38):
        when = CHANGED_AT + timedelta(minutes=5 + 17 * number, seconds=_random.randint(0, 50))
        session = f"task-{_random.randint(100, 999)}"
        key = f"in/{_random.randint(4000, 4999)}.json"
        arn = f"arn:aws:sts::{ORDERS}:assumed-role/orders-api/{session}"
        text = (
            f'User: {arn} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::harborline-orders/{key}" '
            "with an explicit deny in a resource-based policy"
        )
        found.append(_object(when, _role(ORDERS, "orders-api", session), "PutObject", "harborline-orders", key, denied=text))
    secret = f"arn:aws:secretsmanager:{REGION}:{ORDERS}:secret:orders/db-Qw3rTy"
    for number in range(6):
        identity = _role(LAKE, "lake-etl", f"run-{204 + number}")
        text = (
            f"User: {identity['arn']} is not authorized to perform: secretsmanager:GetSecretValue on resource: {secret} "
            "because no resource-based policy allows the secretsmanager:GetSecretValue action"
        )
        when = DAY + timedelta(hours=2 + 3 * number, minutes=11)
        found.append(_event(when, identity, "secretsmanager", "GetSecretValue", {"secretId": secret}, code="AccessDenied", message=text))
    for number in range(3):
        identity = _user(ORDERS, "noor.ops")
        when = DAY + timedelta(hours=8, minutes=3 * number)
        text = "You are not authorized to perform this operation."
        found.append(_event(when, identity, "ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": "i-0a1b2c3d4e5f60718"}]}}, code="Client.UnauthorizedOperation", message=text))
    return found


def events() -> list[dict[str, object]]:
    """Return the day's events in the order of their time."""
    ordinary = [_ordinary(DAY + timedelta(seconds=_random.randint(0, 86399))) for _ in range(360)]
    return sorted([*ordinary, *_denials(), _policy_change()], key=lambda event: str(event["eventTime"]))


def main() -> None:
    """Write the files anew: one per account and hour."""
    shutil.rmtree(HERE, ignore_errors=True)
    files: dict[tuple[str, datetime], list[dict[str, object]]] = {}
    for event in events():
        when = datetime.fromisoformat(str(event["eventTime"]))
        slot = when.replace(minute=when.minute - when.minute % EVERY_MINUTES, second=0) + timedelta(minutes=EVERY_MINUTES)
        files.setdefault((str(event["recipientAccountId"]), slot), []).append(event)
    for (account, slot), records in sorted(files.items()):
        folder = HERE / "AWSLogs" / account / "CloudTrail" / REGION / DAY.strftime("%Y/%m/%d")
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{account}_CloudTrail_{REGION}_{slot:%Y%m%dT%H%M}Z_{uuid.UUID(int=_random.getrandbits(128)).hex[:16]}.json.gz"
        body = json.dumps({"Records": records}, separators=(",", ":")).encode()
        (folder / name).write_bytes(gzip.compress(body, compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
