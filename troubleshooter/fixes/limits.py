"""Quotas of policy documents, checked before a fix is shown.

IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (whitespace does not count)
Organizations: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
Resources: each service's own quotas page, named below.
"""

from __future__ import annotations

from troubleshooter.engine.applicability.identity import document_of
from troubleshooter.fixes.documents import Json, parsed, size
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import PolicySource
from troubleshooter.model.shapes import as_text, objects
from troubleshooter.model.vocabulary import PolicyType

MAX_SCPS_PER_TARGET = 10
"""Five until 15 May 2026, when AWS doubled this and the size of an SCP."""
MAX_VERSIONS = 5
_MANAGED = 6144
_INLINE = {"user": ("UserPolicyList", 2048), "role": ("RolePolicyList", 10240), "group": ("GroupPolicyList", 5120)}
_BY_TYPE = {
    PolicyType.BOUNDARY: _MANAGED,
    PolicyType.TRUST: 2048,
    PolicyType.SCP: 10240,
    PolicyType.RCP: 5120,
    PolicyType.SESSION: 2048,
    PolicyType.VPC_ENDPOINT: 20480,
}
_BY_SERVICE = {
    "s3": 20480,  # AmazonS3/latest/userguide/bucket-policies.html
    "kms": 32768,  # kms/latest/developerguide/resource-limits.html
    "dynamodb": 20480,  # amazondynamodb/latest/developerguide/rbac-considerations.html
    "lambda": 20480,  # lambda/latest/dg/gettingstarted-limits.html
    "secretsmanager": 20480,  # secretsmanager/latest/userguide/reference_limits.html
    "ecr": 10240,  # AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
    "sns": 30720,  # sns/latest/dg/sns-access-policy-language
}


def fits(kind: PolicyType, after: Json, source: PolicySource, evidence: Evidence) -> bool:
    """Return whether an edited identity-based policy stays within its quota."""
    if kind is PolicyType.IDENTITY and source.policy_arn is None:
        return _inline_total(after, source, evidence) <= _inline_limit(source)
    return size(after) <= _BY_TYPE.get(kind, _MANAGED)


def _inline_limit(source: PolicySource) -> int:
    arn = parse_arn(source.attached_to)
    return _INLINE.get(arn.resource_type if arn else "", ("", _MANAGED))[1]


def _inline_total(after: Json, source: PolicySource, evidence: Evidence) -> int:
    """Sum the inline policies of a principal, the edited one as it would be: the quota is for all together."""
    arn = parse_arn(source.attached_to)
    account = evidence.accounts.get(arn.account if arn else "")
    listing = {"user": account.users, "role": account.roles, "group": account.groups} if account is not None else {}
    kind = arn.resource_type if arn else ""
    entry = (listing.get(kind) or {}).get(source.attached_to or "") or {}
    others = [
        size(parsed(document_of(item.get("PolicyDocument"))) or {})
        for item in objects(entry.get(_INLINE.get(kind, ("", 0))[0]))
        if as_text(item.get("PolicyName")) != source.policy_name
    ]
    return size(after) + sum(others)


def overflow(kind: PolicyType, after: Json, service: str = "") -> tuple[str, ...]:
    """Return the warning that a document grows past its quota; empty where it fits."""
    limit = _BY_SERVICE.get(service) if kind is PolicyType.RESOURCE else _BY_TYPE.get(kind)
    used = size(after)
    if limit is None or used <= limit:
        return ()
    return (f"the policy would have {used} characters, more than the quota of {limit}: shorten it first",)


def versions_warning(policy_arn: str | None, evidence: Evidence) -> tuple[str, ...]:
    """Return the warning that a managed policy has all its versions, so that one must go before an edit.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
    """
    arn = parse_arn(policy_arn)
    account = evidence.accounts.get(arn.account if arn else "")
    entry = ((account.managed_policies or {}).get(policy_arn or "") or {}) if account is not None else {}
    if len(tuple(objects(entry.get("PolicyVersionList")))) < MAX_VERSIONS:
        return ()
    return (f"{policy_arn} has {MAX_VERSIONS} versions, the most that AWS keeps: delete one before the edit",)
