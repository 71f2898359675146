"""Make a CloudTrail corpus from a seed: the S3 layout, realistic fields, about two denials in a hundred records.

The words of a denial also stand in innocent places: nested error codes, patterns inside strings, other errors.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
_ACCOUNTS = ("111122223333", "222233334444", "333344445555", "444455556666")
_REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
_ROLES = ("deploy", "shipping-api", "nightly-report", "data-loader", "ci-runner", "web-frontend", "auditor")
_AGENTS = (
    "Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython",
    "[aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0 exe/x86_64.amzn.2 prompt/off command/s3.cp]",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.4 (+https://www.terraform.io) terraform-provider-aws/5.40.0",
    "aws-sdk-go-v2/1.25.2 os/linux lang/go#1.22.0 md/GOARCH#arm64 api/dynamodb#1.30.4",
)
_RECORDS_PER_FILE = 3600
_DENIED_SHARE = 0.02
_REPEATED_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What was made: where, how many files and bytes of JSON."""

    root: Path
    files: int
    json_bytes: int


def make_corpus(root: Path, *, files: int = 400, records: int = _RECORDS_PER_FILE, seed: int = 7) -> Corpus:
    """Write ``files`` gzip files of ``records`` records below ``root`` and return what was made."""
    with ProcessPoolExecutor() as pool:
        sizes = list(pool.map(partial(_write_file, root, records=records, seed=seed), range(files), chunksize=4))
    return Corpus(root=root, files=files, json_bytes=sum(sizes))


def make_single_file(path: Path, *, megabytes: int, seed: int = 7) -> int:
    """Write one gzip file of about ``megabytes`` of JSON and return its exact size before compression."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with gzip.open(path, "wb", compresslevel=6) as out:
        out.write(b'{"Records":[')
        number = 0
        while size < megabytes * 1_000_000:
            block = ",".join(record_texts(random.Random(f"{seed}/{number}"), "111122223333", "us-east-1", 500, number))
            data = (("," if number else "") + block).encode()
            out.write(data)
            size += len(data)
            number += 1
        out.write(b"]}")
    return size + len(b'{"Records":[]}')


def _write_file(root: Path, number: int, *, records: int, seed: int) -> int:
    rng = random.Random(f"{seed}/{number}")
    account, region = rng.choice(_ACCOUNTS), rng.choice(_REGIONS)
    moment = _START + dt.timedelta(minutes=5 * number)
    folder = root / "AWSLogs" / account / "CloudTrail" / region / f"{moment:%Y/%m/%d}"
    folder.mkdir(parents=True, exist_ok=True)
    data = ('{"Records":[' + ",".join(record_texts(rng, account, region, records, number)) + "]}").encode()
    name = f"{account}_CloudTrail_{region}_{moment:%Y%m%dT%H%MZ}_{rng.getrandbits(80):020x}.json.gz"
    (folder / name).write_bytes(gzip.compress(data, compresslevel=6, mtime=0))
    return len(data)


def record_texts(rng: random.Random, account: str, region: str, count: int, number: int) -> Iterator[str]:
    """Yield ``count`` records as CloudTrail writes them: no spaces, ``eventVersion`` first."""
    start = _START + dt.timedelta(minutes=5 * number)
    for position in range(count):
        moment = start + dt.timedelta(seconds=300 * position / count)
        yield json.dumps(_record(rng, account, region, moment), separators=(",", ":"), ensure_ascii=False)


def _record(rng: random.Random, account: str, region: str, moment: dt.datetime) -> dict[str, object]:
    denied = rng.random() < _DENIED_SHARE
    # Most denials are one broken caller repeating one call; the others ask for something new each time.
    stuck = random.Random(f"{account} {rng.randrange(15)}") if denied and rng.random() < _REPEATED_SHARE else rng
    role = stuck.choice(_ROLES)
    session = f"i-{stuck.randrange(40):017x}"
    identity = _identity(account, role, session)
    source, name, parameters, response, resource = stuck.choice(_CALLS)(stuck, account, region)
    record: dict[str, object] = {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": f"10.{rng.randrange(4)}.{rng.randrange(256)}.{rng.randrange(256)}",
        "userAgent": rng.choice(_AGENTS),
    }
    if denied:
        record |= _denial(stuck, account, role, session, source, name, resource)
        response = None
    elif rng.random() < 0.01:
        record |= {
            "errorCode": rng.choice(("NoSuchEntityException", "ThrottlingException", "NoSuchKey", "ExpiredToken"))
        }
    record |= {
        "requestParameters": parameters,
        "responseElements": response,
        "requestID": _uuid(rng),
        "eventID": _uuid(rng),
        "readOnly": not name.startswith(("Put", "Create", "Update")),
    }
    if source == "s3":
        record["resources"] = [
            {"type": "AWS::S3::Object", "ARN": resource},
            {"accountId": account, "type": "AWS::S3::Bucket", "ARN": resource.split("/")[0]},
        ]
    return record | {
        "eventType": "AwsApiCall",
        "managementEvent": source != "s3",
        "recipientAccountId": account,
        "eventCategory": "Data" if source == "s3" else "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{source}.{region}.amazonaws.com",
        },
    }


def _identity(account: str, role: str, session: str) -> dict[str, object]:
    unique = f"AROA{role.upper().replace('-', '')[:8]:X<8}{account[:5]}"
    return {
        "type": "AssumedRole",
        "principalId": f"{unique}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": f"ASIA{session[-12:]}{role[:4].upper():X<4}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": unique,
                "arn": f"arn:aws:iam::{account}:role/app/{role}",
                "accountId": account,
                "userName": role,
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": "2026-03-02T00:00:00Z", "mfaAuthenticated": "false"},
            "ec2RoleDelivery": "2.0",
        },
    }


def _denial(  # noqa: PLR0917 - one caller
    rng: random.Random, account: str, role: str, session: str, source: str, name: str, resource: str
) -> dict[str, str]:
    prefix = {"monitoring": "cloudwatch"}.get(source, source)
    user = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    action = f"{prefix}:{name}"
    text = f"User: {user} is not authorized to perform: {action} on resource: {resource}"
    if source == "ec2":
        return {
            "errorCode": "Client.UnauthorizedOperation",
            "errorMessage": "You are not authorized to perform this operation.",
        }
    if source == "s3" and rng.random() < 0.5:
        return {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}
    reason = rng.choice(
        (
            f"because no identity-based policy allows the {action} action",
            "with an explicit deny in a service control policy",
        )
    )
    return {"errorCode": "AccessDenied", "errorMessage": f"{text} {reason}"}


def _uuid(rng: random.Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_Call = tuple[str, str, object, object, str]


def _get_object(rng: random.Random, account: str, region: str) -> _Call:
    bucket = f"{rng.choice(('reports', 'uploads', 'lake'))}-{account}"
    folder = f"{rng.choice(('daily', 'raw', 'img'))}/2026/{rng.randrange(1, 13):02d}"
    key = f"{folder}/part-{rng.randrange(100000):06d}.parquet"
    parameters = {"bucketName": bucket, "Host": f"{bucket}.s3.{region}.amazonaws.com", "key": key}
    return "s3", rng.choice(("GetObject", "PutObject")), parameters, None, f"arn:aws:s3:::{bucket}/{key}"


def _describe(rng: random.Random, account: str, region: str) -> _Call:
    del rng
    parameters = {
        "instancesSet": {},
        "filterSet": {"items": [{"name": "tag:app", "valueSet": {"items": [{"value": "web"}]}}]},
    }
    return "ec2", "DescribeInstances", parameters, None, f"arn:aws:ec2:{region}:{account}:instance/*"


def _decrypt(rng: random.Random, account: str, region: str) -> _Call:
    key = f"arn:aws:kms:{region}:{account}:key/{rng.randrange(12):08x}-1111-2222-3333-444455556666"
    parameters = {"encryptionContext": {"aws:s3:arn": f"arn:aws:s3:::lake-{account}"}, "keyId": key}
    return "kms", "Decrypt", parameters, None, key


def _put_filter(rng: random.Random, account: str, region: str) -> _Call:
    group = f"app-{rng.randrange(30)}"
    parameters = {
        "logGroupName": group,
        "filterPattern": '{ $.errorCode = "AccessDenied" || "errorCode":"AccessDenied" }',
    }
    return "logs", "PutMetricFilter", parameters, None, f"arn:aws:logs:{region}:{account}:log-group:{group}"


def _put_events(rng: random.Random, account: str, region: str) -> _Call:
    entries = [{"eventId": _uuid(rng)}, {"errorCode": "AccessDeniedException", "errorMessage": "Access Denied"}]
    if rng.random() > 0.06:
        entries.pop()
    response = {"failedEntryCount": len(entries) - 1, "entries": entries}
    return "events", "PutEvents", {"entries": []}, response, f"arn:aws:events:{region}:{account}:event-bus/default"


def _get_secret(rng: random.Random, account: str, region: str) -> _Call:
    arn = f"arn:aws:secretsmanager:{region}:{account}:secret:app/{rng.randrange(50)}-AbCdEf"
    return "secretsmanager", "GetSecretValue", {"secretId": arn}, None, arn


def _assume_role(rng: random.Random, account: str, region: str) -> _Call:
    del region
    role = f"arn:aws:iam::{account}:role/app/{rng.choice(_ROLES)}"
    response = {
        "credentials": {
            "accessKeyId": f"ASIA{rng.randrange(200):016d}",
            "sessionToken": f"{rng.getrandbits(2400):0600x}",
            "expiration": "Mar 2, 2026, 6:00:00 AM",
        },
        "assumedRoleUser": {"assumedRoleId": "AROAEXAMPLE:s", "arn": role.replace(":iam:", ":sts:")},
    }
    return "sts", "AssumeRole", {"roleArn": role, "roleSessionName": "s"}, response, role


_CALLS = (
    _get_object, _get_object, _get_object, _get_object, _get_object, _get_object, _describe, _describe, _describe,
    _decrypt, _decrypt, _decrypt, _put_filter, _put_events, _get_secret, _get_secret, _get_secret,
    _assume_role, _assume_role,
)  # fmt: skip
