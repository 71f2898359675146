"""The refusal does not come from IAM: no policy fixes it, so no policy is offered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision

BLOCK_PUBLIC_ACCESS = "s3-block-public-access"
"""This kind has a cause of its own."""

_WORDS: Mapping[str, str] = {
    "lake-formation": (
        "Lake Formation refuses. Its own grants decide on catalog and data: "
        "an administrator of the data lake grants the table or database there."
    ),
    "bedrock-model-access": (
        "access to this model is not granted to the account. "
        "Request it in the Bedrock console (Model access), per Region."
    ),
    "kubernetes-rbac": (
        "Kubernetes refuses. The cluster's access entries and RBAC bindings decide, not IAM: "
        "map the caller with an EKS access entry or add the missing role binding."
    ),
    "billing-access-not-activated": (
        "IAM access to billing is not activated. "
        "The root user of the (management) account activates it once, under Account."
    ),
    "sse-c-blocked": "the bucket blocks uploads with customer-provided keys (SSE-C). Upload with SSE-S3 or SSE-KMS.",
    "requester-pays": "the bucket is Requester Pays. Pass --request-payer requester and accept the charge.",
    "object-lock": "Object Lock protects this version until its retention ends or its legal hold is lifted.",
    "bucket-acls-disabled": "the bucket has ACLs disabled. Leave the ACL out, and grant with the bucket policy.",
    "image-not-shared": "the image is not shared with this account. Its owner adds a launch permission.",
    "declarative-policy": (
        "a declarative policy of the organization fixes this setting; only who administers the organization changes it."
    ),
    "session-credentials": "the call does not take session credentials. Use the long-term credentials, or AssumeRole.",
    "opensearch-fine-grained-access": (
        "OpenSearch's fine-grained access control refuses. Map the caller's ARN to a role inside the domain."
    ),
    "cross-account-pass-role": "a role can only be passed within its own account. Use a role of the caller's account.",
    "account-not-authorized": "AWS has not enabled this for the account, or restricts the account. Ask AWS Support.",
    "service-closed-to-new-customers": "the service takes no new customers.",
    "malformed-queue-address": "the queue's address is malformed. Take the queue URL from the SQS console or API.",
}


def _find(case: Case) -> Iterable[Finding]:
    kind = case.denial.not_iam
    if not kind or kind == BLOCK_PUBLIC_ACCESS:
        return
    words = _WORDS.get(kind, kind.replace("-", " "))
    yield CAUSE.finding(
        decision=case.decision if case.judgements else Decision.UNKNOWN,
        confidence=Confidence.LIKELY,
        basis=Basis.STATED,
        because=f"No IAM policy decides this: {words.rstrip('.')}. Changing IAM policies will not help.",
    )


CAUSE = Cause(
    id="not-an-iam-denial",
    title="The refusal does not come from an IAM policy",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    find=_find,
)
