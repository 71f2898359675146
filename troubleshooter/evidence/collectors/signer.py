"""Signer profiles: cross-account permissions, and tags.

https://docs.aws.amazon.com/signer/latest/developerguide/signing-profile-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("ResourceNotFoundException", "NotFoundException")
PERMISSIONS = call(
    "signer.list_profile_permissions",
    "signer:ListProfilePermissions",
    none=_GONE,
    items="permissions",
    token=("nextToken", "nextToken"),
)
TAGS = call("signer.list_tags_for_resource", "signer:ListTagsForResource", PolicyType.NONE, absent=_GONE)
PROFILES = find_call("signer.list_signing_profiles", "signer:ListSigningProfiles", "profiles")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the profile of ``/signing-profiles/<name>[/<version>]``."""
    parts = arn.resource.strip("/").split("/")
    if parts[0] != "signing-profiles" or len(parts) < 2 or "*" in parts[1]:  # noqa: PLR2004 - kind and name
        return
    profile = f"arn:{arn.partition}:signer:{arn.region}:{arn.account}:/signing-profiles/{parts[1]}"
    tags = collecting.reader.read(TAGS, profile, resourceArn=profile)
    keep_tags(collecting, profile, tags, tags.get("tags") or {})
    answer = collecting.reader.read_all(PERMISSIONS, profile, profileName=parts[1])
    policy: JsonValue = None
    if answer.items:
        policy = {"Version": "2012-10-17", "Statement": [_statement(found, profile) for found in answer.items]}
    keep_policy_if_it_exists(collecting, profile, answer, policy, exists=tags, read=TAGS)


def _statement(found: Any, profile: str) -> JsonValue:  # noqa: ANN401 - JSON
    version = found.get("profileVersion")
    return {
        "Sid": found.get("statementId") or "",
        "Effect": "Allow",
        "Principal": {"AWS": found.get("principal")},
        "Action": found.get("action"),
        "Resource": f"{profile}/{version}" if version else [profile, f"{profile}/*"],
    }


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's profiles."""
    return [str(found["arn"]) for found in found_all(collecting, PROFILES).items]


COLLECTOR = ServiceCollector(
    service="signer", calls=(PERMISSIONS, TAGS), collect=collect, find_calls=(PROFILES,), find=find
)
