"""S3 Block Public Access in the way -> the bucket policy made not public, with one statement for the caller.

With RestrictPublicBuckets a *public* bucket policy admits nobody from outside the bucket's account. So the policy's
open statements are limited to that account, which is all they admit today, and the caller gets a statement of its own
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html). Turning the block off
would open the bucket to everybody instead.
"""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement
from troubleshooter.fixes.conditions import joined
from troubleshooter.fixes.documents import Json, listed, parsed, statements, with_added, with_statements
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.fixes.resource_policy import principal_element
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType


def close_public_policy(broken: Broken) -> Repair:
    """Limit the open statements to the bucket's account and admit the caller by name."""
    asked, policy = broken.asked, broken.policies.resource
    owner = asked.request.resource_account
    before = parsed(policy.document) if policy is not None else None
    principal = principal_element(asked)
    if principal is None:
        return impossible("an unsigned caller stays out of a bucket that blocks public access: sign the request")
    if policy is None or before is None or owner is None:
        return impossible("the bucket's policy and owner were not read")
    limited = [_limited(item, owner) for item in statements(before)]
    after = with_added(with_statements(before, limited), allow_statement(asked, principal=principal))
    change = Change(
        policy_type=PolicyType.RESOURCE,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or "",
        before=before,
        after=after,
    )
    warning = (
        f"the statements open to everybody are limited to account {owner}: with public access blocked they admit "
        "nobody else today either"
    )
    return Repair(changes=(change,), warnings=(warning, *overflow(PolicyType.RESOURCE, after, "s3")), exact=False)


def _limited(statement: Json, owner: str) -> Json:
    if statement.get("Effect") != "Allow" or not _open(statement.get("Principal")):
        return statement
    limit = {"StringEquals": {"aws:PrincipalAccount": owner}}
    return {**statement, "Condition": joined(statement.get("Condition") or {}, limit)}


def _open(principal: object) -> bool:
    return principal == "*" or (isinstance(principal, dict) and "*" in listed(principal.get("AWS")))
