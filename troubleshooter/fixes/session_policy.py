"""A session policy that does not allow -> the same policy with one exact statement, for the next session."""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, model_condition
from troubleshooter.fixes.documents import parsed, with_added
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType

NEW_SESSION = "a session's policies are fixed when it is made: whoever calls AssumeRole must pass the new policy"


def allow_session(broken: Broken) -> Repair:
    """Add an Allow to the session policy that comes closest (several are united, so one is enough).

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
    """
    policies = [policy for policy in broken.policies.session or () if parsed(policy.document) is not None]
    if not policies:
        return impossible("the session's policies were not read")
    found = closest(broken.near_misses, policies)
    policy = found[1] if found is not None else policies[0]
    before = parsed(policy.document)
    after = with_added(before, allow_statement(broken.asked, condition=model_condition(found, broken.asked)))
    change = Change(
        policy_type=PolicyType.SESSION,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or "",
        before=before,
        after=after,
    )
    return Repair(changes=(change,), warnings=(NEW_SESSION, *overflow(PolicyType.SESSION, after)), exact=False)
