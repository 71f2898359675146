"""A statement grants a bucket action on object ARNs, where the bucket's ARN is needed."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.arn import s3_bucket_arn
from troubleshooter.model.vocabulary import Element


def _explain(blocked: Blocked) -> str | None:
    near, resource = blocked.near_miss, blocked.request.resource
    if near is None or near.element is not Element.RESOURCE or s3_bucket_arn(resource) != resource:
        return None
    if not any(value.startswith(f"{resource}/") for value in near.values):
        return None
    return (
        f"{does_not_allow(blocked)} {blocked.request.action} acts on the bucket, so its Resource has to be "
        f"{resource} without anything after the name."
    )


CAUSE = Cause(
    id="s3-object-arn-for-bucket-action",
    title="An object's ARN stands where the bucket's ARN is needed",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    explain=_explain,
)
