"""S3 Block Public Access refuses what a public policy or ACL would have allowed."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import asked
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.steps.words import attached_words, principal_words, sentence


def _explain(blocked: Blocked) -> str | None:
    if blocked.policy_type is not PolicyType.S3_PUBLIC_ACCESS_BLOCK:
        return None
    who, bucket = principal_words(blocked.request.principal), attached_words(blocked.request.resource)
    return (
        f"{sentence(f'Block Public Access of {bucket} refuses {asked(blocked)} to {who}')} RestrictPublicBuckets turns "
        "away anonymous callers and other accounts while the bucket policy counts as public; name the callers in the "
        "bucket policy instead of opening the bucket."
    )


CAUSE = Cause(
    id="s3-public-access-block",
    title="S3 Block Public Access refuses the caller",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    explain=_explain,
)
