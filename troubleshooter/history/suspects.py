"""Which policy-writing events shortly before a first denial may have caused it, best suspect first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from troubleshooter.history.policy_writes import PolicyWrite
from troubleshooter.history.timeline import moment
from troubleshooter.model.arn import assumed_role, parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import PolicyChangeEvent

LOOK_BACK = dt.timedelta(hours=24)
MOST_SUSPECTS = 5
_SHARED_NAMES = frozenset({"*", "default", "root"})
_ORGANIZATION_WIDE = frozenset({"organizations"})


def suspects(
    denial: Denial, first_seen: str | None, writes: Iterable[PolicyWrite], related: Iterable[str] = ()
) -> tuple[PolicyChangeEvent, ...]:
    """Return the writes within a day before ``first_seen`` that touch what the denial is about.

    ``related`` are ARNs that a diagnosis connects with the denial: policies that decided, groups, keys, OUs.
    Best first: what was touched directly before what only may apply; then the closest in time.
    """
    first = moment(first_seen)
    if first is None:
        return ()
    names = _names_of(denial)
    connected = frozenset(name for text in related for name in _names(text))
    found: list[tuple[int, float, PolicyChangeEvent]] = []
    for write in writes:
        when = moment(write.event_time)
        if when is None or not dt.timedelta(0) <= first - when <= LOOK_BACK:
            continue
        weight, what = _connection(write, denial, names, connected)
        if weight:
            minutes = round((first - when).total_seconds() / 60, 1)
            found.append((-weight, minutes, _event(write, what, minutes, first)))
    found.sort(key=lambda item: (item[0], item[1], item[2].event_id or ""))
    return tuple(event for _, _, event in found[:MOST_SUSPECTS])


def _connection(
    write: PolicyWrite, denial: Denial, names: dict[str, str], connected: frozenset[str]
) -> tuple[int, str]:
    """Return how directly a write touches the denial (0: not at all) and what of it, in words."""
    touched = [name for target in write.targets for name in _names(target)]
    for name in touched:
        if name in names and (write.account is None or _same_side(write, denial, names[name])):
            return 4, f"that {names[name]}"
    if any(name in connected for name in touched):
        return 4, "a policy that decided this"
    if write.service in _ORGANIZATION_WIDE:
        return 2, "the organization's policies"
    principal = denial.principal
    if write.account and write.account == principal.account:
        if write.service == "iam" and any(_is_policy(target) for target in write.targets):
            return 1, "a managed policy of that account"
        if "Group" in write.api_call and principal.name and principal.kind.value == "iam_user":
            return 1, "a group of that account"
    return 0, ""


def _same_side(write: PolicyWrite, denial: Denial, kind: str) -> bool:
    """Return whether a name stands for the same thing: names of principals and resources repeat between accounts."""
    if write.service == "organizations" or kind == "bucket":
        return True
    sides = {denial.principal.account, denial.resource_account}
    return write.account in sides or sides == {None}


def _names_of(denial: Denial) -> dict[str, str]:
    """Return the names by which a write may mention what the denial is about, each with its kind in words."""
    names: dict[str, str] = {}
    principal = denial.principal
    role = assumed_role(principal.arn)
    if role:
        names[role[1].rsplit("/", 1)[-1]] = "role"
    for text, kind in ((principal.session_issuer_arn, "role"), (principal.arn if role is None else None, "principal")):
        names |= dict.fromkeys(_names(text), kind)
    arn = parse_arn(denial.resource)
    if arn:
        kind = _resource_kind(arn.service, arn.resource_type)
        names |= dict.fromkeys(_names(denial.resource), kind)
        if arn.service == "s3" and not arn.account:
            names[arn.resource.split("/", 1)[0]] = "bucket"
            names[f"arn:{arn.partition}:s3:::{arn.resource.split('/', 1)[0]}"] = "bucket"
    if denial.vpc_endpoint_id:
        names[denial.vpc_endpoint_id] = "VPC endpoint"
    if denial.stated_policy_arn:
        names |= dict.fromkeys(_names(denial.stated_policy_arn), "policy, which the message names,")
    if principal.account:
        names[principal.account] = "account"
    return {name: kind for name, kind in names.items() if name and name.lower() not in _SHARED_NAMES}


def _resource_kind(service: str, resource_type: str) -> str:
    return {"s3": "object", "kms": "key", "sqs": "queue", "sns": "topic"}.get(service, resource_type or "resource")


def _names(text: str | None) -> Iterable[str]:
    """Yield the forms in which calls name a thing: its ARN, and its id or friendly name at the end."""
    if not text:
        return
    yield text
    tail = text.rstrip("/").replace(":", "/").rsplit("/", 1)[-1]
    if tail != text and tail:
        yield tail


def _is_policy(target: str) -> bool:
    arn = parse_arn(target)
    return arn is not None and arn.service == "iam" and arn.resource_type == "policy"


def _event(write: PolicyWrite, what: str, minutes: float, first: dt.datetime) -> PolicyChangeEvent:
    who = f" by {_short(write.principal)}" if write.principal else ""
    return PolicyChangeEvent(
        event_id=write.event_id,
        event_time=write.event_time,
        api_call=write.api_call,
        principal=write.principal,
        target=next(iter(write.targets), None),
        minutes_before_first_denial=minutes,
        why_suspect=f"first denied {first:%H:%M}, {_span(minutes)} after {write.api_call} on {what}{who}",
    )


def _short(principal: str | None) -> str:
    session = assumed_role(principal)
    if session:
        return f"role/{session[1]}"
    arn = parse_arn(principal)
    return arn.resource if arn else (principal or "")


def _span(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    whole = round(minutes)
    if whole < 90:  # noqa: PLR2004 - an hour and a half still reads well in minutes
        return f"{whole} minute{'s' if whole != 1 else ''}"
    hours = round(minutes / 60)
    return f"{hours} hours"
