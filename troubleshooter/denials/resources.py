"""The resource a refused call was about: from the message, the event's ``resources``, or its parameters.

Every answer says where it came from. ``*`` is answered only for actions that have no resource types or where the
message says so; otherwise None is "not known".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troubleshooter.denials.arn_patterns import fits, kind_of
from troubleshooter.denials.arn_special import SPECIAL, Parameters, Place, text_of
from troubleshooter.denials.arn_templates import TEMPLATES
from troubleshooter.denials.fields import Object, items, lowered, mapping, strings, text
from troubleshooter.model.arn import account_of, is_account_id, parse_arn
from troubleshooter.reference.actions import ActionInfo, ResourceType, lookup

_HOLE = re.compile(r"\{([a-z0-9_.|]+)\}")
_VARIABLE = re.compile(r"\$\{([A-Za-z]+)\}")
_PLACES = frozenset({"Partition", "Region", "Account", "AccountId"})
_CREATES = re.compile(r"(?:Create|Run|Allocate|Request|Import|Register|Copy)[A-Z]")
_NAMED = re.compile(r"(?P<kind>role|user|group|policy|instance profile)s? +(?P<name>(?:path +)?\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedResource:
    """A resource (ARN or ``*``) and its account where known, with where each came from."""

    resource: str | None = None
    account: str | None = None
    how: str = ""
    account_how: str = ""


def resource_of_event(record: Object, action: str | None, literal: str | None, place: Place) -> ResolvedResource:
    """Return the resource of a logged refusal.

    ``literal`` is what the message says after "on resource:", if anything. Order: an ARN or ``*`` in the
    message; the event's ``resources``; the request parameters; a name in the message; nothing needed.
    """
    info = lookup(action) if action else None
    parameters = lowered(mapping(record, "requestParameters"))
    found = _first_known(record, action, info, literal, parameters, place=place)
    account, how = _account(record, found.resource, info, place)
    return ResolvedResource(resource=found.resource, account=account, how=found.how, account_how=how)


def named_resource(literal: str, place: Place) -> str | None:
    """Return the ARN that words such as ``role deploy`` or ``user ana`` mean in the caller's account, else None."""
    match = _NAMED.fullmatch(literal.strip())
    if match is None or not place.account or match.group("name").lower().startswith("path"):
        return None
    name = match.group("name")
    if name.startswith("arn:"):
        return name
    return place.arn(f"iam::A:{match.group('kind').lower().replace(' ', '-')}/{name.strip('/')}")


def candidates(service: str, parameters: Parameters, place: Place, info: ActionInfo | None) -> Iterator[str]:
    """Yield the ARNs that the parameters spell out for a service, the likeliest first."""
    special = SPECIAL.get(service)
    if special:
        yield from special(parameters, place)
    for template in TEMPLATES.get(service, ()):
        filled = _filled(template, parameters, place)
        if filled:
            yield filled
    for _, value in strings(parameters):
        arn = parse_arn(value)
        if arn and (arn.service == service or (service == "sts" and arn.service == "iam")):
            yield value
    if info:
        for kind in sorted(info.resource_types, key=lambda item: not item.required):
            guess = _guessed(kind, parameters, place)
            if guess:
                yield guess


def _first_known(
    record: Object,
    action: str | None,
    info: ActionInfo | None,
    literal: str | None,
    parameters: Parameters,
    *,
    place: Place,
) -> ResolvedResource:
    if literal == "*" or parse_arn(literal):
        return ResolvedResource(resource=literal, how="errorMessage")
    logged = _from_resources(record, info)
    if logged:
        return ResolvedResource(resource=logged, how="resources")
    service = (action or "").partition(":")[0].lower()
    logged_parameters = isinstance(record.get("requestParameters"), Mapping)
    fitting = _from_parameters(service, parameters, place, info) if logged_parameters else None
    if fitting and (not literal or literal.rsplit(" ", 1)[-1].strip("/") in fitting):
        return ResolvedResource(resource=fitting, how="requestParameters")
    named = named_resource(literal, place) if literal else None
    if named:
        return ResolvedResource(resource=named, how="errorMessage, completed")
    if info and not info.resource_types:
        return ResolvedResource(resource="*", how="the action has no resource types")
    if info and parameters and _optional_only(info):
        return ResolvedResource(resource="*", how="the call names no resource, and the action needs none")
    if literal:
        return ResolvedResource(resource=literal, how="errorMessage")
    fresh = (
        _any_of_its_type(info, place) if info and (_CREATES.match(_name(info)) or info.access_level == "List") else None
    )
    return (
        ResolvedResource(resource=fresh, how="no single resource is named; its type is")
        if fresh
        else ResolvedResource()
    )


def _from_resources(record: Object, info: ActionInfo | None) -> str | None:
    """Return the entry of the event's ``resources`` that the action is about."""
    entries = [entry for entry in items(record.get("resources")) if isinstance(entry, Mapping)]
    arns = [arn for entry in entries if (arn := text(entry, "ARN", "arn")) and parse_arn(arn)]
    if info is None:
        return arns[0] if len(arns) == 1 else None
    return next((arn for arn in arns if kind_of(arn, info)), None)


def _from_parameters(service: str, parameters: Parameters, place: Place, info: ActionInfo | None) -> str | None:
    """Return the ARN that the parameters spell out and that the action can be about."""
    offered = list(dict.fromkeys(candidates(service, parameters, place, info)))
    if info is None:
        return offered[0] if offered else None
    made = _made(info)
    if made:
        return next((arn for arn in offered if fits(arn, made)), None) or _any_of_its_type(info, place)
    fitting = [(kind, arn) for arn in offered if (kind := kind_of(arn, info))]
    best = next((arn for kind, arn in fitting if kind.required), fitting[0][1] if fitting else None)
    arns = [arn for _, arn in fitting]
    within = (arn for arn in arns[: arns.index(best)] if arn.startswith((f"{best}/", f"{best}:"))) if best else iter(())
    alias = next((arn for arn in offered if service == "kms" and ":alias/" in arn), None)
    return next(within, best) or alias


def _filled(template: str, parameters: Parameters, place: Place) -> str | None:
    """Return the template filled in, or None where a parameter is missing. A whole ARN stands for itself."""
    service = template.partition(":")[0]
    holes = _HOLE.findall(template)
    values: dict[str, str] = {}
    for hole in holes:
        value = _value(parameters, hole.split("|"))
        if value is None:
            return None
        arn = parse_arn(value)
        if arn and arn.service == service and hole == holes[-1]:
            return value
        values[hole] = arn.name if arn else value.strip("/")
    rest = _HOLE.sub(lambda match: values[match.group(1)], template)
    return place.arn(rest)


def _value(parameters: Parameters, names: list[str]) -> str | None:
    for name in names:
        value: Any = parameters
        for step in name.split("."):
            if isinstance(value, Mapping):
                value = {str(key).lower(): item for key, item in value.items()}.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                value = None
        if isinstance(value, str) and value:
            return value
    return None


def _guessed(kind: ResourceType, parameters: Parameters, place: Place) -> str | None:
    """Fill AWS's own ARN template where each variable has a parameter of (nearly) the same name."""
    plain = {re.sub(r"[^a-z0-9]", "", name): value for name, value in parameters.items() if isinstance(value, str)}
    pattern = kind.arn_pattern.split(", ")[0]
    values: dict[str, str] = {}
    for variable in _VARIABLE.findall(pattern):
        if variable in _PLACES:
            continue
        value = next((plain[name] for name in _spellings(variable, kind.name) if plain.get(name)), None)
        if value is None:
            return None
        arn = parse_arn(value)
        values[variable] = arn.name if arn else value.strip("/")
    if not values or values.get("KeyId", "").startswith("alias/"):
        return None
    values |= {
        "Partition": place.partition,
        "Region": place.region,
        "Account": place.account,
        "AccountId": place.account,
    }
    return _VARIABLE.sub(lambda match: values[match.group(1)], pattern)


def _spellings(variable: str, kind: str) -> list[str]:
    """Return parameter names that may hold a template's variable: ``ClusterName`` -> clustername, cluster, ..."""
    name = variable.lower()
    stem = re.sub(r"(?:withpath|name|id|identifier|arn)$", "", name) or re.sub(r"[^a-z0-9]", "", kind.lower())
    short = re.sub(r"[^a-z0-9]", "", kind.lower())
    stems = (stem, short) if name in {"resourceid", "id", "name", "identifier"} else (stem,)
    endings = ("", "name", "id", "identifier", "arn")
    return [name, *(f"{item}{ending}" for item in stems for ending in endings), *(("name",) if stem == short else ())]


def _optional_only(info: ActionInfo) -> bool:
    """Whether the action can be called without a resource; S3's optional types are alternatives instead."""
    return info.service != "s3" and not any(kind.required for kind in info.resource_types)


def _name(info: ActionInfo) -> str:
    return info.name.partition(":")[2]


def _made(info: ActionInfo) -> ResourceType | None:
    """Return the type of resource that a creating call makes: the longest type name within the action's."""
    name = _name(info).lower()
    if not _CREATES.match(_name(info)):
        return None
    kinds = (kind for kind in info.resource_types if kind.name.replace("-", "").replace(" ", "").lower() in name)
    return max(kinds, key=lambda kind: len(kind.name), default=None)


def _any_of_its_type(info: ActionInfo, place: Place) -> str | None:
    """Return ``<type>/*`` where no single resource is named yet, as AWS's own messages print it.

    ``*`` where every type is optional, None where the account is not known.
    """
    kinds = [kind for kind in info.resource_types if kind.required and kind.arn_pattern]
    kind = _made(info) or (kinds[0] if kinds else None)
    if kind is None:
        return "*" if info.access_level == "List" else None
    if not place.account or not kind.arn_pattern:
        return None
    values = {"Partition": place.partition, "Region": place.region, "Account": place.account}
    return _VARIABLE.sub(lambda match: values.get(match.group(1), "*"), kind.arn_pattern.split(", ")[0])


def _account(record: Object, resource: str | None, info: ActionInfo | None, place: Place) -> tuple[str | None, str]:
    """Return the account that owns the resource and where that was read."""
    own = account_of(resource)
    if own:
        return own, "resource ARN"
    for entry in items(record.get("resources")):
        if isinstance(entry, Mapping):
            account = text(entry, "accountId")
            arn = text(entry, "ARN", "arn", "ARNPrefix") or ""
            if is_account_id(account) and (not resource or resource.startswith(arn) or arn.startswith(resource)):
                return account, "resources[].accountId"
    parameters = lowered(mapping(record, "requestParameters"))
    stated = text_of(
        parameters, "expectedbucketowner", "x-amz-expected-bucket-owner", "registryid", "queueowneraccountid"
    )
    if is_account_id(stated):
        return stated, "requestParameters"
    local = bool(resource) and resource == "*"
    if (local or (info and not info.resource_types)) and is_account_id(place.account):
        return place.account, "caller's account: the action names no resource"
    return None, ""
