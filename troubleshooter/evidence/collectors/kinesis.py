"""Kinesis data streams and their consumers: resource policy, key and tags.

https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html
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
    keep_tags,
    tags_call,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("ResourceNotFoundException",)
POLICY = call("kinesis.get_resource_policy", "kinesis:GetResourcePolicy", none=_GONE)
SUMMARY = call("kinesis.describe_stream_summary", "kinesis:DescribeStreamSummary", PolicyType.NONE, absent=_GONE)
TAGS = tags_call("kinesis.list_tags_for_resource", "kinesis:ListTagsForResource")
STREAMS = find_call("kinesis.list_streams", "kinesis:ListStreams", "StreamNames")
_EMPTY = {"", "{}"}


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the stream, and the consumer where the ARN names one."""
    parts = arn.resource.split("/")
    if parts[0] != "stream" or len(parts) < 2 or "*" in arn.resource:  # noqa: PLR2004 - stream/<name>
        return
    stream = f"arn:{arn.partition}:kinesis:{arn.region}:{arn.account}:stream/{parts[1]}"
    reader = collecting.reader
    summary = reader.read(SUMMARY, stream, StreamARN=stream)
    if summary.get("Code") in _GONE:
        return
    keep_key(collecting, stream, summary.get("StreamDescriptionSummary", "KeyId"))
    for holder in dict.fromkeys((stream, str(arn))):
        answer = reader.read(POLICY, holder, ResourceARN=holder)
        policy = answer.get("Policy")
        keep_policy_if_it_exists(
            collecting, holder, answer, None if policy in _EMPTY else policy, exists=summary, read=SUMMARY
        )
    tags = reader.read(TAGS, stream, ResourceARN=stream)
    keep_tags(collecting, stream, tags, tags.get("Tags") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's streams."""
    reader = collecting.reader
    for name in found_all(collecting, STREAMS).texts:
        yield f"arn:{reader.access.partition}:kinesis:{reader.region}:{reader.account}:stream/{name}"


COLLECTOR = ServiceCollector(
    service="kinesis", calls=(POLICY, SUMMARY, TAGS), collect=collect, find_calls=(STREAMS,), find=find
)
