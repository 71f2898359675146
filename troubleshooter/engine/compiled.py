"""Compile a policy set once, decide many requests.

What depends only on the caller and the action is worked out once per pair (a plan); of a request only the
resource and the conditions are then left. A plan remembers its verdicts by which statements matched, so the
reasons of a decision cost nothing the second time.
"""

from __future__ import annotations

from troubleshooter.engine.layers import CompiledLayers, LayerCompiler, compile_layers
from troubleshooter.engine.plan import Plan, make_plan
from troubleshooter.engine.services.kms_grants import CompiledGrant
from troubleshooter.engine.subject import Subject, caller_of
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.request import PolicySet, Request

_MOST_PLANS = 4096


class CompiledPolicies:
    """A policy set ready to decide; create it with ``compile_policies``."""

    __slots__ = ("_grants", "_plans", "layers", "policies")

    def __init__(self, policies: PolicySet, compiler: LayerCompiler | None = None) -> None:
        """Compile every layer; plans follow with the requests."""
        self.policies = policies
        self.layers: CompiledLayers = compile_layers(policies, compiler)
        self._grants = tuple(CompiledGrant(raw, index) for index, raw in enumerate(policies.kms_grants))
        self._plans: dict[object, Plan] = {}

    def decide(self, request: Request) -> Evaluation:
        """Return the verdict on one request, with every layer's share in it."""
        subject = Subject(request, abac_off=self.policies.settings.bucket_abac_enabled is False)
        return self._plan(request, subject).decide(request, subject)

    def _plan(self, request: Request, subject: Subject) -> Plan:
        principal, given = request.principal, subject.context
        key = (
            principal.arn,
            principal.kind,
            principal.session_issuer_arn,
            principal.account,
            subject.action,
            given.get("aws:principalarn"),
            given.get("aws:federatedprovider"),
            request.context_complete,
        )
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            caller = caller_of(request, self.policies)
            plan = self._plans[key] = make_plan(self.policies, self.layers, self._grants, caller, subject.action)
        return plan


def compile_policies(policies: PolicySet, compiler: LayerCompiler | None = None) -> CompiledPolicies:
    """Return the policy set compiled; a shared ``compiler`` compiles documents that it has met only once."""
    return CompiledPolicies(policies, compiler)
