"""S3 buckets: policy, Block Public Access (bucket and account), ownership, encryption, requester pays, tags.

A bucket's ARN names no account, so every call says whose bucket it must be (ExpectedBucketOwner):
an answer proves the owner (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html).
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import ApiCall, call
from troubleshooter.evidence.collectors import s3_access_points
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_key,
    keep_policy,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn, s3_bucket_arn, s3_bucket_of
from troubleshooter.model.vocabulary import PolicyType

_BLOCK = PolicyType.S3_PUBLIC_ACCESS_BLOCK


def _bucket_call(name: str, action: str, policy_type: PolicyType, none: str = "") -> ApiCall:
    return call(f"s3.{name}", action, policy_type, none=(none,) if none else (), absent=("NoSuchBucket",))


POLICY = _bucket_call("get_bucket_policy", "s3:GetBucketPolicy", PolicyType.RESOURCE, "NoSuchBucketPolicy")
BLOCK = _bucket_call(
    "get_public_access_block", "s3:GetBucketPublicAccessBlock", _BLOCK, "NoSuchPublicAccessBlockConfiguration"
)
OWNERSHIP = _bucket_call(
    "get_bucket_ownership_controls", "s3:GetBucketOwnershipControls", PolicyType.NONE, "OwnershipControlsNotFoundError"
)
ENCRYPTION = _bucket_call(
    "get_bucket_encryption",
    "s3:GetEncryptionConfiguration",
    PolicyType.NONE,
    "ServerSideEncryptionConfigurationNotFoundError",
)
PAYER = _bucket_call("get_bucket_request_payment", "s3:GetBucketRequestPayment", PolicyType.NONE)
TAGS = _bucket_call("get_bucket_tagging", "s3:GetBucketTagging", PolicyType.NONE, "NoSuchTagSet")
ABAC = _bucket_call("get_bucket_abac", "s3:GetBucketAbac", PolicyType.NONE, "NoSuchAbacConfiguration")
ACCOUNT_BLOCK = call(
    "s3control.get_public_access_block",
    "s3:GetAccountPublicAccessBlock",
    _BLOCK,
    none=("NoSuchPublicAccessBlockConfiguration",),
)
BUCKETS = find_call("s3.list_buckets", "s3:ListAllMyBuckets", "Buckets")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read a bucket (of a bucket or object ARN), or the access point that the ARN names."""
    if arn.account:
        s3_access_points.collect(collecting, arn)
        return
    bucket, bucket_arn = s3_bucket_of(str(arn)), s3_bucket_arn(str(arn))
    if not bucket or not bucket_arn or "*" in bucket:
        return
    reader = collecting.reader
    answer = reader.read(POLICY, bucket_arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    if answer.get("Code") == "NoSuchBucket":
        return
    keep_policy(collecting, bucket_arn, answer, answer.get("Policy"))
    for part in (_block, _ownership, _encryption, _payer, _tags):
        policy_type = _BLOCK if part is _block else PolicyType.NONE
        collecting.once(f"{part.__name__} {bucket}", policy_type, bucket_arn, part, bucket, bucket_arn)
    collecting.once("account block", _BLOCK, f"account {reader.account}", collect_account_block)


def _block(collecting: Collecting, bucket: str, arn: str) -> None:
    reader = collecting.reader
    answer = reader.read(BLOCK, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    if answer.known:
        value = answer.get("PublicAccessBlockConfiguration")
        reader.store.bucket(reader.account, bucket, "PublicAccessBlock", value)


def collect_account_block(collecting: Collecting) -> None:
    """Read the account's own Block Public Access."""
    reader = collecting.reader
    answer = reader.read(ACCOUNT_BLOCK, f"account {reader.account}", AccountId=reader.account)
    if answer.known:
        reader.store.account_block(reader.account, answer.get("PublicAccessBlockConfiguration"))


def _ownership(collecting: Collecting, bucket: str, arn: str) -> None:
    reader = collecting.reader
    answer = reader.read(OWNERSHIP, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    if answer.known:
        rules = answer.get("OwnershipControls", "Rules") or [{}]
        reader.store.bucket(reader.account, bucket, "ObjectOwnership", rules[0].get("ObjectOwnership"))


def _encryption(collecting: Collecting, bucket: str, arn: str) -> None:
    reader = collecting.reader
    answer = reader.read(ENCRYPTION, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    if not answer.known:
        return
    found = answer.get("ServerSideEncryptionConfiguration")
    reader.store.bucket(reader.account, bucket, "Encryption", found)
    for rule in (found or {}).get("Rules", []):
        keep_key(collecting, arn, (rule.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID"))


def _payer(collecting: Collecting, bucket: str, arn: str) -> None:
    reader = collecting.reader
    answer = reader.read(PAYER, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    if answer.get("Payer"):
        reader.store.bucket(reader.account, bucket, "RequestPayer", answer.get("Payer"))


def _tags(collecting: Collecting, bucket: str, arn: str) -> None:
    """Read the tags and whether they count for authorization; a bucket without tags needs no second look."""
    reader = collecting.reader
    answer = reader.read(TAGS, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
    keep_tags(collecting, arn, answer, answer.get("TagSet") or [])
    if answer.read and answer.get("TagSet"):
        abac = reader.read(ABAC, arn, Bucket=bucket, ExpectedBucketOwner=reader.account)
        if abac.known:
            status = abac.get("AbacStatus", "Status") or "Disabled"
            reader.store.bucket(reader.account, bucket, "Abac", {"Status": status})


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the account's buckets."""
    for bucket in found_all(collecting, BUCKETS).items:
        yield f"arn:{collecting.reader.access.partition}:s3:::{bucket['Name']}"


COLLECTOR = ServiceCollector(
    service="s3",
    calls=(
        POLICY, BLOCK, ACCOUNT_BLOCK, OWNERSHIP, ENCRYPTION, PAYER, TAGS, ABAC, *s3_access_points.CALLS,
    ),
    collect=collect,
    find_calls=(BUCKETS,),
    find=find,
    everywhere=True,
)  # fmt: skip
