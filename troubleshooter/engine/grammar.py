"""What AWS refuses in a statement, by JSON path.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (PG); where an element
has rules of its own its page is named. Only what AWS documents as refused is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troubleshooter.engine.conditions.operators import read_operator
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import PolicyType

_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPAL_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_WITHOUT_PRINCIPAL = frozenset({PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION, PolicyType.SCP})
_WITH_RESOURCE = _WITHOUT_PRINCIPAL | {PolicyType.RCP, PolicyType.VPC_ENDPOINT}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``path`` like ``Statement[0].Effect``, "" for the document itself."""

    path: str
    reason: str


def statement_problems(statement: JsonValue, policy_type: PolicyType, path: str) -> list[Problem]:
    """Return everything for which AWS refuses this statement in that kind of policy."""
    if not isinstance(statement, Mapping):
        return [Problem(path, "a statement is a JSON object")]
    problems = [Problem(f"{path}.{name}", "no element of a statement") for name in statement if name not in _ELEMENTS]
    if not isinstance(statement.get("Sid", ""), str):
        problems.append(Problem(f"{path}.Sid", "Sid is a string"))
    if statement.get("Effect") not in ("Allow", "Deny"):
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html: case-sensitive
        problems.append(Problem(f"{path}.Effect", "Effect is Allow or Deny"))
    problems += _action_problems(statement, path)
    problems += _resource_problems(statement, policy_type, path)
    problems += _principal_problems(statement, policy_type, path)
    if "Condition" in statement:
        problems += _condition_problems(statement["Condition"], f"{path}.Condition")
    if policy_type is PolicyType.RCP:
        problems += _rcp_problems(statement, path)
    return problems


def _one_of(statement: Mapping[str, JsonValue], element: str, path: str, *, required: bool) -> list[Problem]:
    """Find an element beside its Not form, which exclude each other (PG), or neither where one is required."""
    present = [name for name in (element, f"Not{element}") if name in statement]
    if len(present) > 1:
        return [Problem(f"{path}.Not{element}", f"{element} and Not{element} exclude each other")]
    if required and not present:
        return [Problem(f"{path}.{element}", f"{element} is missing")]
    return []


def _strings(value: JsonValue) -> tuple[str, ...] | None:
    """Return a string or a list of strings, not empty, as a tuple, else None."""
    if isinstance(value, str):
        return (value,)
    if value and isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if isinstance(item, str))
    return None


def _action_problems(statement: Mapping[str, JsonValue], path: str) -> list[Problem]:
    problems = _one_of(statement, "Action", path, required=True)
    for name in ("Action", "NotAction"):
        if name not in statement:
            continue
        texts = _strings(statement[name])
        if texts is None:
            problems.append(Problem(f"{path}.{name}", f"{name} is a string or a list of strings"))
            continue
        bad = [text for text in texts if ":" not in text and text != "*"]
        problems += [Problem(f"{path}.{name}", f"action {text!r} has no service prefix") for text in bad]
    return problems


def _resource_problems(statement: Mapping[str, JsonValue], policy_type: PolicyType, path: str) -> list[Problem]:
    """Find what is wrong with Resource; in a trust policy the role is the resource (IAM roles_create_for-user)."""
    if policy_type is PolicyType.TRUST:
        found = [name for name in ("Resource", "NotResource") if name in statement]
        return [Problem(f"{path}.{name}", f"a trust policy has no {name}") for name in found]
    problems = _one_of(statement, "Resource", path, required=policy_type in _WITH_RESOURCE)
    for name in ("Resource", "NotResource"):
        if name not in statement:
            continue
        texts = _strings(statement[name])
        if texts is None:
            problems.append(Problem(f"{path}.{name}", f"{name} is a string or a list of strings"))
            continue
        bad = [text for text in texts if text != "*" and not text.startswith("arn:")]
        problems += [Problem(f"{path}.{name}", f"resource {text!r} is no ARN and not *") for text in bad]
    return problems


def _principal_problems(statement: Mapping[str, JsonValue], policy_type: PolicyType, path: str) -> list[Problem]:
    """Find what is wrong with Principal and NotPrincipal.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    names = [name for name in ("Principal", "NotPrincipal") if name in statement]
    if policy_type in _WITHOUT_PRINCIPAL:
        return [Problem(f"{path}.{name}", f"{name} does not belong in this kind of policy") for name in names]
    problems = _one_of(statement, "Principal", path, required=policy_type is PolicyType.RCP)
    if "NotPrincipal" in statement:
        if policy_type in {PolicyType.TRUST, PolicyType.RCP}:
            problems.append(Problem(f"{path}.NotPrincipal", "NotPrincipal is not supported in this kind of policy"))
        if statement.get("Effect") == "Allow":
            problems.append(Problem(f"{path}.NotPrincipal", "NotPrincipal is supported with Deny only"))
    for name in names:
        problems += _principal_value_problems(statement[name], f"{path}.{name}")
    return problems


def _principal_value_problems(value: JsonValue, path: str) -> list[Problem]:
    if value == "*":
        return []
    if not isinstance(value, Mapping):
        return [Problem(path, "a principal is * or an object of AWS, Service, Federated, CanonicalUser")]
    problems = [Problem(f"{path}.{kind}", "no kind of principal") for kind in value if kind not in _PRINCIPAL_KINDS]
    bad = [kind for kind, texts in value.items() if _strings(texts) is None]
    return problems + [Problem(f"{path}.{kind}", "a principal is a string or a list of strings") for kind in bad]


def _condition_problems(block: JsonValue, path: str) -> list[Problem]:
    if not isinstance(block, Mapping):
        return [Problem(path, "Condition is a JSON object")]
    problems: list[Problem] = []
    for operator, keys in block.items():
        if read_operator(operator) is None:
            problems.append(Problem(f"{path}.{operator}", f"{operator} is no condition operator"))
        elif not isinstance(keys, Mapping):
            problems.append(Problem(f"{path}.{operator}", "a condition operator holds an object of condition keys"))
        else:
            bad = [key for key, values in keys.items() if not _are_condition_values(values)]
            problems += [
                Problem(f"{path}.{operator}.{key}", "condition values are strings, numbers or booleans") for key in bad
            ]
    return problems


def _are_condition_values(values: JsonValue) -> bool:
    listed = values if isinstance(values, list | tuple) else [values]
    return all(isinstance(value, str | bool | int | float) for value in listed)


def _rcp_problems(statement: Mapping[str, JsonValue], path: str) -> list[Problem]:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html."""
    problems = []
    if "Principal" in statement and statement["Principal"] not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        problems.append(Problem(f"{path}.Principal", "the Principal of an RCP is *"))
    if "NotAction" in statement:
        problems.append(Problem(f"{path}.NotAction", "NotAction is not supported in RCPs"))
    if statement.get("Effect") == "Allow" and statement.get("Action") not in ("*", ["*"]):
        problems.append(Problem(f"{path}.Effect", "RCPs of one's own only deny"))
    return problems
