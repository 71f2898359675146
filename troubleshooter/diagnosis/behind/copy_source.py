"""The object that a copy reads: ``s3:CopyObject`` writes the target and reads the source, and both must pass.

(https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html)
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from troubleshooter.diagnosis.behind.behind import Behind, follow_up, parameters, text_at
from troubleshooter.model.arn import parse_arn, partition_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request


def copy_source(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield the read of the source where the event names it and the refused request is the write."""
    del evidence
    header = text_at(parameters(denial), "x-amz-copy-source")
    if not header or primary.action.lower() != "s3:putobject":
        return
    path, _, version = header.partition("?versionId=")
    source = unquote(path).lstrip("/")
    if "/" not in source and not parse_arn(source):
        return
    resource = source if parse_arn(source) else f"arn:{partition_of(primary.resource)}:s3:::{source}"
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    yield Behind(
        request=follow_up(primary, action=action, resource=resource, resource_account=None),
        role="copy_source",
        why=f"{denial.api_call or 'the copy'} reads {resource}, which needs {action}",
    )
