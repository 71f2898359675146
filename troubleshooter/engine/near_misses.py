"""Near misses: the statements that would have decided otherwise had exactly one element differed.

For a missing allow: an Allow of which all but one element match. For a deny that fired: the conditions that
would have spared the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troubleshooter.engine.compiled import CompiledPolicies, compile_policies
from troubleshooter.engine.layers import CompiledLayer
from troubleshooter.engine.near.actions import missed_action
from troubleshooter.engine.near.conditions import missed_condition
from troubleshooter.engine.near.missed import Missed
from troubleshooter.engine.near.principals import missed_principal
from troubleshooter.engine.near.resources import missed_resource
from troubleshooter.engine.plan import behind_access_point
from troubleshooter.engine.principals import MAYBE
from troubleshooter.engine.statement import CompiledStatement
from troubleshooter.engine.subject import Caller, Subject, caller_of
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import Element, PolicyType
from troubleshooter.reference.actions import wildcard_only


def near_misses(request: Request, policies: PolicySet, policy_type: PolicyType) -> tuple[NearMiss, ...]:
    """Return the near misses of one policy type, best first.

    Of SCPs only the levels that do not allow are asked for allows.
    """
    return near_misses_of(compile_policies(policies), request, policy_type)


def near_misses_of(compiled: CompiledPolicies, request: Request, policy_type: PolicyType) -> tuple[NearMiss, ...]:
    """Return the near misses of one policy type in a policy set that is compiled already."""
    policies = compiled.policies
    caller = caller_of(request, policies)
    subject = Subject(request, abac_off=policies.settings.bucket_abac_enabled is False)
    setting = policies.settings.wildcard_only_action
    only_star = bool(wildcard_only(subject.action)) if setting is None else setting
    found: list[NearMiss] = []
    for layer in _layers(compiled, policy_type):
        seen = behind_access_point(subject, policies.resource) if _is_bucket_policy(compiled, layer) else subject
        found += _of_layer(layer, _Asked(seen, caller, request.action, only_star=only_star))
    return tuple(sorted(found, key=lambda item: -item.similarity))


class _Asked:
    """The request in the forms that the comparisons need."""

    __slots__ = ("action", "caller", "only_star", "subject")

    def __init__(self, subject: Subject, caller: Caller, action: str, *, only_star: bool) -> None:
        self.subject = subject
        self.caller = caller
        self.action = action
        self.only_star = only_star


def _is_bucket_policy(compiled: CompiledPolicies, layer: CompiledLayer) -> bool:
    return compiled.layers.access_point is not None and layer is compiled.layers.resource


def _layers(compiled: CompiledPolicies, policy_type: PolicyType) -> Iterable[CompiledLayer]:
    layers = compiled.layers
    if policy_type in (PolicyType.RESOURCE, PolicyType.TRUST):
        return [layer for layer in (layers.resource, layers.access_point) if layer is not None]
    return [layer for layer in layers.all() if layer.policy_type is policy_type]


def _of_layer(layer: CompiledLayer, asked: _Asked) -> Iterator[NearMiss]:
    """Yield a layer's near misses; one that allows has none but the denies that fired."""
    answers = [(statement, _elements(statement, asked)) for statement in layer.statements]
    allows = any(not statement.denies and min(found) == YES for statement, found in answers)
    for statement, found in answers:
        if statement.denies:
            if min(found) == YES:
                yield from _spared(statement, asked)
        elif not allows:
            yield from _missed(statement, found, asked)


def _elements(statement: CompiledStatement, asked: _Asked) -> tuple[int, int, int, int]:
    """Return whether action, resource, principal and conditions match."""
    ways = statement.ways(asked.caller)
    return (
        YES if statement.action.matches(asked.subject.action) else NO,
        statement.resource_matches(asked.subject, wildcard_only=asked.only_star),
        NO if not ways else UNKNOWN if ways == MAYBE else YES,
        statement.conditions_match(asked.subject),
    )


def _spared(statement: CompiledStatement, asked: _Asked) -> Iterator[NearMiss]:
    for number, condition in enumerate(statement.conditions):
        missed = missed_condition(condition, asked.subject, spare=True)
        yield _near_miss(statement, Element.CONDITION, missed, missed.similarity - 0.01 * number)


def _missed(statement: CompiledStatement, found: tuple[int, int, int, int], asked: _Asked) -> Iterator[NearMiss]:
    """Yield the near miss of an Allow of which exactly one element fails (or is the only one not known)."""
    failing = [index for index, value in enumerate(found) if value == NO]
    if not failing:
        failing = [index for index, value in enumerate(found) if value == UNKNOWN]
    if len(failing) != 1:
        return
    element = (Element.ACTION, Element.RESOURCE, Element.PRINCIPAL, Element.CONDITION)[failing[0]]
    missed = (
        _missed_condition(statement, asked) if element is Element.CONDITION else _compared(statement, element, asked)
    )
    if missed is not None:
        doubt = 0.1 if UNKNOWN in found and found[failing[0]] == NO else 0.0
        yield _near_miss(statement, element, missed, missed.similarity - doubt)


def _compared(statement: CompiledStatement, element: Element, asked: _Asked) -> Missed | None:
    if element is Element.ACTION:
        return missed_action(statement.action, asked.action, meant=_meant(statement))
    if element is Element.PRINCIPAL:
        return missed_principal(statement.principal, asked.caller)
    if statement.resource is None:
        return None
    return missed_resource(statement.resource, asked.subject, only_star=asked.only_star)


def _meant(statement: CompiledStatement) -> bool:
    """Return whether the statement names this resource or this principal in particular, not everything."""
    resource, principal = statement.resource, statement.principal
    specific = resource is not None and not resource.everything and not resource.inverted
    return specific or (principal is not None and not principal.named.everyone and not principal.inverted)


def _missed_condition(statement: CompiledStatement, asked: _Asked) -> Missed | None:
    """Return the one condition that fails; two that fail are no near miss."""
    answers = [(condition, condition.test(asked.subject)) for condition in statement.conditions]
    failing = [condition for condition, found in answers if found == NO]
    if not failing:
        failing = [condition for condition, found in answers if found == UNKNOWN]
    return missed_condition(failing[0], asked.subject, spare=False) if len(failing) == 1 else None


def _near_miss(statement: CompiledStatement, element: Element, missed: Missed, similarity: float) -> NearMiss:
    return NearMiss(
        statement=statement.shown,
        element=element,
        required=missed.required,
        actual=missed.actual,
        hint=missed.hint,
        operator=missed.operator,
        key=missed.key,
        values=missed.values,
        similarity=round(max(0.0, min(1.0, similarity)), 4),
    )
