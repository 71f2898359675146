"""An organization level whose SCPs do not allow -> one exact Allow at that level, for the caller alone.

An SCP never grants, it only stops limiting; still the statement names the caller, so that nobody else in the
accounts below gets past the level. SCPs know conditions and ARNs in Allow statements
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html).
"""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, model_condition
from troubleshooter.fixes.conditions import joined, only_caller
from troubleshooter.fixes.documents import Json, parsed, sid_of, statements, with_added
from troubleshooter.fixes.limits import MAX_SCPS_PER_TARGET, overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.request import OrganizationLevel
from troubleshooter.model.vocabulary import Operation, PolicyType


def allow_scp(broken: Broken) -> Repair:
    """Add an Allow to an SCP of the level that decided, or attach a new SCP where that level has none to edit."""
    level = _level(broken)
    if level is None:
        return impossible("the organization level that lacks an allow is not known")
    found = closest(broken.near_misses, level.policies)
    condition = joined(model_condition(found, broken.asked), only_caller(broken.asked))
    statement = allow_statement(broken.asked, condition=condition)
    home = found[1] if found is not None and _editable(found[1], broken) else None
    home = home or next((policy for policy in level.policies if _editable(policy, broken) and _allows(policy)), None)
    if home is not None:
        after = with_added(parsed(home.document), statement)
        too_long = overflow(PolicyType.SCP, after)
        if not too_long:
            return Repair(changes=(_replace(home, after),), exact=False)
    return _attach_new(broken, level, statement)


def _level(broken: Broken) -> OrganizationLevel | None:
    wanted = broken.layer.level
    return next((level for level in broken.policies.scp if level.org_identifier == wanted), None)


def _editable(policy: SourcedPolicy, broken: Broken) -> bool:
    organization = broken.evidence.organization
    listed = organization.policies if organization is not None else ()
    managed = {item.arn for item in listed if item.aws_managed}
    return policy.source.policy_arn not in managed and parsed(policy.document) is not None


def _allows(policy: SourcedPolicy) -> bool:
    return any(item.get("Effect") == "Allow" for item in statements(parsed(policy.document) or {}))


def _replace(policy: SourcedPolicy, after: Json) -> Change:
    return Change(
        policy_type=PolicyType.SCP,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or "",
        policy_name=policy.source.policy_name,
        policy_arn=policy.source.policy_arn,
        before=parsed(policy.document),
        after=after,
    )


def _attach_new(broken: Broken, level: OrganizationLevel, statement: Json) -> Repair:
    organization = broken.evidence.organization
    node = level.org_identifier
    target = organization.arns.get(node, node) if organization is not None else node
    change = Change(
        policy_type=PolicyType.SCP,
        operation=Operation.CREATE,
        target_arn=target,
        policy_name=_free_name(sid_of("Allow", broken.asked.service, broken.asked.operation), broken),
        after=with_added(None, statement),
    )
    full = len(level.policies) >= MAX_SCPS_PER_TARGET
    warning = f"{node} already has {MAX_SCPS_PER_TARGET} SCPs, the most that AWS allows: join two of them first"
    return Repair(changes=(change,), warnings=(warning,) if full else (), exact=False)


def _free_name(name: str, broken: Broken) -> str:
    organization = broken.evidence.organization
    taken = {policy.name for policy in organization.policies} if organization is not None else set()
    numbered = (name, *(f"{name}{number}" for number in range(2, 100)))
    return next((item for item in numbered if item not in taken), name)
