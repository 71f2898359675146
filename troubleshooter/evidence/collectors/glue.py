"""Glue: the Data Catalog's one resource policy per account and Region.

https://docs.aws.amazon.com/glue/latest/dg/security_iam_service-with-iam.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import ServiceCollector, keep_policy
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn

POLICY = call("glue.get_resource_policy", "glue:GetResourcePolicy", none=("EntityNotFoundException",))
_IN_CATALOG = ("catalog", "database", "table", "userDefinedFunction", "tableVersion", "connection")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the catalog's policy for anything that is in the catalog."""
    if arn.resource.split("/", 1)[0] not in _IN_CATALOG:
        return
    catalog = f"arn:{arn.partition}:glue:{arn.region}:{arn.account}:catalog"
    answer = collecting.reader.read(POLICY, catalog)
    keep_policy(collecting, catalog, answer, answer.get("PolicyInJson"))


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's catalog."""
    reader = collecting.reader
    return [f"arn:{reader.access.partition}:glue:{reader.region}:{reader.account}:catalog"]


COLLECTOR = ServiceCollector(service="glue", calls=(POLICY,), collect=collect, find=find)
