"""SQS queues: policy, key and tags.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
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
    tags_call,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
ATTRIBUTES = call("sqs.get_queue_attributes", "sqs:GetQueueAttributes", absent=_GONE)
TAGS = tags_call("sqs.list_queue_tags", "sqs:ListQueueTags")
QUEUES = find_call("sqs.list_queues", "sqs:ListQueues", "QueueUrls")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one queue. Its URL follows from its ARN, which spares a call and a permission."""
    if "*" in arn.resource:
        return
    reader, queue = collecting.reader, str(arn)
    url = f"{_base(collecting)}/{arn.account}/{arn.resource}"
    answer = reader.read(ATTRIBUTES, queue, QueueUrl=url, AttributeNames=["Policy", "KmsMasterKeyId"])
    keep_policy(collecting, queue, answer, answer.get("Attributes", "Policy"))
    if answer.get("Code") in _GONE:
        return
    keep_key(collecting, queue, answer.get("Attributes", "KmsMasterKeyId"))
    tags = reader.read(TAGS, queue, QueueUrl=url)
    keep_tags(collecting, queue, tags, tags.get("Tags") or {})


def _base(collecting: Collecting) -> str:
    reader = collecting.reader
    try:
        return str(reader.access.client("sqs", reader.account, reader.region).meta.endpoint_url).rstrip("/")
    except Exception:  # noqa: BLE001 - no client: the call itself says why, as a gap
        return f"https://sqs.{reader.region}.amazonaws.com"


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's queues."""
    reader = collecting.reader
    for url in found_all(collecting, QUEUES, MaxResults=1000).texts:
        yield f"arn:{reader.access.partition}:sqs:{reader.region}:{reader.account}:{url.rsplit('/', 1)[-1]}"


COLLECTOR = ServiceCollector(service="sqs", calls=(ATTRIBUTES, TAGS), collect=collect, find_calls=(QUEUES,), find=find)
