"""S3 Tables: the policies of a table bucket and of a table, and the key behind.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-resource-based-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_key,
    keep_policy_if_it_exists,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("NotFoundException",)
BUCKET_POLICY = call("s3tables.get_table_bucket_policy", "s3tables:GetTableBucketPolicy", none=_GONE)
BUCKET_KEY = call(
    "s3tables.get_table_bucket_encryption", "s3tables:GetTableBucketEncryption", PolicyType.NONE, none=_GONE
)
BUCKET = call("s3tables.get_table_bucket", "s3tables:GetTableBucket", absent=_GONE)
TABLE = call("s3tables.get_table", "s3tables:GetTable", absent=_GONE)
TABLE_POLICY = call("s3tables.get_table_policy", "s3tables:GetTablePolicy", none=_GONE)
BUCKETS = find_call("s3tables.list_table_buckets", "s3tables:ListTableBuckets", "tableBuckets")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read ``bucket/<name>``, and the table of ``bucket/<name>/table/<id>``."""
    parts = arn.resource.split("/")
    if parts[0] != "bucket" or len(parts) < 2 or "*" in parts[1]:  # noqa: PLR2004 - bucket/<name>
        return
    reader = collecting.reader
    bucket = f"arn:{arn.partition}:s3tables:{arn.region}:{arn.account}:bucket/{parts[1]}"
    exists = reader.read(BUCKET, bucket, tableBucketARN=bucket)
    if exists.get("Code") in _GONE:
        return
    answer = reader.read(BUCKET_POLICY, bucket, tableBucketARN=bucket)
    keep_policy_if_it_exists(collecting, bucket, answer, answer.get("resourcePolicy"), exists=exists, read=BUCKET)
    key = reader.read(BUCKET_KEY, bucket, tableBucketARN=bucket)
    keep_key(collecting, bucket, key.get("encryptionConfiguration", "kmsKeyArn"))
    if parts[2:3] == ["table"] and "*" not in arn.resource:
        _table(collecting, bucket, str(arn))


def _table(collecting: Collecting, bucket: str, table: str) -> None:
    """Read a table's policy; the API wants its namespace and name, the ARN holds its id."""
    reader = collecting.reader
    found = reader.read(TABLE, table, tableArn=table)
    namespace = found.get("namespace")
    if not found.read or not namespace:
        return
    answer = reader.read(TABLE_POLICY, table, tableBucketARN=bucket, namespace=namespace[0], name=found.get("name"))
    keep_policy_if_it_exists(collecting, table, answer, answer.get("resourcePolicy"), exists=found, read=TABLE)


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's table buckets."""
    return [str(found["arn"]) for found in found_all(collecting, BUCKETS).items]


COLLECTOR = ServiceCollector(
    service="s3tables",
    calls=(BUCKET_POLICY, BUCKET_KEY, BUCKET, TABLE, TABLE_POLICY),
    collect=collect,
    find_calls=(BUCKETS,),
    find=find,
)
