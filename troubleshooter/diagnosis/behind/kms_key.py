"""The KMS key behind an S3 object: reading needs kms:Decrypt, writing kms:GenerateDataKey.

S3 asks KMS with the caller's own permissions, through ``kms:ViaService`` and with the object's (or, with a
bucket key, the bucket's) ARN as encryption context
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from troubleshooter.diagnosis.behind.behind import Behind, follow_up, parameters, text_at
from troubleshooter.model.arn import account_of, parse_arn, partition_of, s3_bucket_arn, s3_bucket_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence, JsonObject
from troubleshooter.model.request import Request

_READS = frozenset({"s3:getobject", "s3:getobjectversion", "s3:getobjectattributes"})
_WRITES = frozenset({"s3:putobject"})
_MULTIPART = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})
_SSE_HEADER = "x-amz-server-side-encryption"
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"


def kms_key(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield the KMS requests behind an S3 object call on an encrypted bucket; nothing where no key is known.

    A key that the request's own headers name is certain. The bucket's default key is certain for a
    write that names none, and only likely for a read: the object may have been written with another.
    """
    action = primary.action.lower()
    if action not in _READS | _WRITES:
        return
    given = parameters(denial)
    sse, named = text_at(given, _SSE_HEADER), text_at(given, _KEY_HEADER)
    rule = _default_encryption(primary, evidence)
    writes = action in _WRITES
    if (writes and sse and not sse.startswith("aws:kms")) or (not sse and rule is None):
        return
    key = named if writes and sse else (text_at(rule or {}, "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID"))
    arn = _key_arn(key, primary, denial.region)
    if arn is None:
        return
    bucket_key = bool((rule or {}).get("BucketKeyEnabled"))
    for needed in _needed(action, denial.api_call):
        yield Behind(
            request=_through_s3(primary, needed, arn, denial.region, bucket_key=bucket_key),
            role="kms_key",
            why=f"{primary.resource} is encrypted with {arn}, so {primary.action} also needs {needed}",
            surely=writes,
        )


def _needed(action: str, api_call: str | None) -> tuple[str, ...]:
    if action in _READS:
        return ("kms:Decrypt",)
    return ("kms:GenerateDataKey", "kms:Decrypt") if api_call in _MULTIPART else ("kms:GenerateDataKey",)


def _default_encryption(primary: Request, evidence: Evidence) -> JsonObject | None:
    """Return the bucket's default encryption rule where it names KMS, from whichever account owns the bucket."""
    bucket = s3_bucket_of(primary.resource)
    for account in evidence.accounts.values():
        entry = _at(_at(account.s3 or {}, "Buckets"), bucket or "")
        rules = _at(entry, "Encryption").get("Rules")
        for rule in rules if isinstance(rules, list | tuple) else ():
            algorithm = text_at(rule, "ApplyServerSideEncryptionByDefault", "SSEAlgorithm") or ""
            if algorithm.startswith("aws:kms"):
                return rule  # type: ignore[no-any-return]
    return None


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


def _through_s3(primary: Request, action: str, key: str, region: str | None, *, bucket_key: bool) -> Request:
    where = (parse_arn(key).region if parse_arn(key) else None) or region or ""  # type: ignore[union-attr]
    covered = (s3_bucket_arn(primary.resource) if bucket_key else None) or primary.resource
    return follow_up(
        primary,
        action=action,
        resource=key,
        resource_account=account_of(key),
        context={
            "kms:ViaService": (f"s3.{where}.amazonaws.com",),
            "kms:EncryptionContext:aws:s3:arn": (covered,),
            "kms:EncryptionContextKeys": ("aws:s3:arn",),
        },
        by_service=True,
    )


def seen_through_service(denial: Denial, request: Request) -> Request:
    """Return a KMS request that another service made for the caller with ``kms:ViaService`` filled in.

    A message that names a ``kms:`` action on another service's call came from that service's forward
    access session (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
    """
    source = denial.event_source or ""
    if not request.action.lower().startswith("kms:") or not source or source.startswith("kms."):
        return request
    if any(key.lower() == "kms:viaservice" for key in request.context) or not denial.region:
        return request
    via = f"{source.split('.', 1)[0]}.{denial.region}.amazonaws.com"
    kept = {key: values for key, values in request.context.items() if not key.lower().startswith("aws:sourceip")}
    return replace(request, context={**kept, "kms:ViaService": (via,), "aws:ViaAWSService": ("true",)})
