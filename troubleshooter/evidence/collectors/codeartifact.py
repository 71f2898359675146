"""CodeArtifact domains and repositories: permissions policy and tags.

https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import Answer, call
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

_GONE = ("ResourceNotFoundException",)
DOMAIN_POLICY = call(
    "codeartifact.get_domain_permissions_policy", "codeartifact:GetDomainPermissionsPolicy", none=_GONE
)
REPOSITORY_POLICY = call(
    "codeartifact.get_repository_permissions_policy", "codeartifact:GetRepositoryPermissionsPolicy", none=_GONE
)
TAGS = call("codeartifact.list_tags_for_resource", "codeartifact:ListTagsForResource", PolicyType.NONE, absent=_GONE)
DOMAINS = find_call("codeartifact.list_domains", "codeartifact:ListDomains", "domains")
REPOSITORIES = find_call("codeartifact.list_repositories", "codeartifact:ListRepositories", "repositories")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read a domain, or a repository (of a repository or package ARN)."""
    kind, *rest = arn.resource.split("/")
    prefix = f"arn:{arn.partition}:codeartifact:{arn.region}:{arn.account}"
    if not rest or "*" in "/".join(rest[:2]):
        return
    if kind == "domain":
        holder = f"{prefix}:domain/{rest[0]}"
        answer = collecting.reader.read(DOMAIN_POLICY, holder, domain=rest[0], domainOwner=arn.account)
    elif kind in {"repository", "package"} and len(rest) > 1:
        holder = f"{prefix}:repository/{rest[0]}/{rest[1]}"
        answer = collecting.reader.read(
            REPOSITORY_POLICY, holder, domain=rest[0], domainOwner=arn.account, repository=rest[1]
        )
    else:
        return
    _keep(collecting, holder, answer)


def _keep(collecting: Collecting, holder: str, answer: Answer) -> None:
    tags = collecting.reader.read(TAGS, holder, resourceArn=holder)
    keep_tags(collecting, holder, tags, tags.get("tags") or [])
    keep_policy_if_it_exists(collecting, holder, answer, answer.get("policy", "document"), exists=tags, read=TAGS)


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's domains and repositories."""
    yield from (str(found["arn"]) for found in found_all(collecting, DOMAINS).items)
    yield from (str(found["arn"]) for found in found_all(collecting, REPOSITORIES).items)


COLLECTOR = ServiceCollector(
    service="codeartifact",
    calls=(DOMAIN_POLICY, REPOSITORY_POLICY, TAGS),
    collect=collect,
    find_calls=(DOMAINS, REPOSITORIES),
    find=find,
)
