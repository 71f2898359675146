"""The calls that worlds make: action, siblings, resource ARN, and the event that CloudTrail would log."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.worlds.shapes import Json, letters


@dataclass(frozen=True, kw_only=True)
class Call:
    """One kind of request. ``policy_resource`` False: the resource type has no resource-based policy worth testing."""

    action: str
    siblings: tuple[str, ...]
    event_source: str
    event_name: str
    make: Callable[[Random, str, str, str], tuple[str, str, Json, list[Json]]]
    resource_policy: bool = True
    endpoint: bool = False
    data: bool = False


def _s3_object(rng: Random, account: str, _region: str, app: str) -> tuple[str, str, Json, list[Json]]:
    bucket = f"{app}-data-{account[-4:]}-{letters(rng, 3)}"
    key = rng.choice(["2026/daily/data.csv", "reports/q3.parquet", "in/file.json"])
    base = f"arn:aws:s3:::{bucket}"
    resources = [
        {"type": "AWS::S3::Object", "ARN": f"{base}/{key}"},
        {"accountId": account, "type": "AWS::S3::Bucket", "ARN": base},
    ]
    return f"{base}/{key}", base, {"bucketName": bucket, "key": key}, resources


def _s3_bucket(rng: Random, account: str, _region: str, app: str) -> tuple[str, str, Json, list[Json]]:
    bucket = f"{app}-list-{account[-4:]}-{letters(rng, 3)}"
    base = f"arn:aws:s3:::{bucket}"
    resources = [{"accountId": account, "type": "AWS::S3::Bucket", "ARN": base}]
    return base, base, {"bucketName": bucket, "list-type": "2", "prefix": "reports/"}, resources


def _simple(
    pattern: str, kind: str, parameters: Callable[[str, str], Json]
) -> Callable[[Random, str, str, str], tuple[str, str, Json, list[Json]]]:
    def make(rng: Random, account: str, region: str, app: str) -> tuple[str, str, Json, list[Json]]:
        name = f"{app}-{rng.choice(['jobs', 'events', 'state', 'orders'])}"
        uuid = f"{letters(rng, 8)}-0000-4000-8000-{letters(rng, 12)}".translate(
            str.maketrans("ghjkmnpqrstuvwxyz", "abcdefabcdefabcde")
        )
        arn = pattern.format(region=region, account=account, name=name, uuid=uuid, six="Ab3dEf")
        return arn, arn, parameters(arn, name), [{"accountId": account, "type": kind, "ARN": arn}]

    return make


CALLS: tuple[Call, ...] = (
    Call(
        action="s3:GetObject",
        siblings=("s3:PutObject", "s3:DeleteObject"),
        event_source="s3.amazonaws.com",
        event_name="GetObject",
        make=_s3_object,
        endpoint=True,
        data=True,
    ),
    Call(
        action="s3:PutObject",
        siblings=("s3:GetObject", "s3:AbortMultipartUpload"),
        event_source="s3.amazonaws.com",
        event_name="PutObject",
        make=_s3_object,
        endpoint=True,
        data=True,
    ),
    Call(
        action="s3:ListBucket",
        siblings=("s3:GetBucketLocation", "s3:GetBucketVersioning"),
        event_source="s3.amazonaws.com",
        event_name="ListObjects",
        make=_s3_bucket,
        endpoint=True,
        data=True,
    ),
    Call(
        action="dynamodb:GetItem",
        siblings=("dynamodb:Query", "dynamodb:PutItem"),
        event_source="dynamodb.amazonaws.com",
        event_name="GetItem",
        make=_simple(
            "arn:aws:dynamodb:{region}:{account}:table/{name}", "AWS::DynamoDB::Table", lambda _a, n: {"tableName": n}
        ),
        endpoint=True,
        data=True,
    ),
    Call(
        action="sqs:SendMessage",
        siblings=("sqs:ReceiveMessage", "sqs:DeleteMessage"),
        event_source="sqs.amazonaws.com",
        event_name="SendMessage",
        make=_simple(
            "arn:aws:sqs:{region}:{account}:{name}",
            "AWS::SQS::Queue",
            lambda a, n: {"queueUrl": f"https://sqs.{a.split(':')[3]}.amazonaws.com/{a.split(':')[4]}/{n}"},
        ),
        endpoint=True,
    ),
    Call(
        action="sns:Publish",
        siblings=("sns:Subscribe", "sns:GetTopicAttributes"),
        event_source="sns.amazonaws.com",
        event_name="Publish",
        make=_simple("arn:aws:sns:{region}:{account}:{name}", "AWS::SNS::Topic", lambda a, _n: {"topicArn": a}),
    ),
    Call(
        action="secretsmanager:GetSecretValue",
        siblings=("secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"),
        event_source="secretsmanager.amazonaws.com",
        event_name="GetSecretValue",
        make=_simple(
            "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{six}",
            "AWS::SecretsManager::Secret",
            lambda a, _n: {"secretId": a},
        ),
    ),
    Call(
        action="kms:Decrypt",
        siblings=("kms:Encrypt", "kms:GenerateDataKey"),
        event_source="kms.amazonaws.com",
        event_name="Decrypt",
        make=_simple("arn:aws:kms:{region}:{account}:key/{uuid}", "AWS::KMS::Key", lambda a, _n: {"keyId": a}),
    ),
    Call(
        action="logs:FilterLogEvents",
        siblings=("logs:GetLogEvents", "logs:StartQuery"),
        event_source="logs.amazonaws.com",
        event_name="FilterLogEvents",
        make=_simple(
            "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}",
            "AWS::Logs::LogGroup",
            lambda _a, n: {"logGroupName": f"/aws/lambda/{n}"},
        ),
        resource_policy=False,
    ),
    Call(
        action="ssm:GetParameter",
        siblings=("ssm:GetParameters", "ssm:PutParameter"),
        event_source="ssm.amazonaws.com",
        event_name="GetParameter",
        make=_simple(
            "arn:aws:ssm:{region}:{account}:parameter/{name}", "AWS::SSM::Parameter", lambda _a, n: {"name": f"/{n}"}
        ),
        resource_policy=False,
    ),
    Call(
        action="lambda:InvokeFunction",
        siblings=("lambda:GetFunction", "lambda:UpdateFunctionCode"),
        event_source="lambda.amazonaws.com",
        event_name="Invoke",
        make=_simple(
            "arn:aws:lambda:{region}:{account}:function:{name}",
            "AWS::Lambda::Function",
            lambda a, _n: {"functionName": a, "invocationType": "RequestResponse"},
        ),
        data=True,
    ),
    Call(
        action="ecr:BatchGetImage",
        siblings=("ecr:GetDownloadUrlForLayer", "ecr:PutImage"),
        event_source="ecr.amazonaws.com",
        event_name="BatchGetImage",
        make=_simple(
            "arn:aws:ecr:{region}:{account}:repository/{name}",
            "AWS::ECR::Repository",
            lambda a, n: {"registryId": a.split(":")[4], "repositoryName": n, "imageIds": [{"imageTag": "latest"}]},
        ),
    ),
    Call(
        action="states:StartExecution",
        siblings=("states:DescribeStateMachine", "states:StopExecution"),
        event_source="states.amazonaws.com",
        event_name="StartExecution",
        make=_simple(
            "arn:aws:states:{region}:{account}:stateMachine:{name}",
            "AWS::StepFunctions::StateMachine",
            lambda a, _n: {"stateMachineArn": a},
        ),
        resource_policy=False,
    ),
)
