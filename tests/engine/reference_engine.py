"""A second opinion: one self-contained case -> allow, explicit deny or implicit deny.

Naive on purpose. It is written from AWS's documentation alone, shares no code with the program, compiles nothing and
remembers nothing, so that a reader can hold each rule against the page named beside it. ``# SILENT:`` marks a point
that the documentation leaves open, with the reading taken here.

IAM = https://docs.aws.amazon.com/IAM/latest/UserGuide/, ORG = https://docs.aws.amazon.com/organizations/latest/userguide/
"""

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Any

from tests.engine.reference_conditions import Context, as_text, conditions_met, fits, pieces, plain_fit
from tests.engine.reference_grammar import WITHOUT_PRINCIPAL, Json, RejectedError, listed, statements

# ORG orgs_manage_policies_rcps.html, "List of AWS services that support RCPs" (as of September 2026).
RCP_SERVICE_NAMES = """
    appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend
    comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo
    memorydb aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig
    autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline
    compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing pca-connector-ad
    resource-groups secretsmanager sts signin support transfer notifications wafv2 xray"""
RCP_SERVICES = frozenset(RCP_SERVICE_NAMES.split())


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks. ``entity`` is the role (with its path) of a session, the user of a federated-user session."""

    kind: str  # user | role | session | federated | root | service | provider | anonymous
    arn: str
    partition: str = ""
    account: str | None = None
    entity: str | None = None
    service_linked: bool = False
    bounded: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    caller: Caller
    action: str
    resource: str
    account: str | None
    context: Context
    wildcard_only: bool


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one document, or several united, say: explicit denies, allows, and how the caller was named in them."""

    denied: bool
    grades: frozenset[str]  # "direct", "entity", "account"; identity-like documents give "direct"

    @property
    def allowed(self) -> bool:
        return bool(self.grades)


# --- Action and Resource: IAM reference_policies_elements_action.html, ..._resource.html ---------------------------


def action_fits(pattern: str, action: str) -> bool:
    """Case-insensitive; wildcards in the name, none in the service prefix; a bare * spans services."""
    if pattern == "*":
        return True
    prefix, _, name = pattern.lower().partition(":")
    service, _, operation = action.lower().partition(":")
    return prefix == service and plain_fit(name, operation)


def resource_fits(pattern: str, request: Request, version: str, kind: str) -> bool:
    if pattern == "*":
        return True
    if request.wildcard_only or not request.resource.startswith("arn:"):
        # An action without resource types is written with "*": IAM reference_policies_elements_resource.html, note.
        return False
    wanted = pattern.split(":", 5)
    if len(wanted) < 6:  # SILENT: a short ARN; padding by kind of policy was observed, not documented
        pads = kind in WITHOUT_PRINCIPAL - {"scp"} or (kind != "rcp" and re.search(r"[*?]", pattern))
        if not pads:
            return False
        wanted += ["*"] * (6 - len(wanted))
    # A wildcard stays within its segment; a variable may stand only after the fifth colon.
    actual = request.resource.split(":", 5)
    if len(actual) < 6 or not all(plain_fit(mine, theirs) for mine, theirs in zip(wanted[:5], actual[:5], strict=True)):
        return False
    tail = pieces(wanted[5], version, request.context, wildcards=True)
    return tail is not None and fits(tail, actual[5])


def matches_what(statement: Json, request: Request, kind: str) -> bool:
    """IAM reference_policies_elements_notaction.html, ..._notresource.html: Not... inverts the match alone."""
    in_action = [action_fits(pattern, request.action) for pattern in listed(statement.get("Action", []))]
    out_action = [action_fits(pattern, request.action) for pattern in listed(statement.get("NotAction", []))]
    if "Action" in statement and not any(in_action):
        return False
    if "NotAction" in statement and any(out_action):
        return False
    version = statement["Version"]
    if "Resource" in statement:
        return any(resource_fits(item, request, version, kind) for item in listed(statement["Resource"]))
    if "NotResource" in statement:
        # IAM reference_policies_variables.html: unresolved, it "might cause the entire statement to be invalid".
        excluded = listed(statement["NotResource"])
        unresolved = any(pieces(item, version, request.context, wildcards=True) is None for item in excluded)
        return not unresolved and not any(resource_fits(item, request, version, kind) for item in excluded)
    return True


# --- Principal: IAM reference_policies_elements_principal.html -----------------------------------------------------


def account_of(value: str) -> tuple[str | None, str | None]:
    """(partition, account) of an account principal, written as 12 digits or as the :root ARN."""
    if re.fullmatch(r"\d{12}", value):
        return None, value
    root = re.fullmatch(r"arn:([^:]+):iam::(\d{12}):root", value)
    return (root.group(1), root.group(2)) if root else (None, None)


def grade(value: str, caller: Caller) -> str | None:
    """How one AWS entry names the caller: itself ("direct"), its role or user ("entity"), its account; or not."""
    if value == "*":
        return "direct"
    partition, account = account_of(value)
    if account is not None:
        if account != caller.account or partition not in (None, caller.partition):
            return None
        return "direct" if caller.kind == "root" else "account"
    if caller.kind in ("user", "session", "federated") and value == caller.arn:
        return "direct"
    if caller.entity is not None and same_entity(value, caller):
        return "entity"
    return None


def same_entity(value: str, caller: Caller) -> bool:
    """A session's ARN drops the role's path, so an entity known by name alone is compared by name and account."""
    if caller.entity is None:
        return False
    if not caller.entity.endswith("?"):
        return value == caller.entity
    head, _, name = caller.entity[:-1].rpartition("/")
    return value.startswith(f"{head}/") and value.rpartition("/")[2] == name


def named(statement: Json, caller: Caller) -> frozenset[str]:
    """The grades in which this statement names the caller; empty when it does not, or has no Principal at all."""
    if "NotPrincipal" in statement:
        return frozenset() if excepted(statement["NotPrincipal"], caller) else frozenset({"direct"})
    element = statement.get("Principal")
    if element is None:
        return frozenset()
    return frozenset(found for found in grades(element, caller) if found)


def grades(element: object, caller: Caller) -> list[str | None]:
    if element == "*":
        return ["direct"]
    if not isinstance(element, dict):
        return []
    # SILENT: whether {"AWS": "*"} covers service principals. S3's and SNS's examples of queue policies once relied on
    # it (AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html), so it does here.
    found = [grade(value, caller) for value in listed(element.get("AWS", []))]
    if caller.kind == "service":
        found += ["direct" for value in listed(element.get("Service", [])) if value == caller.arn]
    if caller.kind == "provider":
        found += ["direct" for value in listed(element.get("Federated", [])) if value == caller.arn]
    return found


def excepted(element: object, caller: Caller) -> bool:
    """IAM reference_policies_elements_notprincipal.html: with a boundary, never; else user or role, and account."""
    if element == "*" or (isinstance(element, dict) and "*" in listed(element.get("AWS", []))):
        return True
    if caller.bounded:
        return False
    found = {item for item in grades(element, caller) if item}
    # "We strongly recommend that you explicitly include the ARN for a user's account, or include both the ARN for a
    # role and the ARN for the account containing that role". SILENT: what less does; here it excepts nobody.
    whole = {"user": {"direct", "account"}, "federated": {"direct", "account"}}
    whole |= {"role": {"entity", "account"}, "session": {"entity", "account"}}
    return whole.get(caller.kind, {"direct"}) <= found


# --- one layer ----------------------------------------------------------------------------------------------------


def weigh(documents: list[Any], kind: str, request: Request) -> Outcome:
    """All statements of united documents: any Deny denies, any Allow allows; order does not matter."""
    denied = False
    found: set[str] = set()
    for document in documents:
        for statement in statements(document, kind):
            names = frozenset({"direct"}) if kind in WITHOUT_PRINCIPAL else named(statement, request.caller)
            if names and matches_what(statement, request, kind) and conditions_met(statement, request.context):
                denied = denied or statement["Effect"] == "Deny"
                found |= names if statement["Effect"] == "Allow" else set()
    return Outcome(denied=denied, grades=frozenset(found))


# --- S3 Block Public Access: AmazonS3/latest/userguide/access-control-block-public-access.html ----------------------

LIMITING_KEYS = """
    aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:sourcearn aws:sourcevpc
    aws:sourcevpce aws:sourceowner aws:sourceaccount aws:userid s3:x-amz-server-side-encryption-aws-kms-key-id
    s3:dataaccesspointarn s3:dataaccesspointaccount aws:sourceip"""
LIMITING = frozenset(LIMITING_KEYS.split())
FIXING = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress")


def fixed(key: str, value: str) -> bool:
    """Whether a value limits access: no wildcard, no variable, no very broad address range."""
    if key == "aws:sourceip":
        network = ipaddress.ip_network(value, strict=False)
        return network.prefixlen >= (8 if network.version == 4 else 32)  # "broader than /8 for IPv4 and /32 for IPv6"
    if key == "s3:dataaccesspointarn":
        return re.fullmatch(r"arn:[^:*]+:s3:[^:*]+:\d{12}:accesspoint/.*", value) is not None
    return not re.search(r"[*?]|\$\{", value)


def is_public(document: object) -> bool:
    return any(
        statement["Effect"] == "Allow" and open_to_all(statement.get("Principal")) and not limited(statement)
        for statement in statements(document, "resource_policy")
    )


def open_to_all(element: object) -> bool:
    return element == "*" or (isinstance(element, dict) and "*" in listed(element.get("AWS", [])))


def limited(statement: Json) -> bool:
    # SILENT: which operators count as granting "only to fixed values"; those that demand a match do, here.
    for operator, keys in statement.get("Condition", {}).items():
        if operator.removeprefix("ForAnyValue:") in FIXING:
            for key, values in keys.items():
                if key.lower() in LIMITING and all(fixed(key.lower(), as_text(value)) for value in listed(values)):
                    return True
    return False


# --- the request --------------------------------------------------------------------------------------------------


def read_caller(text: str, action: str, context: Context, settings: Json, *, bounded: bool) -> Caller:
    linked = bool(settings.get("service_linked_role"))
    federated_call = action.lower() in ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    if federated_call and (provider := (context.get("aws:federatedprovider") or [text])[0]) != "anonymous":
        return Caller(kind="provider", arn=provider)
    if text == "anonymous":
        return Caller(kind="anonymous", arn="")
    if not text.startswith("arn:"):
        return Caller(kind="service", arn=text)
    _, partition, service, _, account, tail = text.split(":", 5)
    known = Caller(kind="user", arn=text, partition=partition, account=account, bounded=bounded)
    family, _, rest = tail.partition("/")
    if tail == "root":
        return replace(known, kind="root", bounded=False)
    if service == "sts" and family == "assumed-role":
        # A trailing "?" marks a role of which only the name is known.
        role = settings.get("principal_role_arn") or f"arn:{partition}:iam::{account}:role/{rest.split('/')[0]}?"
        linked = linked or ":role/aws-service-role/" in role
        return replace(known, kind="session", entity=role, service_linked=linked)
    if service == "sts" and family == "federated-user":
        # SILENT: a case does not say which user federated; IAM's own example gives both the same name.
        user = f"arn:{partition}:iam::{account}:user/{rest}"
        return replace(known, kind="federated", entity=user)
    if family == "role":
        return replace(known, kind="role", entity=text, service_linked=linked or ":role/aws-service-role/" in text)
    return known


def read_context(raw: Json, action: str, resource: str, settings: Json) -> Context:
    context = {key.lower(): [as_text(value) for value in listed(values)] for key, values in raw.items()}
    abac = bool((settings.get("s3") or {}).get("bucket_abac_enabled"))
    if action.lower().startswith("s3:") and re.fullmatch(r"arn:[^:]+:s3:::[^/]+", resource) and not abac:
        # AmazonS3/latest/userguide/buckets-tagging-enable-abac.html: bucket tags decide only with ABAC enabled.
        tags = ("aws:resourcetag/", "s3:buckettag/")
        context = {key: values for key, values in context.items() if not key.startswith(tags)}
    return context


def policy_kind(action: str, resource: str) -> str:
    """trust_policy | key_policy | resource_policy | none: what the document on the resource is."""
    service = action.lower().partition(":")[0]
    if service == "iam":
        return "none"  # IAM id_roles_use_passrole.html: a trust policy governs who assumes the role, not iam: actions
    if service == "sts" and ":role/" in resource:
        return "trust_policy"
    if service == "kms" and ":key/" in resource:
        return "key_policy"
    return "resource_policy"


def decide(case: Json) -> Json:
    """One case of ``simulate --cases`` -> decision, the policy types that keep it denied, and a document error."""
    try:
        explicit, blocked = evaluate(case["request"], case["policies"], case.get("settings") or {})
    except RejectedError as error:
        return {"decision": "implicit_deny", "blocked_by": [], "error": str(error)}
    decision = "explicit_deny" if explicit else "implicit_deny" if blocked else "allow"
    return {"decision": decision, "blocked_by": sorted(explicit | blocked), "error": None}


def evaluate(asked: Json, policies: Json, settings: Json) -> tuple[set[str], set[str]]:
    """(policy types with an explicit deny, policy types whose missing allow denies)."""
    action, resource = asked["action"], asked["resource"]
    context = read_context(asked.get("context") or {}, action, resource, settings)
    bounded = policies.get("permissions_boundary") is not None
    caller = read_caller(asked["principal"], action, context, settings, bounded=bounded)
    owner = asked.get("resource_account") or (resource.split(":")[4:5] or [""])[0] or caller.account
    request = Request(
        caller=caller,
        action=action,
        resource=resource,
        account=owner,
        context=context,
        wildcard_only=bool(settings.get("wildcard_only_action")),
    )
    kind = policy_kind(action, resource)
    label = "trust_policy" if kind == "trust_policy" else "resource_policy"

    def united(name: str, layer: str) -> Outcome:
        return weigh([entry["document"] for entry in policies.get(name) or []], layer, request)

    identity = united("identity", "identity_policy")
    boundary = united("permissions_boundary", "permissions_boundary")
    session = united("session", "session_policy")
    endpoint = united("vpc_endpoint", "vpc_endpoint_policy")
    scps, rcps = (
        [weigh([item["document"] for item in level["policies"]], layer, request) for level in policies.get(layer) or []]
        for layer in ("scp", "rcp")
    )
    own = [] if policies.get("resource") is None else [policies["resource"]]
    attached = weigh(own, label, request)
    if kind == "none":
        attached = Outcome(denied=False, grades=frozenset())

    # STS API_GetCallerIdentity: works even with an explicit deny. STS API_GetSessionToken: no policy governs it.
    if action.lower() in ("sts:getcalleridentity", "sts:getsessiontoken"):
        return set(), set()

    denies: dict[str, bool] = {label: attached.denied}
    blocked: set[str] = set()
    has_identity = caller.kind in ("user", "role", "session", "federated")
    if has_identity:
        denies |= {"identity_policy": identity.denied, "permissions_boundary": boundary.denied}
    if caller.kind in ("role", "session", "federated"):
        denies["session_policy"] = session.denied

    # ORG orgs_manage_policies_scps.html: not the management account's principals, not service-linked roles, and only
    # principals that an account manages (so no service, no anonymous caller). Member root users are not exempt.
    exempt = settings.get("principal_in_management_account") or caller.service_linked or caller.account is None
    if not exempt:
        denies["scp"] = any(level.denied for level in scps)
        # ORG orgs_manage_policies_scps_evaluation.html: "an explicit Allow at every level".
        if not all(level.allowed for level in scps):
            blocked.add("scp")
    if rcp_applies(request, settings):
        # ORG orgs_manage_policies_rcps_evaluation.html: RCPFullAWSAccess is attached to every level and cannot be
        # detached, so no level ever lacks an Allow; only denies can decide.
        denies["rcp"] = any(level.denied for level in rcps)
    if policies.get("vpc_endpoint"):
        # VPC vpc-endpoints-access.html: a gate of its own, which neither overrides nor replaces the other policies.
        denies["vpc_endpoint_policy"] = endpoint.denied
        if not endpoint.allowed:
            blocked.add("vpc_endpoint_policy")

    gates = Gates(
        identity=identity.allowed,
        boundary=boundary.allowed or not bounded,
        session=session_allows(caller, session, policies),
        grades=attached.grades,
    )
    blocked |= grants(request, gates, kind, label)
    if label == "resource_policy" and public_access_blocked(request, policies.get("resource"), settings):
        blocked.add("s3_public_access_block")
    return {layer for layer, denied in denies.items() if denied}, blocked


def rcp_applies(request: Request, settings: Json) -> bool:
    """ORG orgs_manage_policies_rcps.html, "Resources and entities not restricted by RCPs"."""
    action = request.action.lower()
    return not (
        settings.get("resource_in_management_account")
        or request.caller.service_linked
        or action.partition(":")[0] not in RCP_SERVICES
        or action == "kms:retiregrant"
        or ":role/aws-service-role/" in request.resource
        or ":alias/aws/" in request.resource
    )


def session_allows(caller: Caller, session: Outcome, policies: Json) -> bool:
    if caller.kind in ("role", "session"):
        return session.allowed or not policies.get("session")
    # IAM reference_policies_evaluation-logic: "If there is no session policy, the code checks whether the principal is
    # a role session. ... Otherwise, the request is implicitly denied". STS API_GetFederationToken.
    return session.allowed if caller.kind == "federated" else True


@dataclass(frozen=True, kw_only=True)
class Gates:
    identity: bool
    boundary: bool
    session: bool
    grades: frozenset[str]

    def limits(self) -> set[str]:
        found = set() if self.boundary else {"permissions_boundary"}
        return found if self.session else found | {"session_policy"}


def grants(request: Request, gates: Gates, kind: str, label: str) -> set[str]:
    """The policy types whose missing allow denies: identity, its limits, and what the resource holds."""
    caller = request.caller
    attached = set() if gates.grades else {label}
    if caller.kind in ("service", "anonymous", "provider"):
        return attached
    if caller.kind == "root":
        # STS API_AssumeRole: "You cannot use AWS account root user credentials to call AssumeRole".
        if kind == "trust_policy" and request.action.lower() == "sts:assumerole":
            return {label}
        # IAM reference_policies_evaluation-logic: root "has full access"; KMS key-policies.html: not to a key.
        return attached if caller.account != request.account or kind in ("key_policy", "trust_policy") else set()
    lacking = set() if gates.identity else {"identity_policy"}
    if caller.account != request.account:
        # IAM reference_policies_evaluation-logic-cross-account.html: both accounts must allow, however it is named.
        return attached | lacking | gates.limits()
    # IAM reference_policies_evaluation-logic, "Resource-based policies and implicit denies in other policy types":
    # a grant to the user, the session or * is limited by nothing; a grant to the role (or to the user who federated)
    # by boundary and session policy; a grant to the account leaves it to the identity's policies.
    if "direct" in gates.grades:
        return set()
    if "entity" in gates.grades:
        return gates.limits()
    if kind in ("key_policy", "trust_policy") and "account" not in gates.grades:
        # KMS key-policy-default.html: without it "IAM policies that allow access to the key are ineffective".
        return {label} | gates.limits()
    return lacking | gates.limits()


def public_access_blocked(request: Request, document: object, settings: Json) -> bool:
    """RestrictPublicBuckets: "only AWS service principals and authorized users within the bucket owner's account"."""
    setting = (settings.get("s3") or {}).get("block_public_access")
    restricted = setting.get("RestrictPublicBuckets") if isinstance(setting, dict) else setting
    if not restricted or document is None or not request.action.lower().startswith("s3:"):
        return False
    outsider = request.caller.kind == "anonymous" or (
        request.caller.account is not None and request.caller.account != request.account
    )
    # SILENT: which kind of deny this is. The bucket policy's grant stops counting, so: implicit.
    return outsider and is_public(document)
