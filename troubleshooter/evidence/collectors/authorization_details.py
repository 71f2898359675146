"""AWS's own account of a denial: GetRequestAuthorizationDetails, and the policies as they were then.

The message ends in ``… with the following authorization id: <id>``; the details are written a moment after
the denial, are kept for a day, and are asked in the denial's Region
(https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from troubleshooter.evidence.api import call
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import document
from troubleshooter.evidence.trouble import Kind
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import Decision, PolicyType

DETAILS = call(
    "iam-toolbox.get_request_authorization_details",
    "iam:GetRequestAuthorizationDetails",
    PolicyType.NONE,
    absent=("ResourceNotFoundException",),
    token=("nextToken", "nextToken"),
)
POLICY = call(
    "iam-toolbox.get_request_authorization_policy",
    "iam:GetRequestAuthorizationPolicy",
    PolicyType.NONE,
    absent=("ResourceNotFoundException",),
)
CALLS = (DETAILS, POLICY)
KIND = "authorization_details"
_WAITS = (1.0, 2.0)

CHECKS = {
    "SERVICE_CONTROL_POLICY": PolicyType.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyType.RCP,
    "VPC_ENDPOINT": PolicyType.VPC_ENDPOINT,
    "RESOURCE": PolicyType.RESOURCE,
    "PRINCIPAL": PolicyType.IDENTITY,
    "PERMISSIONS_BOUNDARY": PolicyType.BOUNDARY,
    "SESSION": PolicyType.SESSION,
}
"""AWS's check types -> the contract's policy types."""
_EFFECTS = {
    "ALLOW": Decision.ALLOW,
    "IMPLICIT_DENY": Decision.IMPLICIT_DENY,
    "EXPLICIT_DENY": Decision.EXPLICIT_DENY,
}
_BLIND_SPOTS = ("a public preview: it covers the actions of few services so far",)


def collect(collecting: Collecting, authorization_id: str) -> AwsAnswer | None:
    """Return what AWS says, or None (a gap says why)."""
    pages = _pages(collecting, authorization_id)
    if not pages:
        return None
    raw: dict[str, Any] = {
        "requestContext": pages[0].get("requestContext") or {},
        "evaluations": [item for page in pages for item in page.get("evaluations") or []],
        "policies": [item for page in pages for item in page.get("policies") or []],
    }
    raw["documents"] = _documents(collecting, authorization_id, raw["policies"])
    answer = AwsAnswer(
        kind=KIND,
        decision=_decision(raw["evaluations"]),
        policy_types=_blocking(raw["evaluations"]),
        statements=tuple(_statements(raw)),
        context=_context(raw),
        raw=raw,
        blind_spots=_BLIND_SPOTS,
    )
    collecting.reader.store.answer(answer)
    return answer


def _pages(collecting: Collecting, authorization_id: str) -> list[Mapping[str, Any]]:
    """Read all pages; "not found" is asked again, as AWS writes the details a moment later."""
    reader = collecting.reader
    for wait in (*_WAITS, None):
        asker = reader if wait is None else reader.probing()
        answers = list(asker.pages(DETAILS, f"authorization id {authorization_id}", authorizationId=authorization_id))
        if answers and all(answer.read for answer in answers):
            return [answer.value for answer in answers]
        last = answers[-1]
        if wait is None:
            return []
        if last.get("Kind") != Kind.ABSENT.value or reader.access.time_left < wait:
            # Nothing that waiting would change: keep the gap of what happened.
            reader.keep_failure(DETAILS, f"authorization id {authorization_id}", last, pages=len(answers) > 1)
            return []
        time.sleep(wait)
    return []


def _documents(
    collecting: Collecting, authorization_id: str, policies: list[Mapping[str, Any]]
) -> dict[str, JsonValue]:
    """Return the policies as they were at denial time, by URI."""
    found: dict[str, JsonValue] = {}
    for uri in dict.fromkeys(str(policy["uri"]) for policy in policies if policy.get("uri")):
        answer = collecting.reader.read(POLICY, uri, authorizationId=authorization_id, policyUri=uri)
        if answer.read:
            found[uri] = document(answer.get("policyDocument"))
    return found


def _decision(evaluations: list[Mapping[str, Any]]) -> str | None:
    """Return the whole's decision: a request is allowed only where every evaluation is."""
    effects = {str(item.get("evaluatedEffect")) for item in evaluations}
    for effect in ("EXPLICIT_DENY", "IMPLICIT_DENY", "ALLOW"):
        if effect in effects:
            return _EFFECTS[effect].value
    return None


def _blocking(evaluations: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the policy types whose checks denied, in AWS's order."""
    denied = [
        CHECKS[check["checkType"]].value
        for item in evaluations
        for check in item.get("checks") or []
        if check.get("checkType") in CHECKS and "DENY" in str(check.get("evaluatedEffect"))
    ]
    return tuple(dict.fromkeys(denied))


def _statements(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one entry per check and matched statement: which policy, Sid and effect."""
    found = []
    for item in raw["evaluations"]:
        for check in item.get("checks") or []:
            policy_type = CHECKS.get(check.get("checkType"))
            if policy_type is None:
                continue
            entry = {
                "action": item.get("action"),
                "resource": item.get("resource"),
                "policy_type": policy_type.value,
                "decision": _EFFECTS.get(check.get("evaluatedEffect"), Decision.NOT_APPLICABLE).value,
                "attached_to": check.get("targetArn"),
            }
            matched = [
                {
                    **entry,
                    "uri": policy.get("uri"),
                    "sid": statement.get("sid"),
                    "effect": statement.get("evaluatedEffect"),
                }
                for policy in check.get("matchedPolicies") or []
                for statement in policy.get("matchedStatements") or [{}]
            ]
            found.extend(matched or [entry])
    return found


def _context(raw: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the request's condition keys; one evaluation's own come on top of the request's."""
    merged = dict(raw["requestContext"])
    for item in raw["evaluations"]:
        merged |= item.get("context") or {}
    return {str(key): _values(value) for key, value in merged.items() if ":" in str(key)}


def _values(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        value = value.get("values", value.get("value", list(value.values())))
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return (str(value),)
