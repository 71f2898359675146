"""Many requests against one evidence: ``simulate --requests``.

What applies to a request is chosen once per principal, action and class of resources, and compiled once per
document; a request that follows costs its own conditions and little else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from troubleshooter.engine.applicable import applicable
from troubleshooter.engine.cases import determining, error_words
from troubleshooter.engine.compiled import CompiledPolicies, compile_policies
from troubleshooter.engine.conditions.condition import condition_values
from troubleshooter.engine.derived_context import with_derived_context
from troubleshooter.engine.layers import LayerCompiler
from troubleshooter.model.evaluation import Evaluation, LayerResult
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.plain import to_plain
from troubleshooter.model.policy import Statement
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.usecases.resource_classes import ResourceClasses
from troubleshooter.usecases.simulate import principal_of

Answer = dict[str, Any]
_MOST = 4096
_known_principal = lru_cache(maxsize=4096)(principal_of)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What applies to one principal, action and class of resources, and the keys that follow from it."""

    compiled: CompiledPolicies
    context: Mapping[str, tuple[str, ...]]
    absent_keys: frozenset[str]
    resource_account: str | None


class Simulator:
    """Decides requests against one evidence, which must not change meanwhile."""

    def __init__(self, evidence: Evidence) -> None:
        """Index the evidence; policies are compiled as requests need them."""
        self.evidence = evidence
        self._classes = ResourceClasses(evidence)
        self._compiler = LayerCompiler(shared=True)
        self._prepared: dict[object, _Prepared] = {}
        self._supplied = {key.lower(): values for key, values in evidence.context.items()}
        self._tails: dict[int, tuple[tuple[LayerResult, ...], bytes]] = {}

    def answer(self, given: Mapping[str, Any]) -> Answer:
        """Return ``{id, decision, blocked_by, determining, error}`` for one request object.

        A request that gives its context gives it whole: what it neither holds nor implies is absent.
        Without one, keys that the evidence does not settle are unknown, and so may the decision be.
        """
        request = read_request(given)
        if isinstance(request, str):
            return {**_answer(given.get("id"), Decision.IMPLICIT_DENY, error=request), "malformed": True}
        return _evaluated(given.get("id"), self.decide(request))

    def answer_line(self, given: Mapping[str, Any]) -> bytes | None:
        """Return the answer as a line of JSON, or None where the request is malformed."""
        request = read_request(given)
        if isinstance(request, str):
            return None
        evaluation = self.decide(request)
        known = self._tails.get(id(evaluation.layers))
        if known is None or known[0] is not evaluation.layers:
            tail = msgspec.json.encode(_evaluated(None, evaluation)).removeprefix(b'{"id":null') + b"\n"
            known = self._remember(evaluation, tail)
        identifier = given.get("id")
        return b'{"id":' + (b"null" if identifier is None else msgspec.json.encode(identifier)) + known[1]

    def _remember(self, evaluation: Evaluation, tail: bytes) -> tuple[tuple[LayerResult, ...], bytes]:
        """Keep the text of a verdict together with the verdict, whose identity is its key."""
        if len(self._tails) >= _MOST:
            self._tails.clear()
        found = self._tails[id(evaluation.layers)] = (evaluation.layers, tail)
        return found

    def decide(self, request: Request) -> Evaluation:
        """Return the verdict on a request whose context is as given."""
        endpoint = request.context.get("aws:SourceVpce") or next(
            (values for key, values in request.context.items() if key.lower() == "aws:sourcevpce"), ()
        )
        key = (
            request.principal.arn,
            request.action,
            self._classes.of(request.resource),
            request.resource_account,
            endpoint,
        )
        prepared = self._prepared.get(key)
        if prepared is None:
            if len(self._prepared) >= _MOST:
                self._prepared.clear()
            prepared = self._prepared[key] = self._prepare(request, endpoint)
        context = {**prepared.context, **{name.lower(): values for name, values in request.context.items()}}
        if self._supplied:
            context.update(self._supplied)
        return prepared.compiled.decide(
            Request(
                principal=request.principal,
                action=request.action,
                resource=request.resource,
                resource_account=prepared.resource_account,
                context=context,
                absent_keys=prepared.absent_keys,
                context_complete=request.context_complete,
            )
        )

    def _prepare(self, request: Request, endpoint: tuple[str, ...]) -> _Prepared:
        """Choose what applies from a request that holds nothing but what the choice depends on."""
        bare = Request(
            principal=request.principal,
            action=request.action,
            resource=request.resource,
            resource_account=request.resource_account,
            context={"aws:SourceVpce": endpoint} if endpoint else {},
        )
        completed = with_derived_context(bare, self.evidence)
        return _Prepared(
            compiled=compile_policies(applicable(completed, self.evidence), self._compiler),
            context={key.lower(): values for key, values in completed.context.items()},
            absent_keys=completed.absent_keys,
            resource_account=completed.resource_account,
        )


def _answer(
    identifier: object,
    decision: Decision,
    blocked: Iterable[PolicyType] = (),
    statements: tuple[Statement, ...] = (),
    error: str | None = None,
) -> Answer:
    return {
        "id": identifier,
        "decision": decision.value,
        "blocked_by": [item.value for item in dict.fromkeys(blocked)],
        "determining": to_plain(statements),
        "error": error,
    }


def _evaluated(identifier: object, found: Evaluation) -> Answer:
    blocked = (layer.policy_type for layer in found.blocking)
    error = "; ".join(error_words(item) for item in found.errors) or None
    return _answer(identifier, found.decision, blocked, determining(found), error)


def read_request(given: Mapping[str, Any]) -> Request | str:
    """Return the request that a line describes, or what is wrong with it."""
    principal, action, resource = given.get("principal"), given.get("action"), given.get("resource", "*")
    account, context = given.get("resource_account"), given.get("context")
    if not isinstance(principal, str) or not principal:
        return "principal is not a text"
    if not isinstance(action, str) or not isinstance(resource, str) or not resource:
        return "action or resource is not a text"
    if ":" not in action:
        return f"action {action} has no service prefix"
    if context is not None and not isinstance(context, dict):
        return "context is not a JSON object"
    return Request(
        principal=_known_principal(principal),
        action=action,
        resource=resource,
        resource_account=str(account) if account else None,
        context={
            key: (value,) if isinstance(value, str) else condition_values(value)
            for key, value in (context or {}).items()
        },
        context_complete=context is not None,
    )
