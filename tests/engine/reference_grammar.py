"""The grammar of a policy document, for the reference evaluator: its statements, or why AWS would not store it.

IAM = https://docs.aws.amazon.com/IAM/latest/UserGuide/, ORG = https://docs.aws.amazon.com/organizations/latest/userguide/
"""

import json
from typing import Any

Json = dict[str, Any]


class RejectedError(ValueError):
    """AWS would not have stored this document."""


WITHOUT_PRINCIPAL = frozenset({"identity_policy", "permissions_boundary", "session_policy", "scp"})
IAM_POLICIES = WITHOUT_PRINCIPAL - {"scp"}
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
    # IAM reference_policies_elements_sid.html: "In IAM, the Sid value must be unique within a JSON policy".
    names = [statement["Sid"] for statement in found if statement.get("Sid")]
    if kind in IAM_POLICIES and len(set(names)) < len(names):
        raise RejectedError("a Sid is used twice")
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


POSITIVE = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "Bool",
    "BinaryEquals",
    "IpAddress",
]
POSITIVE += [f"{family}{order}" for family in ("Numeric", "Date") for order in ("Equals", "LessThan", "LessThanEquals")]
POSITIVE += [f"{family}{order}" for family in ("Numeric", "Date") for order in ("GreaterThan", "GreaterThanEquals")]
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
