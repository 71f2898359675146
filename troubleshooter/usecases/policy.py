"""The least IAM policy that this program needs, generated from the calls that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from troubleshooter.errors import UsageError
from troubleshooter.evidence import calls
from troubleshooter.model.policy import JsonValue

_LOOKUP = ("cloudtrail:LookupEvents",)
_ATHENA_QUERY = (
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_TABLE = ("athena:GetTableMetadata",)
_CATALOG = ("glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable")
_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket")
_RESULTS = ("s3:GetObject", "s3:PutObject")

NOT_READ_BY_NAME: Mapping[str, str] = {
    "sts:DecodeAuthorizationMessage": "decodes a text that the caller already has; changes nothing",
    "athena:StartQueryExecution": "scan --athena-table: starts a SELECT over the logs",
    "athena:StopQueryExecution": "scan --athena-table: ends that query when the scan is cut",
    "s3:PutObject": "scan --athena-table: Athena writes the query's result to the output location",
}
"""Actions that AWS's reference data counts as writes, and why they are here all the same."""


class Mode(StrEnum):
    """What the policy is for."""

    EXPLAIN = "explain"
    SCAN = "scan"
    COLLECT = "collect"


class AccountKind(StrEnum):
    """Where the policy is attached."""

    MEMBER = "member"
    MANAGEMENT = "management"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locations:
    """The S3 places that a scan through Athena needs, as ``s3://bucket/prefix``."""

    logs: str = "s3://YOUR-LOG-BUCKET/AWSLogs"
    results: str = "s3://YOUR-RESULTS-BUCKET/athena"


def needed_policy(mode: Mode, account: AccountKind, locations: Locations | None = None) -> dict[str, Any]:
    """Return the policy document for a mode and kind of account.

    Raises UsageError for a location that is no ``s3://`` URL.
    """
    statements = [
        _statement(purpose, actions) for purpose, actions in calls.actions(_calls(mode, account)).items() if actions
    ]
    if mode is Mode.SCAN:
        statements.extend(_scan(locations or Locations()))
    return {"Version": "2012-10-17", "Statement": statements}


def _calls(mode: Mode, account: AccountKind) -> calls.Calls:
    management = account is AccountKind.MANAGEMENT
    if mode is Mode.COLLECT:
        return calls.COLLECT_MANAGEMENT if management else calls.COLLECT_MEMBER
    # A scan diagnoses its top groups the way explain does.
    return calls.EXPLAIN_MANAGEMENT if management else calls.EXPLAIN_MEMBER


def _statement(sid: str, actions: tuple[str, ...], resource: JsonValue = "*") -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _scan(locations: Locations) -> list[dict[str, Any]]:
    logs, results = _s3_arns(locations.logs), _s3_arns(locations.results)
    return [
        _statement("LookUpEvents", _LOOKUP),
        _statement("QueryLogs", _ATHENA_QUERY, "arn:aws:athena:*:*:workgroup/*"),
        _statement("DescribeLogTable", _TABLE, "arn:aws:athena:*:*:datacatalog/*"),
        _statement(
            "ReadLogTable",
            _CATALOG,
            ["arn:aws:glue:*:*:catalog", "arn:aws:glue:*:*:database/*", "arn:aws:glue:*:*:table/*"],
        ),
        _statement("ListBuckets", _BUCKET, sorted({logs[0], results[0]})),
        _statement("ReadLogFiles", ("s3:GetObject",), logs[1]),
        _statement("KeepQueryResults", _RESULTS, results[1]),
    ]


def _s3_arns(location: str) -> tuple[str, str]:
    """Return the bucket's ARN and the ARN of everything below the location."""
    if not location.startswith("s3://") or not location.removeprefix("s3://").strip("/"):
        raise UsageError(f"{location}: write an S3 location like s3://bucket/prefix")
    bucket, _, prefix = location.removeprefix("s3://").strip("/").partition("/")
    return f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{prefix}/*" if prefix else f"arn:aws:s3:::{bucket}/*"
