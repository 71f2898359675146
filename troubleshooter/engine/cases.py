"""One self-contained case of ``simulate --cases`` -> its answer.

The shapes are the public contract's. A case is complete: what its context does not hold is absent, so that a
missing key can be tested too. Nothing is derived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troubleshooter.engine.authorize import authorize
from troubleshooter.engine.conditions.condition import condition_values
from troubleshooter.engine.situation import TRUST_ACTIONS
from troubleshooter.engine.subject import kind_of
from troubleshooter.model.evaluation import DocumentError, Evaluation
from troubleshooter.model.plain import to_plain
from troubleshooter.model.policy import PolicySource, SourcedPolicy, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import OrganizationLevel, PolicySet, Request, Settings
from troubleshooter.model.vocabulary import Decision, PolicyType

JsonObject = Mapping[str, Any]

EXPECTED = {
    "Allowed": Decision.ALLOW,
    "ImplicitlyDenied": Decision.IMPLICIT_DENY,
    "ExplicitlyDenied": Decision.EXPLICIT_DENY,
}


class MalformedCaseError(ValueError):
    """The case itself is not of the contract's form; the message names the place."""


def decide_case(case: JsonObject) -> dict[str, Any]:
    """Return ``{id, decision, blocked_by, determining, error}`` for one case.

    A document that AWS would refuse gives ``error`` and never an allow; a case that is not of the contract's
    form gives ``error`` too, and ``malformed`` beside it.
    """
    identifier = case.get("id") if isinstance(case, Mapping) else None
    try:
        request, policies = read_case(case)
    except MalformedCaseError as problem:
        return {**_answer(identifier, Decision.IMPLICIT_DENY, (), (), str(problem)), "malformed": True}
    evaluation = authorize(request, policies)
    error = "; ".join(error_words(item) for item in evaluation.errors) or None
    decision = evaluation.decision
    if decision is Decision.UNKNOWN or (error and decision is Decision.ALLOW):
        decision = Decision.IMPLICIT_DENY
    blocked = dict.fromkeys(layer.policy_type for layer in evaluation.blocking if decision.denies)
    return _answer(identifier, decision, tuple(blocked), determining(evaluation), error)


def _answer(
    identifier: object,
    decision: Decision,
    blocked: Sequence[PolicyType],
    statements: Sequence[Statement],
    error: str | None,
) -> dict[str, Any]:
    return {
        "id": identifier,
        "decision": decision.value,
        "blocked_by": [item.value for item in blocked],
        "determining": to_plain(tuple(statements)),
        "error": error,
    }


def determining(evaluation: Evaluation) -> tuple[Statement, ...]:
    """Return the statements that decided the request: the denies that fired, or else the allows that count."""
    wanted = Decision.EXPLICIT_DENY if evaluation.decision is Decision.EXPLICIT_DENY else Decision.ALLOW
    if evaluation.decision not in (Decision.EXPLICIT_DENY, Decision.ALLOW):
        return ()
    return tuple(item for layer in evaluation.layers if layer.decision is wanted for item in layer.determining)


def error_words(error: DocumentError) -> str:
    """Return a document error as one clause: which policy, where in it, and why."""
    name = error.policy_name or error.policy_arn
    where = f"{error.policy_type.value}{f' {name!r}' if name else ''}"
    return f"{where}{f' at {error.path}' if error.path else ''}: {error.reason}"


def read_case(case: JsonObject) -> tuple[Request, PolicySet]:
    """Return a case's request and policies; raises ``MalformedCaseError`` where it has another form."""
    given = _object(_object(case, "the case").get("request"), "request")
    policies = _object(case.get("policies") or {}, "policies")
    settings = _settings(_object(case.get("settings") or {}, "settings"))
    request = _request(given)
    action = request.action.lower()
    kind = PolicyType.TRUST if action in TRUST_ACTIONS else PolicyType.RESOURCE
    document = policies.get("resource")
    owner = request.resource if request.resource != "*" else None
    return request, PolicySet(
        identity=_documents(policies.get("identity"), PolicyType.IDENTITY, "policies.identity"),
        permissions_boundary=_boundary(policies.get("permissions_boundary")),
        session=_optional(policies.get("session"), PolicyType.SESSION, "policies.session"),
        resource=None
        if document is None
        else SourcedPolicy(source=PolicySource(policy_type=kind, attached_to=owner), document=_document(document)),
        scp=_levels(policies.get("scp"), PolicyType.SCP, "policies.scp"),
        rcp=_levels(policies.get("rcp"), PolicyType.RCP, "policies.rcp"),
        vpc_endpoint=_optional(policies.get("vpc_endpoint"), PolicyType.VPC_ENDPOINT, "policies.vpc_endpoint"),
        settings=settings,
    )


def _object(value: object, where: str) -> JsonObject:
    if not isinstance(value, Mapping):
        raise MalformedCaseError(f"{where} is not a JSON object")
    return value


def _list(value: object, where: str) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise MalformedCaseError(f"{where} is not a list")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise MalformedCaseError(f"{where} is not a text")
    return value


def _document(value: object) -> Any:  # noqa: ANN401 - whatever stands there is the document; parsing says what is wrong
    return value


def _documents(value: object, kind: PolicyType, where: str) -> tuple[SourcedPolicy, ...]:
    found = []
    for index, entry in enumerate(_list(value, where)):
        item = _object(entry, f"{where}[{index}]")
        name = item.get("name")
        source = PolicySource(policy_type=kind, policy_name=name if isinstance(name, str) else None)
        found.append(SourcedPolicy(source=source, document=_document(item.get("document"))))
    return tuple(found)


def _optional(value: object, kind: PolicyType, where: str) -> tuple[SourcedPolicy, ...] | None:
    """Return the policies; an empty list says that there are none."""
    return _documents(value, kind, where) or None


def _boundary(value: object) -> tuple[SourcedPolicy, ...] | None:
    """Return the boundary: one managed policy, as a list of one or by itself; null is none."""
    if value is None:
        return None
    entries = [value] if isinstance(value, Mapping) else value
    return _documents(entries, PolicyType.BOUNDARY, "policies.permissions_boundary")


def _levels(value: object, kind: PolicyType, where: str) -> tuple[OrganizationLevel, ...]:
    levels = []
    for index, entry in enumerate(_list(value, where)):
        place = f"{where}[{index}]"
        level = _object(entry, place)
        name = str(level.get("org_identifier") or "")
        found = _documents(level.get("policies"), kind, f"{place}.policies")
        marked = tuple(
            SourcedPolicy(
                source=PolicySource(
                    policy_type=kind, policy_name=item.source.policy_name, attached_to=name or None, level=name or None
                ),
                document=item.document,
            )
            for item in found
        )
        levels.append(OrganizationLevel(org_identifier=name, policies=marked))
    return tuple(levels)


def _settings(given: JsonObject) -> Settings:
    s3 = _object(given.get("s3") or {}, "settings.s3")
    block = s3.get("block_public_access")
    if isinstance(block, Mapping):
        block = block.get("RestrictPublicBuckets")
    role = given.get("principal_role_arn")
    return Settings(
        principal_in_management_account=_flag(given.get("principal_in_management_account")),
        resource_in_management_account=_flag(given.get("resource_in_management_account")),
        service_linked_role=_flag(given.get("service_linked_role")),
        principal_role_arn=role if isinstance(role, str) and role else None,
        wildcard_only_action=_flag(given.get("wildcard_only_action")),
        public_access_block=_flag(block) or False,
        # Off is the default: https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
        bucket_abac_enabled=_flag(s3.get("bucket_abac_enabled")) or False,
    )


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _request(given: JsonObject) -> Request:
    principal = _text(given.get("principal"), "request.principal")
    account = given.get("resource_account")
    context: dict[str, tuple[str, ...]] = {}
    for key, values in _object(given.get("context") or {}, "request.context").items():
        context[str(key)] = condition_values(values)
    who = Principal(arn=principal, kind=kind_of(Principal(arn=principal)))
    return Request(
        principal=who,
        action=_text(given.get("action"), "request.action"),
        resource=_text(given.get("resource") or "*", "request.resource"),
        resource_account=str(account) if account else None,
        context=context,
        context_complete=True,
    )
