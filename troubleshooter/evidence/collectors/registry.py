"""The services whose resource policies are read: one line each."""

from __future__ import annotations

from troubleshooter.evidence.collectors import (
    apigateway,
    backup,
    codeartifact,
    dynamodb,
    ec2,
    ecr,
    efs,
    events,
    glue,
    iam_resource,
    kafka,
    kinesis,
    kms,
    lambda_,
    logs,
    opensearch,
    s3,
    s3tables,
    secretsmanager,
    serverlessrepo,
    ses,
    signer,
    sns,
    sqs,
)
from troubleshooter.evidence.collectors.service import ServiceCollector

COLLECTORS: tuple[ServiceCollector, ...] = (
    apigateway.COLLECTOR,
    backup.COLLECTOR,
    codeartifact.COLLECTOR,
    dynamodb.COLLECTOR,
    ec2.COLLECTOR,
    ecr.COLLECTOR,
    efs.COLLECTOR,
    events.COLLECTOR,
    glue.COLLECTOR,
    iam_resource.COLLECTOR,
    kafka.COLLECTOR,
    kinesis.COLLECTOR,
    kms.COLLECTOR,
    lambda_.COLLECTOR,
    logs.COLLECTOR,
    opensearch.COLLECTOR,
    s3.COLLECTOR,
    s3tables.COLLECTOR,
    secretsmanager.COLLECTOR,
    serverlessrepo.COLLECTOR,
    ses.COLLECTOR,
    signer.COLLECTOR,
    sns.COLLECTOR,
    sqs.COLLECTOR,
)

BY_SERVICE = {collector.service: collector for collector in COLLECTORS}
"""Service field of an ARN -> its collector."""
