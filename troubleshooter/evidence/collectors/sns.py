"""SNS topics: policy, key and tags.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
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

_GONE = ("NotFound", "NotFoundException")
ATTRIBUTES = call("sns.get_topic_attributes", "sns:GetTopicAttributes", absent=_GONE)
TAGS = tags_call("sns.list_tags_for_resource", "sns:ListTagsForResource")
TOPICS = find_call("sns.list_topics", "sns:ListTopics", "Topics")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one topic; a subscription's ARN is its topic's with an id behind."""
    name = arn.resource.split(":", 1)[0]
    if not name or "*" in name or "/" in name:
        return
    topic = f"arn:{arn.partition}:sns:{arn.region}:{arn.account}:{name}"
    answer = collecting.reader.read(ATTRIBUTES, topic, TopicArn=topic)
    keep_policy(collecting, topic, answer, answer.get("Attributes", "Policy"))
    if answer.get("Code") in _GONE:
        return
    keep_key(collecting, topic, answer.get("Attributes", "KmsMasterKeyId"))
    tags = collecting.reader.read(TAGS, topic, ResourceArn=topic)
    keep_tags(collecting, topic, tags, tags.get("Tags") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's topics."""
    return [str(topic["TopicArn"]) for topic in found_all(collecting, TOPICS).items]


COLLECTOR = ServiceCollector(service="sns", calls=(ATTRIBUTES, TAGS), collect=collect, find_calls=(TOPICS,), find=find)
