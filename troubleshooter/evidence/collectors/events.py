"""EventBridge buses (and the bus of a rule): policy, key and tags.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
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

_GONE = ("ResourceNotFoundException",)
BUS = call("events.describe_event_bus", "events:DescribeEventBus", absent=_GONE)
TAGS = tags_call("events.list_tags_for_resource", "events:ListTagsForResource")
BUSES = find_call("events.list_event_buses", "events:ListEventBuses", "EventBuses", ("NextToken", "NextToken"))


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the bus of ``event-bus/<name>`` or ``rule/[<bus>/]<name>``."""
    kind, *rest = arn.resource.split("/")
    if kind == "event-bus" and rest:
        name = "/".join(rest)
    elif kind == "rule" and rest:
        name = "/".join(rest[:-1]) or "default"
    else:
        return
    if "*" in name:
        return
    bus = f"arn:{arn.partition}:events:{arn.region}:{arn.account}:event-bus/{name}"
    answer = collecting.reader.read(BUS, bus, Name=name)
    keep_policy(collecting, bus, answer, answer.get("Policy"))
    if answer.get("Code") in _GONE:
        return
    keep_key(collecting, bus, answer.get("KmsKeyIdentifier"))
    for holder in dict.fromkeys((bus, str(arn))):
        tags = collecting.reader.read(TAGS, holder, ResourceARN=holder)
        keep_tags(collecting, holder, tags, tags.get("Tags") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's buses."""
    return [str(bus["Arn"]) for bus in found_all(collecting, BUSES).items]


COLLECTOR = ServiceCollector(service="events", calls=(BUS, TAGS), collect=collect, find_calls=(BUSES,), find=find)
