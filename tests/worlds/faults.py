"""Faults to inject into a healthy world, each with its ground truth: one function and one line of the registry."""

from collections.abc import Callable

from tests.worlds import shapes
from tests.worlds.shapes import Json
from tests.worlds.world import World

Fault = Callable[[World], tuple[str | None, str | None]]
"""Breaks the world; returns the element that nearly matches, and what the deciding policy is attached to."""

FAULTS: dict[str, tuple[str, str, Callable[[World], bool], Fault]] = {}
"""name -> (policy type, decision, whether it applies, the fault)."""


def fault(
    name: str, policy_type: str, decision: str, applies: Callable[[World], bool] = lambda _world: True
) -> Callable[[Fault], Fault]:
    def register(function: Fault) -> Fault:
        FAULTS[name] = (policy_type, decision, applies, function)
        return function

    return register


def _service(world: World) -> str:
    return world.call.action.split(":", maxsplit=1)[0]


def _rename(arn: str) -> str:
    head, _, tail = arn.rpartition("orders")
    return f"{head}order{tail}"


def _other_account(world: World) -> str:
    return next(item for item in world.members if item not in {world.owner, world.caller_account})


# --- identity-based policies


@fault("identity_missing", "identity_policy", "implicit_deny")
def identity_missing(world: World) -> tuple[str | None, str | None]:
    world.grant["Action"] = ["cloudwatch:GetMetricData"]
    world.grant["Resource"] = "*"
    return None, world.grant_at


@fault("identity_action", "identity_policy", "implicit_deny")
def identity_action(world: World) -> tuple[str | None, str | None]:
    world.grant["Action"] = [item for item in world.grant["Action"] if item != world.call.action]
    return "action", world.grant_at


@fault("identity_resource_typo", "identity_policy", "implicit_deny")
def identity_resource_typo(world: World) -> tuple[str | None, str | None]:
    world.grant["Resource"] = [_rename(world.resource) if "orders" in world.resource else world.resource[:-1] + "0"]
    return "resource", world.grant_at


@fault("identity_resource_region", "identity_policy", "implicit_deny", lambda world: ":s3:" not in world.base)
def identity_resource_region(world: World) -> tuple[str | None, str | None]:
    world.grant["Resource"] = [world.resource.replace(world.region, "us-west-1")]
    return "resource", world.grant_at


@fault("identity_resource_account", "identity_policy", "implicit_deny", lambda world: ":s3:" not in world.base)
def identity_resource_account(world: World) -> tuple[str | None, str | None]:
    world.grant["Resource"] = [world.resource.replace(world.owner, _other_account(world))]
    return "resource", world.grant_at


@fault("identity_bucket_for_object", "identity_policy", "implicit_deny", lambda world: world.resource != world.base)
def identity_bucket_for_object(world: World) -> tuple[str | None, str | None]:
    world.grant["Resource"] = [world.base]
    return "resource", world.grant_at


@fault(
    "identity_object_for_bucket", "identity_policy", "implicit_deny", lambda world: "ListBucket" in world.call.action
)
def identity_object_for_bucket(world: World) -> tuple[str | None, str | None]:
    world.grant["Resource"] = [f"{world.base}/*"]
    return "resource", world.grant_at


def _condition(name: str, condition: Json, applies: Callable[[World], bool] = lambda _world: True) -> None:
    @fault(f"identity_condition_{name}", "identity_policy", "implicit_deny", applies)
    def inject(world: World) -> tuple[str | None, str | None]:
        world.grant["Condition"] = condition
        return "condition", world.grant_at


_condition("mfa", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
_condition("ip", {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24"]}}, lambda world: world.endpoint is None)
_condition("region", {"StringEquals": {"aws:RequestedRegion": ["eu-north-1"]}})
_condition("expired", {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}})
_condition("principal_tag", {"StringEquals": {"aws:PrincipalTag/data-access": "approved"}})
_condition("vpce", {"StringEquals": {"aws:SourceVpce": "vpce-0feedfeedfeedfeed"}})
_condition(
    "resource_tag", {"StringEquals": {"aws:ResourceTag/team": "security"}}, lambda world: ":s3:" not in world.base
)


def _deny_in_guardrails(world: World, statement: Json) -> tuple[str | None, str | None]:
    inline = world.caller["RolePolicyList" if world.is_role else "UserPolicyList"]
    guard = next(item for item in inline if item["PolicyName"] == "guardrails")
    guard["PolicyDocument"]["Statement"].append(statement)
    return None, world.caller_arn


@fault("identity_deny_exact", "identity_policy", "explicit_deny")
def identity_deny_exact(world: World) -> tuple[str | None, str | None]:
    return _deny_in_guardrails(world, shapes.deny("No", [world.call.action, *world.call.siblings], [world.resource]))


@fault("identity_deny_service", "identity_policy", "explicit_deny")
def identity_deny_service(world: World) -> tuple[str | None, str | None]:
    return _deny_in_guardrails(world, shapes.deny("NoService", [f"{_service(world)}:*"], "*"))


@fault("identity_deny_others", "identity_policy", "explicit_deny")
def identity_deny_others(world: World) -> tuple[str | None, str | None]:
    statement = shapes.deny("OnlyThese", [], "*")
    del statement["Action"]
    return _deny_in_guardrails(world, {**statement, "NotAction": ["cloudwatch:*", "iam:*"]})


@fault("identity_deny_without_mfa", "identity_policy", "explicit_deny")
def identity_deny_without_mfa(world: World) -> tuple[str | None, str | None]:
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    statement = shapes.deny("NeedMfa", [f"{_service(world)}:*"], "*", Condition=condition)
    return _deny_in_guardrails(world, statement)


@fault("identity_deny_pattern", "identity_policy", "explicit_deny", lambda world: world.resource != world.base)
def identity_deny_pattern(world: World) -> tuple[str | None, str | None]:
    return _deny_in_guardrails(world, shapes.deny("NoBucket", [f"{_service(world)}:*"], [f"{world.base}/*"]))


@fault("identity_deny_in_group", "identity_policy", "explicit_deny", lambda world: not world.is_role)
def identity_deny_in_group(world: World) -> tuple[str | None, str | None]:
    team = world.details(world.caller_account)["GroupDetailList"][0]
    statement = shapes.deny("TeamDeny", [world.call.action], "*")
    team["GroupPolicyList"].append(shapes.inline("limits", shapes.document(statement)))
    return None, team["Arn"]


# --- resource-based policies


def _needs_grant(world: World) -> bool:
    return world.resource_grant is not None


def _granted(world: World) -> Json:
    assert world.resource_grant is not None
    return world.resource_grant


@fault(
    "resource_missing", "resource_policy", "implicit_deny", lambda w: _needs_grant(w) and "kms:" not in w.call.action
)
def resource_missing(world: World) -> tuple[str | None, str | None]:
    world.account(world.owner, "resource-policies")[world.base] = None
    return None, world.base


@fault("resource_action", "resource_policy", "implicit_deny", _needs_grant)
def resource_action(world: World) -> tuple[str | None, str | None]:
    _granted(world)["Action"] = [item for item in _granted(world)["Action"] if item != world.call.action]
    return "action", world.base


@fault("resource_principal", "resource_policy", "implicit_deny", _needs_grant)
def resource_principal(world: World) -> tuple[str | None, str | None]:
    _granted(world)["Principal"] = {"AWS": f"arn:aws:iam::{world.caller_account}:role/orders-old"}
    return "principal", world.base


@fault("resource_condition", "resource_policy", "implicit_deny", _needs_grant)
def resource_condition(world: World) -> tuple[str | None, str | None]:
    _granted(world)["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-elsewhere00"}}
    return "condition", world.base


@fault("resource_resource", "resource_policy", "implicit_deny", lambda w: _needs_grant(w) and w.resource != w.base)
def resource_resource(world: World) -> tuple[str | None, str | None]:
    _granted(world)["Resource"] = [f"{world.base}/elsewhere/*"]
    return "resource", world.base


def _add_resource_statement(world: World, statement: Json) -> tuple[str | None, str | None]:
    listed = world.account(world.owner, "resource-policies")
    present = (listed[world.base] or {"Statement": []})["Statement"]
    listed[world.base] = shapes.document(*present, statement)
    return None, world.base


@fault("resource_deny", "resource_policy", "explicit_deny", lambda world: world.call.resource_policy)
def resource_deny(world: World) -> tuple[str | None, str | None]:
    service = _service(world)
    resources = [world.base, f"{world.base}/*"] if service == "s3" else "*" if service == "kms" else [world.base]
    condition = {"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{world.owner}:role/data-admin"]}}
    statement = shapes.deny("AdminsOnly", [f"{service}:*"], resources, Principal="*", Condition=condition)
    if service == "kms":
        statement["Action"] = [world.call.action, *world.call.siblings]
    return _add_resource_statement(world, statement)


@fault(
    "kms_no_delegation", "resource_policy", "implicit_deny", lambda w: "kms:" in w.call.action and not w.cross_account
)
def kms_no_delegation(world: World) -> tuple[str | None, str | None]:
    admin = {"AWS": f"arn:aws:iam::{world.owner}:role/data-admin"}
    statement = shapes.allow("Administer", ["kms:DescribeKey", "kms:PutKeyPolicy"], "*", Principal=admin)
    world.account(world.owner, "resource-policies")[world.base] = shapes.document(statement)
    return None, world.base


@fault(
    "public_access_block",
    "s3_public_access_block",
    "implicit_deny",
    lambda world: _needs_grant(world) and ":s3:" in world.base,
)
def public_access_block(world: World) -> tuple[str | None, str | None]:
    _granted(world)["Principal"] = "*"
    blocked = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    world.account(world.owner, "s3")["PublicAccessBlock"] = blocked
    return None, world.base


# --- boundary, session policy, VPC endpoint


@fault("boundary_implicit", "permissions_boundary", "implicit_deny", lambda world: world.boundary is not None)
def boundary_implicit(world: World) -> tuple[str | None, str | None]:
    assert world.boundary is not None
    world.boundary["Statement"][0]["Action"] = ["xray:*", "cloudwatch:*"]
    return None, world.caller_arn


@fault("boundary_deny", "permissions_boundary", "explicit_deny", lambda world: world.boundary is not None)
def boundary_deny(world: World) -> tuple[str | None, str | None]:
    assert world.boundary is not None
    world.boundary["Statement"].append(shapes.deny("Never", [f"{_service(world)}:*"], "*"))
    return None, world.caller_arn


@fault("session_implicit", "session_policy", "implicit_deny", lambda world: world.session is not None)
def session_implicit(world: World) -> tuple[str | None, str | None]:
    assert world.session is not None
    world.session["Statement"][0]["Action"] = [world.call.siblings[0]]
    return "action", world.principal


@fault("session_deny", "session_policy", "explicit_deny", lambda world: world.session is not None)
def session_deny(world: World) -> tuple[str | None, str | None]:
    assert world.session is not None
    world.session["Statement"].append(shapes.deny("NotNow", [world.call.action, *world.call.siblings], "*"))
    return None, world.principal


def _through_endpoint(world: World) -> bool:
    return world.endpoint is not None


@fault("endpoint_resource", "vpc_endpoint_policy", "implicit_deny", _through_endpoint)
def endpoint_resource(world: World) -> tuple[str | None, str | None]:
    assert world.endpoint is not None
    world.endpoint["Statement"][0]["Resource"] = [_rename(world.resource)]
    return "resource", None


@fault("endpoint_deny", "vpc_endpoint_policy", "explicit_deny", _through_endpoint)
def endpoint_deny(world: World) -> tuple[str | None, str | None]:
    assert world.endpoint is not None
    world.endpoint["Statement"].append(shapes.deny("No", [world.call.action], "*", Principal="*"))
    return None, None


# --- the organization


def _level(world: World, account: str) -> str:
    path = world.path(account)
    return world.rng.choice(path)


@fault("scp_implicit", "scp", "implicit_deny")
def scp_implicit(world: World) -> tuple[str | None, str | None]:
    node = _level(world, world.caller_account)
    full = next(item for item in world.policies if item["PolicySummary"]["Name"] == "FullAWSAccess")
    full["Targets"].remove(node)
    allowed = [f"{item}:*" for item in ("ec2", "iam", "sts", "cloudwatch")]
    content = shapes.document(shapes.allow("Approved", allowed, "*"))
    base = f"arn:aws:organizations::{world.management}:policy/{world.org}"
    world.policies.append(
        shapes.organization_policy(world.rng, (base, "AllowedServices"), "SERVICE_CONTROL_POLICY", content, [node])
    )
    return None, world.arn_of(node)


@fault("scp_bare_level", "scp", "implicit_deny")
def scp_bare_level(world: World) -> tuple[str | None, str | None]:
    node = world.path(world.caller_account)[-1]
    full = next(item for item in world.policies if item["PolicySummary"]["Name"] == "FullAWSAccess")
    full["Targets"].remove(node)
    return None, world.arn_of(node)


def _scp_deny(world: World, statement: Json) -> tuple[str | None, str | None]:
    guard = next(item for item in world.policies if item["PolicySummary"]["Name"] == "Guardrails")
    guard["Targets"] = [_level(world, world.caller_account)]
    guard["Content"]["Statement"].append(statement)
    return None, world.arn_of(guard["Targets"][0])


@fault("scp_deny_tag", "scp", "explicit_deny")
def scp_deny_tag(world: World) -> tuple[str | None, str | None]:
    condition = {"StringNotEquals": {"aws:PrincipalTag/data-access": "approved"}}
    actions = [world.call.action, *world.call.siblings]
    return _scp_deny(world, shapes.deny("RequireTag", actions, "*", Condition=condition))


@fault("scp_deny_service", "scp", "explicit_deny")
def scp_deny_service(world: World) -> tuple[str | None, str | None]:
    condition = {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/break-glass"]}}
    return _scp_deny(world, shapes.deny("NoService", [f"{_service(world)}:*"], "*", Condition=condition))


@fault("scp_deny_pattern", "scp", "explicit_deny", lambda world: world.resource != world.base)
def scp_deny_pattern(world: World) -> tuple[str | None, str | None]:
    actions = [world.call.action, *world.call.siblings]
    return _scp_deny(world, shapes.deny("NoBucket", actions, [f"{world.base}/*"]))


@fault("scp_deny_region", "scp", "explicit_deny")
def scp_deny_region(world: World) -> tuple[str | None, str | None]:
    regions = next(item for item in world.policies if item["PolicySummary"]["Name"] == "RestrictRegions")
    statement = regions["Content"]["Statement"][0]
    statement["Condition"]["StringNotEquals"]["aws:RequestedRegion"] = ["eu-north-1", "us-east-1"]
    return None, world.arn_of(regions["Targets"][0])


def _rcp_reaches(world: World) -> bool:
    return _service(world) in {"s3", "sqs", "kms", "secretsmanager"}


@fault("rcp_deny_org", "rcp", "explicit_deny", _rcp_reaches)
def rcp_deny_org(world: World) -> tuple[str | None, str | None]:
    perimeter = next(item for item in world.policies if item["PolicySummary"]["Name"] == "Perimeter")
    statement = perimeter["Content"]["Statement"][0]
    statement["Condition"]["StringNotEqualsIfExists"]["aws:PrincipalOrgID"] = "o-elsewhere00"
    return None, world.arn_of(perimeter["Targets"][0])


@fault("rcp_deny_all", "rcp", "explicit_deny", _rcp_reaches)
def rcp_deny_all(world: World) -> tuple[str | None, str | None]:
    perimeter = next(item for item in world.policies if item["PolicySummary"]["Name"] == "Perimeter")
    node = _level(world, world.owner)
    perimeter["Targets"] = [node]
    statement = shapes.deny("Freeze", [world.call.action], "*", Principal="*")
    perimeter["Content"]["Statement"].append(statement)
    return None, world.arn_of(node)
