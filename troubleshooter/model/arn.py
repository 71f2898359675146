"""Amazon Resource Names, taken apart in this file only.

Format: ``arn:partition:service:region:account-id:resource``
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELDS = 6
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """The six fields of an ARN; ``str(arn)`` gives the text back unchanged."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """Return the ARN's text."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def resource_type(self) -> str:
        """The word before the first ``/`` or ``:`` of the resource field, or ``""``."""
        match = re.search(r"[/:]", self.resource)
        return self.resource[: match.start()] if match else ""

    @property
    def resource_id(self) -> str:
        """What follows the resource type (the whole field where there is none)."""
        match = re.search(r"[/:]", self.resource)
        return self.resource[match.end() :] if match else self.resource

    @property
    def name(self) -> str:
        """The last path segment of the resource: a role's or user's friendly name."""
        return self.resource_id.rsplit("/", 1)[-1]


def parse_arn(text: str | None) -> Arn | None:
    """Return the six fields of ``text``, or None where it is no ARN (fewer fields, other prefix)."""
    if not text or not text.startswith("arn:"):
        return None
    fields = text.split(":", _FIELDS - 1)
    if len(fields) != _FIELDS:
        return None
    _, partition, service, region, account, resource = fields
    return Arn(partition=partition, service=service, region=region, account=account, resource=resource)


def is_account_id(text: str | None) -> bool:
    """Return whether ``text`` is a 12-digit AWS account id."""
    return bool(text) and _ACCOUNT.fullmatch(text or "") is not None


def account_of(text: str | None) -> str | None:
    """Return the 12-digit account of an ARN, or None (S3 ARNs carry none)."""
    arn = parse_arn(text)
    return arn.account if arn and is_account_id(arn.account) else None


def partition_of(text: str | None) -> str:
    """Return the partition of an ARN; ``aws`` where the text is no ARN."""
    arn = parse_arn(text)
    return arn.partition if arn and arn.partition else "aws"


def service_of(text: str | None) -> str | None:
    """Return the service field of an ARN, or None."""
    arn = parse_arn(text)
    return arn.service if arn else None


def assumed_role(text: str | None) -> tuple[str, str, str] | None:
    """Split an assumed-role session ARN into (account, role name, session name), else None.

    The session ARN drops the role's path
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
    """
    arn = parse_arn(text)
    if arn is None or arn.service != "sts" or not arn.resource.startswith("assumed-role/"):
        return None
    role, _, session = arn.resource.removeprefix("assumed-role/").rpartition("/")
    return (arn.account, role, session) if role else (arn.account, session, "")


def role_arn_without_path(text: str | None) -> str | None:
    """Return the pathless role ARN of a session or role ARN, for comparing the two, else None."""
    session = assumed_role(text)
    if session:
        return f"arn:{partition_of(text)}:iam::{session[0]}:role/{session[1]}"
    arn = parse_arn(text)
    if arn and arn.service == "iam" and arn.resource.startswith("role/"):
        return f"arn:{arn.partition}:iam::{arn.account}:role/{arn.name}"
    return None


def account_root_arn(account: str, partition: str = "aws") -> str:
    """Return ``arn:<partition>:iam::<account>:root``."""
    return f"arn:{partition}:iam::{account}:root"


def s3_bucket_of(text: str | None) -> str | None:
    """Return the bucket name of an S3 bucket or object ARN; None for access points and others."""
    arn = parse_arn(text)
    if arn is None or arn.service != "s3" or arn.account or arn.region:
        return None
    return arn.resource.split("/", 1)[0] or None


def s3_bucket_arn(text: str | None) -> str | None:
    """Return the bucket's ARN of an S3 bucket or object ARN, else None."""
    bucket = s3_bucket_of(text)
    return f"arn:{partition_of(text)}:s3:::{bucket}" if bucket else None
