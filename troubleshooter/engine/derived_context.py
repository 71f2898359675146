"""Fill the condition keys that follow from the evidence: who the principal is, whose the resource is, their tags.

Rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (GK), unless a
function cites another page. Keys given by the request win over derived ones; keys the user supplied
(``Evidence.context``) win over both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from troubleshooter.engine.applicability.context import value_of, values_of
from troubleshooter.engine.applicability.endpoints import find_endpoint
from troubleshooter.engine.applicability.identity import session_entry
from troubleshooter.engine.applicability.organization import org_path, path_to
from troubleshooter.engine.applicability.principals import FoundPrincipal, find_principal, kind_of, principal_account
from troubleshooter.engine.applicability.resource_keys import find_key
from troubleshooter.engine.applicability.resources import resource_owner
from troubleshooter.model.arn import account_root_arn, parse_arn, partition_of, role_arn_without_path
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request
from troubleshooter.model.shapes import as_object, as_text, tags_of
from troubleshooter.model.vocabulary import PrincipalKind

_SOURCE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
"""Present only when an AWS service calls on behalf of a resource (GK)."""

_UNSIGNED = frozenset({PrincipalKind.ANONYMOUS, PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML})

_TAG_TWINS = {
    "ec2": "ec2:ResourceTag",
    "iam": "iam:ResourceTag",
    "secretsmanager": "secretsmanager:ResourceTag",
    "ssm": "ssm:resourceTag",
    "ecr": "ecr:ResourceTag",
    "ecs": "ecs:ResourceTag",
    "elasticloadbalancing": "elasticloadbalancing:ResourceTag",
    "autoscaling": "autoscaling:ResourceTag",
    "sagemaker": "sagemaker:ResourceTag",
}
"""Service keys that hold the same tags as ``aws:ResourceTag`` (Service Authorization Reference)."""


@dataclass(slots=True)
class _Derived:
    """Keys found so far: present ones with their values, and those known to be absent."""

    present: dict[str, tuple[str, ...]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def add(self, key: str, value: str | None) -> None:
        if value is not None:
            self.present[key] = (value,)

    def lacks(self, *keys: str) -> None:
        self.absent.update(key.lower() for key in keys)

    def add_tags(self, family: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            self.present[f"{family}/{key}"] = (value,)


def with_derived_context(request: Request, evidence: Evidence) -> Request:
    """Return ``request`` with every condition key that the evidence settles, and its resource's owner."""
    supplied = {**_without(request.context, evidence.context), **evidence.context}
    request = replace(
        request,
        context=supplied,
        absent_keys=frozenset(key for key in request.absent_keys if values_of(evidence.context, key) is None),
        resource=_whole_resource(request, evidence),
        resource_account=resource_owner(request, evidence),
    )
    derived = _Derived()
    found = find_principal(request.principal, evidence)
    _principal_keys(derived, request, found)
    _principal_tags(derived, request, found)
    _organization_keys(derived, "aws:PrincipalOrg", found.account, evidence)
    _resource_keys(derived, request, evidence)
    _resource_tags(derived, request, evidence)
    _network_keys(derived, request, evidence)
    return _merged(request, derived)


def _whole_resource(request: Request, evidence: Evidence) -> str:
    """Return the ARN that AWS authorizes on, where the request named the resource in short.

    A secret without the six characters that AWS appends
    (https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen); a key by its
    alias (https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html).
    """
    arn = parse_arn(request.resource)
    account = evidence.accounts.get(arn.account) if arn is not None else None
    if arn is None or account is None:
        return request.resource
    if arn.service == "kms" and arn.resource_type == "alias":
        return (account.encryption_keys or {}).get(request.resource, request.resource)
    if arn.service != "secretsmanager":
        return request.resource
    found = find_key(request.resource, account.resource_policies) or find_key(request.resource, account.resource_tags)
    return found or request.resource


def _without(
    context: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    names = {key.lower() for key in other}
    return {key: values for key, values in context.items() if key.lower() not in names}


def _merged(request: Request, derived: _Derived) -> Request:
    """Add what was derived where the request does not already know better."""
    unknown = _without(derived.present, request.context)
    new = {key: values for key, values in unknown.items() if not _known_absent(request, key)}
    given = {key.lower() for key in (*request.context, *new)}
    return replace(
        request,
        context={**request.context, **new},
        absent_keys=request.absent_keys | {key for key in derived.absent if key not in given},
    )


def _known_absent(request: Request, key: str) -> bool:
    name = key.lower()
    families = (item for item in request.absent_keys if item.endswith("/"))
    return name in request.absent_keys or any(name.startswith(item) for item in families)


def _principal_keys(derived: _Derived, request: Request, found: FoundPrincipal) -> None:
    """Say who calls: ``aws:PrincipalArn`` is the role's ARN with its path, never the session's."""
    principal, kind = request.principal, kind_of(request.principal)
    account = principal_account(principal)
    derived.add("aws:PrincipalIsAWSService", "true" if kind is PrincipalKind.AWS_SERVICE else "false")
    if kind is PrincipalKind.AWS_SERVICE:
        derived.add("aws:PrincipalServiceName", principal.arn)
        derived.lacks("aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/", "aws:username")
        return
    derived.lacks(*_SOURCE_KEYS, "aws:principalservicename", "aws:principalservicenameslist")
    if kind in _UNSIGNED:
        _unsigned_keys(derived, kind)
        return
    derived.add("aws:PrincipalAccount", account)
    if request.action.lower().startswith("kms:"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
        derived.add("kms:CallerAccount", account)
    derived.add("aws:PrincipalArn", _principal_arn(request, found, kind, account))
    _principal_names(derived, request, found, kind)


def _unsigned_keys(derived: _Derived, kind: PrincipalKind) -> None:
    if kind is PrincipalKind.ANONYMOUS:
        derived.add("aws:PrincipalType", "Anonymous")
        derived.lacks("aws:principalaccount", "aws:principalarn", "aws:userid")
    derived.lacks("aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/", "aws:username")


def _principal_arn(request: Request, found: FoundPrincipal, kind: PrincipalKind, account: str | None) -> str | None:
    principal = request.principal
    if found.arn is not None and kind is not PrincipalKind.FEDERATED_USER:
        return found.arn
    if kind is PrincipalKind.ROLE_SESSION:
        role = principal.session_issuer_arn
        return role if role and role_arn_without_path(role) else None
    if kind is PrincipalKind.ROOT and account is not None:
        return account_root_arn(account, partition_of(principal.arn))
    return principal.arn if kind in {PrincipalKind.IAM_USER, PrincipalKind.FEDERATED_USER} else None


_PRINCIPAL_TYPES = {
    PrincipalKind.IAM_USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.ROOT: "Account",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
}


def _principal_names(derived: _Derived, request: Request, found: FoundPrincipal, kind: PrincipalKind) -> None:
    """Add ``aws:userid`` and ``aws:username`` as each kind of principal has them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-tableprincipal
    """
    principal, details = request.principal, found.details or {}
    derived.add("aws:PrincipalType", _PRINCIPAL_TYPES.get(kind))
    if kind is PrincipalKind.IAM_USER:
        name = parse_arn(principal.arn)
        derived.add("aws:username", as_text(details.get("UserName")) or (name.name if name else principal.name))
        derived.add("aws:userid", as_text(details.get("UserId")))
        return
    derived.lacks("aws:username")
    if kind is PrincipalKind.ROOT:
        derived.add("aws:userid", found.account)
    if kind is PrincipalKind.ROLE_SESSION:
        role_id, session = as_text(details.get("RoleId")), _session_name(request)
        if role_id and session:
            derived.add("aws:userid", f"{role_id}:{session}")


def _session_name(request: Request) -> str | None:
    if request.principal.session_name:
        return request.principal.session_name
    arn = parse_arn(request.principal.arn)
    return arn.name if arn is not None and arn.resource_type == "assumed-role" else None


def _principal_tags(derived: _Derived, request: Request, found: FoundPrincipal) -> None:
    """Add the user's or role's tags, overridden by the session's; absent only where both were read.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if found.details is None or found.evidence is None:
        if found.missing is None:
            derived.lacks("aws:principaltag/")
        return
    tags = tags_of(found.details)
    session = session_entry(request.principal.arn, found) or {}
    session_tags = {key: str(value) for key, value in (as_object(session.get("SessionTags")) or {}).items()}
    overridden = {key.lower() for key in session_tags}
    own = {key: value for key, value in (tags or {}).items() if key.lower() not in overridden}
    derived.add_tags("aws:PrincipalTag", {**own, **session_tags})
    if tags is not None and (not found.is_role or found.evidence.sessions is not None):
        derived.lacks("aws:principaltag/")


def _organization_keys(derived: _Derived, prefix: str, account: str | None, evidence: Evidence) -> None:
    """Add ``<prefix>ID`` and ``<prefix>Paths`` of an account; both absent where it is in no organization.

    An account that was read but stands outside the tree that was read counts as one without organization,
    as it does for the policies that apply to it.
    """
    organization = evidence.organization
    if organization is None or account is None:
        return
    outside = path_to(account, organization) is None
    if not organization.exists or (outside and account in evidence.accounts):
        derived.lacks(f"{prefix}ID", f"{prefix}Paths")
    if not organization.exists or outside:
        return
    derived.add(f"{prefix}ID", organization.id)
    derived.add(f"{prefix}Paths", org_path(account, evidence))


def _resource_keys(derived: _Derived, request: Request, evidence: Evidence) -> None:
    """Say whose the resource is (``aws:ResourceAccount``, ``aws:ResourceOrgID``, ``aws:ResourceOrgPaths``)."""
    owner = request.resource_account
    if request.resource == "*" or owner is None:
        return
    derived.add("aws:ResourceAccount", owner)
    if request.action.lower().startswith("s3:"):
        derived.add("s3:ResourceAccount", owner)
    _organization_keys(derived, "aws:ResourceOrg", owner, evidence)


def _resource_tags(derived: _Derived, request: Request, evidence: Evidence) -> None:
    """Add the resource's tags: of IAM users and roles from their details, else as listed in its account.

    A resource that a read list leaves out has no tags. S3 buckets' tags count only with ABAC turned on
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html): the list says so
    by holding them; objects' tags are another key (``s3:ExistingObjectTag``).
    """
    tags = _tags_of_resource(request, evidence)
    if tags is None:
        return
    service = request.action.partition(":")[0].lower()
    for family in ("aws:ResourceTag", _TAG_TWINS.get(service)):
        if family is not None:
            derived.add_tags(family, tags)
            derived.lacks(f"{family}/")


def _tags_of_resource(request: Request, evidence: Evidence) -> Mapping[str, str] | None:
    account = evidence.accounts.get(request.resource_account or "")
    if request.resource == "*":
        return {}
    if account is None:
        return None
    entry = (account.roles or {}).get(request.resource) or (account.users or {}).get(request.resource)
    if entry is not None:
        return tags_of(entry)
    if account.resource_tags is None:
        return None
    key = find_key(request.resource, account.resource_tags)
    return account.resource_tags[key] if key is not None else {}


def _network_keys(derived: _Derived, request: Request, evidence: Evidence) -> None:
    """Add what follows from the VPC endpoint: its VPC, and the account and organization that own it."""
    if value_of(request.context, "aws:sourcevpce") is None:
        return
    found = find_endpoint(request, evidence)
    if found is None:
        return
    owner, entry = found
    derived.add("aws:SourceVpc", as_text(entry.get("VpcId")))
    derived.add("aws:VpceAccount", owner)
    _organization_keys(derived, "aws:VpceOrg", owner, evidence)
