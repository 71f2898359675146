"""Changes applied to the evidence, so that a fix can be judged before anybody makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from troubleshooter.fixes.documents import parsed
from troubleshooter.model.arn import account_of, parse_arn, s3_bucket_of
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evidence import (
    AccountEvidence,
    Evidence,
    JsonObject,
    OrganizationEvidence,
    OrganizationPolicy,
)
from troubleshooter.model.policy import Document, JsonValue
from troubleshooter.model.shapes import as_items, as_object, as_text, objects
from troubleshooter.model.vocabulary import PolicyType

_ORGANIZATION_TYPES = {PolicyType.SCP: "SERVICE_CONTROL_POLICY", PolicyType.RCP: "RESOURCE_CONTROL_POLICY"}


def apply_changes(evidence: Evidence, changes: Sequence[Change]) -> Evidence:
    """Return the evidence as it would be read after the changes; a change whose place is unknown changes nothing."""
    for change in changes:
        evidence = _apply(evidence, change)
    return evidence


def _apply(evidence: Evidence, change: Change) -> Evidence:
    if change.policy_type in _ORGANIZATION_TYPES:
        organization = evidence.organization
        return evidence if organization is None else replace(evidence, organization=_organization(organization, change))
    account_id = _account_of(change, evidence)
    account = evidence.accounts.get(account_id or "")
    if account is None or account_id is None:
        return evidence
    edited = _EDITS[change.policy_type](account, change) if change.policy_type in _EDITS else account
    return replace(evidence, accounts={**evidence.accounts, account_id: edited})


def _account_of(change: Change, evidence: Evidence) -> str | None:
    """Return the account whose evidence the change is made in; a bucket's is where it is listed."""
    named = account_of(change.policy_arn) or account_of(change.target_arn)
    if named is not None:
        return named
    for account_id, account in evidence.accounts.items():
        if change.target_arn in (account.resource_policies or {}):
            return account_id
        buckets = as_object((account.s3 or {}).get("Buckets")) or {}
        if s3_bucket_of(change.target_arn) in buckets:
            return account_id
    return None


def _identity(account: AccountEvidence, change: Change) -> AccountEvidence:
    if change.policy_arn is not None:
        return _managed(account, change)
    document: JsonValue = change.after
    for kind, listing, inline in (
        ("users", account.users, "UserPolicyList"),
        ("roles", account.roles, "RolePolicyList"),
        ("groups", account.groups, "GroupPolicyList"),
    ):
        entry = (listing or {}).get(change.target_arn)
        if entry is None or listing is None:
            continue
        kept = [item for item in objects(entry.get(inline)) if item.get("PolicyName") != change.policy_name]
        added = {"PolicyName": change.policy_name, "PolicyDocument": document}
        edited = {**listing, change.target_arn: {**entry, inline: [*kept, added]}}
        return _with_listing(account, kind, edited)
    return account


def _with_listing(account: AccountEvidence, kind: str, listing: Mapping[str, JsonObject]) -> AccountEvidence:
    if kind == "users":
        return replace(account, users=listing)
    return replace(account, roles=listing) if kind == "roles" else replace(account, groups=listing)


def _managed(account: AccountEvidence, change: Change) -> AccountEvidence:
    """Replace a managed policy's default version."""
    arn = change.policy_arn or ""
    entry = (account.managed_policies or {}).get(arn)
    if entry is None:
        return account
    default = as_text(entry.get("DefaultVersionId"))
    versions = [
        {**version, "Document": change.after} if _is_default(version, default) else version
        for version in objects(entry.get("PolicyVersionList"))
    ]
    policies = {**(account.managed_policies or {}), arn: {**entry, "PolicyVersionList": versions}}
    return replace(account, managed_policies=policies)


def _is_default(version: JsonObject, default: str | None) -> bool:
    return version.get("IsDefaultVersion") is True or (default is not None and version.get("VersionId") == default)


def _resource(account: AccountEvidence, change: Change) -> AccountEvidence:
    return replace(account, resource_policies={**(account.resource_policies or {}), change.target_arn: change.after})


def _trust(account: AccountEvidence, change: Change) -> AccountEvidence:
    entry = (account.roles or {}).get(change.target_arn)
    if entry is None:
        return account
    edited = {**entry, "AssumeRolePolicyDocument": change.after}
    return replace(account, roles={**(account.roles or {}), change.target_arn: edited})


def _session(account: AccountEvidence, change: Change) -> AccountEvidence:
    """Replace the session policy that equals ``before``; a session has several without names."""
    entry = (account.sessions or {}).get(change.target_arn)
    if entry is None:
        return account
    policies = [_replaced(item, change) for item in as_items(entry.get("SessionPolicies")) or ()]
    edited = {**(account.sessions or {}), change.target_arn: {**entry, "SessionPolicies": policies}}
    return replace(account, sessions=edited)


def _replaced(item: object, change: Change) -> JsonValue:
    document = as_text(item) or as_object(item)
    return change.after if parsed(document) == change.before else document


def _endpoint(account: AccountEvidence, change: Change) -> AccountEvidence:
    wanted = change.target_arn.rsplit("/", 1)[-1]
    entries = [
        {**entry, "PolicyDocument": change.after} if entry.get("VpcEndpointId") == wanted else entry
        for entry in account.vpc_endpoints or ()
    ]
    return replace(account, vpc_endpoints=entries)


def _public_access_block(account: AccountEvidence, change: Change) -> AccountEvidence:
    arn = parse_arn(change.target_arn)
    s3 = dict(account.s3 or {})
    if arn is not None and arn.service == "iam":
        return replace(account, s3={**s3, "PublicAccessBlock": change.after})
    buckets = as_object(s3.get("Buckets")) or {}
    name = arn.resource if arn is not None else ""
    bucket = {**(as_object(buckets.get(name)) or {}), "PublicAccessBlock": change.after}
    return replace(account, s3={**s3, "Buckets": {**buckets, name: bucket}})


_EDITS: Mapping[PolicyType, Callable[[AccountEvidence, Change], AccountEvidence]] = {
    PolicyType.IDENTITY: _identity,
    PolicyType.BOUNDARY: _managed,
    PolicyType.RESOURCE: _resource,
    PolicyType.TRUST: _trust,
    PolicyType.SESSION: _session,
    PolicyType.VPC_ENDPOINT: _endpoint,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: _public_access_block,
}


def _organization(organization: OrganizationEvidence, change: Change) -> OrganizationEvidence:
    document: Document = change.after or {}
    if change.policy_arn is None:
        return replace(organization, policies=(*organization.policies, _attached(organization, change, document)))
    policies = tuple(
        replace(policy, document=document) if policy.arn == change.policy_arn else policy
        for policy in organization.policies
    )
    return replace(organization, policies=policies)


def _attached(organization: OrganizationEvidence, change: Change, document: Document) -> OrganizationPolicy:
    """Return a new policy, attached to the node whose ARN the change targets."""
    node = next((key for key, arn in organization.arns.items() if arn == change.target_arn), change.target_arn)
    name = change.policy_name or "new"
    return OrganizationPolicy(
        id=f"new-{name}",
        arn=f"new:{name}",
        name=name,
        type=_ORGANIZATION_TYPES[change.policy_type],
        document=document,
        targets=(node,),
    )
