"""What one denial needs: which principal, resources, accounts and Region to read about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from troubleshooter.model.arn import (
    account_of,
    assumed_role,
    is_account_id,
    parse_arn,
    partition_of,
    role_arn_without_path,
)
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.shapes import as_object, as_text, objects
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind

_MOST_RESOURCES = 5
_SERVICE = frozenset({PrincipalKind.AWS_SERVICE, PrincipalKind.ANONYMOUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """A denial's needs. ``identity_arn`` is the user or role to read; ``session_arn`` its role session, if any."""

    identity_arn: str | None = None
    session_arn: str | None = None
    access_key: str | None = None
    principal_account: str | None = None
    action: str | None = None
    resource: str | None = None
    resources: tuple[str, ...] = ()
    resource_account: str | None = None
    region: str | None = None
    event_time: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vpc_endpoint_id: str | None = None
    vpc_endpoint_account: str | None = None
    stated_policy_arn: str | None = None
    stated_policy_type: PolicyType = PolicyType.NONE
    partition: str = "aws"


def focus_of(denial: Denial) -> Focus:
    """Return what the denial itself says."""
    raw: Mapping[str, Any] = denial.raw or {}
    principal = denial.principal
    identity = as_object(raw.get("userIdentity")) or {}
    is_service = principal.kind in _SERVICE
    account = principal.account or account_of(principal.arn)
    return Focus(
        identity_arn=None if is_service else _identity(principal.arn, principal.session_issuer_arn),
        session_arn=principal.arn if assumed_role(principal.arn) else None,
        access_key=as_text(identity.get("accessKeyId")),
        principal_account=account if not is_service and is_account_id(account) else None,
        action=denial.action,
        resource=denial.resource,
        resources=_resources(denial, raw),
        resource_account=denial.resource_account if is_account_id(denial.resource_account) else None,
        region=denial.region or _region(denial.resource),
        event_time=denial.event_time,
        context=denial.context,
        vpc_endpoint_id=denial.vpc_endpoint_id,
        vpc_endpoint_account=as_text(raw.get("vpcEndpointAccountId")),
        stated_policy_arn=denial.stated_policy_arn,
        stated_policy_type=_policy_type(denial.stated_policy_type),
        partition=partition_of(principal.arn or denial.resource),
    )


def with_answer(focus: Focus, answer: AwsAnswer) -> Focus:
    """Return the focus with what AWS's own answer adds; what the denial said stays."""
    principal, action, resource = _said(answer)
    account = focus.principal_account or account_of(principal)
    resources = focus.resources if resource is None or resource in focus.resources else (*focus.resources, resource)
    return replace(
        focus,
        identity_arn=focus.identity_arn or _identity(principal, None),
        session_arn=focus.session_arn or (principal if assumed_role(principal) else None),
        principal_account=account if is_account_id(account) else None,
        action=focus.action or action,
        resource=focus.resource or resource,
        resources=tuple(found for found in resources if parse_arn(found)),
        context={**answer.context, **focus.context},
    )


def _said(answer: AwsAnswer) -> tuple[str | None, str | None, str | None]:
    """Return principal ARN, action and resource as a decoded message or authorization details name them."""
    context = as_object(answer.raw.get("context")) or {}
    principal = as_object(context.get("principal")) or {}
    if principal or "action" in context:
        return as_text(principal.get("arn")), as_text(context.get("action")), as_text(context.get("resource"))
    denied = [item for item in objects(answer.raw.get("evaluations")) if item.get("evaluatedEffect") != "ALLOW"]
    first = denied[0] if denied else {}
    arn = next(iter(answer.context.get("aws:PrincipalArn", ())), None)
    return arn, as_text(first.get("action")), as_text(first.get("resource"))


def _identity(arn: str | None, issuer: str | None) -> str | None:
    """Return the user's or role's ARN: a session's issuer where known, else the role without its path."""
    for candidate in (issuer, role_arn_without_path(arn), arn):
        found = parse_arn(candidate)
        if found and found.service == "iam" and found.resource_type in {"user", "role"} and "*" not in found.resource:
            return candidate
    return None


def _resources(denial: Denial, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ARNs that the request is about: the denial's own first, then those the record lists."""
    listed = (as_text(item.get("ARN")) for item in objects(raw.get("resources")))
    arns = (arn for arn in (denial.resource, *listed) if arn and parse_arn(arn))
    return tuple(dict.fromkeys(arns))[:_MOST_RESOURCES]


def _region(resource: str | None) -> str | None:
    found = parse_arn(resource)
    return found.region if found and found.region and "*" not in found.region else None


def _policy_type(name: str | None) -> PolicyType:
    try:
        return PolicyType(name) if name else PolicyType.NONE
    except ValueError:
        return PolicyType.NONE
