"""The access delta of a change: what it newly lets through, found by probing the policy before and after.

Each probe is one principal, action and resource named by either document (a wildcard stands for itself), judged with
the policy alone in its layer. What was refused there before and is not after is a grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from troubleshooter.engine.authorize import authorize
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.documents import Json, listed, parsed, statements
from troubleshooter.model.arn import account_of, parse_arn
from troubleshooter.model.diagnosis import Change, Grant
from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import OrganizationLevel, PolicySet, Request, Settings
from troubleshooter.model.vocabulary import Decision, PolicyType

_MAX_PROBES = 400
_ANYTHING: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_ANY_RESOURCE_POLICY: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
_RANK = {Decision.EXPLICIT_DENY: 0, Decision.IMPLICIT_DENY: 1, Decision.UNKNOWN: 1, Decision.ALLOW: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request that a document speaks of; ``grant`` is how it is shown when it newly passes."""

    request: Request
    grant: Grant


def grants_of(changes: Sequence[Change], asked: Sequence[Asked]) -> tuple[Grant, ...]:
    """Return what the changes newly let through, the requests themselves first.

    A limiting policy (boundary, SCP, ...) grants nothing by itself; what it stops refusing counts all the same.
    """
    found = [grant for change in changes for item in asked for grant in _grants(change, item)]
    wanted = [grant for grant in found if any(_is_asked(grant, item) for item in asked)]
    return tuple(dict.fromkeys([*wanted, *found]))


def _is_asked(grant: Grant, asked: Asked) -> bool:
    return (grant.principal, grant.action, grant.resource) == (_shown(asked), asked.action, asked.resource)


def _shown(asked: Asked) -> str:
    return asked.principal or asked.request.principal.arn or "*"


def _grants(change: Change, asked: Asked) -> Iterator[Grant]:
    if not _speaks_of(change, asked):
        return
    for probe in _probes(change, asked):
        before = _decide(change, change.before, probe.request)
        after = _decide(change, change.after, probe.request)
        if _RANK.get(after, 1) > _RANK.get(before, 1):
            yield probe.grant


def _speaks_of(change: Change, asked: Asked) -> bool:
    """Return whether a change can concern a request: its resource policy is not another resource's."""
    if change.policy_type not in {PolicyType.RESOURCE, PolicyType.TRUST}:
        return True
    target, actual = parse_arn(change.target_arn), parse_arn(asked.request.resource)
    if target is None or actual is None:
        return False
    return target.service == actual.service and target.name.split(":")[0] in asked.request.resource


def _probes(change: Change, asked: Asked) -> Iterable[Probe]:
    touched = _touched(change)
    actions = [asked.action, *(item for item in _named(touched, "Action") if item != asked.action)]
    resources = [asked.resource, *(item for item in _named(touched, "Resource") if item != asked.resource)]
    principals: list[str | None] = [None, *_strangers(change, asked)]
    made = (_probe(asked, who, action, resource) for who, action, resource in product(principals, actions, resources))
    return [probe for probe, _ in zip(made, range(_MAX_PROBES), strict=False)]


def _touched(change: Change) -> list[Json]:
    """Return the statements that only one of the two documents has."""
    before, after = (statements(parsed(item) or {}) for item in (change.before, change.after))
    return [*(item for item in before if item not in after), *(item for item in after if item not in before)]


def _named(touched: Sequence[Json], element: str) -> list[str]:
    values = [str(value) for item in touched for name in (element, f"Not{element}") for value in listed(item.get(name))]
    return list(dict.fromkeys(values))


def _strangers(change: Change, asked: Asked) -> list[str]:
    """Return one more principal that the policy may reach: none where it is the caller's own."""
    if change.policy_type is PolicyType.SESSION or asked.account is None:
        return []
    if change.policy_type is PolicyType.IDENTITY and change.target_arn == asked.principal:
        return []
    return [f"arn:{_partition(asked)}:iam::{asked.account}:user/anyone-else"]


def _partition(asked: Asked) -> str:
    arn = parse_arn(asked.principal)
    return arn.partition if arn is not None else "aws"


def _probe(asked: Asked, who: str | None, action: str, resource: str) -> Probe:
    request = replace(asked.request, action=_example(action, asked), resource=_example_of(resource))
    if who is not None:
        context = {key: values for key, values in request.context.items() if not _tells_who(key)}
        request = replace(
            request,
            principal=Principal(arn=who, account=account_of(who)),
            context={**context, "aws:PrincipalArn": (who,)},
        )
    return Probe(
        request=request, grant=Grant(principal=_shown(asked) if who is None else "*", action=action, resource=resource)
    )


def _tells_who(key: str) -> bool:
    return key.lower() in {"aws:principalarn", "aws:userid", "aws:username", "aws:principaltype"}


def _example(action: str, asked: Asked) -> str:
    """Return an action that a pattern covers and that no list names."""
    if action == "*":
        return f"{asked.service}:AnyOtherAction"
    return action.replace("*", "AnyOther").replace("?", "X")


def _example_of(resource: str) -> str:
    return resource if resource == "*" else resource.replace("*", "any-other").replace("?", "x")


def _decide(change: Change, document: JsonObject | None, request: Request) -> Decision:
    """Judge a request with one policy in its layer and every other layer out of the way."""
    policies = _alone(change, document)
    if change.policy_type is PolicyType.RESOURCE:
        request = replace(request, resource_account="000000000000")
    if change.policy_type is PolicyType.TRUST:
        request = replace(request, resource=change.target_arn)
    return authorize(replace(request, context_complete=True), policies).decision


def _alone(change: Change, document: JsonObject | None) -> PolicySet:
    kind = change.policy_type
    source = PolicySource(policy_type=kind, policy_name="probe", attached_to=change.target_arn)
    policy = None if document is None else SourcedPolicy(source=source, document=document)
    mine = () if policy is None else (policy,)
    open_door = (SourcedPolicy(source=PolicySource(policy_type=PolicyType.IDENTITY), document=_ANYTHING),)
    if kind is PolicyType.IDENTITY:
        return PolicySet(identity=mine, settings=Settings())
    if kind is PolicyType.BOUNDARY:
        return PolicySet(identity=open_door, permissions_boundary=mine)
    if kind is PolicyType.SESSION:
        return PolicySet(identity=open_door, session=mine)
    if kind is PolicyType.VPC_ENDPOINT:
        return PolicySet(identity=open_door, vpc_endpoint=mine)
    if kind in {PolicyType.RESOURCE, PolicyType.TRUST}:
        return PolicySet(identity=open_door, resource=policy)
    if kind is PolicyType.SCP:
        return PolicySet(identity=open_door, scp=(OrganizationLevel(org_identifier="r-probe", policies=mine),))
    full = SourcedPolicy(source=PolicySource(policy_type=kind), document=_ANY_RESOURCE_POLICY)
    return PolicySet(identity=open_door, rcp=(OrganizationLevel(org_identifier="r-probe", policies=(full, *mine)),))
