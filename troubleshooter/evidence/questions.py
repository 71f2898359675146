"""What was read about a denial -> the question for AWS's policy simulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.evidence.collectors.simulator import Question
from troubleshooter.evidence.focus import Focus
from troubleshooter.model.arn import parse_arn, role_arn_without_path, s3_bucket_arn
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject, OrganizationEvidence
from troubleshooter.model.shapes import objects


def question_for(focus: Focus, evidence: Evidence) -> Question | None:
    """Return the question, or None where principal or action is not known or is no user or role."""
    if not focus.identity_arn or not focus.action or not focus.principal_account:
        return None
    account = evidence.accounts.get(focus.principal_account)
    entry = _entry(account, focus.identity_arn)
    resource = focus.resource if parse_arn(focus.resource) else "*"
    documents = _identity_documents(account, entry)
    return Question(
        source_arn=str(entry["Arn"]) if entry else focus.identity_arn,
        action=focus.action,
        resource=resource or "*",
        context=focus.context,
        resource_policy=_resource_policy(evidence, resource or "*"),
        resource_account=focus.resource_account or _account_in(resource),
        identity=documents,
        boundary=_boundary(account, entry),
        levels=_levels(evidence.organization, focus.principal_account),
    )


def _entry(account: AccountEvidence | None, arn: str) -> JsonObject | None:
    """Return the user's or role's entry; a role is found by its ARN without path too."""
    if account is None:
        return None
    if ":user/" in arn:
        return (account.users or {}).get(arn)
    wanted = role_arn_without_path(arn)
    return next((entry for name, entry in (account.roles or {}).items() if role_arn_without_path(name) == wanted), None)


def _identity_documents(account: AccountEvidence | None, entry: JsonObject | None) -> list[object] | None:
    """Return every identity-based policy's document, or None where one of them was not read."""
    if account is None or entry is None:
        return None
    carriers = [entry]
    for name in _list(entry.get("GroupList")):
        group = next((found for found in (account.groups or {}).values() if found.get("GroupName") == name), None)
        if group is None:
            return None
        carriers.append(group)
    documents: list[object] = []
    for carrier in carriers:
        inline = [carrier.get(key) for key in ("UserPolicyList", "GroupPolicyList", "RolePolicyList") if key in carrier]
        if not inline or "AttachedManagedPolicies" not in carrier:
            return None
        documents.extend(policy.get("PolicyDocument") for policy in objects(inline[0]))
        documents.extend(
            _managed(account, policy.get("PolicyArn")) for policy in objects(carrier["AttachedManagedPolicies"])
        )
    return None if any(document is None for document in documents) else documents


def _managed(account: AccountEvidence, arn: object) -> object:
    entry = (account.managed_policies or {}).get(str(arn))
    versions = objects(entry.get("PolicyVersionList")) if entry else ()
    return next((version.get("Document") for version in versions if version.get("IsDefaultVersion")), None)


def _boundary(account: AccountEvidence | None, entry: JsonObject | None) -> tuple[object, ...]:
    boundary = entry.get("PermissionsBoundary") if entry else None
    if account is None or not isinstance(boundary, Mapping):
        return ()
    document = _managed(account, boundary.get("PermissionsBoundaryArn"))
    return () if document is None else (document,)


def _resource_policy(evidence: Evidence, resource: str) -> object:
    holder = s3_bucket_arn(resource) or resource
    for account in evidence.accounts.values():
        found = (account.resource_policies or {}).get(holder)
        if found is not None:
            return found
    return None


def _levels(organization: OrganizationEvidence | None, account: str) -> list[list[object]]:
    """Return the SCPs' documents per level, root to account; none where they were not wholly read."""
    if organization is None or not organization.policies_read or account not in organization.parents:
        return []
    chain = [account]
    while chain[-1] in organization.parents:
        chain.append(organization.parents[chain[-1]])
    return [_scps(organization, level) for level in reversed(chain)]


def _scps(organization: OrganizationEvidence, level: str) -> list[object]:
    return [
        policy.document
        for policy in organization.policies
        if policy.type == "SERVICE_CONTROL_POLICY" and level in policy.targets
    ]


def _account_in(resource: str | None) -> str | None:
    arn = parse_arn(resource)
    return arn.account or None if arn else None


def _list(value: Any) -> Sequence[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list | tuple) else ()
