"""A policy set, compiled: for each layer its statements, indexed by the service of their actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from troubleshooter.engine.documents import parse_document
from troubleshooter.engine.statement import CompiledStatement
from troubleshooter.model.evaluation import DocumentError
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.request import LayerGap, PolicySet
from troubleshooter.model.vocabulary import PolicyType


@dataclass(slots=True)
class CompiledLayer:
    """The united policies of one layer, or of one organization level (``level`` is its id).

    ``unread`` says that part of the layer was not read or is not a document AWS would take.
    """

    policy_type: PolicyType
    statements: tuple[CompiledStatement, ...] = ()
    level: str | None = None
    errors: tuple[DocumentError, ...] = ()
    gaps: tuple[LayerGap, ...] = ()
    _by_service: dict[str, list[CompiledStatement]] = field(default_factory=dict)
    _any_service: list[CompiledStatement] = field(default_factory=list)

    @property
    def unread(self) -> bool:
        """Return whether something of this layer is missing."""
        return bool(self.gaps)

    def index(self) -> None:
        """Sort the statements by the service that they speak of."""
        for statement in self.statements:
            services = statement.action.services()
            if services is None:
                self._any_service.append(statement)
                continue
            for service in services:
                self._by_service.setdefault(service, []).append(statement)

    def for_action(self, action: str) -> Iterable[CompiledStatement]:
        """Yield the statements whose Action element matches a lowercase action."""
        service = action.partition(":")[0]
        for statement in (*self._by_service.get(service, ()), *self._any_service):
            if statement.action.matches(action):
                yield statement


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledLayers:
    """Every layer of a policy set; None where the layer does not exist for the request."""

    identity: CompiledLayer
    boundary: CompiledLayer | None
    session: CompiledLayer | None
    resource: CompiledLayer | None
    access_point: CompiledLayer | None
    endpoint: CompiledLayer | None
    scp: tuple[CompiledLayer, ...]
    rcp: tuple[CompiledLayer, ...]
    gaps: tuple[LayerGap, ...]

    def all(self) -> tuple[CompiledLayer, ...]:
        """Return every layer that exists, in the order of evaluation."""
        single = (self.identity, self.boundary, self.session, self.resource, self.access_point, self.endpoint)
        return (*(item for item in single if item is not None), *self.scp, *self.rcp)

    @property
    def errors(self) -> tuple[DocumentError, ...]:
        """Return every document error of the set."""
        return tuple(error for layer in self.all() for error in layer.errors)


def compile_layers(policies: PolicySet) -> CompiledLayers:
    """Return the set compiled; documents that AWS would refuse become errors and gaps."""
    gaps = policies.gaps
    resource = () if policies.resource is None else (policies.resource,)
    point = () if policies.access_point is None else (policies.access_point,)
    kind = policies.resource.source.policy_type if policies.resource else PolicyType.RESOURCE
    return CompiledLayers(
        identity=_layer(PolicyType.IDENTITY, policies.identity, gaps),
        boundary=_optional(PolicyType.BOUNDARY, policies.permissions_boundary, gaps),
        session=_optional(PolicyType.SESSION, policies.session, gaps),
        resource=_layer(kind, resource, _resource_gaps(gaps)) if resource or _resource_gaps(gaps) else None,
        access_point=_layer(PolicyType.RESOURCE, point, ()) if point else None,
        endpoint=_optional(PolicyType.VPC_ENDPOINT, policies.vpc_endpoint, gaps),
        scp=_levels(PolicyType.SCP, policies, gaps),
        rcp=_levels(PolicyType.RCP, policies, gaps),
        gaps=gaps,
    )


def _resource_gaps(gaps: Sequence[LayerGap]) -> tuple[LayerGap, ...]:
    return tuple(gap for gap in gaps if gap.policy_type in (PolicyType.RESOURCE, PolicyType.TRUST))


def _optional(
    kind: PolicyType, policies: tuple[SourcedPolicy, ...] | None, gaps: tuple[LayerGap, ...]
) -> CompiledLayer | None:
    """A layer that does not exist does not limit, unless it was not read."""
    missing = any(gap.policy_type == kind for gap in gaps)
    return None if policies is None and not missing else _layer(kind, policies or (), gaps)


def _levels(kind: PolicyType, policies: PolicySet, gaps: tuple[LayerGap, ...]) -> tuple[CompiledLayer, ...]:
    levels = policies.scp if kind is PolicyType.SCP else policies.rcp
    if not levels and any(gap.policy_type == kind for gap in gaps):
        return (_layer(kind, (), gaps),)
    return tuple(_layer(kind, level.policies, gaps, level.org_identifier) for level in levels)


def _layer(
    kind: PolicyType, policies: Sequence[SourcedPolicy], gaps: Sequence[LayerGap], level: str | None = None
) -> CompiledLayer:
    statements: list[CompiledStatement] = []
    errors: list[DocumentError] = []
    for policy in policies:
        document = parse_document(policy)
        errors.extend(document.errors)
        first = len(statements)
        statements += [CompiledStatement(document, index, first + index) for index in range(len(document.statements))]
    own = [gap for gap in gaps if gap.policy_type == kind or kind in (PolicyType.RESOURCE, PolicyType.TRUST)]
    layer = CompiledLayer(
        policy_type=kind,
        statements=tuple(statements),
        level=level,
        errors=tuple(errors),
        gaps=(*own, *(_as_gap(error) for error in errors)),
    )
    layer.index()
    return layer


def _as_gap(error: DocumentError) -> LayerGap:
    """Name the policy and the place; what such a document would have said is not known."""
    name = error.policy_arn or error.policy_name or error.attached_to or error.policy_type.value
    where = f" at {error.path}" if error.path else ""
    return LayerGap(
        policy_type=error.policy_type,
        scope=name,
        reason=f"not a valid policy document{where}: {error.reason}",
        remedy="read the document again; AWS would not have stored it like this",
    )
