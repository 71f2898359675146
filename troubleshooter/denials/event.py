"""One CloudTrail record with the facts that several readers need, worked out once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any

from troubleshooter.denials.actions import service_of_source
from troubleshooter.denials.arn_special import Parameters, Place
from troubleshooter.denials.fields import Object, lowered, mapping, text
from troubleshooter.denials.identity import principal_of_event
from troubleshooter.model.arn import is_account_id, partition_of
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

_SERVICE_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".aws.internal")
_SERVICE_WORDS = frozenset({"aws internal", "internal"})
LONG_TERM_PREFIX = "AKIA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A record and what follows from it. ``parameters`` have lowercase names and are None where not logged."""

    record: Object
    principal: Principal
    service: str
    name: str
    region: str | None
    source: str | None
    vpc_endpoint: str | None
    parameters: Parameters | None
    session: Object = field(default_factory=dict)

    @property
    def source_is_service(self) -> bool:
        """Whether the call came from an AWS service: its name stands in place of an address."""
        source = (self.source or "").lower()
        return source.endswith(_SERVICE_DOMAINS) or source in _SERVICE_WORDS

    @property
    def source_address(self) -> str | None:
        """The caller's IP address, None where a service's name stands in its place."""
        try:
            return str(ipaddress.ip_address(self.source or ""))
        except ValueError:
            return None

    @property
    def long_term_key(self) -> bool:
        """Whether a user's or the root user's long-term access key signed the request."""
        key = text(mapping(self.record, "userIdentity"), "accessKeyId") or ""
        return key.startswith(LONG_TERM_PREFIX) and not self.session

    @property
    def unsigned(self) -> bool:
        """Whether the caller proved itself with a provider's token, or not at all."""
        return self.principal.kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML, PrincipalKind.ANONYMOUS}

    @property
    def place(self) -> Place:
        """Where names without an ARN live."""
        recipient = text(self.record, "recipientAccountId")
        account = self.principal.account or (recipient if is_account_id(recipient) else None)
        return Place(
            partition=_partition(self.principal.arn, self.region),
            region=self.region or "",
            account=account or "",
            caller_arn=self.principal.arn,
        )


def read_event(record: Object, message_principal: str | None) -> Event:
    """Return the record's facts; odd and missing fields become None."""
    identity: Any = record.get("userIdentity")
    session = mapping(identity, "sessionContext") if isinstance(identity, dict) else {}
    parameters = record.get("requestParameters")
    return Event(
        record=record,
        principal=principal_of_event(identity, message_principal),
        service=service_of_source(text(record, "eventSource")),
        name=text(record, "eventName") or "",
        region=text(record, "awsRegion"),
        source=text(record, "sourceIPAddress"),
        vpc_endpoint=text(record, "vpcEndpointId"),
        parameters=lowered(parameters) if isinstance(parameters, dict) else None,
        session=session,
    )


def _partition(arn: str | None, region: str | None) -> str:
    """Return the partition: the caller's, else the Region's."""
    if arn and arn.startswith("arn:"):
        return partition_of(arn)
    region = region or ""
    for prefix, partition in (
        ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"), ("us-isof-", "aws-iso-f"), ("eusc-", "aws-eusc"),
    ):  # fmt: skip
        if region.startswith(prefix):
            return partition
    return "aws"
