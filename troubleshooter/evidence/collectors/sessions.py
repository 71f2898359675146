"""A role session's policies and tags, from the event that made the session.

``requestParameters`` of ``AssumeRole*`` hold ``policy``, ``policyArns`` and ``tags``; the event names the
access key that it gave out, so LookupEvents finds it by that
(https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors import iam_policies
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import document
from troubleshooter.model.vocabulary import PolicyType

LOOKUP = call("cloudtrail.lookup_events", "cloudtrail:LookupEvents", PolicyType.SESSION, items="Events")
CALLS = (LOOKUP, *iam_policies.CALLS)
_LONGEST_SESSION = timedelta(hours=12)
_MAX_PAGES = 3
_MAKERS = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")


def collect(
    collecting: Collecting, session_arn: str, access_key: str | None, event_time: str | None, regions: tuple[str, ...]
) -> None:
    """Find the event that made the session and keep its policies and tags.

    STS logs to the Region of the endpoint that was called, us-east-1 for the global one, so ``regions``
    are asked in turn. Not found is a gap, never "no session policy".
    """
    reader = collecting.reader
    for region in regions:
        event = _find(collecting.at(region), session_arn, access_key, event_time)
        if event is None:
            return
        if event:
            entry = _session(collecting, session_arn, event)
            if entry is not None:
                reader.store.put(reader.account, "sessions", session_arn, entry)
            return
    reader.gap(
        PolicyType.SESSION,
        session_arn,
        f"the AssumeRole event of {session_arn} was not found in {' or '.join(regions)}",
        "give the whole denied event (its accessKeyId finds the session), or --region of the STS endpoint used; "
        "needs cloudtrail:LookupEvents",
    )


def _find(
    collecting: Collecting, session_arn: str, access_key: str | None, event_time: str | None
) -> Mapping[str, Any] | None:
    """Return the event, ``{}`` where there is none, None where it could not be looked for (a gap was kept)."""
    wanted = access_key or session_arn
    parameters: dict[str, object] = {
        "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": wanted}],
    }
    until = _time(event_time)
    if until is not None:
        parameters |= {"StartTime": until - _LONGEST_SESSION, "EndTime": until + timedelta(minutes=1)}
    for number, page in enumerate(collecting.reader.pages(LOOKUP, session_arn, **parameters)):
        if not page.read:
            return None
        for listed in page.get("Events") or []:
            event = _event(listed)
            if event.get("eventName") in _MAKERS and _made(event, session_arn, access_key):
                return event
        if number + 1 >= _MAX_PAGES:
            break
    return {}


def _event(listed: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(str(listed.get("CloudTrailEvent") or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _made(event: Mapping[str, Any], session_arn: str, access_key: str | None) -> bool:
    """Events come newest first: without a key, the newest of that session's name counts."""
    response = event.get("responseElements") or {}
    if access_key:
        return bool((response.get("credentials") or {}).get("accessKeyId") == access_key)
    return bool((response.get("assumedRoleUser") or {}).get("arn") == session_arn)


def _session(collecting: Collecting, session_arn: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the session's policies and tags, or None (with a gap) where one of the policies was not read."""
    parameters = event.get("requestParameters") or {}
    entry: dict[str, Any] = {
        "SessionPolicies": [],
        "SessionTags": {str(tag.get("key")): str(tag.get("value")) for tag in parameters.get("tags") or []},
    }
    inline = document(parameters.get("policy"))
    if inline is not None:
        entry["SessionPolicies"].append(inline)
    arns = [str(item.get("arn")) for item in parameters.get("policyArns") or []]
    documents = [_managed(collecting, arn) for arn in arns]
    entry["SessionPolicies"].extend(found for found in documents if found is not None)
    if any(found is None for found in documents):
        # A session policy that cannot be read makes all of them unknown: they are united.
        collecting.reader.gap(
            PolicyType.SESSION,
            session_arn,
            f"a managed session policy of {session_arn} could not be read ({', '.join(arns)})",
            f"allow iam:GetPolicy and iam:GetPolicyVersion on {', '.join(arns)}",
        )
        return None
    return entry


def _managed(collecting: Collecting, arn: str) -> Any:  # noqa: ANN401 - JSON
    reader = collecting.reader
    policy = reader.read(iam_policies.GET_POLICY, arn, PolicyArn=arn)
    version = policy.get("Policy", "DefaultVersionId")
    if not version:
        return None
    found = reader.read(iam_policies.GET_VERSION, arn, PolicyArn=arn, VersionId=version)
    return found.get("PolicyVersion", "Document")


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
