"""EC2 resources have no policies of their own; their tags decide ``aws:ResourceTag`` conditions."""

from __future__ import annotations

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import ServiceCollector, tag_map
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

TAGS = call("ec2.describe_tags", "ec2:DescribeTags", PolicyType.NONE, items="Tags")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the tags of one resource with an id of its own (``instance/i-…``, ``volume/vol-…``)."""
    name = arn.resource_id
    if "*" in name or "-" not in name or not arn.account:
        return
    reader, resource = collecting.reader, str(arn)
    answer = reader.read_all(TAGS, resource, Filters=[{"Name": "resource-id", "Values": [name]}])
    if answer.read:
        reader.store.tags(reader.account, resource, tag_map(list(answer.items)))


COLLECTOR = ServiceCollector(service="ec2", calls=(TAGS,), collect=collect)
