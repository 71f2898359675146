"""AWS's policy simulator on the denied request.

Only ``ResourceSpecificResults`` are read: the top-level resource can be an ARN template
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troubleshooter.evidence.api import Answer, ApiCall, call
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.trouble import Kind
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.reference.condition_keys import key_type

PRINCIPAL = call(
    "iam.simulate_principal_policy",
    "iam:SimulatePrincipalPolicy",
    PolicyType.NONE,
    absent=("NoSuchEntity",),
    items="EvaluationResults",
)
CUSTOM = call("iam.simulate_custom_policy", "iam:SimulateCustomPolicy", PolicyType.NONE, items="EvaluationResults")
CALLS = (PRINCIPAL, CUSTOM)
KIND = "policy_simulator"

_DECISIONS = {
    "allowed": Decision.ALLOW,
    "explicitDeny": Decision.EXPLICIT_DENY,
    "implicitDeny": Decision.IMPLICIT_DENY,
}
_BLIND_SPOTS = (
    "it fetches no resource policy, and takes none for a role",
    "it knows no RCP, VPC endpoint policy, session policy or trust policy",
    "it sees only the condition keys that it is given",
    "SCP statements are not among its matched statements",
)
_TYPES = {
    "Bool": "boolean", "Numeric": "numeric", "Date": "date", "IPAddress": "ip", "Binary": "binary",
    "ArrayOfBool": "booleanList", "ArrayOfNumeric": "numericList", "ArrayOfDate": "dateList",
    "ArrayOfIPAddress": "ipList", "ArrayOfString": "stringList", "ArrayOfARN": "stringList",
}  # fmt: skip
_NOT_GIVEN = ("aws:principaltag/", "aws:resourcetag/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The request to simulate, and what was read that the simulator can be given.

    ``source_arn`` is the user or role; ``resource_policy`` counts for users only. ``identity``, ``boundary``
    and ``levels`` (root to account) are for the custom simulation, None where they were not wholly read.
    """

    source_arn: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]
    resource_policy: object = None
    resource_account: str | None = None
    identity: Sequence[object] | None = None
    boundary: Sequence[object] = ()
    levels: Sequence[Sequence[object]] = ()


def collect(collecting: Collecting, question: Question) -> AwsAnswer | None:
    """Ask for the principal itself; where that is refused, ask with the policies that were read."""
    reader = collecting.reader
    scope = question.source_arn
    answer = reader.probing().read_all(
        PRINCIPAL, scope, PolicySourceArn=scope, **_common(question), **_policy(question)
    )
    used = PRINCIPAL
    if not answer.read and question.identity and answer.get("Kind") in {Kind.DENIED.value, Kind.ABSENT.value}:
        custom = reader.probing().read_all(CUSTOM, scope, **_common(question), **_documents(collecting, question))
        if custom.read:
            answer, used = custom, CUSTOM
    if not answer.read:
        reader.keep_failure(PRINCIPAL, scope, answer)
        return None
    found = _answer(answer, used, question)
    if found is None:
        reader.gap(
            PolicyType.NONE, scope, f"the policy simulator gave no result for {question.resource}", "none: AWS's limit"
        )
        return None
    reader.store.answer(found)
    return found


def _common(question: Question) -> dict[str, Any]:
    parameters: dict[str, Any] = {"ActionNames": [question.action], "ContextEntries": _entries(question)}
    if question.resource and question.resource != "*":
        parameters["ResourceArns"] = [question.resource]
    return parameters


def _policy(question: Question) -> dict[str, Any]:
    """Return the resource policy's parameters: the simulator takes one for users only."""
    if not question.resource_policy or ":user/" not in question.source_arn:
        return {}
    given: dict[str, Any] = {"ResourcePolicy": _text(question.resource_policy), "CallerArn": question.source_arn}
    if question.resource_account:
        given["ResourceOwner"] = question.resource_account
    return given


def _documents(collecting: Collecting, question: Question) -> dict[str, Any]:
    parameters: dict[str, Any] = {"PolicyInputList": [_text(found) for found in question.identity or ()]}
    if question.boundary:
        parameters["PermissionsBoundaryPolicyInputList"] = [_text(found) for found in question.boundary]
    if question.levels and _knows(collecting, CUSTOM, "OrderedOrganizationPolicyInputList"):
        parameters["OrderedOrganizationPolicyInputList"] = [
            {"ServiceControlPolicyInputList": [_text(found) for found in level]} for level in question.levels
        ]
    return parameters | _policy(question)


def _knows(collecting: Collecting, declared: ApiCall, parameter: str) -> bool:
    """Return whether the installed SDK has that parameter."""
    reader = collecting.reader
    client = reader.access.client(declared.service, reader.account, reader.region)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[declared.operation])
    return parameter in model.input_shape.members


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _entries(question: Question) -> list[dict[str, Any]]:
    service = question.action.split(":", 1)[0]
    entries = []
    for key, values in sorted(question.context.items()):
        if not values or key.lower().startswith(_NOT_GIVEN):
            continue
        kind = _TYPES.get(key_type(key, service) or "", "string")
        if len(values) > 1 and not kind.endswith("List"):
            kind = f"{kind}List"
        entries.append({"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": kind})
    return entries


def _answer(answer: Answer, used: ApiCall, question: Question) -> AwsAnswer | None:
    result = _result(answer, question.resource)
    if result is None:
        return None
    whole, specific = result
    decision = _DECISIONS.get(str(specific.get("EvalResourceDecision")), Decision.UNKNOWN)
    return AwsAnswer(
        kind=KIND,
        decision=decision.value,
        policy_types=_types(whole, specific, decision),
        statements=tuple(specific.get("MatchedStatements") or ()),
        context=dict(sorted(question.context.items())),
        raw={"operation": str(used), "result": dict(whole)},
        blind_spots=(*_missing(specific), *_BLIND_SPOTS),
    )


def _result(answer: Answer, resource: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return the evaluation and its result for the resource; for ``*`` the evaluation is its own result."""
    for whole in answer.items:
        for specific in whole.get("ResourceSpecificResults") or []:
            if specific.get("EvalResourceName") == resource:
                return whole, specific
    for whole in answer.items:
        # Without a resource in the question there is nothing specific, and no template either.
        if whole.get("EvalResourceName") in {resource, "*"} and not whole.get("ResourceSpecificResults"):
            return whole, {**whole, "EvalResourceDecision": whole.get("EvalDecision")}
    return None


def _types(whole: Mapping[str, Any], specific: Mapping[str, Any], decision: Decision) -> tuple[str, ...]:
    """Return the policy types that the simulator says refuse."""
    if not decision.denies:
        return ()
    found = []
    boundary = specific.get("PermissionsBoundaryDecisionDetail") or whole.get("PermissionsBoundaryDecisionDetail") or {}
    if boundary.get("AllowedByPermissionsBoundary") is False:
        found.append(PolicyType.BOUNDARY.value)
    if (whole.get("OrganizationsDecisionDetail") or {}).get("AllowedByOrganizations") is False:
        found.append(PolicyType.SCP.value)
    return tuple(found) or (PolicyType.IDENTITY.value,)


def _missing(specific: Mapping[str, Any]) -> tuple[str, ...]:
    names = specific.get("MissingContextValues") or []
    return (f"it was not given {', '.join(sorted(names))}",) if names else ()
