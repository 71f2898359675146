"""Prose around a bare "Access Denied" -> the IAM action it must have been, and the resource it mentions.

Used only where AWS's message names neither; every answer is marked as inferred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from troubleshooter.denials.actions import action_of_call
from troubleshooter.denials.arn_special import QUEUE_URL, Place, queue_arn
from troubleshooter.denials.wrappers import service_word
from troubleshooter.model.arn import parse_arn
from troubleshooter.reference.actions import services_with
from troubleshooter.reference.api_calls import service_of_renamed

_PROSE: tuple[tuple[str, str], ...] = (
    (r"put(?:ting)? s3 (?:bucket )?acl", "s3:PutBucketAcl"),
    (r"(?:read|gett?)(?:ing)? s3 (?:bucket )?acl", "s3:GetBucketAcl"),
    (r"put(?:ting)? s3 (?:bucket )?policy", "s3:PutBucketPolicy"),
    (r"(?:read|gett?)(?:ing)? s3 (?:bucket )?policy", "s3:GetBucketPolicy"),
    (r"creat(?:e|ing) (?:a |the )?s3 bucket", "s3:CreateBucket"),
    (r"delet(?:e|ing) (?:a |the )?s3 bucket", "s3:DeleteBucket"),
    (r"put(?:ting)? s3 (?:bucket )?versioning", "s3:PutBucketVersioning"),
    (r"put(?:ting)? s3 (?:bucket )?(?:server.side )?encryption", "s3:PutEncryptionConfiguration"),
    (r"put(?:ting)? s3 (?:bucket )?public access block", "s3:PutBucketPublicAccessBlock"),
    (r"creat(?:e|ing) (?:a |the )?cloudformation stack", "cloudformation:CreateStack"),
    (r"updat(?:e|ing) (?:a |the )?cloudformation stack", "cloudformation:UpdateStack"),
    (
        r"launch(?:ing)? (?:source |ec2 |the )?instance|instance creation failed|instance launch failed",
        "ec2:RunInstances",
    ),
    (
        (
            r"(?:cannot|failed to|unable to|error) (?:writ|upload|put)(?:e|ing|ting)?\b[^\n]{0,120}"
            r"(?:director|s3://|to s3|object)"
        ),
        "s3:PutObject",
    ),
    (r"getfilestatus on s3|getobjectmetadatarequest|request: head https?://[^ ]*s3[.-]", "s3:GetObject"),
    (
        r"(?:cannot|failed to|unable to|error) (?:download|downloading|read|reading|open)[^\n]{0,120}s3://",
        "s3:GetObject",
    ),
    (r"fatal error: an error occurred \(403\) when calling the headobject", "s3:GetObject"),
    (
        (
            r"(?:failed to (?:pull|resolve reference)|error pulling image)[^\n]{0,200}dkr\.ecr"
            r"|pull access denied for \d{12}\.dkr\.ecr"
        ),
        "ecr:BatchGetImage",
    ),
    (r"(?:failed to push|push(?:ing)? (?:the )?image)[^\n]{0,200}dkr\.ecr", "ecr:InitiateLayerUpload"),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), action) for pattern, action in _PROSE)
_COMMAND = re.compile(
    r"(?:^|[\s$>%`])aws (?:--?[\w-]+(?:[ =][^\s-]\S*)? )*(?P<service>[a-z0-9-]{2,40}) "
    r"(?P<operation>[a-z][a-z0-9]*(?:-[a-z0-9]+)+|ls|cp|mv|rm|sync|mb|rb|invoke|publish|query|scan|encrypt|decrypt)\b"
)
_S3_COMMANDS = {
    "ls": "ListObjectsV2",
    "cp": "PutObject",
    "mv": "PutObject",
    "rm": "DeleteObject",
    "sync": "ListObjectsV2",
    "mb": "CreateBucket",
    "rb": "DeleteBucket",
}
_DELIVERY = re.compile(r"providerResponse|sqsRequestId|\"destination\"", re.IGNORECASE)
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_S3_URI = re.compile(rf"s3[an]?://(?P<bucket>{_BUCKET})(?P<key>/[^\s\"'`<>,;:)\]]*)?")
_S3_HOST = re.compile(
    rf"https?://(?P<bucket>{_BUCKET})\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?P<key>/[^\s\"'`<>,;)\]]*)?"
)
_BUCKET_WORDS = re.compile(rf"S3 Bucket \((?P<bucket>{_BUCKET})\)|\bbucket[ :=]+[\"'`](?P<quoted>{_BUCKET})[\"'`]")
_ARN = re.compile(r"arn:[a-z0-9-]{3,12}:[a-z0-9-]{1,40}:[a-z0-9-]{0,20}:(?:\d{12})?:[^\s\"'`<>|,;)\]]{1,300}")
_WHO = re.compile(r":(?:assumed-role|user|role|policy|federated-user)/|:root$|:policy/")
_REGISTRY = re.compile(r"\b(?P<account>\d{12})\.dkr\.ecr[.-]")
_URL_ACCOUNT = re.compile(r"amazonaws\.com(?:\.cn)?/(?P<account>\d{12})/")

COMMON_OPERATIONS: Mapping[str, str] = {
    operation: service
    for service, operations in {
        "bedrock": "InvokeModel InvokeModelWithResponseStream Converse ConverseStream InvokeAgent Retrieve",
        "cloudformation": "CreateStack UpdateStack DeleteStack DescribeStacks CreateChangeSet GetTemplate",
        "cloudwatch": "PutMetricData GetMetricData PutMetricAlarm DescribeAlarms",
        "dynamodb": "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem DescribeTable",
        "ec2": "RunInstances DescribeInstances TerminateInstances StopInstances DescribeImages CreateTags "
        "CreateNetworkInterface DescribeVpcs DescribeSubnets DescribeSecurityGroups CreateVolume AttachVolume",
        "ecr": "GetAuthorizationToken BatchGetImage PutImage InitiateLayerUpload",
        "ecs": "RegisterTaskDefinition RunTask UpdateService DescribeServices DescribeTaskDefinition",
        "eks": "DescribeCluster ListClusters CreateCluster UpdateClusterConfig",
        "iam": "CreateRole PassRole GetRole AttachRolePolicy CreateUser GetUser ListUsers CreatePolicy PutRolePolicy "
        "CreateServiceLinkedRole ListRoles DeleteRole UpdateAssumeRolePolicy",
        "kms": "Decrypt Encrypt GenerateDataKey CreateGrant DescribeKey ReEncrypt Sign",
        "lambda": "Invoke InvokeFunction CreateFunction UpdateFunctionCode UpdateFunctionConfiguration GetFunction",
        "logs": "CreateLogGroup CreateLogStream PutLogEvents DescribeLogGroups FilterLogEvents",
        "organizations": "ListAccounts DescribeOrganization ListRoots",
        "s3": "GetObject PutObject DeleteObject HeadObject HeadBucket ListObjects ListObjectsV2 ListBuckets "
        "CreateBucket DeleteBucket CopyObject CreateMultipartUpload UploadPart GetBucketLocation GetBucketAcl "
        "PutBucketPolicy GetBucketPolicy PutObjectAcl GetObjectAcl DeleteObjects GetBucketVersioning PutBucketAcl "
        "GetBucketTagging ListObjectVersions GetObjectTagging PutObjectTagging GetBucketEncryption PutBucketVersioning",
        "secretsmanager": "GetSecretValue CreateSecret DescribeSecret PutSecretValue BatchGetSecretValue UpdateSecret",
        "sns": "Publish Subscribe CreateTopic GetTopicAttributes SetTopicAttributes",
        "sqs": "SendMessage ReceiveMessage DeleteMessage GetQueueUrl GetQueueAttributes CreateQueue SendMessageBatch",
        "ssm": "GetParameter GetParameters GetParametersByPath PutParameter SendCommand StartSession",
        "states": "StartExecution DescribeExecution CreateStateMachine",
        "sts": "AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML GetCallerIdentity GetSessionToken TagSession",
        "athena": "StartQueryExecution GetQueryResults GetQueryExecution GetWorkGroup",
        "glue": "GetDatabase GetTable GetTables GetDatabases GetPartitions DeleteTable StartJobRun GetJobRuns",
        "route53": "ChangeResourceRecordSets ListHostedZones ListResourceRecordSets GetHostedZone",
        "events": "PutEvents PutRule PutTargets",
        "cloudtrail": "CreateTrail LookupEvents DescribeTrails",
    }.items()
    for operation in operations.split()
}
"""API calls that are well known by their name, whichever services else have one of that name."""


def action_of_prose(text: str) -> tuple[str, str] | None:
    """Return the action that prose or a command line around the refusal implies, and how it was inferred."""
    if QUEUE_URL.search(text) and _DELIVERY.search(text):
        return "sqs:SendMessage", "inferred from SNS delivering to a queue"
    command = _COMMAND.search(text)
    if command:
        resolved = _of_command(command.group("service"), command.group("operation"))
        if resolved:
            return resolved, "inferred from the command line"
    found = next((action for pattern, action in _COMPILED if pattern.search(text)), None)
    return (found, "inferred from the words around the error") if found else None


def service_of_operation(operation: str) -> str | None:
    """Return the service of an API call whose name alone tells it: a well-known call, or one service's only."""
    known = COMMON_OPERATIONS.get(operation) or service_of_renamed(operation)
    if known:
        return known
    services = services_with(operation)
    return services[0] if len(services) == 1 else None


def stated_queue(text: str) -> str | None:
    """Return the ARN of the queue URL that a refusal names, else None."""
    match = QUEUE_URL.search(text)
    return queue_arn(match.group(), Place()) if match else None


def mentioned_resource(text: str, service: str | None) -> str | None:
    """Return the resource that the text around a refusal mentions: an S3 location, or the only ARN there is."""
    if service in {None, "s3"}:
        for pattern in (_S3_URI, _S3_HOST):
            match = pattern.search(text)
            if match:
                key = (match.group("key") or "").strip("/")
                return f"arn:aws:s3:::{match.group('bucket')}" + (f"/{key}" if key else "")
        match = _BUCKET_WORDS.search(text)
        if match and service == "s3":
            return f"arn:aws:s3:::{match.group('bucket') or match.group('quoted')}"
    arns = list(dict.fromkeys(str(arn) for arn in _ARN.findall(text) if not _WHO.search(arn)))
    if len(arns) == 1 and (service is None or f":{service}:" in arns[0]):
        return arns[0]
    return None


def row_resource(line: str) -> str | None:
    """Return the only ARN in the line of a table or log that holds the refusal, else None."""
    arns = list(dict.fromkeys(str(arn) for arn in _ARN.findall(line)))
    return arns[0] if len(arns) == 1 and not _WHO.search(arns[0]) else None


def mentioned_account(text: str) -> str | None:
    """Return the account in a registry's host name, a queue URL, or the only ARN that is no policy's."""
    for pattern in (_REGISTRY, _URL_ACCOUNT):
        match = pattern.search(text)
        if match:
            return match.group("account")
    accounts = {
        arn.account
        for text_arn in _ARN.findall(text)
        if (arn := parse_arn(text_arn)) and ":policy/" not in text_arn and arn.account
    }
    return accounts.pop() if len(accounts) == 1 else None


def _of_command(service: str, operation: str) -> str | None:
    if service == "s3":
        operation = _S3_COMMANDS.get(operation, "")
    else:
        operation = "".join(part.capitalize() for part in operation.split("-"))
    prefix = "s3" if service in {"s3", "s3api", "s3control"} else service_word(service)
    resolved = action_of_call(prefix, operation) if operation else None
    return resolved.action if resolved is not None and resolved.verified else None
