"""S3 Block Public Access refuses what a public policy or ACL would have allowed."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.diagnosis.case import Blocked, Case
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.causes.not_an_iam_denial import BLOCK_PUBLIC_ACCESS
from troubleshooter.diagnosis.sentences import asked
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType
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


def _find(case: Case) -> Iterable[Finding]:
    """S3 names Block Public Access in a sentence of its own, for writes of public policies and ACLs."""
    if case.denial.not_iam == BLOCK_PUBLIC_ACCESS and not any(map(_explain, case.blocked)):
        yield CAUSE.finding(
            policy_type=PolicyType.S3_PUBLIC_ACCESS_BLOCK,
            decision=Decision.IMPLICIT_DENY,
            blocking=case.evidence.is_empty,
            confidence=Confidence.LIKELY,
            basis=Basis.STATED,
            because=(
                "S3's message names Block Public Access: the bucket or its account does not take public ACLs or public "
                "bucket policies. Grant named principals instead; lifting the block is a decision of who owns the data."
            ),
        )


CAUSE = Cause(
    id="s3-public-access-block",
    title="S3 Block Public Access refuses the caller",
    source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    explain=_explain,
    find=_find,
)
