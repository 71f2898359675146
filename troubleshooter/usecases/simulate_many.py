"""Many requests against one evidence: ``simulate --requests``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.cases import determining, error_words
from troubleshooter.engine.compiled import compile_policies
from troubleshooter.engine.conditions.condition import condition_values
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.plain import to_plain
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision
from troubleshooter.usecases.simulate import principal_of

Answer = dict[str, Any]


class Simulator:
    """Decides requests against one evidence."""

    def __init__(self, evidence: Evidence) -> None:
        """Keep the evidence; nothing is compiled before the first request."""
        self.evidence = evidence

    def answer(self, given: Mapping[str, Any]) -> Answer:
        """Return ``{id, decision, blocked_by, determining, error}`` for one request object.

        A request that gives its context gives it whole: what it neither holds nor implies is absent.
        Without one, keys that the evidence does not settle are unknown, and so may the decision be.
        """
        request = read_request(given)
        if isinstance(request, str):
            answer = _answer(given.get("id"), Decision.IMPLICIT_DENY.value, [], [], request)
            return {**answer, "malformed": True}
        completed = with_derived_context(request, self.evidence)
        evaluation = compile_policies(applicable(completed, self.evidence)).decide(completed)
        blocked = dict.fromkeys(layer.policy_type.value for layer in evaluation.blocking)
        error = "; ".join(error_words(item) for item in evaluation.errors) or None
        return _answer(
            given.get("id"), evaluation.decision.value, list(blocked), to_plain(determining(evaluation)), error
        )


def _answer(identifier: object, decision: str, blocked: list[str], statements: list[Any], error: str | None) -> Answer:
    return {
        "id": identifier,
        "decision": decision,
        "blocked_by": blocked,
        "determining": statements,
        "error": error,
    }


def read_request(given: Mapping[str, Any]) -> Request | str:
    """Return the request that a line describes, or what is wrong with it."""
    principal, action, resource = given.get("principal"), given.get("action"), given.get("resource", "*")
    account, context = given.get("resource_account"), given.get("context")
    for name, value in (("principal", principal), ("action", action), ("resource", resource)):
        if not isinstance(value, str) or not value:
            return f"{name} is not a text"
    if ":" not in str(action):
        return f"action {action} has no service prefix"
    if context is not None and not isinstance(context, dict):
        return "context is not a JSON object"
    return Request(
        principal=principal_of(str(principal)),
        action=str(action),
        resource=str(resource),
        resource_account=str(account) if account else None,
        context={key: condition_values(value) for key, value in (context or {}).items()},
        context_complete=context is not None,
    )
