"""DynamoDB tables and streams: resource policy, key and tags.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_key,
    keep_policy,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("ResourceNotFoundException",)
POLICY = call(
    "dynamodb.get_resource_policy", "dynamodb:GetResourcePolicy", none=("PolicyNotFoundException",), absent=_GONE
)
DESCRIBE = call("dynamodb.describe_table", "dynamodb:DescribeTable", PolicyType.NONE, absent=_GONE)
TAGS = call(
    "dynamodb.list_tags_of_resource", "dynamodb:ListTagsOfResource", PolicyType.NONE, absent=_GONE, items="Tags"
)
TABLES = find_call("dynamodb.list_tables", "dynamodb:ListTables", "TableNames")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the table of a table, index, backup or export ARN; a stream has a policy of its own."""
    parts = arn.resource.split("/")
    if parts[0] != "table" or len(parts) < 2 or "*" in parts[1]:  # noqa: PLR2004 - table/<name>
        return
    table = f"arn:{arn.partition}:dynamodb:{arn.region}:{arn.account}:table/{parts[1]}"
    if parts[2:3] == ["stream"] and "*" not in arn.resource:
        _policy(collecting, str(arn))
    if not _policy(collecting, table):
        return
    tags = collecting.reader.read_all(TAGS, table, ResourceArn=table)
    keep_tags(collecting, table, tags)
    described = collecting.reader.read(DESCRIBE, table, TableName=parts[1])
    keep_key(collecting, table, described.get("Table", "SSEDescription", "KMSMasterKeyArn"))


def _policy(collecting: Collecting, arn: str) -> bool:
    """Read a policy; return False where AWS said that there is no such table."""
    answer = collecting.reader.read(POLICY, arn, ResourceArn=arn)
    keep_policy(collecting, arn, answer, answer.get("Policy"))
    return answer.get("Code") not in _GONE


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's tables."""
    reader = collecting.reader
    for name in found_all(collecting, TABLES).texts:
        yield f"arn:{reader.access.partition}:dynamodb:{reader.region}:{reader.account}:table/{name}"


COLLECTOR = ServiceCollector(
    service="dynamodb", calls=(POLICY, DESCRIBE, TAGS), collect=collect, find_calls=(TABLES,), find=find
)
