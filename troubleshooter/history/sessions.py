"""Recover what a role session was narrowed to, from the AssumeRole event that made it.

The event's ``requestParameters`` hold the session policy, managed session policies and tags; its response holds the
access key that the denied call was signed with
(https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AccountEvidence, Evidence, Gap, JsonObject
from troubleshooter.model.policy import Document

ASSUME_CALLS = frozenset({"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetFederationToken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredSession:
    """One session as its making event shows it; ``complete`` is False where the event left parameters out."""

    access_key_id: str
    policies: tuple[Document, ...] = ()
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


def session_of(record: Mapping[str, object]) -> RecoveredSession | None:
    """Return the session that an AssumeRole* record made, or None for any other record or a refused call."""
    if record.get("eventName") not in ASSUME_CALLS or record.get("errorCode"):
        return None
    key = _inside(record, "responseElements", "credentials", "accessKeyId")
    parameters = record.get("requestParameters")
    if not isinstance(key, str) or not key:
        return None
    if not isinstance(parameters, Mapping):
        return RecoveredSession(access_key_id=key, complete=False)
    policy, arns, tags = parameters.get("policy"), parameters.get("policyArns"), parameters.get("tags")
    return RecoveredSession(
        access_key_id=key,
        policies=(policy,) if isinstance(policy, str | dict) and policy else (),
        policy_arns=tuple(_arns(arns)),
        tags=_tags(tags),
        complete="omitted" not in parameters,
    )


def access_key_of(denial: Denial) -> str | None:
    """Return the access key that the denied call was signed with, where the record says it."""
    key = _inside(denial.raw or {}, "userIdentity", "accessKeyId")
    return key if isinstance(key, str) and key else None


def with_session(evidence: Evidence, denial: Denial, session: RecoveredSession) -> Evidence:
    """Return ``evidence`` with the session's policies and tags, unless it already holds that session.

    A managed session policy counts with its document from the evidence; where that was not read it is a gap.
    """
    account, arn = denial.principal.account, denial.principal.arn
    if not account or not arn or not session.complete:
        return evidence
    known = evidence.accounts.get(account, AccountEvidence(account_id=account, identities_complete=False))
    if known.sessions and arn in known.sessions:
        return evidence
    documents: list[Document] = list(session.policies)
    gaps: list[Gap] = []
    for policy_arn in session.policy_arns:
        document = _default_version(known, policy_arn)
        if document is None:
            gaps.append(_missing(policy_arn))
        else:
            documents.append(document)
    entry: JsonObject = {"SessionPolicies": documents, "SessionTags": dict(session.tags)}
    account_evidence = replace(known, sessions={**(known.sessions or {}), arn: entry})
    return replace(evidence, accounts={**evidence.accounts, account: account_evidence}, gaps=(*evidence.gaps, *gaps))


def _missing(policy_arn: str) -> Gap:
    return Gap(
        policy_type="session_policy",
        scope=policy_arn,
        reason="the session was narrowed by this managed policy, whose document was not read",
        remedy="iam:GetPolicyVersion, or a snapshot that holds the policy",
    )


def _default_version(account: AccountEvidence, policy_arn: str) -> Document | None:
    versions = _list((account.managed_policies or {}).get(policy_arn, {}).get("PolicyVersionList"))
    for version in versions:
        document = version.get("Document") if isinstance(version, Mapping) else None
        if isinstance(version, Mapping) and version.get("IsDefaultVersion") and isinstance(document, str | Mapping):
            return document
    return None


def _arns(value: object) -> list[str]:
    found = [item.get("arn") if isinstance(item, Mapping) else item for item in _list(value)]
    return [arn for arn in found if isinstance(arn, str)]


def _tags(value: object) -> dict[str, str]:
    """Read ``[{"key": ..., "value": ...}]`` or ``{"key": "value"}``."""
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    return {
        str(item["key"]): str(item.get("value", ""))
        for item in _list(value)
        if isinstance(item, Mapping) and "key" in item
    }


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _inside(value: object, *path: str) -> object:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
