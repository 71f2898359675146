"""Which KMS key an S3 object call uses: the request's own headers first, then the bucket's default encryption.

(https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html)
"""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.diagnosis.behind.behind import parameters, text_at
from troubleshooter.model.arn import parse_arn, partition_of, s3_bucket_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request

_SSE_HEADER = "x-amz-server-side-encryption"
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"


def s3_key(denial: Denial, primary: Request, evidence: Evidence) -> tuple[str | None, bool]:
    """Return the key's ARN, None where none is known or needed, and whether the bucket uses a bucket key."""
    given = parameters(denial)
    sse, named = text_at(given, _SSE_HEADER), text_at(given, _KEY_HEADER)
    rule = _default_rule(primary, evidence)
    writes = primary.action.lower() == "s3:putobject"
    if (writes and sse and not sse.startswith("aws:kms")) or (not sse and not rule):
        return None, False
    default = text_at(rule, "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID")
    key = named if writes and sse else default
    return _key_arn(key, primary, denial.region), rule.get("BucketKeyEnabled") is True


def _default_rule(primary: Request, evidence: Evidence) -> Mapping[str, object]:
    """Return the bucket's default encryption rule where it names KMS, whichever account owns the bucket; else empty."""
    bucket = s3_bucket_of(primary.resource) or ""
    for account in evidence.accounts.values():
        entry = _at(_at(account.s3 or {}, "Buckets"), bucket)
        rules = _at(entry, "Encryption").get("Rules")
        for rule in rules if isinstance(rules, list | tuple) else ():
            algorithm = text_at(rule, "ApplyServerSideEncryptionByDefault", "SSEAlgorithm")
            if isinstance(rule, Mapping) and algorithm and algorithm.startswith("aws:kms"):
                return rule
    return {}


def _at(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _key_arn(key: str | None, primary: Request, region: str | None) -> str | None:
    """Return the key's ARN of an ARN, a bare key id or an alias; None for S3's AWS managed key.

    The AWS managed key lets every caller of its own account use it through S3, so it never refuses there.
    """
    if not key or key.endswith("alias/aws/s3"):
        return None
    if parse_arn(key):
        return key
    account = primary.resource_account or primary.principal.account
    if not account or not region:
        return None
    name = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:{partition_of(primary.resource)}:kms:{region}:{account}:{name}"
