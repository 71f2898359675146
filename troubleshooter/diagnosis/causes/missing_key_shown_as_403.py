"""S3 answers 403 instead of 404 for an object that does not exist when the caller may not list the bucket.

(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.judgement import judge_request
from troubleshooter.model.arn import s3_bucket_arn
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision

_READS = frozenset({"s3:getobject", "s3:getobjectversion", "s3:getobjecttagging", "s3:getobjectattributes"})


def applies(case: Case) -> bool:
    """Return whether the read itself is allowed while listing the bucket is not, and S3 said no more than 403."""
    primary = case.primary
    if primary is None or case.decision is not Decision.ALLOW:
        return False
    if not _is_bare_read(case, primary.request.action, primary.request.resource):
        return False
    bucket = s3_bucket_arn(primary.request.resource)
    if bucket is None:
        return False
    listing = judge_request(replace(primary.request, action="s3:ListBucket", resource=bucket), case.evidence)
    return listing.evaluation.decision.denies


def _find(case: Case) -> Iterable[Finding]:
    if case.evidence.is_empty and _is_bare_read(case, case.denial.action, case.denial.resource or "/"):
        yield CAUSE.finding(because=_POSSIBLY)
    elif case.primary is not None and applies(case):
        request = case.primary.request
        yield CAUSE.finding(
            decision=Decision.ALLOW,
            confidence=Confidence.LIKELY,
            basis=Basis.EVALUATED,
            because=(
                f"{request.action} on {request.resource} is allowed, but the caller lacks s3:ListBucket on "
                f"{s3_bucket_arn(request.resource)}: S3 then says 403 instead of 404 for a key that does not exist. "
                "Check the key, its case and its version first. The other explanation is that the policies were "
                "changed after the denial."
            ),
        )


def _is_bare_read(case: Case, action: str | None, resource: str) -> bool:
    bare = case.denial.stated_policy_type is None and case.denial.stated_decision is None
    return bare and (action or "").lower() in _READS and "/" in resource


_POSSIBLY = (
    "S3 says 403 instead of 404 for a key that does not exist when the caller lacks s3:ListBucket on the bucket: "
    "check that the key exists, spelled like this."
)

CAUSE = Cause(
    id="missing-key-shown-as-403",
    title="The object may not exist: S3 shows 403 where listing is not allowed",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    find=_find,
)
