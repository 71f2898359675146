"""How caller and resource stand to each other: what decides which layers have to allow."""

from __future__ import annotations

from enum import Enum

from troubleshooter.engine.subject import Caller, Subject
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import PrincipalKind

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    }
)
"""Calls that a role's trust policy decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
"""


class Accounts(Enum):
    """Whether the caller's account owns the resource."""

    SAME = "same"
    CROSS = "cross"
    UNKNOWN = "unknown"


class ResourceRole(Enum):
    """What the policy on the resource is for this action.

    ``OPTIONAL``: one of two sides within an account. ``REQUIRED``: it must name the caller or delegate to its
    account, or identity policies count for nothing (KMS keys, role trust). ``NONE``: it does not take part.
    """

    OPTIONAL = "optional"
    REQUIRED = "required"
    NONE = "none"


def resource_role(action: str, resource: str, policies: PolicySet) -> ResourceRole:
    """Return what the resource's policy is for a lowercase action.

    KMS: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html. A role's trust policy is no
    resource policy of iam actions: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html.
    """
    service = action.partition(":")[0]
    if service == "iam":
        return ResourceRole.NONE
    if action in TRUST_ACTIONS:
        return ResourceRole.REQUIRED
    if service == "kms" and (":key/" in resource or policies.resource is not None):
        return ResourceRole.REQUIRED
    return ResourceRole.OPTIONAL


def accounts(request: Request, subject: Subject, caller: Caller) -> Accounts:
    """Return whether the resource belongs to the caller's account.

    Many ARNs hold their account; S3's do not. Actions on ``*`` act in the caller's own account.
    """
    owner = request.resource_account or (subject.fields[4] if subject.fields else "")
    if not owner or not owner.isdigit():
        own = request.resource == "*" or request.context_complete or not caller.has_identity_side
        return Accounts.SAME if own else Accounts.UNKNOWN
    if caller.account is None:
        return Accounts.CROSS if caller.has_identity_side and caller.decided else Accounts.UNKNOWN
    return Accounts.SAME if owner == caller.account else Accounts.CROSS


def scps_bind(caller: Caller, policies: PolicySet) -> bool:
    """Return whether SCPs restrict the caller: not the management account, service-linked roles or services.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
    """
    exempt = policies.settings.principal_in_management_account or is_service_linked(caller, policies)
    return caller.has_identity_side and not exempt


def rcps_bind(action: str, resource: str, caller: Caller, policies: PolicySet, services: frozenset[str]) -> bool:
    """Return whether RCPs restrict the request.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps
    """
    if action == "kms:retiregrant" or action.partition(":")[0] not in services:
        return False
    if policies.settings.resource_in_management_account or is_service_linked(caller, policies):
        return False
    return ":alias/aws/" not in resource and ":role/aws-service-role/" not in resource


def is_service_linked(caller: Caller, policies: PolicySet) -> bool:
    """Return whether the caller is a service-linked role, by the settings or the role's path."""
    if policies.settings.service_linked_role is not None:
        return policies.settings.service_linked_role
    return caller.kind is PrincipalKind.ROLE_SESSION and ":role/aws-service-role/" in (caller.role_arn or "")
