"""CloudWatch Logs: resource policies (of the account and Region, and of a log group), destinations, key and tags.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
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
from troubleshooter.evidence.plain_json import merged_documents
from troubleshooter.model.arn import Arn

POLICIES = call("logs.describe_resource_policies", "logs:DescribeResourcePolicies", items="resourcePolicies")
DESTINATIONS = call("logs.describe_destinations", "logs:DescribeDestinations", items="destinations")
GROUPS = find_call("logs.describe_log_groups", "logs:DescribeLogGroups", "logGroups")
TAGS = tags_call("logs.list_tags_for_resource", "logs:ListTagsForResource")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read a log group (of a group or stream ARN, with or without ``:*``) or a destination."""
    kind, _, rest = arn.resource.partition(":")
    name = rest.split(":", 1)[0]
    if not name or "*" in name:
        return
    holder = f"arn:{arn.partition}:logs:{arn.region}:{arn.account}:{kind}:{name}"
    if kind == "log-group":
        _group(collecting, holder, name)
    elif kind == "destination":
        answer = collecting.reader.read_all(DESTINATIONS, holder, DestinationNamePrefix=name)
        for found in answer.items:
            if found.get("destinationName") == name:
                keep_policy(collecting, holder, answer, found.get("accessPolicy"))


def _group(collecting: Collecting, group: str, name: str) -> None:
    reader = collecting.reader
    policies = reader.read_all(POLICIES, group)
    if policies.read:
        ordered = sorted(policies.items, key=lambda policy: str(policy.get("policyName")))
        documents = [policy.get("policyDocument") for policy in ordered]
        reader.store.policy(reader.account, group, merged_documents(documents))
    tags = reader.read(TAGS, group, resourceArn=group)
    keep_tags(collecting, group, tags, tags.get("tags") or {})
    for found in reader.read_all(GROUPS, group, logGroupNamePrefix=name).items:
        if found.get("logGroupName") == name:
            keep_key(collecting, group, found.get("kmsKeyId"))


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's log groups."""
    return [str(group["arn"]).removesuffix(":*") for group in found_all(collecting, GROUPS).items]


COLLECTOR = ServiceCollector(
    service="logs",
    calls=(POLICIES, DESTINATIONS, GROUPS, TAGS),
    collect=collect,
    find_calls=(GROUPS,),
    find=find,
)
