"""OpenSearch domains: access policy, key and tags.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
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
DOMAIN = call("opensearch.describe_domain", "es:DescribeDomain", absent=_GONE)
TAGS = tags_call("opensearch.list_tags", "es:ListTags")
DOMAINS = find_call("opensearch.list_domain_names", "es:ListDomainNames", "DomainNames")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the domain of ``domain/<name>[/<path>]``."""
    parts = arn.resource.split("/")
    if parts[0] != "domain" or len(parts) < 2 or "*" in parts[1]:  # noqa: PLR2004 - domain/<name>
        return
    domain = f"arn:{arn.partition}:es:{arn.region}:{arn.account}:domain/{parts[1]}"
    answer = collecting.reader.read(DOMAIN, domain, DomainName=parts[1])
    keep_policy(collecting, domain, answer, answer.get("DomainStatus", "AccessPolicies"))
    if answer.get("Code") in _GONE:
        return
    keep_key(collecting, domain, answer.get("DomainStatus", "EncryptionAtRestOptions", "KmsKeyId"))
    tags = collecting.reader.read(TAGS, domain, ARN=domain)
    keep_tags(collecting, domain, tags, tags.get("TagList") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's domains."""
    reader = collecting.reader
    for domain in found_all(collecting, DOMAINS).items:
        yield f"arn:{reader.access.partition}:es:{reader.region}:{reader.account}:domain/{domain['DomainName']}"


COLLECTOR = ServiceCollector(service="es", calls=(DOMAIN, TAGS), collect=collect, find_calls=(DOMAINS,), find=find)
