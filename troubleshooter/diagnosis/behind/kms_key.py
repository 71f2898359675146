"""The KMS key behind an encrypted resource: the service asks KMS with the caller's own permissions.

Each service asks through ``kms:ViaService``; S3 puts the object's (or, with a bucket key, the bucket's) ARN in
the encryption context (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from troubleshooter.diagnosis.behind.behind import Behind, follow_up
from troubleshooter.diagnosis.behind.s3_encryption import s3_key
from troubleshooter.model.arn import account_of, parse_arn, s3_bucket_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request

_DECRYPT, _GENERATE = ("kms:Decrypt",), ("kms:GenerateDataKey",)
_BOTH = ("kms:GenerateDataKey", "kms:Decrypt")

NEEDED: Mapping[str, tuple[str, ...]] = {
    "s3:getobject": _DECRYPT,
    "s3:getobjectversion": _DECRYPT,
    "s3:getobjectattributes": _DECRYPT,
    "s3:putobject": _GENERATE,
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    "sqs:sendmessage": _BOTH,
    "sqs:receivemessage": _DECRYPT,
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    "sns:publish": _BOTH,
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    "secretsmanager:getsecretvalue": _DECRYPT,
    "secretsmanager:putsecretvalue": _BOTH,
    "secretsmanager:updatesecret": _BOTH,
}
"""What the caller needs on the key, by action."""

_MULTIPART = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})


def kms_key(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield the KMS requests behind a call on an encrypted resource; nothing where no key is known.

    A read of an S3 object is only likely to need the bucket's default key: the object may have been
    written with another.
    """
    action = primary.action.lower()
    needed = NEEDED.get(action)
    if needed is None:
        return
    key, bucket_key = (
        s3_key(denial, primary, evidence) if action.startswith("s3:") else (_key_of(primary, evidence), False)
    )
    if key is None:
        return
    key = _of_alias(key, evidence)
    if action == "s3:putobject" and denial.api_call in _MULTIPART:
        needed = _BOTH
    for kms_action in needed:
        yield Behind(
            request=_through(primary, kms_action, key, denial.region, bucket_key=bucket_key),
            role="kms_key",
            why=f"{primary.resource} is encrypted with {key}, so {primary.action} also needs {kms_action} on it",
            surely=not action.startswith("s3:get"),
        )


def _key_of(primary: Request, evidence: Evidence) -> str | None:
    """Return the customer key that the evidence lists for the resource; AWS managed keys never refuse their account."""
    for account in evidence.accounts.values():
        key = (account.encryption_keys or {}).get(primary.resource)
        if key:
            return key if parse_arn(key) and ":alias/aws/" not in key else None
    return None


def _of_alias(key: str, evidence: Evidence) -> str:
    """Return the key behind an alias where the evidence lists it, else the alias."""
    known = ((account.encryption_keys or {}).get(key) for account in evidence.accounts.values())
    return next((found for found in known if found), key)


def _through(primary: Request, action: str, key: str, region: str | None, *, bucket_key: bool) -> Request:
    service = primary.action.partition(":")[0].lower()
    arn = parse_arn(key)
    where = (arn.region if arn else None) or region or ""
    context = {"kms:ViaService": (f"{service}.{where}.amazonaws.com",)}
    name, value = _encryption_context(service, primary.resource, bucket_key=bucket_key)
    if name:
        context |= {f"kms:EncryptionContext:{name}": (value,), "kms:EncryptionContextKeys": (name,)}
    return follow_up(
        primary, action=action, resource=key, resource_account=account_of(key), context=context, by_service=True
    )


def _encryption_context(service: str, resource: str, *, bucket_key: bool) -> tuple[str, str]:
    """Return the pair that the service is known to put in, or two empty texts."""
    if service == "s3":
        return "aws:s3:arn", (s3_bucket_arn(resource) if bucket_key else None) or resource
    if service in {"sqs", "sns"}:
        return f"aws:{service}:{'arn' if service == 'sqs' else 'topicArn'}", resource
    return ("SecretARN", resource) if service == "secretsmanager" else ("", "")


def asked_by_another_call(denial: Denial, action: str) -> bool:
    """Return whether a refused ``kms:`` action belongs to another service's call (``PutObject``)."""
    service, _, name = action.lower().partition(":")
    if service != "kms":
        return False
    if denial.event_source:
        return not denial.event_source.startswith("kms.")
    return bool(denial.api_call) and not name.startswith((denial.api_call or "").lower())


def seen_through_service(denial: Denial, request: Request) -> Request:
    """Return a KMS request that another service made for the caller with ``kms:ViaService`` filled in.

    A message that names a ``kms:`` action on another service's call came from that service's forward
    access session (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
    """
    source = denial.event_source or ""
    if not source or not asked_by_another_call(denial, request.action):
        return request
    if any(key.lower() == "kms:viaservice" for key in request.context) or not denial.region:
        return request
    via = f"{source.split('.', 1)[0]}.{denial.region}.amazonaws.com"
    kept = {key: values for key, values in request.context.items() if not key.lower().startswith("aws:sourceip")}
    return replace(request, context={**kept, "kms:ViaService": (via,), "aws:ViaAWSService": ("true",)})
