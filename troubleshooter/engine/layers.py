"""A policy set, compiled: for each layer its statements, indexed by the service of their actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from troubleshooter.engine.documents import parse_document
from troubleshooter.engine.statement import CompiledStatement
from troubleshooter.model.evaluation import DocumentError
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.request import LayerGap, OrganizationLevel, PolicySet
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


_MOST_LAYERS = 8192


class LayerCompiler:
    """Compiles layers, and remembers them where ``shared``: for many policy sets that share documents.

    Documents are told apart by identity, so whoever shares a compiler must not change them while it is in use.
    """

    __slots__ = ("_known", "_shared")

    def __init__(self, *, shared: bool = False) -> None:
        """Start with nothing compiled."""
        self._shared = shared
        self._known: dict[object, tuple[CompiledLayer, Sequence[SourcedPolicy]]] = {}

    def layer(
        self, kind: PolicyType, policies: Sequence[SourcedPolicy], gaps: Sequence[LayerGap], level: str | None = None
    ) -> CompiledLayer:
        """Return the united policies compiled, with those of the gaps that are theirs."""
        own = tuple(gap for gap in gaps if _concerns(gap, kind))
        if not self._shared:
            return _layer(kind, policies, own, level)
        key = (kind, level, own, tuple((policy.source, id(policy.document)) for policy in policies))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_LAYERS:
                self._known.clear()
            # The policies are kept with their layer: an identity is only good while its document lives.
            found = self._known[key] = (_layer(kind, policies, own, level), policies)
        return found[0]


def _concerns(gap: LayerGap, kind: PolicyType) -> bool:
    if kind in _ON_RESOURCE:
        return gap.policy_type in _ON_RESOURCE
    return gap.policy_type == kind


_ON_RESOURCE = frozenset({PolicyType.RESOURCE, PolicyType.TRUST})


def compile_layers(policies: PolicySet, compiler: LayerCompiler | None = None) -> CompiledLayers:
    """Return the set compiled; documents that AWS would refuse become errors and gaps."""
    make = (compiler or LayerCompiler()).layer
    gaps = policies.gaps
    kind = policies.resource.source.policy_type if policies.resource else PolicyType.RESOURCE
    resource = () if policies.resource is None else (policies.resource,)
    resource_unread = any(gap.policy_type in _ON_RESOURCE for gap in gaps)

    def optional(kind: PolicyType, found: tuple[SourcedPolicy, ...] | None) -> CompiledLayer | None:
        missing = any(gap.policy_type == kind for gap in gaps)
        return None if found is None and not missing else make(kind, found or (), gaps)

    def levels(kind: PolicyType, found: tuple[OrganizationLevel, ...]) -> tuple[CompiledLayer, ...]:
        if not found and any(gap.policy_type == kind for gap in gaps):
            return (make(kind, (), gaps),)
        return tuple(make(kind, level.policies, gaps, level.org_identifier) for level in found)

    return CompiledLayers(
        identity=make(PolicyType.IDENTITY, policies.identity, gaps),
        boundary=optional(PolicyType.BOUNDARY, policies.permissions_boundary),
        session=optional(PolicyType.SESSION, policies.session),
        resource=make(kind, resource, gaps) if resource or resource_unread else None,
        access_point=make(PolicyType.RESOURCE, (policies.access_point,), ()) if policies.access_point else None,
        endpoint=optional(PolicyType.VPC_ENDPOINT, policies.vpc_endpoint),
        scp=levels(PolicyType.SCP, policies.scp),
        rcp=levels(PolicyType.RCP, policies.rcp),
        gaps=gaps,
    )


def _layer(
    kind: PolicyType, policies: Sequence[SourcedPolicy], gaps: tuple[LayerGap, ...], level: str | None
) -> CompiledLayer:
    statements: list[CompiledStatement] = []
    errors: list[DocumentError] = []
    for policy in policies:
        document = parse_document(policy)
        errors.extend(document.errors)
        first = len(statements)
        statements += [CompiledStatement(document, index, first + index) for index in range(len(document.statements))]
    layer = CompiledLayer(
        policy_type=kind,
        statements=tuple(statements),
        level=level,
        errors=tuple(errors),
        gaps=(*gaps, *(_as_gap(error) for error in errors)),
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
