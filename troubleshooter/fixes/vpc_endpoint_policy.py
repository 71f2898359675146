"""A VPC endpoint policy that does not allow -> one exact statement for the caller."""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, model_condition
from troubleshooter.fixes.conditions import joined, only_caller
from troubleshooter.fixes.documents import parsed, with_added
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType


def allow_endpoint(broken: Broken) -> Repair:
    """Add an Allow to the endpoint's policy: Principal ``*`` limited by ``aws:PrincipalArn``.

    Gateway endpoints accept no other Principal
    (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html).
    """
    policy = next(iter(broken.policies.vpc_endpoint or ()), None)
    before = parsed(policy.document) if policy is not None else None
    if policy is None or before is None:
        return impossible("the VPC endpoint's policy was not read")
    limit = only_caller(broken.asked)
    if not limit:
        return impossible("an endpoint policy cannot name a caller that sends no signed request")
    condition = joined(model_condition(closest(broken.near_misses, (policy,)), broken.asked), limit)
    after = with_added(before, allow_statement(broken.asked, condition=condition, principal="*"))
    change = Change(
        policy_type=PolicyType.VPC_ENDPOINT,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or "",
        before=before,
        after=after,
    )
    return Repair(changes=(change,), warnings=overflow(PolicyType.VPC_ENDPOINT, after), exact=False)
