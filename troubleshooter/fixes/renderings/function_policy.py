"""A Lambda function's policy as the permissions that Terraform and CloudFormation add to it one by one.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troubleshooter.model.arn import service_of
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.shapes import as_object, objects
from troubleshooter.model.vocabulary import PolicyType

_CONDITIONS = {
    "aws:sourcearn": "source_arn",
    "aws:sourceaccount": "source_account",
    "aws:principalorgid": "principal_org_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One statement in AddPermission's terms; ``limits`` are source_arn, source_account, principal_org_id."""

    sid: str
    action: str
    principal: str
    limits: Mapping[str, str]


def is_function(change: Change) -> bool:
    """Return whether the change is to a Lambda function's policy."""
    return change.policy_type is PolicyType.RESOURCE and service_of(change.target_arn) == "lambda"


def added_permissions(change: Change) -> tuple[Permission, ...] | None:
    """Return the statements that the change adds; None where it does anything that AddPermission cannot."""
    before = _statements(change.before)
    after = _statements(change.after)
    if any(statement not in after for statement in before):
        return None
    told = [_permission(statement) for statement in after if statement not in before]
    found = tuple(permission for permission in told if permission)
    return found if found and len(found) == len(told) else None


def _statements(document: JsonObject | None) -> list[JsonObject]:
    return list(objects((document or {}).get("Statement")))


def _permission(statement: JsonObject) -> Permission | None:
    action, principal = statement.get("Action"), _principal(statement.get("Principal"))
    limits = _limits(statement.get("Condition"))
    if statement.get("Effect") != "Allow" or not isinstance(action, str) or principal is None or limits is None:
        return None
    return Permission(sid=str(statement.get("Sid") or "Added"), action=action, principal=principal, limits=limits)


def _principal(value: object) -> str | None:
    if isinstance(value, str):
        return value
    entry = as_object(value)
    if entry is None or len(entry) != 1:
        return None
    named = next(iter(entry.values()))
    return named if isinstance(named, str) else None


def _limits(condition: object) -> dict[str, str] | None:
    """Return the condition as AddPermission's parameters; None where one of its keys has none."""
    limits: dict[str, str] = {}
    for keys in (as_object(condition) or {}).values():
        for key, value in (as_object(keys) or {}).items():
            name = _CONDITIONS.get(key.lower())
            if name is None or not isinstance(value, str):
                return None
            limits[name] = value
    return limits
