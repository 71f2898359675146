"""A healthy organization in which one call is allowed, layer by layer, with handles for the faults to break."""

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

from tests.worlds import shapes
from tests.worlds.organization import empty_account, organization
from tests.worlds.services import CALLS, Call
from tests.worlds.shapes import Json

SOURCE_IP = "203.0.113.77"


@dataclass(kw_only=True)
class Truth:
    """One injected fault: the layer that blocks, how, the element that nearly matched, and where."""

    fault: str
    policy_type: str
    decision: str
    element: str | None = None
    attached_to: str | None = None


@dataclass(kw_only=True)
class World:
    """Snapshot files by name, the denied event, the request in words, and the truth."""

    rng: Random
    files: dict[str, Json] = field(default_factory=dict)
    event: Json = field(default_factory=dict)
    call: Call = CALLS[0]
    region: str = "eu-west-1"
    org: str = ""
    management: str = ""
    caller_account: str = ""
    owner: str = ""
    members: list[str] = field(default_factory=list)
    caller: Json = field(default_factory=dict)
    is_role: bool = True
    principal: str = ""
    resource: str = ""
    base: str = ""
    context: dict[str, str] = field(default_factory=dict)
    grant: Json = field(default_factory=dict)
    grant_at: str = ""
    resource_grant: Json | None = None
    boundary: Json | None = None
    session: Json | None = None
    endpoint: Json | None = None
    truths: list[Truth] = field(default_factory=list)

    @property
    def cross_account(self) -> bool:
        return self.owner != self.caller_account

    @property
    def caller_arn(self) -> str:
        return str(self.caller["Arn"])

    def account(self, account: str, name: str) -> Json:
        return self.files[f"accounts/{account}/{name}.json"]

    def details(self, account: str) -> Json:
        return self.account(account, "authorization-details")

    @property
    def policies(self) -> list[Json]:
        found: list[Json] = self.files["organization.json"]["Policies"]
        return found

    def path(self, account: str) -> list[str]:
        """Ids from the root to the account."""
        organization = self.files["organization.json"]
        parents = {
            item["Id"]: item["ParentId"] for item in [*organization["OrganizationalUnits"], *organization["Accounts"]]
        }
        path = [account]
        while path[-1] in parents:
            path.append(parents[path[-1]])
        return path[::-1]

    def arn_of(self, node: str) -> str:
        organization = self.files["organization.json"]
        nodes = [*organization["Roots"], *organization["OrganizationalUnits"], *organization["Accounts"]]
        return next(str(item["Arn"]) for item in nodes if item["Id"] == node)


def build_frame(rng: Random, call: Call | None = None) -> World:
    """Build the organization, its accounts, the bystanders and the caller; the call's own parts come after."""
    world = World(rng=rng, region=rng.choice(["eu-west-1", "us-east-2", "ap-southeast-2"]))
    organization(world)
    for account in [world.management, *world.members]:
        empty_account(world, account)
    world.caller_account = world.members[0]
    world.owner = rng.choice([world.members[0], world.members[0], world.members[1]])
    world.call = call or rng.choice([item for item in CALLS if item.resource_policy or not world.cross_account])
    _bystanders(world)
    _caller(world)
    return world


def healthy(seed: int) -> World:
    """Build a world in which the call is allowed."""
    world = build_frame(Random(seed))
    parameters, resources = _target(world)
    _grants(world)
    _limits(world)
    write_event(world, parameters, resources)
    return world


def _bystanders(world: World) -> None:
    """Add principals who hold broad policies, so that a fix that opens too much opens it for them."""
    for account in world.members:
        trust = shapes.document(
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
        )
        broad = shapes.role(world.rng, account, "/data-admin", trust, {"team": "data"})
        broad["RolePolicyList"] = [
            shapes.inline("all", shapes.document({"Effect": "Allow", "Action": "*", "Resource": "*"}))
        ]
        world.details(account)["RoleDetailList"].append(broad)
        other = shapes.user(world.rng, account, "sam", [], {"team": "ops"})
        world.details(account)["UserDetailList"].append(other)


def _caller(world: World) -> None:
    rng, account = world.rng, world.caller_account
    tags = {"team": rng.choice(["data", "core"]), "app": "orders"}
    world.is_role = rng.random() < 0.7
    if world.is_role:
        trust = shapes.document(
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        )
        path = rng.choice(["/", "/service-role/", "/app/"])
        world.caller = shapes.role(rng, account, f"{path}orders-worker", trust, tags)
        world.details(account)["RoleDetailList"].append(world.caller)
        world.principal = f"arn:aws:sts::{account}:assumed-role/orders-worker/run-{rng.randrange(999)}"
        world.account(account, "sessions")[world.principal] = {"SessionPolicies": [], "SessionTags": {}}
    else:
        world.caller = shapes.user(rng, account, "orders-batch", ["orders-team"], tags)
        world.details(account)["UserDetailList"].append(world.caller)
        world.details(account)["GroupDetailList"].append(shapes.group(rng, account, "orders-team"))
        world.principal = world.caller_arn
    sam = world.details(account)["UserDetailList"][0]
    if not world.is_role:
        sam["GroupList"] = ["orders-team"]


def _target(world: World) -> tuple[Json, list[Json]]:
    """Make the resource; return the event's parameters and resources."""
    world.resource, world.base, parameters, resources = world.call.make(world.rng, world.owner, world.region, "orders")
    if world.call.resource_policy:
        world.account(world.owner, "resource-policies")[world.base] = None
    if ":s3:" in world.base:
        bucket = world.base.rsplit(":", 1)[-1]
        world.account(world.owner, "s3")["Buckets"][bucket] = {"PublicAccessBlock": None, "Encryption": None}
    else:
        world.account(world.owner, "resource-tags")[world.base] = {"team": "data"}
    return parameters, resources


def _grants(world: World) -> None:
    """Allow the call on the identity side and, where it is needed, on the resource side."""
    rng, call = world.rng, world.call
    actions = [call.action, rng.choice(call.siblings)]
    world.grant = shapes.allow("AppData", actions, rng.choice([[world.resource], _wide(world)]))
    telemetry = shapes.allow("Telemetry", ["cloudwatch:PutMetricData"], "*")
    content = shapes.document(telemetry, world.grant)
    account, caller = world.caller_account, world.caller
    place = rng.choice(["inline", "managed", "shared", "aws", "inline" if world.is_role else "group"])
    world.grant_at = world.caller_arn
    if place in {"managed", "shared", "aws"}:
        arn = f"arn:aws:iam::{'aws' if place == 'aws' else account}:policy/orders-access"
        world.details(account)["Policies"].append(shapes.managed_policy(arn, content, versions=rng.choice([1, 2])))
        caller["AttachedManagedPolicies"].append({"PolicyName": "orders-access", "PolicyArn": arn})
        if place == "shared":
            carol = shapes.user(rng, account, "carol", [], {"team": "ops"})
            carol["AttachedManagedPolicies"].append({"PolicyName": "orders-access", "PolicyArn": arn})
            world.details(account)["UserDetailList"].append(carol)
    elif place == "group":
        team = world.details(account)["GroupDetailList"][0]
        team["GroupPolicyList"].append(shapes.inline("team", content))
        world.grant_at = team["Arn"]
    else:
        caller["RolePolicyList" if world.is_role else "UserPolicyList"].append(shapes.inline("task", content))
    guard = shapes.deny("NoKeys", ["iam:CreateAccessKey"], "*")
    caller["RolePolicyList" if world.is_role else "UserPolicyList"].append(
        shapes.inline("guardrails", shapes.document(guard))
    )
    _resource_side(world, actions)


def _wide(world: World) -> list[str]:
    """Return a pattern that covers the resource and more, as policies are often written."""
    if ":s3:" in world.base:
        return [f"{world.base}/*"] if world.resource != world.base else [world.base, f"{world.base}/*"]
    head, found, _ = world.resource.partition("orders-")
    return [f"{head}{found}*"] if found else [world.resource]


def _resource_side(world: World, actions: list[str]) -> None:
    if not world.call.resource_policy:
        return
    listed = world.account(world.owner, "resource-policies")
    if world.call.action.startswith("kms:"):
        world.account(world.owner, "kms-grants")[world.base] = []
        root = {"AWS": f"arn:aws:iam::{world.owner}:root"}
        delegate = shapes.allow("EnableIAM", ["kms:*"], "*", Principal=root)
        listed[world.base] = shapes.document(delegate)
    if world.cross_account:
        resources: list[str] | str = "*" if world.call.action.startswith("kms:") else [world.resource]
        world.resource_grant = shapes.allow("Partner", list(actions), resources, Principal={"AWS": world.caller_arn})
        present = (listed[world.base] or {"Statement": []})["Statement"]
        listed[world.base] = shapes.document(*present, world.resource_grant)


def _limits(world: World) -> None:
    """Add, now and then, a boundary, a session policy, a VPC endpoint: each allowing the call."""
    rng, account = world.rng, world.caller_account
    service = world.call.action.split(":", maxsplit=1)[0]
    if rng.random() < 0.4:
        arn = f"arn:aws:iam::{account}:policy/WorkloadBoundary"
        world.boundary = shapes.document(shapes.allow("Services", ["logs:*", f"{service}:*", "cloudwatch:*"], "*"))
        world.details(account)["Policies"].append(shapes.managed_policy(arn, world.boundary))
        limit = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
        world.caller["PermissionsBoundary"] = limit
        if rng.random() < 0.5:
            world.details(account)["RoleDetailList"][0]["PermissionsBoundary"] = limit
    if world.is_role and rng.random() < 0.3:
        world.session = shapes.document(shapes.allow("Scoped", [f"{service}:*"], "*"))
        world.account(account, "sessions")[world.principal]["SessionPolicies"] = [world.session]
    if world.call.endpoint and rng.random() < 0.4:
        name = f"vpce-0{shapes.letters(rng, 16)}"
        world.endpoint = shapes.document(shapes.allow("Workload", [f"{service}:*"], "*", Principal="*"))
        world.account(account, "vpc-endpoints")["VpcEndpoints"].append(
            {
                "VpcEndpointId": name,
                "VpcId": "vpc-0abc",
                "OwnerId": account,
                "ServiceName": f"com.amazonaws.{world.region}.{service}",
                "PolicyDocument": world.endpoint,
            }
        )
        world.context["aws:SourceVpce"] = name


def write_event(world: World, parameters: Json, resources: list[Json]) -> None:
    """Write the denied event as CloudTrail would."""
    identity: Json = {"type": "IAMUser", "arn": world.principal, "accountId": world.caller_account}
    identity |= {"principalId": world.caller.get("UserId"), "userName": world.caller.get("UserName")}
    identity["accessKeyId"] = "AKIA" + "EXAMPLEEXAMPLE77"
    if world.is_role:
        role_id = world.caller["RoleId"]
        identity = {
            "type": "AssumedRole",
            "principalId": f"{role_id}:{world.principal.rsplit('/', 1)[-1]}",
            "arn": world.principal,
            "accountId": world.caller_account,
            "accessKeyId": "ASIA" + "EXAMPLEEXAMPLE77",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role_id,
                    "arn": world.caller_arn,
                    "accountId": world.caller_account,
                    "userName": world.caller["RoleName"],
                },
                "attributes": {"creationDate": "2026-05-01T10:00:00Z", "mfaAuthenticated": "false"},
            },
        }
    world.event = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-05-01T10:20:00Z",
        "eventSource": world.call.event_source,
        "eventName": world.call.event_name,
        "awsRegion": world.region,
        "sourceIPAddress": SOURCE_IP,
        "userAgent": "Boto3/1.40",
        "errorCode": "AccessDenied",
        "errorMessage": "Access Denied",
        "requestParameters": deepcopy(parameters),
        "responseElements": None,
        "requestID": "REQ",
        "eventID": f"0000{world.rng.randrange(10**8):08d}-0000-4000-8000-000000000000",
        "resources": resources,
        "eventType": "AwsApiCall",
        "recipientAccountId": world.caller_account,
        "eventCategory": "Data" if world.call.data else "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }
    if "aws:SourceVpce" in world.context:
        world.event |= {
            "vpcEndpointId": world.context["aws:SourceVpce"],
            "vpcEndpointAccountId": world.caller_account,
            "sourceIPAddress": "10.0.3.7",
        }
