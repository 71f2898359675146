"""IAM roles, users and policies as a request's resource: trust policy and tags.

A role's trust policy decides ``sts:AssumeRole*``
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html).
"""

from __future__ import annotations

from troubleshooter.evidence.collectors import identity
from troubleshooter.evidence.collectors.service import ServiceCollector, tag_map
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read a role's trust policy, or a user's tags."""
    if "*" in arn.resource:
        return
    if arn.resource_type == "role":
        identity.collect_trust(collecting, str(arn))
    elif arn.resource_type == "user":
        _user_tags(collecting, arn)


def _user_tags(collecting: Collecting, arn: Arn) -> None:
    reader, user = collecting.reader, str(arn)
    answer = reader.read(identity.GET_USER, user, UserName=arn.name)
    if answer.read:
        reader.store.tags(reader.account, user, tag_map(answer.get("User", "Tags") or []))


COLLECTOR = ServiceCollector(
    service="iam", calls=(identity.GET_TRUST, identity.GET_USER), collect=collect, everywhere=True
)
