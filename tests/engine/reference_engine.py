"""A second opinion: one self-contained case -> allow, explicit deny or implicit deny.

Naive on purpose. It is written from AWS's documentation alone, shares no code with the program, compiles nothing and
remembers nothing, so that a reader can hold each rule against the page named beside it. ``# SILENT:`` marks a point
that the documentation leaves open, with the reading taken here.

IAM = https://docs.aws.amazon.com/IAM/latest/UserGuide/, ORG = https://docs.aws.amazon.com/organizations/latest/userguide/
"""

import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
Context = dict[str, list[str]]

# ORG orgs_manage_policies_rcps.html, "List of AWS services that support RCPs" (as of September 2026).
RCP_SERVICE_NAMES = """
    appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend
    comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo
    memorydb aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig
    autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline
    compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing pca-connector-ad
    resource-groups secretsmanager sts signin support transfer notifications wafv2 xray"""
RCP_SERVICES = frozenset(RCP_SERVICE_NAMES.split())


class RejectedError(ValueError):
    """AWS would not have stored this document."""


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


# --- the grammar: IAM reference_policies_grammar.html -------------------------------------------------------------

WITHOUT_PRINCIPAL = frozenset({"identity_policy", "permissions_boundary", "session_policy", "scp"})
ELEMENTS = "Sid Principal NotPrincipal Effect Action NotAction Resource NotResource Condition"
STATEMENT_KEYS = frozenset(ELEMENTS.split())


def listed(value: object) -> list[Any]:
    """IAM reference_policies_grammar.html: one value may stand for a list of one."""
    return value if isinstance(value, list) else [value]


def strings(value: object, element: str) -> list[str]:
    values = listed(value)
    if not values or not all(isinstance(item, str) for item in values):
        raise RejectedError(f"{element} must be a string or a list of strings")
    return values


def statements(document: object, kind: str) -> list[Json]:
    """The statements of one document, each with the document's version under "Version"; or RejectedError."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise RejectedError("not JSON") from error
    if not isinstance(document, dict) or not set(document) <= {"Version", "Id", "Statement"}:
        raise RejectedError("a policy is an object of Version, Id and Statement")
    # IAM reference_policies_elements_version.html: without Version, the default is 2008-10-17.
    version = document.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        raise RejectedError(f"unknown Version {version!r}")
    found = listed(document.get("Statement"))
    if not found:
        raise RejectedError("no Statement")
    for statement in found:
        check_statement(statement, kind)
    return [{**statement, "Version": version} for statement in found]


def one_of(statement: Json, element: str, *, required: bool) -> None:
    """IAM reference_policies_grammar.html: ("Action" | "NotAction") and the like: one of the two."""
    present = [name for name in (element, f"Not{element}") if name in statement]
    if len(present) > 1 or (required and not present):
        raise RejectedError(f"needs one of {element} and Not{element}")


def check_statement(statement: object, kind: str) -> None:
    if not isinstance(statement, dict) or not set(statement) <= STATEMENT_KEYS:
        raise RejectedError("a statement is an object of the elements that the grammar names")
    if statement.get("Effect") not in ("Allow", "Deny"):  # IAM reference_policies_elements_effect.html: case-sensitive
        raise RejectedError("Effect must be Allow or Deny")
    if not isinstance(statement.get("Sid", ""), str):
        raise RejectedError("Sid must be a string")
    one_of(statement, "Action", required=True)
    # IAM reference_policies_elements_resource.html: required. A trust policy has none (the role is the resource: IAM
    # roles-managingrole_edit-trust-policy). SILENT: which resource-based policies may leave it out; SNS's example in
    # IAM reference_policies_variables.html and ECR's do, so no resource-based policy is refused for it here.
    one_of(statement, "Resource", required=kind in WITHOUT_PRINCIPAL | {"rcp", "vpc_endpoint_policy"})
    if kind == "trust_policy" and ("Resource" in statement or "NotResource" in statement):
        raise RejectedError("a trust policy has no Resource")
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if element in statement:
            strings(statement[element], element)
    # IAM reference_policies_grammar.html: action_string is "a service namespace, a colon, and the name of an action".
    for action in listed(statement.get("Action", statement.get("NotAction"))):
        if ":" not in action and action != "*":
            raise RejectedError(f"action {action!r} has no service prefix")
    for resource in listed(statement.get("Resource", statement.get("NotResource", "*"))):
        if not resource.startswith("arn:") and resource != "*":
            raise RejectedError(f"resource {resource!r} is no ARN")
    check_principal(statement, kind)
    check_condition(statement.get("Condition", {}))


def check_principal(statement: Json, kind: str) -> None:
    one_of(statement, "Principal", required=kind == "rcp")
    element = statement.get("Principal", statement.get("NotPrincipal"))
    if element is None:
        return  # a resource-based statement without Principal matches nobody; see named()
    if kind in WITHOUT_PRINCIPAL:
        raise RejectedError("Principal does not belong in this kind of policy")
    # IAM reference_policies_elements_notprincipal.html: only with Deny, not in trust policies, not in RCPs.
    if "NotPrincipal" in statement and (statement["Effect"] == "Allow" or kind in ("trust_policy", "rcp")):
        raise RejectedError("NotPrincipal is not supported here")
    if kind == "rcp" and (element not in ("*", {"AWS": "*"}) or "NotAction" in statement):
        raise RejectedError("ORG orgs_manage_policies_rcps_syntax.html: Principal is *, NotAction is not supported")
    if kind == "rcp" and statement["Effect"] == "Allow" and statement.get("Action") not in ("*", ["*"]):
        raise RejectedError("ORG orgs_manage_policies_rcps_syntax.html: Allow is for RCPFullAWSAccess alone")
    if element == "*":
        return
    if not isinstance(element, dict) or not set(element) <= {"AWS", "Federated", "Service", "CanonicalUser"}:
        raise RejectedError("Principal is * or a map of AWS, Federated, Service and CanonicalUser")
    for values in element.values():
        strings(values, "Principal")


def check_condition(condition: object) -> None:
    if not isinstance(condition, dict):
        raise RejectedError("Condition must be an object")
    for operator, keys in condition.items():
        read_operator(operator)
        if not isinstance(keys, dict):
            raise RejectedError(f"{operator} must hold condition keys")
        for values in keys.values():
            if not listed(values) or not all(isinstance(value, (str, bool, int, float)) for value in listed(values)):
                raise RejectedError("condition values are strings, numbers and booleans")


# --- variables and wildcards: IAM reference_policies_variables.html ------------------------------------------------

VARIABLE = re.compile(r"\$\{([^}]*)\}")
WITH_DEFAULT = re.compile(r"(.*?), *'([^']*)'")


def variable(inner: str, context: Context) -> str | None:
    """The text that ``${inner}`` stands for; None when it cannot be resolved."""
    if inner in ("*", "?", "$"):
        return inner
    default = WITH_DEFAULT.fullmatch(inner)
    name = default.group(1) if default else inner
    values = context.get(name.lower(), [])
    if len(values) == 1:  # a multivalued key cannot be a variable
        return values[0]
    return default.group(2) if default and not values else None


def pieces(text: str, version: str, context: Context, *, wildcards: bool) -> list[str] | None:
    """A policy's text as regular-expression fragments, one per character; None when a variable is unresolved.

    Variables need Version 2012-10-17, else they are literal text; what is substituted is literal too.
    """
    parts: list[str] = []
    position = 0
    while position < len(text):
        found = VARIABLE.match(text, position) if version == "2012-10-17" else None
        if found:
            value = variable(found.group(1), context)
            if value is None:
                return None
            parts += [re.escape(character) for character in value]
            position = found.end()
        else:
            character = text[position]
            special = {"*": ".*", "?": "."}.get(character) if wildcards else None
            parts.append(special or re.escape(character))
            position += 1
    return parts


def fits(parts: list[str], text: str) -> bool:
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def plain_fit(pattern: str, text: str) -> bool:
    parts = pieces(pattern, "", {}, wildcards=True)
    return parts is not None and fits(parts, text)


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
        return not any(resource_fits(item, request, version, kind) for item in listed(statement["NotResource"]))
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
    """IAM reference_policies_elements_notprincipal.html: with a boundary, never; else account, role and session."""
    if element == "*" or (isinstance(element, dict) and "*" in listed(element.get("AWS", []))):
        return True
    if caller.bounded:
        return False
    found = {item for item in grades(element, caller) if item}
    # SILENT: "AWS might validate the account first, and then the user"; every one of them must be listed here.
    needed = {"user": {"direct", "account"}, "federated": {"direct", "account"}, "role": {"entity", "account"}}
    needed["session"] = {"direct", "entity", "account"}
    return needed.get(caller.kind, {"direct"}) <= found


# --- Condition: IAM reference_policies_elements_condition_operators.html -------------------------------------------

Comparison = Callable[[str, str, str, Context], bool | None]  # (policy value, request value, version, context)


def text_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=False)
    return None if parts is None else fits(parts, value)


def folded_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=False)
    return None if parts is None else re.fullmatch("".join(parts), value, re.DOTALL | re.IGNORECASE) is not None


def like_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    parts = pieces(policy, version, context, wildcards=True)
    return None if parts is None else fits(parts, value)


def arn_compare(policy: str, value: str, version: str, context: Context) -> bool | None:
    """Each of the six components is checked separately; what is no ARN matches nothing."""
    parts = pieces(policy, version, context, wildcards=True)
    if parts is None:
        return None
    segments: list[list[str]] = [[]]
    for part in parts:
        if part == ":" and len(segments) < 6:
            segments.append([])
        else:
            segments[-1].append(part)
    actual = value.split(":", 5)
    if len(segments) < 6 or len(actual) < 6 or actual[0] != "arn":
        return False
    return all(fits(mine, theirs) for mine, theirs in zip(segments, actual, strict=True))


def ordered(read: Callable[[str], Any], accept: Callable[[Any, Any], bool]) -> Comparison:
    """Compare after parsing; None when either side cannot be read, which satisfies no operator."""

    def compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
        wanted, actual = read(policy), read(value)
        return None if wanted is None or actual is None else accept(actual, wanted)

    return compare


def number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


W3C = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")


def moment(text: str) -> datetime | None:
    """W3C's profile of ISO 8601, or epoch seconds. SILENT: four digits alone; W3C's year is taken."""
    try:
        if re.fullmatch(r"\d{5,}", text):
            return datetime.fromtimestamp(int(text), UTC)
        found = W3C.fullmatch(text)
        if not found:
            return None
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        stamp = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        return datetime.fromisoformat(f"{stamp}{(fraction or '')[:7]}{zone or 'Z'}")
    except (ValueError, OverflowError, OSError):
        return None


def truth(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def address_compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
    try:
        network = ipaddress.ip_network(policy, strict=False)
        address = ipaddress.ip_address(value)
    except ValueError:
        return None
    return address.version == network.version and address in network


def exact_compare(policy: str, value: str, _version: str, _context: Context) -> bool | None:
    return policy == value


def same(actual: object, wanted: object) -> bool:
    return actual == wanted


POSITIVE: dict[str, Comparison] = {
    "StringEquals": text_compare,
    "StringEqualsIgnoreCase": folded_compare,
    "StringLike": like_compare,
    "ArnEquals": arn_compare,
    "ArnLike": arn_compare,
    "NumericEquals": ordered(number, same),
    "NumericLessThan": ordered(number, lambda actual, wanted: bool(actual < wanted)),
    "NumericLessThanEquals": ordered(number, lambda actual, wanted: bool(actual <= wanted)),
    "NumericGreaterThan": ordered(number, lambda actual, wanted: bool(actual > wanted)),
    "NumericGreaterThanEquals": ordered(number, lambda actual, wanted: bool(actual >= wanted)),
    "DateEquals": ordered(moment, same),
    "DateLessThan": ordered(moment, lambda actual, wanted: bool(actual < wanted)),
    "DateLessThanEquals": ordered(moment, lambda actual, wanted: bool(actual <= wanted)),
    "DateGreaterThan": ordered(moment, lambda actual, wanted: bool(actual > wanted)),
    "DateGreaterThanEquals": ordered(moment, lambda actual, wanted: bool(actual >= wanted)),
    "Bool": ordered(truth, same),
    "BinaryEquals": exact_compare,
    "IpAddress": address_compare,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}


def read_operator(text: str) -> tuple[str, str, bool]:
    """(set operator or "", operator, IfExists?)."""
    quantifier, _, rest = text.rpartition(":")
    name = rest.removesuffix("IfExists")
    if quantifier not in ("", "ForAllValues", "ForAnyValue") or name not in {*POSITIVE, *NEGATED, "Null"}:
        raise RejectedError(f"unknown condition operator {text!r}")
    if name == "Null" and name != rest:
        raise RejectedError("IfExists can end any operator except Null")
    return quantifier, name, name != rest


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(operator: str, key: str, wanted: list[str], version: str, context: Context) -> bool:
    quantifier, name, if_exists = read_operator(operator)
    values = context.get(key.lower(), [])  # key names are case-insensitive
    # IAM reference_policies_condition-single-vs-multi-valued-context-keys.html: an empty string is a null dataset.
    empty = values in ([], [""])
    if name == "Null":
        return any(truth(policy) is empty for policy in wanted)
    if quantifier and empty:
        return if_exists or quantifier == "ForAllValues"  # SILENT: ForAnyValue with IfExists; IfExists is obeyed
    if not values:
        return if_exists or name in NEGATED
    if not quantifier and len(values) > 1:
        return False  # the same page: "Multivalued context keys require a condition set operator"
    tests = [one_value(name, wanted, value, version, context) for value in values]
    return any(tests) if quantifier == "ForAnyValue" else all(tests)


def one_value(name: str, wanted: list[str], value: str, version: str, context: Context) -> bool:
    """IAM reference_policies_condition-logic-multiple-context-keys-or-values.html: values OR, negated NOR."""
    compare = POSITIVE[NEGATED.get(name, name)]
    results = [compare(policy, value, version, context) for policy in wanted]
    if name in NEGATED:
        # SILENT: an unreadable value or unresolved variable under a negated operator. IAM reference_policies_variables:
        # "any attempt to match it fails and causes the statement to be invalid", so the condition is not met.
        return None not in results and True not in results
    return True in results


def conditions_met(statement: Json, context: Context) -> bool:
    """Operators AND, keys AND."""
    return all(
        holds(operator, key, [as_text(value) for value in listed(values)], statement["Version"], context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


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
