"""What clients write around AWS's refusal: error code, operation, service, request id, Region.

One table per field, the most telling form first: AWS CLI and botocore, SDKs for Go, Java, JavaScript, .NET, PHP,
Ruby and Rust, Terraform, CloudFormation, Kubernetes controllers, registries, XML and JSON bodies.
The input is cleaned text (``clean.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshooter.denials.codes import is_denial_code, kind_of
from troubleshooter.denials.phrases import compiled, joined, tolerant
from troubleshooter.reference.api_calls import prefix_of

_REGION_NAME = r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d"

OCCURRED = compiled(
    rf"{tolerant('An error occurred')}[ \n]+\([ \n]*(?P<code>[^()\f]{{1,80}})\)"
    rf"(?:[^\f]{{0,40}}?{tolerant('when calling the')}[ \n]+"
    rf"(?P<operation>[A-Za-z0-9_\n]{{1,90}}?)[ \n]+{tolerant('operation')})?"
)
GO_V2 = compiled(
    rf"{tolerant('operation error')}[ \n]+(?P<service>[A-Za-z0-9][A-Za-z0-9 \n-]{{0,60}}?):[ \n]*"
    rf"(?P<operation>[A-Z][A-Za-z0-9\n]{{1,90}}?),"
)
PHP = re.compile(r"[Ee]rror executing [\"'](?P<operation>[A-Z][A-Za-z0-9]{2,80})[\"'] on [\"'](?P<url>[^\"'\s]{4,300})")
XML = re.compile(r"<Error>|<ErrorResponse")
_CODES = (
    OCCURRED,
    compiled(rf"{tolerant('api error')}[ \n]+(?P<code>[A-Za-z0-9_.\n]{{1,80}}?):"),
    re.compile(r"<Code>\s*(?P<code>[^<>]{1,80}?)\s*</Code>"),
    compiled(rf"{tolerant('Error Code')}:[ \n]*(?P<code>[A-Za-z0-9_. \n]{{1,60}}?)(?=[;,)]|\. |\.?$)"),
    re.compile(
        r"[\"'](?:__type|code|Code|errorCode|ErrorCode|error_code|errorType|x-amzn-ErrorType)[\"']\s*:\s*[\"'](?P<code>[A-Za-z][A-Za-z0-9_.#/:-]{2,100})[\"']"
    ),
    re.compile(
        r"(?<![A-Za-z0-9])(?:errorCode|error_code|[cC]ode|errorType|name)\s*[:=]\s*[\"'`]?(?P<code>[A-Z][A-Za-z0-9_.]{5,80})"
    ),
    re.compile(r"A(?:ws|WS)::[A-Za-z0-9]+::Errors::(?P<code>[A-Za-z0-9]{3,80})"),
    re.compile(r"Error Code (?P<code>[A-Za-z0-9]{3,80}) and Http Status Code"),
    re.compile(r"\((?P<code>[A-Z][A-Za-z0-9]{5,80})(?:Exception)?\)"),
)
_WORDS = re.compile(
    r"(?<![\w$/-])(?P<path>(?:[a-z_$][\w$]*[.:]{1,2}){0,12})(?P<code>(?:Client\.)?[A-Z][A-Za-z0-9_]{5,80})(?![\w/])"
)
_ONE_WORD = re.compile(r"[A-Z](?:[a-z]+|[A-Z]+)")
_DENIED = re.compile(r"(?:^|[\s\"'])(?<!ccess )(?P<code>denied):[ \n](?=User|arn:|Not|access)", re.MULTILINE)
_HANDLER = compiled(rf"{tolerant('HandlerErrorCode')}:[ \n]*(?P<code>[A-Za-z0-9]{{3,60}})")
_NUMBERED = re.compile(
    r"(?:Status\s?Code|status\s?code|statusCode)[\"']?\s*[:=]\s*(?P<code>403)\b|\b(?P<code2>403) Forbidden"
)
_FILE_ACCESS = frozenset({"java.nio.file.", "nio.file.", "java.io."})

_OPERATIONS = (
    OCCURRED,
    GO_V2,
    PHP,
    re.compile(r"\bde_(?P<operation>[A-Z][A-Za-z0-9]{2,80})CommandError\b"),
    re.compile(r"deserializeAws_[a-zA-Z0-9]+?(?:_\d)?(?:_)?(?P<operation>[A-Z][A-Za-z0-9]{2,80})CommandError"),
    re.compile(r"[\"']?event_?[nN]ame[\"']?\s*[:=]\s*[\"']?(?P<operation>[A-Z][A-Za-z0-9_]{2,80})"),
    re.compile(r"(?:when|while) calling (?:the )?(?P<operation>[A-Z][A-Za-z0-9]{3,80})\b(?! (?:S3|API))"),
    re.compile(r"\bAction=(?P<operation>[A-Z][A-Za-z0-9]{3,80})\b"),
    re.compile(r"\b(?P<operation>[A-Z][A-Za-z0-9]{3,80})Request\b(?=[^\n]{0,200}(?:403|Denied|denied|Unauthorized))"),
)
_PHP_CALL = re.compile(
    r"\b(?P<service>S3|SQS|SNS|EC2|Sqs|Sns|Ec2|DynamoDb|Lambda|Iam|Sts|Ses|Kms)(?:Client)?(?:::|->)(?P<operation>[a-z][A-Za-z0-9]{2,80})\(\)"
)
_SERVICES = (
    GO_V2,
    re.compile(r"\(Service:\s*(?P<service>[A-Za-z0-9 ]{2,60}?)[;,]"),
    re.compile(r"[\"']?event_?[sS]ource[\"']?\s*[:=]\s*[\"']?(?P<service>[a-z0-9.-]{2,60})\.amazonaws\.com"),
    re.compile(
        r"(?:com\.amazonaws\.services|software\.amazon\.awssdk\.services|com\.amazonaws\.[a-z.]{0,60}services)\.(?P<service>[a-z0-9]{2,40})"
    ),
    re.compile(r"A(?:ws|WS)::(?P<service>[A-Za-z0-9]{2,40})::(?:Errors|Client)"),
    re.compile(r"@aws-sdk/client-(?P<service>[a-z0-9-]{2,40})"),
    re.compile(r"aws-sdk/(?:lib/services|clients)/(?P<service>[a-z0-9]{2,40})\b"),
    re.compile(r"aws_sdk_(?P<service>[a-z0-9]{2,40})::"),
    re.compile(r"client\(['\"](?P<service>[a-z0-9-]{2,40})['\"]\)"),
    re.compile(r"\bAmazon(?P<service>[A-Z][A-Za-z0-9]{1,30})(?:Exception|Client|Request)\b"),
    re.compile(r"\b(?P<service>S3|Sqs|Sns|Sts|Iam|Kms|Ec2|DynamoDb|Lambda|SecretsManager|Ssm)Exception\b"),
    re.compile(rf"https?://(?:[\w.-]{{1,120}}\.)?(?P<service>s3)[.-](?:{_REGION_NAME}\.)?amazonaws\.com"),
    re.compile(rf"https?://(?P<service>[a-z0-9-]{{2,40}})\.{_REGION_NAME}\.amazonaws\.com"),
)
_SERVICE_WORDS = {
    "amazons3": "s3", "amazonec2": "ec2", "amazonsqs": "sqs", "amazonsns": "sns", "amazondynamodb": "dynamodb",
    "amazondynamodbv2": "dynamodb", "dynamodbv2": "dynamodb", "amazondatacatalog": "glue", "awsglue": "glue",
    "awskms": "kms", "awslambda": "lambda", "awslambdainternal": "lambda", "awssecretsmanager": "secretsmanager",
    "awssecuritytokenservice": "sts", "securitytoken": "sts", "awssimplesystemsmanagement": "ssm",
    "simplesystemsmanagement": "ssm", "identitymanagement": "iam", "amazonidentitymanagement": "iam",
    "amazoncloudformation": "cloudformation", "amazoncloudwatch": "cloudwatch", "amazonecr": "ecr",
    "amazonecs": "ecs", "amazonelasticfilesystem": "elasticfilesystem", "amazonkinesis": "kinesis",
    "amazonathena": "athena", "amazonelasticmapreduce": "elasticmapreduce", "amazonrds": "rds",
    "amazonredshift": "redshift",
    "amazonroute53": "route53", "amazonsagemaker": "sagemaker", "awslogs": "logs", "cloudwatchevents": "events",
    "awsstepfunctions": "states", "bedrockruntime": "bedrock", "bedrockagent": "bedrock",
    "bedrockagentruntime": "bedrock", "amazonbedrock": "bedrock", "awsorganizations": "organizations",
}  # fmt: skip
_ID = r"(?P<id>[A-Za-z0-9<][A-Za-z0-9<> _-]{2,78}?[A-Za-z0-9>])"
_REQUEST_IDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"status\s?code:\s*\d{3},\s*request\s?id:\s*(?P<id>[A-Za-z0-9<][^\s,;)\]}\"'`]{2,80})",
        r"StatusCode:\s*\d{3},\s*Request\s?ID:\s*(?P<id>[A-Za-z0-9<][^\s,;)\]}\"'`]{2,80})",
        rf"Request\s?ID:\s*{_ID}(?=[;,)])",
        r"<RequestI[dD]>\s*(?P<id>[A-Za-z0-9-]{8,80})\s*</RequestI[dD]>",
        r"<RequestI[dD]>\s*(?P<id>[A-Za-z0-9-]{12,80})",
        r"[\"'](?:x-amzn-RequestId|x-amz-request-id|requestID|RequestId)[\"']\s*:\s*[\"'](?P<id>[A-Za-z0-9-]{8,80})[\"']",
        r"\b(?:x-amzn-[Rr]equest-?[Ii]d|x-amz-request-id)\s*[:=]\s*'?(?P<id>[A-Za-z0-9-]{8,80})",
        r"\bRid (?P<id>[A-Z0-9]{8,40})\b",
        r"(?<!\()\brequestId: '(?P<id>[A-Za-z0-9-]{8,80})'",
        r"(?<!tf_req_id=)(?<!\()\brequest\s?id:\s*(?P<id>[A-Za-z0-9<][^\s,;)\]}\"'`]{2,80})",
    )
)
_PLACES = re.compile(
    rf"\.(?P<host>{_REGION_NAME})\.amazonaws\.(?:com|com\.cn|eu)\b|[?&#]region=(?P<query>{_REGION_NAME})\b"
    rf"|--region[ =](?P<option>{_REGION_NAME})\b|awsRegion[\"']?\s*[:=]\s*[\"']?(?P<logged>{_REGION_NAME})"
)


def codes(text: str) -> Iterator[str]:
    """Yield what stands where clients print an error code, the most telling places first."""
    for pattern in _CODES:
        for match in pattern.finditer(text):
            yield _tidy(match.group("code"))
    for match in _WORDS.finditer(text):
        if match.group("path") not in _FILE_ACCESS and not _ONE_WORD.fullmatch(match.group("code")):
            yield match.group("code")


def denial_code(text: str) -> str | None:
    """Return the code of the refusal as printed, None where only other codes or none are printed."""
    found = next((code for code in codes(text) if is_denial_code(code) and not _only_a_phrase(code)), None)
    if found:
        return found
    denied = _DENIED.search(text)
    return denied.group("code") if denied else None


def other_code(text: str) -> str | None:
    """Return the code that a refusal goes by where it has no code of its own: the wrapper's."""
    for pattern in (*_CODES[:4], _HANDLER):
        for match in pattern.finditer(text):
            code = _tidy(match.group("code"))
            if re.fullmatch(r"[A-Za-z][\w.]{3,}|\d{3}(?: \w+)?", code):
                return code
    return None


def look_alike_code(text: str) -> tuple[str, str] | None:
    """Return the first code that is no denial, and its kind; None where there is none."""
    framed = [_tidy(match.group("code")) for match in OCCURRED.finditer(text)]
    handler = [match.group("code") for match in _HANDLER.finditer(text)]
    for code in (*framed, *codes(text), *handler):
        kind = kind_of(code)
        if kind and (code in framed or not re.fullmatch(r"[A-Z][a-z]+", code)):
            return code, kind
    return (framed[0], "other") if framed and not is_denial_code(framed[0]) else None


def operation(text: str) -> str | None:
    """Return the API call that the text names, else None."""
    for pattern in _OPERATIONS:
        for match in pattern.finditer(text):
            name = match.group("operation")
            if name and joined(name) not in {"Http", "Web", "Client"}:
                return joined(name)
    call = _PHP_CALL.search(text)
    if call:
        name = call.group("operation")
        return name[0].upper() + name[1:]
    return None


def service(text: str) -> str | None:
    """Return the IAM prefix of the service that a client frame names, else None."""
    for pattern in _SERVICES:
        match = pattern.search(text)
        if match:
            return service_word(match.group("service"))
    call = _PHP_CALL.search(text)
    return service_word(call.group("service")) if call else None


def service_word(words: str) -> str:
    """Return the IAM prefix for a service's name as a client prints it (``CloudWatch Logs`` -> ``logs``)."""
    squeezed = re.sub(r"[^a-z0-9-]", "", words.lower())
    known = _SERVICE_WORDS.get(squeezed)
    if known:
        return known
    bare = squeezed.removeprefix("amazon").removeprefix("aws") or squeezed
    return prefix_of(_SERVICE_WORDS.get(bare, bare))


def request_id(before: str, after: str) -> str | None:
    """Return the refused call's own request id: after the refusal first, else the nearest before it.

    Ids of Lambda invocations, reconciliations and tools are left alone.
    """
    for pattern in _REQUEST_IDS:
        match = pattern.search(after)
        if match:
            return match.group("id").strip()
    for pattern in _REQUEST_IDS:
        found = [match.group("id").strip() for match in pattern.finditer(before)]
        if found:
            return found[-1]
    return None


def region(text: str) -> str | None:
    """Return the Region that a host name, a console link, ``--region`` or ``awsRegion`` names."""
    match = _PLACES.search(text)
    return next((value for value in match.groups() if value), None) if match else None


def numbered_code(text: str) -> bool:
    """Whether an HTTP 403 is printed."""
    return _NUMBERED.search(text) is not None


def _tidy(code: str) -> str:
    return (
        joined(code).strip("`'\" ")
        if code.startswith("403") or " " not in joined(code)
        else code.replace("\n", " ").strip()
    )


def _only_a_phrase(code: str) -> bool:
    """``Forbidden`` and ``Unauthorized`` alone are words of a sentence or class names, not AWS codes."""
    return code in {"AccessDeniedHandler", "UnauthorizedError"}
