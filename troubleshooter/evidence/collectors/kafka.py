"""MSK clusters: cluster policy and tags; topics, groups and transactional ids belong to their cluster.

https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_policy_if_it_exists,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("NotFoundException",)
POLICY = call("kafka.get_cluster_policy", "kafka:GetClusterPolicy", none=_GONE)
TAGS = call("kafka.list_tags_for_resource", "kafka:ListTagsForResource", PolicyType.NONE, absent=_GONE)
CLUSTERS = find_call("kafka.list_clusters_v2", "kafka:ListClustersV2", "ClusterInfoList")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the cluster of ``cluster|topic|group|transactional-id/<name>/<uuid>[/…]``."""
    parts = arn.resource.split("/")
    if parts[0] not in {"cluster", "topic", "group", "transactional-id"} or len(parts) < 3:  # noqa: PLR2004 - above
        return
    if "*" in f"{parts[1]}{parts[2]}":
        return
    cluster = f"arn:{arn.partition}:kafka:{arn.region}:{arn.account}:cluster/{parts[1]}/{parts[2]}"
    tags = collecting.reader.read(TAGS, cluster, ResourceArn=cluster)
    keep_tags(collecting, cluster, tags, tags.get("Tags") or {})
    answer = collecting.reader.read(POLICY, cluster, ClusterArn=cluster)
    keep_policy_if_it_exists(collecting, cluster, answer, answer.get("Policy"), exists=tags, read=TAGS)


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's clusters."""
    return [str(found["ClusterArn"]) for found in found_all(collecting, CLUSTERS).items]


COLLECTOR = ServiceCollector(service="kafka", calls=(POLICY, TAGS), collect=collect, find_calls=(CLUSTERS,), find=find)
