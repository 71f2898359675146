"""A statement grants an object action on the bucket's ARN, where the object's ARN is needed."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.arn import s3_bucket_arn, s3_bucket_of
from troubleshooter.model.vocabulary import Element


def _explain(blocked: Blocked) -> str | None:
    near, resource = blocked.near_miss, blocked.request.resource
    bucket = s3_bucket_arn(resource)
    if near is None or near.element is not Element.RESOURCE or bucket is None or resource == bucket:
        return None
    if bucket not in near.values:
        return None
    return (
        f"{does_not_allow(blocked)} {blocked.request.action} acts on objects, so its Resource has to be "
        f"an object ARN such as {bucket}/*, not the ARN of bucket {s3_bucket_of(resource)}."
    )


CAUSE = Cause(
    id="s3-bucket-arn-for-object-action",
    title="The bucket's ARN stands where an object's ARN is needed",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    explain=_explain,
)
