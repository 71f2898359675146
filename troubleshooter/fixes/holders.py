"""Who else a policy reaches: an edit must change nothing for anybody but the caller."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.model.arn import account_of
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject
from troubleshooter.model.shapes import as_object, as_text, objects

_AWS_RESERVED = (":role/aws-reserved/", ":role/aws-service-role/")


def account_evidence(arn: str | None, evidence: Evidence) -> AccountEvidence | None:
    """Return what was read of the account in an ARN."""
    return evidence.accounts.get(account_of(arn) or "")


def holders(policy_arn: str, evidence: Evidence) -> tuple[str, ...]:
    """Return the ARNs of the users, groups and roles that carry a managed policy, as policy or as boundary."""
    account = account_evidence(policy_arn, evidence)
    if account is None:
        return ()
    return tuple(dict.fromkeys(arn for arn, entry in _entries(account) if policy_arn in _carried(entry)))


def _entries(account: AccountEvidence) -> Iterator[tuple[str, JsonObject]]:
    for listing in (account.users, account.groups, account.roles):
        yield from (listing or {}).items()


def _carried(entry: JsonObject) -> set[str]:
    attached = {as_text(item.get("PolicyArn")) for item in objects(entry.get("AttachedManagedPolicies"))}
    limit = as_text((as_object(entry.get("PermissionsBoundary")) or {}).get("PermissionsBoundaryArn"))
    return {item for item in (*attached, limit) if item is not None}


def only_holder(policy_arn: str, holder: str, evidence: Evidence) -> bool:
    """Return whether nobody but ``holder`` carries the policy, as far as the listing and AWS's own count say."""
    account = account_evidence(policy_arn, evidence)
    if account is None or not account.identities_complete:
        return False
    entry = (account.managed_policies or {}).get(policy_arn) or {}
    others = [found for found in holders(policy_arn, evidence) if found != holder]
    count = entry.get("AttachmentCount")
    return not others and not (isinstance(count, int) and count > 1)


def is_aws_managed(policy_arn: str | None) -> bool:
    """Return whether AWS owns the policy, so that nobody else can edit it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    return policy_arn is not None and account_of(policy_arn) is None


def unchangeable_role(arn: str | None) -> str | None:
    """Return why a role's policies cannot be changed in IAM, or None where they can.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
    """
    if arn is None or not any(part in arn for part in _AWS_RESERVED):
        return None
    if "AWSReservedSSO_" in arn:
        name = arn.rsplit("/", 1)[-1].removeprefix("AWSReservedSSO_").rpartition("_")[0]
        return f"the role belongs to IAM Identity Center: change permission set {name} there, then provision it"
    if ":role/aws-service-role/" in arn:
        return "the role is linked to an AWS service, which alone writes its policies"
    return "AWS owns the role; its policies cannot be changed"
