"""The resource side of a request: the owner, the policy, KMS grants, a bucket's public access block."""

from __future__ import annotations

from dataclasses import dataclass, field

from troubleshooter.engine.applicability.identity import document_of
from troubleshooter.engine.applicability.resource_keys import find_key, has_resource_policy
from troubleshooter.model.arn import Arn, account_of, parse_arn, role_arn_without_path, s3_bucket_of
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.request import LayerGap, Request
from troubleshooter.model.shapes import as_object
from troubleshooter.model.vocabulary import PolicyType

_TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSide:
    """What the resource brings to a request."""

    policy: SourcedPolicy | None = None
    access_point: SourcedPolicy | None = None
    kms_grants: tuple[JsonObject, ...] = ()
    gaps: tuple[LayerGap, ...] = field(default=())


def is_trust_action(action: str) -> bool:
    """Return whether the role's trust policy is the resource side of ``action``.

    For ``iam:*`` actions on a role (``iam:PassRole`` too) it is not.
    """
    return action.lower() in _TRUST_ACTIONS


def resource_owner(request: Request, evidence: Evidence) -> str | None:
    """Return the account that owns the resource: where it is listed, else what the request or its ARN says."""
    for account_id, account in evidence.accounts.items():
        if _lists(account, request.resource):
            return account_id
    return request.resource_account or account_of(request.resource)


def _lists(account: AccountEvidence, resource: str) -> bool:
    """Return whether an account lists the resource; ARNs that name an account need no listing."""
    named = account_of(resource)
    if named is not None:
        return False
    bucket = s3_bucket_of(resource)
    if bucket is not None and bucket in (as_object((account.s3 or {}).get("Buckets")) or {}):
        return True
    return any(find_key(resource, listed) for listed in (account.resource_policies, account.resource_tags))


def resource_side(request: Request, evidence: Evidence, owner: str | None) -> ResourceSide:
    """Return the resource-based policy that applies, or the gap where it is not known."""
    if is_trust_action(request.action):
        return _trust(request.resource, evidence)
    service = request.action.partition(":")[0].lower()
    arn = parse_arn(request.resource)
    if arn is None or arn.service == "iam":
        return ResourceSide()
    account = evidence.accounts.get(owner or "")
    if arn.service == "s3" and arn.resource.startswith("accesspoint/"):
        return _access_point(request.resource, account, owner)
    policy, gap = _policy(request, account, owner)
    grants, grants_gap = _grants(request.resource, account) if service == "kms" else ((), None)
    gaps = tuple(item for item in (gap, grants_gap) if item is not None)
    return ResourceSide(policy=policy, kms_grants=grants, gaps=gaps)


def _policy(
    request: Request, account: AccountEvidence | None, owner: str | None
) -> tuple[SourcedPolicy | None, LayerGap | None]:
    """Look a policy up by the resource's ARN: found, looked and none, or not read."""
    arn = parse_arn(request.resource)
    if arn is not None and arn.service == "kms" and arn.resource_type == "alias":
        return None, _gap(request.resource, f"the key behind alias {arn.resource_id} is not known", "kms:DescribeKey")
    listed = account.resource_policies if account is not None else None
    key = find_key(request.resource, listed)
    document = document_of(listed[key]) if listed is not None and key is not None else None
    if key is not None:
        source = PolicySource(policy_type=PolicyType.RESOURCE, attached_to=key)
        return (None, None) if document is None else (SourcedPolicy(source=source, document=document), None)
    if not has_resource_policy(request.resource) or _creates(request.action):
        return None, None
    return None, _gap(request.resource, _why_unread(request.resource, account, owner), _permission(arn))


_PERMISSIONS = {
    "s3": "s3:GetBucketPolicy",
    "kms": "kms:GetKeyPolicy",
    "sqs": "sqs:GetQueueAttributes",
    "sns": "sns:GetTopicAttributes",
    "secretsmanager": "secretsmanager:GetResourcePolicy",
    "lambda": "lambda:GetPolicy",
    "ecr": "ecr:GetRepositoryPolicy",
    "dynamodb": "dynamodb:GetResourcePolicy",
    "kinesis": "kinesis:GetResourcePolicy",
}


def _permission(arn: Arn | None) -> str:
    """Return the permission that reads the resource's policy."""
    return _PERMISSIONS.get(arn.service if arn else "", "permission to read the resource's policy")


def _creates(action: str) -> bool:
    """Return whether the action makes the resource, which then has no policy yet."""
    service, _, name = action.lower().partition(":")
    return name.startswith("create") and service != "kms"


def _why_unread(resource: str, account: AccountEvidence | None, owner: str | None) -> str:
    if owner is None:
        return f"the account that owns {resource} is not known, so its policy was not read"
    if account is None or account.resource_policies is None:
        return f"the resource policies of account {owner} were not read"
    return f"{resource} is not among the resource policies read in account {owner}"


def _gap(scope: str, reason: str, remedy: str) -> LayerGap:
    return LayerGap(policy_type=PolicyType.RESOURCE, reason=reason, remedy=remedy, scope=scope)


def _trust(resource: str, evidence: Evidence) -> ResourceSide:
    """Return the role's trust policy; the ARN that was asked for may lack the role's path."""
    arn = parse_arn(resource)
    account = evidence.accounts.get(arn.account if arn else "")
    roles = account.roles if account is not None else None
    entry = (roles or {}).get(resource)
    if entry is None:
        pathless = role_arn_without_path(resource)
        same = (key for key in roles or {} if pathless and role_arn_without_path(key) == pathless)
        entry = (roles or {}).get(next(same, ""))
    document = document_of((entry or {}).get("AssumeRolePolicyDocument"))
    if entry is None or document is None:
        read = account is not None and roles is not None
        reason = f"role {resource} " + ("is not in its account as read" if read else "was not read")
        gap = LayerGap(policy_type=PolicyType.TRUST, reason=reason, remedy="iam:GetRole", scope=resource)
        return ResourceSide(gaps=(gap,))
    attached = str(entry.get("Arn") or resource)
    source = PolicySource(policy_type=PolicyType.TRUST, attached_to=attached)
    return ResourceSide(policy=SourcedPolicy(source=source, document=document))


def _access_point(resource: str, account: AccountEvidence | None, owner: str | None) -> ResourceSide:
    """Return an access point's policy; which bucket stands behind it is not in the evidence.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
    """
    listed = account.resource_policies if account is not None else None
    key = find_key(resource, listed)
    document = document_of(listed[key]) if listed is not None and key is not None else None
    gap = _gap(resource, "the policy of the bucket behind the access point is not known", "s3:GetBucketPolicy")
    if key is None:
        unread = _gap(resource, _why_unread(resource, account, owner), "s3:GetAccessPointPolicy")
        return ResourceSide(gaps=(unread, gap))
    if document is None:
        return ResourceSide(gaps=(gap,))
    source = PolicySource(policy_type=PolicyType.RESOURCE, attached_to=key)
    return ResourceSide(access_point=SourcedPolicy(source=source, document=document), gaps=(gap,))


def _grants(resource: str, account: AccountEvidence | None) -> tuple[tuple[JsonObject, ...], LayerGap | None]:
    """Return the grants on a key: a further way to be allowed, beside the key policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    listed = account.kms_grants if account is not None else None
    if listed is None:
        gap = LayerGap(
            policy_type=PolicyType.KMS_GRANT,
            reason="the grants on the key were not read",
            remedy="kms:ListGrants",
            scope=resource,
        )
        return (), gap
    return tuple(listed.get(resource, ())), None


def public_access_block(resource: str, account: AccountEvidence | None) -> bool | None:
    """Return whether S3 restricts the bucket's public policy: the bucket's setting or its account's.

    None: unknown, because neither says so and one of them was not read (an absent key; ``null`` is "none set").
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    bucket = s3_bucket_of(resource)
    if bucket is None or account is None or account.s3 is None:
        return None
    entry = as_object((as_object(account.s3.get("Buckets")) or {}).get(bucket)) or {}
    places = (entry, account.s3)
    if any(bool((as_object(place.get("PublicAccessBlock")) or {}).get("RestrictPublicBuckets")) for place in places):
        return True
    return False if all("PublicAccessBlock" in place for place in places) else None


def bucket_abac(resource: str, account: AccountEvidence | None) -> bool | None:
    """Return whether the bucket's tags count for authorization (off unless turned on); None unknown.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    """
    bucket = s3_bucket_of(resource)
    if bucket is None or account is None or account.s3 is None:
        return None
    entry = as_object((as_object(account.s3.get("Buckets")) or {}).get(bucket)) or {}
    return (as_object(entry.get("Abac")) or {}).get("Status") == "Enabled"
