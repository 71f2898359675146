"""Tag conditions on the caller, the resource or the request."""

from __future__ import annotations

from troubleshooter.diagnosis.causes.conditions import condition_cause

_TAG_KEYS = (
    "aws:principaltag/",
    "aws:resourcetag/",
    "aws:requesttag/",
    "ec2:resourcetag/",
    "iam:resourcetag/",
    "ssm:resourcetag/",
    "secretsmanager:resourcetag/",
    "s3:existingobjecttag/",
    "s3:requestobjecttag/",
    "s3:bucket-tag/",
)


def _is_tag_key(key: str) -> bool:
    return key.startswith(_TAG_KEYS) or key == "aws:tagkeys" or "resourcetag/" in key


CAUSE = condition_cause(
    "tag-condition-not-met",
    title="A tag condition is not met",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html",
    keys=_is_tag_key,
)
