"""SES identities: sending authorization policies (several may be on one identity) and tags.

https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import ServiceCollector, find_call, found_all, keep_tags
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import merged_documents
from troubleshooter.model.arn import Arn

IDENTITY = call("sesv2.get_email_identity", "ses:GetEmailIdentity", absent=("NotFoundException",))
IDENTITIES = find_call(
    "sesv2.list_email_identities", "ses:ListEmailIdentities", "EmailIdentities", ("NextToken", "NextToken")
)


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one identity."""
    if arn.resource_type != "identity" or "*" in arn.resource:
        return
    reader, identity = collecting.reader, str(arn)
    answer = reader.read(IDENTITY, identity, EmailIdentity=arn.resource_id)
    if answer.read:
        policies = answer.get("Policies") or {}
        merged = merged_documents([policies[name] for name in sorted(policies)])
        reader.store.policy(reader.account, identity, merged)
    keep_tags(collecting, identity, answer, answer.get("Tags") or [])


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's identities."""
    reader = collecting.reader
    for found in found_all(collecting, IDENTITIES).items:
        yield f"arn:{reader.access.partition}:ses:{reader.region}:{reader.account}:identity/{found['IdentityName']}"


COLLECTOR = ServiceCollector(service="ses", calls=(IDENTITY,), collect=collect, find_calls=(IDENTITIES,), find=find)
