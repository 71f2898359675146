"""The identity side of a request: identity-based policies, permissions boundary, session policies."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.engine.applicability.principals import FoundPrincipal
from troubleshooter.model.arn import account_of
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject
from troubleshooter.model.policy import Document, PolicySource, SourcedPolicy
from troubleshooter.model.request import LayerGap
from troubleshooter.model.shapes import as_items, as_object, as_text, objects, texts
from troubleshooter.model.vocabulary import PolicyType

Found = SourcedPolicy | LayerGap


def identity_policies(found: FoundPrincipal, evidence: Evidence) -> Iterator[Found]:
    """Yield the principal's identity-based policies, or a gap for each that was not read.

    A user's own and its groups', inline and attached; a role's, inline and attached
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_id-based).
    """
    if found.missing is not None:
        yield LayerGap(policy_type=PolicyType.IDENTITY, reason=found.missing, remedy=found.remedy)
    if found.details is None or found.arn is None or found.evidence is None:
        return
    inline = "RolePolicyList" if found.is_role else "UserPolicyList"
    yield from _carried(found.details, found.arn, inline, found.evidence, evidence)
    for name in texts(found.details.get("GroupList")):
        yield from _group(name, found.evidence, evidence)


def _group(name: str, account: AccountEvidence, evidence: Evidence) -> Iterator[Found]:
    for arn, details in (account.groups or {}).items():
        if as_text(details.get("GroupName")) == name:
            yield from _carried(details, arn, "GroupPolicyList", account, evidence)
            return
    yield LayerGap(
        policy_type=PolicyType.IDENTITY,
        reason=f"group {name} of the user was not read",
        remedy=f"iam:GetAccountAuthorizationDetails in account {account.account_id}",
        scope=name,
    )


def _carried(
    details: JsonObject, arn: str, inline: str, account: AccountEvidence, evidence: Evidence
) -> Iterator[Found]:
    """Yield what one user, group or role carries."""
    if as_items(details.get(inline)) is None:
        yield _gap(f"the inline policies of {arn} were not read", arn)
    for entry in objects(details.get(inline)):
        document = document_of(entry.get("PolicyDocument"))
        name = as_text(entry.get("PolicyName"))
        if document is None:
            yield _gap(f"inline policy {name} of {arn} has no document", arn)
            continue
        source = PolicySource(policy_type=PolicyType.IDENTITY, policy_name=name, attached_to=arn)
        yield SourcedPolicy(source=source, document=document)
    if as_items(details.get("AttachedManagedPolicies")) is None:
        yield _gap(f"the attached policies of {arn} were not read", arn)
    for entry in objects(details.get("AttachedManagedPolicies")):
        yield _managed(as_text(entry.get("PolicyArn")) or "", arn, PolicyType.IDENTITY, account, evidence)


def _gap(reason: str, scope: str) -> LayerGap:
    return LayerGap(
        policy_type=PolicyType.IDENTITY,
        reason=reason,
        remedy="iam:GetAccountAuthorizationDetails",
        scope=scope,
    )


def _managed(arn: str, holder: str, kind: PolicyType, account: AccountEvidence, evidence: Evidence) -> Found:
    """Return a managed policy's default version as carried by ``holder``, or the gap."""
    entry = managed_policy(arn, account, evidence)
    document = None if entry is None else default_version(entry)
    if entry is None or document is None:
        what = "was not read" if entry is None else "has no readable default version"
        remedy = f"iam:GetPolicy and iam:GetPolicyVersion on {arn}"
        return LayerGap(policy_type=kind, reason=f"managed policy {arn} {what}", remedy=remedy, scope=arn)
    name = as_text(entry.get("PolicyName")) or arn.rsplit("/", 1)[-1]
    source = PolicySource(policy_type=kind, policy_name=name, policy_arn=arn, attached_to=holder)
    return SourcedPolicy(source=source, document=document)


def managed_policy(arn: str, account: AccountEvidence, evidence: Evidence) -> JsonObject | None:
    """Return a managed policy's entry; an AWS-managed one is the same in every account, so any account's will do."""
    found = (account.managed_policies or {}).get(arn)
    if found is not None or account_of(arn) is not None:
        return found
    others = ((other.managed_policies or {}).get(arn) for other in evidence.accounts.values())
    return next((entry for entry in others if entry is not None), None)


def default_version(entry: JsonObject) -> Document | None:
    """Return the document in force: only a managed policy's default version counts.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
    """
    versions = tuple(objects(entry.get("PolicyVersionList")))
    default = as_text(entry.get("DefaultVersionId"))
    for version in versions:
        if version.get("IsDefaultVersion") is True or (default and version.get("VersionId") == default):
            return document_of(version.get("Document"))
    return None


def document_of(value: object) -> Document | None:
    """Return a policy document as read, or None."""
    return as_text(value) or as_object(value)


def boundary(
    found: FoundPrincipal, evidence: Evidence
) -> tuple[tuple[SourcedPolicy, ...] | None, tuple[LayerGap, ...]]:
    """Return the permissions boundary (None: there is none) and what is missing of it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if found.missing is not None:
        return None, (LayerGap(policy_type=PolicyType.BOUNDARY, reason=found.missing, remedy=found.remedy),)
    if found.details is None or found.arn is None or found.evidence is None:
        return None, ()
    arn = as_text((as_object(found.details.get("PermissionsBoundary")) or {}).get("PermissionsBoundaryArn"))
    if arn is None:
        return None, _boundary_unread(found.arn, evidence)
    policy = _managed(arn, found.arn, PolicyType.BOUNDARY, found.evidence, evidence)
    return ((), (policy,)) if isinstance(policy, LayerGap) else ((policy,), ())


def _boundary_unread(arn: str, evidence: Evidence) -> tuple[LayerGap, ...]:
    """Return the gap of a principal that could be read in part only: iam:GetUser and iam:GetRole tell its boundary."""
    return tuple(
        LayerGap(policy_type=PolicyType.BOUNDARY, reason=gap.reason, remedy=gap.remedy, scope=gap.scope)
        for gap in evidence.gaps
        if gap.policy_type == PolicyType.BOUNDARY and gap.scope == arn
    )


def session_entry(session_arn: str | None, found: FoundPrincipal) -> JsonObject | None:
    """Return what is known of a role session: its policies and tags (sessions.json), or None."""
    if found.evidence is None or found.evidence.sessions is None or session_arn is None:
        return None
    return found.evidence.sessions.get(session_arn)


def session_policies(session_arn: str | None, found: FoundPrincipal) -> tuple[SourcedPolicy, ...] | None:
    """Return the session's policies; None: none are known.

    Most sessions have none, and nothing but the AssumeRole event holds them. An unknown session therefore
    counts as one without session policies; ``applicable`` says when that is a gap.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
    """
    entry = session_entry(session_arn, found)
    if entry is None or session_arn is None:
        return None
    source = PolicySource(policy_type=PolicyType.SESSION, attached_to=session_arn)
    documents = (document_of(item) for item in as_items(entry.get("SessionPolicies")) or ())
    policies = tuple(SourcedPolicy(source=source, document=document) for document in documents if document is not None)
    return policies or None
