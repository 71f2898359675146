"""A permissions boundary that does not allow -> one exact statement in it, for the caller alone where it is shared."""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, model_condition
from troubleshooter.fixes.conditions import joined, only_caller
from troubleshooter.fixes.documents import parsed, with_added
from troubleshooter.fixes.holders import holders, is_aws_managed, only_holder
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType


def allow_boundary(broken: Broken) -> Repair:
    """Add an Allow to the boundary; it grants nothing by itself, it only stops limiting this request.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    asked = broken.asked
    policy = next(iter(broken.policies.permissions_boundary or ()), None)
    before = parsed(policy.document) if policy is not None else None
    if policy is None or before is None:
        return impossible("the permissions boundary was not read")
    arn = policy.source.policy_arn or ""
    if is_aws_managed(arn):
        return impossible(f"the boundary {arn} is managed by AWS: give the caller a boundary of its own instead")
    condition = model_condition(closest(broken.near_misses, (policy,)), asked)
    warnings: tuple[str, ...] = ()
    if not only_holder(arn, asked.principal or "", broken.evidence):
        others = [holder for holder in holders(arn, broken.evidence) if holder != asked.principal]
        condition = joined(condition, only_caller(asked))
        who = f" ({', '.join(others[:3])}{', …' if len(others) > 3 else ''})" if others else ""  # noqa: PLR2004 - a short list
        warnings = (f"others have this boundary too{who}; the new statement is limited to the caller",)
    after = with_added(before, allow_statement(asked, condition=condition))
    change = Change(
        policy_type=PolicyType.BOUNDARY,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or asked.principal or "",
        policy_arn=arn,
        before=before,
        after=after,
    )
    return Repair(changes=(change,), warnings=(*warnings, *overflow(PolicyType.BOUNDARY, after)), exact=False)
