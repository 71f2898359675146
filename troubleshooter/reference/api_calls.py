"""API calls whose IAM action has another name or prefix, and calls that need no permission.

Sources: the Service Authorization Reference's notes per action and each service's own API guide, e.g.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFIX_ALIASES: Mapping[str, str] = {
    "a2i-runtime.sagemaker": "sagemaker",
    "accessanalyzer": "access-analyzer",
    "agreement-marketplace": "aws-marketplace",
    "amazonmq": "mq",
    "api.ecr": "ecr",
    "api.ecr-public": "ecr-public",
    "api.iotwireless": "iotwireless",
    "api.sagemaker": "sagemaker",
    "application-insights": "applicationinsights",
    "appstream2": "appstream",
    "batchoperations": "s3",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-runtime": "bedrock",
    "billingconsole": "billing",
    "catalog.marketplace": "aws-marketplace",
    "chime-sdk-identity": "chime",
    "chime-sdk-media-pipelines": "chime",
    "chime-sdk-meetings": "chime",
    "chime-sdk-messaging": "chime",
    "chime-sdk-voice": "chime",
    "cloudcontrolapi": "cloudformation",
    "cloudcontrol": "cloudformation",
    "cloudhsmv2": "cloudhsm",
    "cloudwatch-logs": "logs",
    "cloudwatchlogs": "logs",
    "cloudwatch-events": "events",
    "cloudwatchevents": "events",
    "cognito-identity-provider": "cognito-idp",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "contact-lens": "connect",
    "costexplorer": "ce",
    "cost-explorer": "ce",
    "data-ats.iot": "iot",
    "data.iot": "iot",
    "data.mediastore": "mediastore",
    "databasemigrationservice": "dms",
    "database-migration-service": "dms",
    "directory-service": "ds",
    "directoryservice": "ds",
    "discovery-marketplace": "aws-marketplace",
    "documentdb": "rds",
    "docdb": "rds",
    "dynamodb-streams": "dynamodb",
    "dynamodbstreams": "dynamodb",
    "efs": "elasticfilesystem",
    "elastic-beanstalk": "elasticbeanstalk",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "elastic-load-balancing": "elasticloadbalancing",
    "elastic-load-balancing-v2": "elasticloadbalancing",
    "elasticsearchservice": "es",
    "elasticsearch-service": "es",
    "elasticsearch": "es",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "email": "ses",
    "emr": "elasticmapreduce",
    "entitlement.marketplace": "aws-marketplace",
    "eventbridge": "events",
    "forecastquery": "forecast",
    "greengrassv2": "greengrass",
    "iam-toolbox": "iam",
    "identity-store": "identitystore",
    "ingest.timestream": "timestream",
    "iotdata": "iot",
    "iot-data": "iot",
    "kinesis-video": "kinesisvideo",
    "kinesisanalyticsv2": "kinesisanalytics",
    "kinesisfirehose": "firehose",
    "lexv2-models": "lex",
    "management-marketplace": "aws-marketplace-management",
    "marketplacecatalog": "aws-marketplace",
    "metering-marketplace": "aws-marketplace",
    "metering.marketplace": "aws-marketplace",
    "migrationhub": "mgh",
    "models-v2-lex": "lex",
    "models.lex": "lex",
    "monitoring": "cloudwatch",
    "mturk-requester": "mechanicalturk",
    "neptune": "rds",
    "opensearch": "es",
    "opensearchservice": "es",
    "opensearchserverless": "aoss",
    "participant-connect": "connect",
    "participant.connect": "connect",
    "pinpoint": "mobiletargeting",
    "pricelist": "pricing",
    "api.pricing": "pricing",
    "qconnect": "wisdom",
    "query.timestream": "timestream",
    "rdsdata": "rds-data",
    "redshift-data-api": "redshift-data",
    "reporting-marketplace": "aws-marketplace",
    "resource-groups-tagging-api": "tag",
    "resourcegroupstaggingapi": "tag",
    "route-53": "route53",
    "route53recoverycluster": "route53-recovery-cluster",
    "runtime-v2-lex": "lex",
    "runtime.lex": "lex",
    "runtime.sagemaker": "sagemaker",
    "runtime-sagemaker": "sagemaker",
    "s3control": "s3",
    "s3-control": "s3",
    "secrets-manager": "secretsmanager",
    "servicecatalog-appregistry": "servicecatalog",
    "service-quotas": "servicequotas",
    "sesv2": "ses",
    "sfn": "states",
    "ssoadmin": "sso",
    "sso-admin": "sso",
    "portal.sso": "sso",
    "stepfunctions": "states",
    "streams.dynamodb": "dynamodb",
    "tagging": "tag",
    "taxconsole": "tax",
    "timestream-query": "timestream",
    "timestream-write": "timestream",
    "transcribestreaming": "transcribe",
    "wafregional": "waf-regional",
}
"""Endpoint, client and event-source names -> the IAM prefix."""

_S3: Mapping[str, tuple[str, ...]] = {
    "abortmultipartupload": ("AbortMultipartUpload",),
    "completemultipartupload": ("PutObject",),
    "copyobject": ("PutObject", "GetObject"),
    "createbucket": ("CreateBucket",),
    "createmultipartupload": ("PutObject",),
    "initiatemultipartupload": ("PutObject",),
    "createsession": ("s3express:CreateSession",),
    "deletebucketanalyticsconfiguration": ("PutAnalyticsConfiguration",),
    "deletebucketcors": ("PutBucketCORS",),
    "deletebucketencryption": ("PutEncryptionConfiguration",),
    "deletebucketintelligenttieringconfiguration": ("PutIntelligentTieringConfiguration",),
    "deletebucketinventoryconfiguration": ("PutInventoryConfiguration",),
    "deletebucketlifecycle": ("PutLifecycleConfiguration",),
    "deletebucketmetricsconfiguration": ("PutMetricsConfiguration",),
    "deletebucketownershipcontrols": ("PutBucketOwnershipControls",),
    "deletebucketpublicaccessblock": ("PutBucketPublicAccessBlock",),
    "deletebucketreplication": ("PutReplicationConfiguration",),
    "deletebuckettagging": ("PutBucketTagging",),
    "deleteobjects": ("DeleteObject",),
    "deletemultipleobjects": ("DeleteObject",),
    "deletepublicaccessblock": ("PutBucketPublicAccessBlock",),
    "deleteaccountpublicaccessblock": ("PutAccountPublicAccessBlock",),
    "getbucketaccelerateconfiguration": ("GetAccelerateConfiguration",),
    "getbucketaccelerate": ("GetAccelerateConfiguration",),
    "getbucketanalyticsconfiguration": ("GetAnalyticsConfiguration",),
    "getbucketencryption": ("GetEncryptionConfiguration",),
    "getbucketintelligenttieringconfiguration": ("GetIntelligentTieringConfiguration",),
    "getbucketinventoryconfiguration": ("GetInventoryConfiguration",),
    "getbucketlifecycle": ("GetLifecycleConfiguration",),
    "getbucketlifecycleconfiguration": ("GetLifecycleConfiguration",),
    "getbucketmetricsconfiguration": ("GetMetricsConfiguration",),
    "getbucketnotificationconfiguration": ("GetBucketNotification",),
    "getbucketpublicaccessblock": ("GetBucketPublicAccessBlock",),
    "getbucketreplication": ("GetReplicationConfiguration",),
    "getobjectlockconfiguration": ("GetBucketObjectLockConfiguration",),
    "getpublicaccessblock": ("GetBucketPublicAccessBlock",),
    "headbucket": ("ListBucket",),
    "headobject": ("GetObject",),
    "getobjectmetadata": ("GetObject",),
    "listbucketanalyticsconfigurations": ("GetAnalyticsConfiguration",),
    "listbucketintelligenttieringconfigurations": ("GetIntelligentTieringConfiguration",),
    "listbucketinventoryconfigurations": ("GetInventoryConfiguration",),
    "listbucketmetricsconfigurations": ("GetMetricsConfiguration",),
    "listbuckets": ("ListAllMyBuckets",),
    "listmultipartuploads": ("ListBucketMultipartUploads",),
    "listobjects": ("ListBucket",),
    "listobjectsv2": ("ListBucket",),
    "listobjectversions": ("ListBucketVersions",),
    "listparts": ("ListMultipartUploadParts",),
    "postobject": ("PutObject",),
    "putbucketaccelerateconfiguration": ("PutAccelerateConfiguration",),
    "putbucketanalyticsconfiguration": ("PutAnalyticsConfiguration",),
    "putbucketcors": ("PutBucketCORS",),
    "putbucketencryption": ("PutEncryptionConfiguration",),
    "putbucketintelligenttieringconfiguration": ("PutIntelligentTieringConfiguration",),
    "putbucketinventoryconfiguration": ("PutInventoryConfiguration",),
    "putbucketlifecycle": ("PutLifecycleConfiguration",),
    "putbucketlifecycleconfiguration": ("PutLifecycleConfiguration",),
    "putbucketmetricsconfiguration": ("PutMetricsConfiguration",),
    "putbucketnotificationconfiguration": ("PutBucketNotification",),
    "putbucketpublicaccessblock": ("PutBucketPublicAccessBlock",),
    "putbucketreplication": ("PutReplicationConfiguration",),
    "putobjectlockconfiguration": ("PutBucketObjectLockConfiguration",),
    "putpublicaccessblock": ("PutBucketPublicAccessBlock",),
    "selectobjectcontent": ("GetObject",),
    "uploadpart": ("PutObject",),
    "uploadpartcopy": ("PutObject", "GetObject"),
    "writegetobjectresponse": ("s3-object-lambda:WriteGetObjectResponse",),
}

_OTHERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bedrock": {
        "converse": ("InvokeModel",),
        "conversestream": ("InvokeModelWithResponseStream",),
    },
    "dynamodb": {
        "batchexecutestatement": ("PartiQLSelect",),
        "executestatement": ("PartiQLSelect",),
        "executetransaction": ("PartiQLSelect",),
        "transactgetitems": ("GetItem",),
        "transactwriteitems": ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
    },
    "ecr": {"dockerlogin": ("GetAuthorizationToken",), "pullimage": ("BatchGetImage",)},
    "elasticfilesystem": {"newclientconnection": ("ClientMount",)},
    "ec2": {
        "shareddescribeinstances": ("DescribeInstances",),
        "requestspotinstances": ("RequestSpotInstances", "RunInstances"),
    },
    "kms": {"reencrypt": ("ReEncryptFrom", "ReEncryptTo")},
    "lambda": {
        "invoke": ("InvokeFunction",),
        "invokeasync": ("InvokeAsync",),
        "invokewithresponsestream": ("InvokeFunction",),
    },
    "sagemaker": {"invokeendpointwithresponsestream": ("InvokeEndpoint",)},
    "ses": {
        "sendbulkemail": ("SendBulkTemplatedEmail",),
    },
    "sns": {"publishbatch": ("Publish",)},
    "sqs": {
        "changemessagevisibilitybatch": ("ChangeMessageVisibility",),
        "deletemessagebatch": ("DeleteMessage",),
        "sendmessagebatch": ("SendMessage",),
    },
    "timestream": {"query": ("Select",)},
}

NO_PERMISSION_NEEDED: frozenset[str] = frozenset(
    {
        "sts:getcalleridentity",
        "sts:getsessiontoken",
    }
)
"""Calls that policies do not govern (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)."""

_DATED = re.compile(r"(?:_?20\d\d[_\d]*)(?:v\d+)?$")


def undated(event_name: str) -> str:
    """Return an event name without its API date: ``ListFunctions20150331`` -> ``ListFunctions``."""
    stripped = _DATED.sub("", event_name)
    return stripped or event_name


def prefix_of(name: str) -> str:
    """Return the IAM prefix for an endpoint, client or event-source name (without ``.amazonaws.com``)."""
    lowered = name.lower()
    return PREFIX_ALIASES.get(lowered, lowered)


def service_of_renamed(operation: str) -> str | None:
    """Return the one service that has a call of this name with another action's name, else None."""
    name = undated(operation).lower()
    found = [service for service, rows in (("s3", _S3), *_OTHERS.items()) if name in rows]
    return found[0] if len(found) == 1 else None


def actions_of_call(service: str, operation: str) -> tuple[str, ...]:
    """Return the IAM actions of an API call whose action has another name; empty where names agree.

    The first is the one whose absence AWS reports first. ``service`` is an IAM prefix.
    """
    rows = _S3 if service == "s3" else _OTHERS.get(service, {})
    names = rows.get(undated(operation).lower(), ())
    return tuple(name if ":" in name else f"{service}:{name}" for name in names)
