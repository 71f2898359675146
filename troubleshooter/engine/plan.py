"""What is left to ask for one caller and one action: the statements that may match, cut down once.

Statements whose answer cannot depend on the request any more are settled here; the others are *open* and
keep only the tests that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from troubleshooter.engine.authorize import Asked
from troubleshooter.engine.layers import CompiledLayer, CompiledLayers
from troubleshooter.engine.outcome import Deciding, Matched, Outcome, outcome_of, united
from troubleshooter.engine.principals import MAYBE
from troubleshooter.engine.report import Verdict, report
from troubleshooter.engine.resource_index import WORTH_IT, Entry, ResourceIndex, can_index
from troubleshooter.engine.resources import UNKNOWN_RESOURCE, ResourceElement
from troubleshooter.engine.services.kms_grants import CompiledGrant
from troubleshooter.engine.services.s3_public import is_public
from troubleshooter.engine.situation import Accounts, ResourceRole, accounts, rcps_bind, resource_role, scps_bind
from troubleshooter.engine.statement import CompiledStatement
from troubleshooter.engine.subject import Caller, Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.evaluation import DocumentError, Evaluation
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind
from troubleshooter.reference.actions import wildcard_only
from troubleshooter.reference.rcp import rcp_services

Test = Callable[[Subject], int]
_MOST_VERDICTS = 1024
_UNGOVERNED = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Calls that no policy governs: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html."""


@dataclass(frozen=True, slots=True)
class Open:
    """A statement that may match, with the tests that are left: its resource's first, then its conditions."""

    bit: int
    statement: Deciding
    ways: int
    tests: tuple[Test, ...]
    resource: ResourceElement | None = None


class Unit:
    """One layer, or one organization level, for one caller and action."""

    __slots__ = ("_few", "_index", "layer", "open", "settled", "tests", "unread")

    def __init__(self, layer: CompiledLayer | None, statements: Sequence[Open], *, unread: bool) -> None:
        """Settle what needs no request; the rest stays open."""
        self.layer = layer
        self.unread = unread
        sure = [item for item in statements if not item.tests and item.ways != MAYBE]
        self.settled: tuple[Matched, ...] = tuple((item.statement, item.ways, YES) for item in sure)
        left = [item for item in statements if item.tests or item.ways == MAYBE]
        self.open = tuple(replace(item, bit=1 << number) for number, item in enumerate(left))
        self.tests: tuple[Entry, ...] = tuple(map(_entry, self.open))
        indexed = [(item.resource, _entry(item, 1)) for item in self.open if item.resource and can_index(item.resource)]
        self._index = ResourceIndex(indexed) if len(indexed) >= WORTH_IT else None
        kept = {entry[0] for _, entry in indexed} if self._index else set()
        self._few = tuple(entry for entry in self.tests if entry[0] not in kept)

    def ask(self, subject: Subject) -> tuple[int, int]:
        """Return which open statements match, and which may, as two sets of bits."""
        matched = unsure = 0
        tests_left: Iterable[Entry] = self.tests
        if self._index is not None and subject.resource != UNKNOWN_RESOURCE:
            tests_left = (*self._few, *self._index.find(subject.resource))
        for bit, maybe, tests in tests_left:
            result = UNKNOWN if maybe else YES
            for test in tests:
                found = test(subject)
                if found == NO:
                    break
                if found == UNKNOWN:
                    result = UNKNOWN
            else:
                if result == YES:
                    matched |= bit
                else:
                    unsure |= bit
        return matched, unsure

    def outcome(self, matched: int, unsure: int) -> Outcome:
        """Return the outcome for an answer of ``ask``."""
        found = [(item.statement, item.ways, YES) for item in self.open if item.bit & matched]
        maybe = [(item.statement, item.ways, UNKNOWN) for item in self.open if item.bit & unsure]
        return outcome_of((*self.settled, *found, *maybe), unread=self.unread)


def _entry(item: Open, skip: int = 0) -> Entry:
    return item.bit, item.ways == MAYBE, item.tests[skip:]


class Plan:
    """All units for one caller and action, and the verdicts met so far."""

    __slots__ = ("_active", "_per_resource", "_verdicts", "caller", "context", "units")

    def __init__(self, context: PlanContext, caller: Caller, units: dict[str, tuple[Unit, ...]]) -> None:
        """Keep the units, and apart those that have to be asked."""
        self.context = context
        self.caller = caller
        self.units = units
        self._active = tuple(unit for group in units.values() for unit in group if unit.tests)
        self._per_resource = context.action.startswith(("kms:", "sts:"))
        self._verdicts: dict[object, Verdict] = {}

    def decide(self, request: Request, subject: Subject) -> Evaluation:
        """Return the verdict on one request of this caller and action."""
        relation = accounts(request, subject, self.caller)
        answers = []
        unsure = 0
        for unit in self._active:
            answer = unit.ask(self._seen(unit, subject))
            answers.append(answer)
            unsure |= answer[1]
        key = (relation, tuple(answers), self._variant(subject) if self._per_resource else None)
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._judge(relation, dict(zip(self._active, answers, strict=True)), subject)
            if not unsure:
                if len(self._verdicts) >= _MOST_VERDICTS:
                    self._verdicts.clear()
                self._verdicts[key] = verdict
        return Evaluation(request=request, decision=verdict[0], layers=verdict[1], errors=self.context.errors)

    def _seen(self, unit: Unit, subject: Subject) -> Subject:
        """Return the request as a unit sees it: a bucket policy is asked about the bucket, not its access point."""
        point = self.units["access_point"]
        if point and unit in self.units["resource"]:
            return behind_access_point(subject, self.context.policies.resource)
        return subject

    def _variant(self, subject: Subject) -> object:
        policies, action, resource = self.context.policies, self.context.action, subject.resource
        return (
            resource_role(action, resource, policies),
            rcps_bind(action, resource, self.caller, policies, rcp_services()),
        )

    def _judge(self, relation: Accounts, answers: dict[Unit, tuple[int, int]], subject: Subject) -> Verdict:
        context, caller, units = self.context, self.caller, self.units
        policies, action, resource = context.policies, context.action, subject.resource

        def of(name: str) -> tuple[Outcome, ...]:
            return tuple(unit.outcome(*answers.get(unit, (0, 0))) for unit in units[name])

        def single(name: str) -> Outcome | None:
            return next(iter(of(name)), None)

        role = resource_role(action, resource, policies)
        rcps = rcps_bind(action, resource, caller, policies, rcp_services())
        side = _resource_side(of("resource"), of("access_point"), role, relation, caller)
        root_may_not = caller.kind is PrincipalKind.ROOT and action == "sts:assumerole"
        if root_may_not:
            # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: not with root credentials
            side = Outcome() if side is None else Outcome(deny=side.deny, fired=side.fired)
        asked = Asked(
            caller=caller,
            accounts=relation,
            role=role,
            trust=context.trust,
            identity=single("identity"),
            boundary=single("boundary"),
            session=single("session"),
            resource=side,
            grants=single("grants"),
            endpoint=single("endpoint"),
            scp=of("scp"),
            rcp=tuple(_never_missing(item) for item in of("rcp")) if rcps else (),
            public_access=context.public_access(caller, relation),
            root_may_not=root_may_not,
            always_allowed=action in _UNGOVERNED,
        )
        return report(asked, context.layers, subject)


def _resource_side(
    policy: tuple[Outcome, ...],
    point: tuple[Outcome, ...],
    role: ResourceRole,
    relation: Accounts,
    caller: Caller,
) -> Outcome | None:
    """Return the resource's answer; an access point's policy and its bucket's both have to allow.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
    """
    if point:
        return united((*point, *(policy or (Outcome(),))))
    if policy:
        return policy[0]
    needed = role is ResourceRole.REQUIRED or relation is not Accounts.SAME or not caller.has_identity_side
    return Outcome() if needed else None


def _never_missing(outcome: Outcome) -> Outcome:
    """RCPFullAWSAccess is attached to every level and cannot be detached: no RCP denies implicitly.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
    """
    return Outcome(deny=outcome.deny, direct=YES, fired=outcome.fired, granted=outcome.granted, unsure=outcome.unsure)


def behind_access_point(subject: Subject, bucket: SourcedPolicy | None) -> Subject:
    """Return the request as the bucket's policy sees it: the object's ARN in the bucket."""
    arn = bucket.source.attached_to if bucket is not None else None
    if not arn or subject.fields is None or not subject.fields[5].startswith("accesspoint/"):
        return subject
    _, found, key = subject.fields[5].partition("/object/")
    return subject.at(f"{arn}/{key}" if found else arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What all plans of a policy set share, for one action."""

    policies: PolicySet
    layers: CompiledLayers
    errors: tuple[DocumentError, ...]
    action: str
    trust: bool

    def public_access(self, caller: Caller, relation: Accounts) -> int:
        """Return YES unless S3 RestrictPublicBuckets shuts the caller out, or may.

        Services and the owner's account stay in (access-control-block-public-access.html).
        """
        if not self.action.startswith("s3:") or caller.kind is PrincipalKind.AWS_SERVICE:
            return YES
        anonymous = caller.kind is PrincipalKind.ANONYMOUS
        outside = anonymous or relation is not Accounts.SAME
        setting = self.policies.settings.public_access_block
        unread = setting is None and any(
            gap.policy_type == PolicyType.S3_PUBLIC_ACCESS_BLOCK for gap in self.policies.gaps
        )
        layers = [item for item in (self.layers.resource, self.layers.access_point) if item is not None]
        if not outside or not (setting or unread) or not any(is_public(layer.statements) for layer in layers):
            return YES
        return UNKNOWN if unread or (relation is Accounts.UNKNOWN and not anonymous) else NO


def make_plan(
    policies: PolicySet, layers: CompiledLayers, grants: tuple[CompiledGrant, ...], caller: Caller, action: str
) -> Plan:
    """Return the plan for one caller and lowercase action."""
    setting = policies.settings.wildcard_only_action
    only_star = bool(wildcard_only(action)) if setting is None else setting

    def unit(layer: CompiledLayer | None) -> tuple[Unit, ...]:
        return () if layer is None else (_unit(layer, caller, action, only_star=only_star),)

    within = caller.has_identity_side
    role = resource_role(action, "", policies)
    units = {
        "identity": unit(layers.identity) if within and caller.kind is not PrincipalKind.ROOT else (),
        "boundary": unit(layers.boundary) if within and caller.kind is not PrincipalKind.ROOT else (),
        "session": _session_unit(layers, caller, unit) if within else (),
        "resource": () if role is ResourceRole.NONE else unit(layers.resource),
        "access_point": unit(layers.access_point),
        "grants": _grant_unit(grants, policies, caller, action),
        "endpoint": unit(layers.endpoint),
        "scp": tuple(item for level in layers.scp for item in unit(level)) if scps_bind(caller, policies) else (),
        "rcp": tuple(item for level in layers.rcp for item in unit(level)),
    }
    trust = action.startswith("sts:") and resource_role(action, "", policies) is ResourceRole.REQUIRED
    context = PlanContext(policies=policies, layers=layers, errors=layers.errors, action=action, trust=trust)
    return Plan(context, caller, units)


def _session_unit(
    layers: CompiledLayers, caller: Caller, unit: Callable[[CompiledLayer | None], tuple[Unit, ...]]
) -> tuple[Unit, ...]:
    """Return the session's unit: without session policy a federated user has no identity permissions at all.

    Long-term credentials have no session; of the root user only sts:AssumeRoot makes one
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html).

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    if layers.session is None and caller.kind is PrincipalKind.FEDERATED_USER:
        return (Unit(None, (), unread=False),)
    if caller.kind is PrincipalKind.IAM_USER or (caller.kind is PrincipalKind.ROOT and caller.session_arn is None):
        return ()
    return unit(layers.session)


def _grant_unit(grants: Iterable[CompiledGrant], policies: PolicySet, caller: Caller, action: str) -> tuple[Unit, ...]:
    unread = any(gap.policy_type == PolicyType.KMS_GRANT for gap in policies.gaps)
    if not action.startswith("kms:") or not (policies.kms_grants or unread):
        return ()
    named = [(grant, grant.ways(caller)) for grant in grants if action in grant.operations]
    found = [Open(0, grant, ways, (grant.conditions_match,)) for grant, ways in named if ways]
    return (Unit(None, found, unread=unread),)


def _unit(layer: CompiledLayer, caller: Caller, action: str, *, only_star: bool) -> Unit:
    candidates = [_open(statement, caller, only_star=only_star) for statement in layer.for_action(action)]
    return Unit(layer, [item for item in candidates if item is not None], unread=layer.unread)


def _open(statement: CompiledStatement, caller: Caller, *, only_star: bool) -> Open | None:
    """Return the statement with the tests that are left, or None where it cannot match."""
    ways = statement.ways(caller)
    if not ways:
        return None
    resource = statement.resource
    if resource is None:
        return Open(0, statement, ways, statement.tests)
    fixed = resource.matches_nothing_specific() if only_star else resource.constant
    if fixed == NO:
        return None
    if fixed == YES:
        return Open(0, statement, ways, statement.tests)
    return Open(0, statement, ways, (resource.matches, *statement.tests), resource)
