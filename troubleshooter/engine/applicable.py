"""Request and evidence -> PolicySet: every policy that applies, and every layer that was not (wholly) read.

What is missing becomes a ``LayerGap``, never an empty layer: an absent policy and an unread one decide
differently. The only exception is a role session whose policies nobody recorded, see ``sessions_unread``.
"""

from __future__ import annotations

from troubleshooter.engine.applicability.endpoints import endpoint_policy
from troubleshooter.engine.applicability.identity import boundary, identity_policies, session_policies
from troubleshooter.engine.applicability.organization import in_management_account, levels
from troubleshooter.engine.applicability.principals import FoundPrincipal, find_principal, kind_of, principal_account
from troubleshooter.engine.applicability.resources import (
    bucket_abac,
    public_access_block,
    resource_owner,
    resource_side,
)
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.request import LayerGap, OrganizationLevel, PolicySet, Request, Settings
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind
from troubleshooter.reference.actions import wildcard_only
from troubleshooter.reference.rcp import rcp_services

_NO_SCP = frozenset(
    {PrincipalKind.AWS_SERVICE, PrincipalKind.ANONYMOUS, PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}
)
"""Callers that are no principal of an account: SCPs bind an account's users and roles only.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""


def applicable(request: Request, evidence: Evidence) -> PolicySet:
    """Return the policies that decide ``request``, each with where it was found, and the gaps."""
    found = find_principal(request.principal, evidence)
    owner = resource_owner(request, evidence)
    identity = tuple(identity_policies(found, evidence))
    limit, boundary_gaps = boundary(found, evidence)
    resource = resource_side(request, evidence, owner)
    scp, scp_gaps = _scp(request, found, evidence)
    rcp, rcp_gaps = _rcp(request, owner, evidence)
    endpoint, endpoint_gaps = endpoint_policy(request, evidence)
    return PolicySet(
        identity=tuple(item for item in identity if isinstance(item, SourcedPolicy)),
        permissions_boundary=limit,
        session=session_policies(request.principal.arn, found),
        resource=resource.policy,
        access_point=resource.access_point,
        scp=scp,
        rcp=rcp,
        vpc_endpoint=endpoint,
        kms_grants=resource.kms_grants,
        settings=_settings(request, found, owner, evidence),
        gaps=(
            *(item for item in identity if isinstance(item, LayerGap)),
            *boundary_gaps,
            *resource.gaps,
            *scp_gaps,
            *rcp_gaps,
            *endpoint_gaps,
        ),
    )


def _scp(
    request: Request, found: FoundPrincipal, evidence: Evidence
) -> tuple[tuple[OrganizationLevel, ...], tuple[LayerGap, ...]]:
    """Return the SCPs over the principal's account, not the resource's."""
    if kind_of(request.principal) in _NO_SCP:
        return (), ()
    return levels(found.account, PolicyType.SCP, evidence)


def _rcp(
    request: Request, owner: str | None, evidence: Evidence
) -> tuple[tuple[OrganizationLevel, ...], tuple[LayerGap, ...]]:
    """Return the RCPs over the resource's account, for the services that RCPs reach.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    service = request.action.partition(":")[0].lower()
    if service not in rcp_services() or request.resource == "*":
        return (), ()
    return levels(owner, PolicyType.RCP, evidence)


def _settings(request: Request, found: FoundPrincipal, owner: str | None, evidence: Evidence) -> Settings:
    account = evidence.accounts.get(owner or "")
    role_arn = found.arn if found.is_role else None
    if role_arn is None and kind_of(request.principal) is PrincipalKind.ROLE_SESSION:
        role_arn = request.principal.session_issuer_arn
    return Settings(
        principal_in_management_account=in_management_account(principal_account(request.principal), evidence),
        resource_in_management_account=in_management_account(owner, evidence),
        service_linked_role=":role/aws-service-role/" in role_arn if role_arn else None,
        principal_role_arn=role_arn,
        wildcard_only_action=wildcard_only(request.action),
        public_access_block=public_access_block(request.resource, account),
        bucket_abac_enabled=bucket_abac(request.resource, account),
    )


def sessions_unread(request: Request, evidence: Evidence) -> bool:
    """Return whether the principal is a role session whose session policies nobody read.

    It is no ``LayerGap``: most sessions have no session policy, and a verdict that is unknown for every
    session would say nothing. A diagnosis mentions it, and weighs it where AWS names a session policy.
    """
    if kind_of(request.principal) is not PrincipalKind.ROLE_SESSION:
        return False
    account = evidence.accounts.get(principal_account(request.principal) or "")
    sessions = account.sessions if account is not None else None
    return sessions is None or request.principal.arn not in sessions
