"""Denial -> the request that AWS evaluated, as far as it is known."""

from __future__ import annotations

from troubleshooter.denials.arn_special import Place
from troubleshooter.denials.resources import named_resource
from troubleshooter.model.arn import account_of, parse_arn, partition_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.request import Request
from troubleshooter.reference.actions import wildcard_only

UNKNOWN_RESOURCE = "unknown"
"""The request's resource where the denial does not tell it: no ARN, so only a policy's ``*`` matches it."""


def primary_request(denial: Denial) -> Request | None:
    """Return the refused request itself, or None where the principal or the action is not known.

    The resource is the denial's ARN; ``*`` where AWS said so or the action has no resource types; a name
    (``role deploy``) completed in the caller's account; else ``UNKNOWN_RESOURCE``.
    """
    who = denial.principal
    if denial.action is None or (who.arn is None and who.account is None):
        return None
    resource = _resource(denial)
    return Request(
        principal=who,
        action=denial.action,
        resource=resource,
        resource_account=account_of(resource) or denial.resource_account,
        context=denial.context,
        absent_keys=denial.absent_keys,
    )


def _resource(denial: Denial) -> str:
    literal = denial.resource
    if literal == "*" or parse_arn(literal):
        return str(literal)
    if literal:
        place = Place(
            partition=partition_of(denial.principal.arn),
            region=denial.region or "",
            account=denial.principal.account or "",
            caller_arn=denial.principal.arn,
        )
        named = named_resource(literal, place)
        if named:
            return named
    if not literal and denial.resource_hint:
        return denial.resource_hint
    return "*" if wildcard_only(denial.action or "") else UNKNOWN_RESOURCE
