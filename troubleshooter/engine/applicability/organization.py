"""The organization's policies over an account, level by level from the root to the account itself.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_auth.html
"""

from __future__ import annotations

from troubleshooter.model.evidence import Evidence, OrganizationEvidence, OrganizationPolicy
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.request import LayerGap, OrganizationLevel
from troubleshooter.model.vocabulary import PolicyType

_AWS_TYPES = {PolicyType.SCP: "SERVICE_CONTROL_POLICY", PolicyType.RCP: "RESOURCE_CONTROL_POLICY"}
_REMEDY = "organizations:ListPolicies, DescribePolicy and ListTargetsForPolicy in the management account"
_MAX_DEPTH = 12
"""A root, five levels of OUs and the account; more means the tree runs in a circle."""


def path_to(account: str, organization: OrganizationEvidence) -> tuple[str, ...] | None:
    """Return the ids from the root down to ``account``, or None where the tree does not hold it."""
    if account not in organization.parents:
        return None
    path = [account]
    while path[-1] in organization.parents and len(path) < _MAX_DEPTH:
        path.append(organization.parents[path[-1]])
    return tuple(reversed(path))


def levels(
    account: str | None, kind: PolicyType, evidence: Evidence
) -> tuple[tuple[OrganizationLevel, ...], tuple[LayerGap, ...]]:
    """Return the SCPs or RCPs over ``account`` by level, and what is not known of them.

    Empty without a gap: there is no organization, or it has this type of policy switched off.
    """
    organization = evidence.organization
    if organization is None:
        return (), (_gap(kind, f"the organization of account {account or 'unknown'} was not read", account),)
    if not organization.exists:
        return (), ()
    if organization.enabled_types is not None and _AWS_TYPES[kind] not in organization.enabled_types:
        return (), ()
    if account is None:
        return (), (_gap(kind, "the account whose organization policies apply is not known", account),)
    path = path_to(account, organization)
    if path is None:
        return (), _outside(account, kind, evidence)
    if not organization.policies_read:
        return (), (_gap(kind, "the organization's policies were not read", account),)
    found = tuple(_level(node, kind, organization) for node in path)
    return found, tuple(_damaged(kind, level) for level in found if any(not p.document for p in level.policies))


def _outside(account: str, kind: PolicyType, evidence: Evidence) -> tuple[LayerGap, ...]:
    """Return the gap for an account outside the tree, unless it was itself read as a lone account."""
    if account in evidence.accounts:
        return ()
    return (_gap(kind, f"account {account} is not in the organization that was read", account),)


def _level(node: str, kind: PolicyType, organization: OrganizationEvidence) -> OrganizationLevel:
    attached = (
        policy for policy in organization.policies if policy.type == _AWS_TYPES[kind] and node in policy.targets
    )
    return OrganizationLevel(
        org_identifier=node, policies=tuple(_sourced(policy, node, kind, organization) for policy in attached)
    )


def _sourced(
    policy: OrganizationPolicy, node: str, kind: PolicyType, organization: OrganizationEvidence
) -> SourcedPolicy:
    source = PolicySource(
        policy_type=kind,
        policy_name=policy.name,
        policy_arn=policy.arn,
        attached_to=organization.arns.get(node, node),
        level=node,
    )
    return SourcedPolicy(source=source, document=policy.document)


def _damaged(kind: PolicyType, level: OrganizationLevel) -> LayerGap:
    names = ", ".join(policy.source.policy_name or "" for policy in level.policies if not policy.document)
    return _gap(kind, f"the content of {names} at {level.org_identifier} was not read", level.org_identifier)


def _gap(kind: PolicyType, reason: str, scope: str | None) -> LayerGap:
    return LayerGap(policy_type=kind, reason=reason, remedy=_REMEDY, scope=scope or "")


def in_management_account(account: str | None, evidence: Evidence) -> bool | None:
    """Return whether ``account`` is the management account, which no SCP and no RCP reaches; None unknown."""
    organization = evidence.organization
    if organization is None or account is None:
        return None
    return organization.exists and organization.management_account == account


def org_path(account: str | None, evidence: Evidence) -> str | None:
    """Return ``o-…/r-…/ou-…/…/`` of an account, as ``aws:PrincipalOrgPaths`` holds it, or None.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    """
    organization = evidence.organization
    if organization is None or account is None or organization.id is None:
        return None
    path = path_to(account, organization)
    return None if path is None else "/".join((organization.id, *path[:-1])) + "/"
