"""Worlds whose call is sts:AssumeRole or AssumeRoleWithWebIdentity, and the faults of trust policies."""

from collections.abc import Callable
from random import Random

from tests.worlds import shapes
from tests.worlds.services import Call
from tests.worlds.shapes import Json
from tests.worlds.world import Truth, World, build_frame, write_event

_ISSUER = "token.actions.githubusercontent.com"
_SUBJECT = "repo:example/orders:ref:refs/heads/main"
EXTERNAL_ID = "a1b2-c3d4"


def _no_call(_rng: Random, _account: str, _region: str, _app: str) -> tuple[str, str, Json, list[Json]]:
    return "", "", {}, []


ASSUME = Call(
    action="sts:AssumeRole",
    siblings=("sts:TagSession",),
    event_source="sts.amazonaws.com",
    event_name="AssumeRole",
    make=_no_call,
)
WEB = Call(
    action="sts:AssumeRoleWithWebIdentity",
    siblings=("sts:TagSession",),
    event_source="sts.amazonaws.com",
    event_name="AssumeRoleWithWebIdentity",
    make=_no_call,
)


def healthy_trust(seed: int) -> World:
    """Build a world in which a role may be assumed by a role, a user or a GitHub workflow."""
    rng = Random(seed)
    web = rng.random() < 0.3
    world = build_frame(rng, WEB if web else ASSUME)
    breakglass = {
        "Sid": "BreakGlass",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{world.owner}:role/data-admin"},
        "Action": "sts:AssumeRole",
    }
    trusted = _web_statement(world) if web else _caller_statement(world)
    world.resource_grant = trusted
    target = shapes.role(rng, world.owner, "/orders-target", shapes.document(trusted, breakglass), {"team": "data"})
    world.details(world.owner)["RoleDetailList"].append(target)
    world.resource = world.base = str(target["Arn"])
    if web:
        world.principal = f"arn:aws:iam::{world.owner}:oidc-provider/{_ISSUER}"
    else:
        _identity_side(world)
    _trust_event(world, web=web)
    return world


def _caller_statement(world: World) -> Json:
    statement: Json = {
        "Sid": "Caller",
        "Effect": "Allow",
        "Principal": {"AWS": world.caller_arn},
        "Action": "sts:AssumeRole",
    }
    if world.cross_account:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}
    return statement


def _web_statement(world: World) -> Json:
    return {
        "Sid": "GitHub",
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{world.owner}:oidc-provider/{_ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": _SUBJECT}},
    }


def _identity_side(world: World) -> None:
    world.grant = shapes.allow("Assume", ["sts:AssumeRole"], [world.resource])
    world.grant_at = world.caller_arn
    inline = world.caller["RolePolicyList" if world.is_role else "UserPolicyList"]
    inline.append(shapes.inline("task", shapes.document(world.grant)))


def _trust_event(world: World, *, web: bool) -> None:
    parameters = {"roleArn": world.resource, "roleSessionName": "run", "durationSeconds": 3600}
    if world.cross_account and not web:
        parameters["externalId"] = EXTERNAL_ID
        world.context["sts:ExternalId"] = EXTERNAL_ID
    resources = [{"accountId": world.owner, "type": "AWS::IAM::Role", "ARN": world.resource}]
    world.context["sts:RoleSessionName"] = "run"
    write_event(world, parameters, resources)
    if not web:
        return
    world.context |= {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": _SUBJECT}
    world.context["aws:FederatedProvider"] = world.principal
    world.event["userIdentity"] = {
        "type": "WebIdentityUser",
        "principalId": f"{world.principal}:sts.amazonaws.com:{_SUBJECT}",
        "userName": _SUBJECT,
        "identityProvider": world.principal,
    }
    world.event["recipientAccountId"] = world.owner


TRUST_FAULTS: dict[str, tuple[Callable[[World], bool], str | None, Callable[[Json], None]]] = {}


def _trust_fault(
    name: str, element: str | None, applies: Callable[[World], bool] = lambda _world: True
) -> Callable[[Callable[[Json], None]], Callable[[Json], None]]:
    def register(function: Callable[[Json], None]) -> Callable[[Json], None]:
        TRUST_FAULTS[name] = (applies, element, function)
        return function

    return register


def _by_caller(world: World) -> bool:
    return world.call is ASSUME


@_trust_fault("trust_missing", None)
def trust_missing(statement: Json) -> None:
    statement["Principal"] = {"Service": "ec2.amazonaws.com"}
    statement["Action"] = "sts:SetSourceIdentity"
    statement.pop("Condition", None)


@_trust_fault("trust_principal", "principal", _by_caller)
def trust_principal(statement: Json) -> None:
    principal = str(statement["Principal"]["AWS"])
    statement["Principal"] = {"AWS": f"{principal}-old"}


@_trust_fault("trust_external_id", "condition", lambda world: _by_caller(world) and world.cross_account)
def trust_external_id(statement: Json) -> None:
    statement["Condition"] = {"StringEquals": {"sts:ExternalId": "another"}}


@_trust_fault("trust_subject", "condition", lambda world: world.call is WEB)
def trust_subject(statement: Json) -> None:
    statement["Condition"]["StringEquals"][f"{_ISSUER}:sub"] = "repo:example/orders:environment:production"


def inject_trust(world: World, name: str) -> None:
    assert world.resource_grant is not None
    _, element, break_it = TRUST_FAULTS[name]
    break_it(world.resource_grant)
    world.truths.append(
        Truth(fault=name, policy_type="trust_policy", decision="implicit_deny", element=element, attached_to=world.base)
    )
