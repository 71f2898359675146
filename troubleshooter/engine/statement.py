"""One compiled statement, and how it answers a request."""

from __future__ import annotations

import json
from collections.abc import Mapping

from troubleshooter.engine.actions import ActionElement, compile_actions
from troubleshooter.engine.conditions.condition import Condition, compile_conditions
from troubleshooter.engine.documents import ParsedDocument
from troubleshooter.engine.principals import DIRECT, PrincipalElement, parse_principal
from troubleshooter.engine.resources import ResourceElement, compile_resources
from troubleshooter.engine.subject import Caller, Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.policy import JsonValue, PolicySource, Statement
from troubleshooter.model.vocabulary import PolicyType

_WITHOUT_PRINCIPAL = frozenset({PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION, PolicyType.SCP})


class CompiledStatement:
    """A statement ready to be matched. ``principal`` None: the element is missing and nobody is named."""

    __slots__ = (
        "_shown",
        "action",
        "conditions",
        "denies",
        "index",
        "needs_principal",
        "order",
        "principal",
        "raw",
        "resource",
        "source",
        "tests",
    )

    def __init__(self, document: ParsedDocument, index: int, order: int) -> None:
        """Compile statement ``index`` of a valid document; ``order`` is its place in its layer."""
        raw = document.statements[index]
        self.raw = raw
        self.index = index
        self.order = order
        self.source = document.policy.source
        kind = self.source.policy_type
        self.denies = raw["Effect"] == "Deny"
        self.action: ActionElement = _action(raw)
        self.resource: ResourceElement | None = _resource(raw, kind, variables=document.variables)
        self.needs_principal = kind not in _WITHOUT_PRINCIPAL
        self.principal: PrincipalElement | None = _principal(raw)
        block = raw.get("Condition", {})
        self.conditions: tuple[Condition, ...] = (
            compile_conditions(block, variables=document.variables) if isinstance(block, Mapping) else ()
        )
        self.tests = tuple(condition.test for condition in self.conditions)
        self._shown: Statement | None = None

    @property
    def shown(self) -> Statement:
        """The statement as the contract prints it; its text is written only when asked for."""
        if self._shown is None:
            self._shown = show(self.source, self.raw, self.index)
        return self._shown

    def ways(self, caller: Caller) -> int:
        """Return in which ways the caller is named (bits of ``principals``); 0 is not at all."""
        if not self.needs_principal:
            return DIRECT
        return 0 if self.principal is None else self.principal.ways(caller)

    def resource_matches(self, subject: Subject, *, wildcard_only: bool) -> int:
        """Return whether the Resource element matches; a statement without one speaks of what it is attached to."""
        if self.resource is None:
            return YES
        return self.resource.matches_nothing_specific() if wildcard_only else self.resource.matches(subject)

    def conditions_match(self, subject: Subject) -> int:
        """Return whether all conditions hold."""
        result = YES
        for test in self.tests:
            found = test(subject)
            if found == NO:
                return NO
            if found == UNKNOWN:
                result = UNKNOWN
        return result


def show(source: PolicySource, raw: Mapping[str, JsonValue], index: int) -> Statement:
    """Return a statement in the contract's form."""
    sid, effect = raw.get("Sid"), raw.get("Effect")
    return Statement(
        policy_type=source.policy_type,
        policy_name=source.policy_name,
        policy_arn=source.policy_arn,
        attached_to=source.attached_to,
        sid=sid if isinstance(sid, str) and sid else None,
        index=index,
        effect=effect if isinstance(effect, str) else "",
        text=json.dumps(raw, ensure_ascii=False),
    )


def texts(value: JsonValue) -> tuple[str, ...]:
    """Return a string or list of strings as a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _action(raw: Mapping[str, JsonValue]) -> ActionElement:
    inverted = "NotAction" in raw
    return compile_actions(texts(raw["NotAction" if inverted else "Action"]), inverted=inverted)


def _resource(raw: Mapping[str, JsonValue], kind: PolicyType, *, variables: bool) -> ResourceElement | None:
    for name in ("Resource", "NotResource"):
        if name in raw:
            return compile_resources(texts(raw[name]), kind, variables=variables, inverted=name == "NotResource")
    return None


def _principal(raw: Mapping[str, JsonValue]) -> PrincipalElement | None:
    for name in ("Principal", "NotPrincipal"):
        if name in raw:
            return parse_principal(raw[name], inverted=name == "NotPrincipal")
    return None
