"""ECR repositories: policy and tags.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_policy,
    keep_tags,
    tags_call,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn

POLICY = call(
    "ecr.get_repository_policy",
    "ecr:GetRepositoryPolicy",
    none=("RepositoryPolicyNotFoundException",),
    absent=("RepositoryNotFoundException",),
)
TAGS = tags_call("ecr.list_tags_for_resource", "ecr:ListTagsForResource")
REPOSITORIES = find_call("ecr.describe_repositories", "ecr:DescribeRepositories", "repositories")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one repository."""
    if arn.resource_type != "repository" or "*" in arn.resource:
        return
    repository = str(arn)
    answer = collecting.reader.read(POLICY, repository, registryId=arn.account, repositoryName=arn.resource_id)
    keep_policy(collecting, repository, answer, answer.get("policyText"))
    if answer.get("Code") == "RepositoryNotFoundException":
        return
    tags = collecting.reader.read(TAGS, repository, resourceArn=repository)
    keep_tags(collecting, repository, tags, tags.get("tags") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's repositories."""
    return [str(found["repositoryArn"]) for found in found_all(collecting, REPOSITORIES).items]


COLLECTOR = ServiceCollector(
    service="ecr", calls=(POLICY, TAGS), collect=collect, find_calls=(REPOSITORIES,), find=find
)
