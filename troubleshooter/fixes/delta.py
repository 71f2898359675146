"""The access delta of a change: what it newly lets through, found by probing the policy before and after.

Each probe is one principal, action and resource named by either document (a wildcard stands for itself), judged with
the policy alone in its layer. What was refused there before and is not after is a grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from troubleshooter.engine.authorize import authorize
from troubleshooter.fixes.action_patterns import action_fits
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.documents import Json, listed, parsed, statements
from troubleshooter.fixes.holders import only_holder
from troubleshooter.model.arn import account_of, account_root_arn, parse_arn, partition_of
from troubleshooter.model.diagnosis import Change, Grant
from troubleshooter.model.evidence import Evidence, JsonObject
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import OrganizationLevel, PolicySet, Request
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.reference.actions import actions_of

_MAX_PROBES = 400
_EXAMPLES = 4
_CARRIED = {PolicyType.IDENTITY, PolicyType.BOUNDARY}
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


def grants_of(changes: Sequence[Change], asked: Sequence[Asked], evidence: Evidence) -> tuple[Grant, ...]:
    """Return what the changes newly let through, the requests themselves first.

    A limiting policy (boundary, SCP, ...) grants nothing by itself; what it stops refusing counts all the same.
    """
    found = [grant for change in changes for item in asked for grant in _grants(change, item, evidence)]
    wanted = [Grant(principal=_shown(item), action=item.action, resource=item.resource) for item in asked]
    return tuple(dict.fromkeys([*wanted, *found])) if changes else ()


def _shown(asked: Asked) -> str:
    return asked.principal or asked.request.principal.arn or "*"


def _grants(change: Change, asked: Asked, evidence: Evidence) -> Iterator[Grant]:
    if not _speaks_of(change, asked):
        return
    for probe in _probes(change, asked, evidence):
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


def _probes(change: Change, asked: Asked, evidence: Evidence) -> Iterable[Probe]:
    touched = _touched(change)
    actions = [asked.action, *(item for item in _named(touched, "Action") if item != asked.action)]
    resources = [asked.resource, *(item for item in _resources(touched, change) if item != asked.resource)]
    principals: list[str | None] = [None, *_strangers(change, asked, evidence)]
    made = (
        _probe(asked, who, (shown, action), resource)
        for who, shown, resource in product(principals, actions, resources)
        for action in _examples(shown, asked)
    )
    return [probe for probe, _ in zip(made, range(_MAX_PROBES), strict=False)]


def _touched(change: Change) -> list[Json]:
    """Return the statements that only one of the two documents has."""
    before, after = (statements(parsed(item) or {}) for item in (change.before, change.after))
    return [*(item for item in before if item not in after), *(item for item in after if item not in before)]


def _named(touched: Sequence[Json], element: str) -> list[str]:
    values = [str(value) for item in touched for name in (element, f"Not{element}") for value in listed(item.get(name))]
    return list(dict.fromkeys(values))


def _resources(touched: Sequence[Json], change: Change) -> list[str]:
    """Return the resources named; ``*`` in a resource's own policy is that resource, which is probed anyway."""
    own = change.policy_type is PolicyType.RESOURCE
    return [item for item in _named(touched, "Resource") if not (own and item == "*")]


def _strangers(change: Change, asked: Asked, evidence: Evidence) -> list[str]:
    """Return one more principal that the policy may reach: none where it is the caller's own."""
    if change.policy_type is PolicyType.SESSION or asked.account is None:
        return []
    if change.policy_type in _CARRIED and change.target_arn == asked.principal:
        shared = change.policy_arn is not None and not only_holder(change.policy_arn, change.target_arn, evidence)
        if not shared:
            return []
    return [f"arn:{_partition(asked)}:iam::{asked.account}:user/anyone-else"]


def _partition(asked: Asked) -> str:
    arn = parse_arn(asked.principal)
    return arn.partition if arn is not None else "aws"


def _probe(asked: Asked, who: str | None, action: tuple[str, str], resource: str) -> Probe:
    """Return one probe; ``action`` is how it is shown and an example of it."""
    request = replace(asked.request, action=action[1], resource=_example_of(resource))
    if who is not None:
        context = {key: values for key, values in request.context.items() if not _tells_who(key)}
        request = replace(
            request,
            principal=Principal(arn=who, account=account_of(who)),
            context={**context, "aws:PrincipalArn": (who,)},
        )
    shown = _shown(asked) if who is None else "*"
    return Probe(request=request, grant=Grant(principal=shown, action=action[0], resource=resource))


def _tells_who(key: str) -> bool:
    return key.lower() in {"aws:principalarn", "aws:userid", "aws:username", "aws:principaltype"}


def _examples(action: str, asked: Asked) -> tuple[str, ...]:
    """Return the action itself, or a few known actions that a pattern covers besides the one asked."""
    if "*" not in action and "?" not in action:
        return (action,)
    service = asked.service if action == "*" else action.partition(":")[0]
    covered = [name for name in actions_of(service) if action_fits(action, name) and name != asked.action]
    return tuple(covered[:: max(1, len(covered) // _EXAMPLES)][:_EXAMPLES])


def _example_of(resource: str) -> str:
    return resource if resource == "*" else resource.replace("*", "any-other").replace("?", "x")


def _decide(change: Change, document: JsonObject | None, request: Request) -> Decision:
    """Judge a request with one policy in its layer and every other layer out of the way."""
    account = "000000000000" if change.policy_type is PolicyType.RESOURCE else request.principal.account
    resource = change.target_arn if change.policy_type is PolicyType.TRUST else request.resource
    alone = replace(request, resource=resource, resource_account=account, context_complete=True)
    return authorize(alone, _alone(change, document, alone)).decision


def _alone(change: Change, document: JsonObject | None, request: Request) -> PolicySet:
    kind = change.policy_type
    source = PolicySource(policy_type=kind, policy_name="probe", attached_to=change.target_arn)
    policy = None if document is None else SourcedPolicy(source=source, document=document)
    mine = () if policy is None else (policy,)
    open_door = (SourcedPolicy(source=PolicySource(policy_type=PolicyType.IDENTITY), document=_ANYTHING),)
    if kind in {PolicyType.RESOURCE, PolicyType.TRUST}:
        return PolicySet(identity=open_door, resource=policy)
    base = PolicySet(identity=open_door, resource=_delegation(request))
    if kind is PolicyType.IDENTITY:
        return replace(base, identity=mine)
    if kind is PolicyType.BOUNDARY:
        return replace(base, permissions_boundary=mine)
    if kind is PolicyType.SESSION:
        return replace(base, session=mine)
    if kind is PolicyType.VPC_ENDPOINT:
        return replace(base, vpc_endpoint=mine)
    if kind is PolicyType.SCP:
        return replace(base, scp=(OrganizationLevel(org_identifier="r-probe", policies=mine),))
    full = SourcedPolicy(source=PolicySource(policy_type=kind), document=_ANY_RESOURCE_POLICY)
    return replace(base, rcp=(OrganizationLevel(org_identifier="r-probe", policies=(full, *mine)),))


def _delegation(request: Request) -> SourcedPolicy | None:
    """Return what a key or a role must have besides: a policy that leaves the decision to the identity side."""
    service = request.action.partition(":")[0].lower()
    if service not in {"kms", "sts"} or request.principal.account is None:
        return None
    root = account_root_arn(request.principal.account, partition_of(request.principal.arn))
    statement: Json = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": f"{service}:*"}
    if service == "kms":
        statement["Resource"] = "*"
    kind = PolicyType.TRUST if service == "sts" else PolicyType.RESOURCE
    document: Json = {"Version": "2012-10-17", "Statement": [statement]}
    return SourcedPolicy(source=PolicySource(policy_type=kind), document=document)
