"""A logged event's request parameters -> the service's own condition keys, present or known absent.

Keys per service: the Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from troubleshooter.denials.arn_special import Parameters, text_of
from troubleshooter.denials.event import Event
from troubleshooter.denials.fields import items, mapping, text
from troubleshooter.denials.keys import Keys
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.vocabulary import PrincipalKind

_Rows = tuple[tuple[str, tuple[str, ...]], ...]

REQUEST_KEYS: Mapping[str, _Rows] = {
    "cloudformation": (
        ("cloudformation:ChangeSetName", ("changesetname",)),
        ("cloudformation:StackPolicyUrl", ("stackpolicyurl",)),
        ("cloudformation:TemplateUrl", ("templateurl",)),
    ),
    "dynamodb": (
        ("dynamodb:ReturnConsumedCapacity", ("returnconsumedcapacity",)),
        ("dynamodb:ReturnValues", ("returnvalues",)),
        ("dynamodb:Select", ("select",)),
    ),
    "iam": (
        ("iam:AWSServiceName", ("awsservicename",)),
        ("iam:PolicyARN", ("policyarn",)),
    ),
    "kms": (
        ("kms:DataKeyPairSpec", ("keypairspec",)),
        ("kms:GranteePrincipal", ("granteeprincipal",)),
        ("kms:MessageType", ("messagetype",)),
        ("kms:RetiringPrincipal", ("retiringprincipal",)),
    ),
    "lambda": (
        ("lambda:CodeSigningConfigArn", ("codesigningconfigarn",)),
        ("lambda:Principal", ("principal",)),
    ),
    "s3": (
        ("s3:delimiter", ("delimiter",)),
        ("s3:max-keys", ("max-keys", "maxkeys")),
        ("s3:prefix", ("prefix",)),
        ("s3:VersionId", ("versionid",)),
        ("s3:x-amz-acl", ("x-amz-acl",)),
        ("s3:x-amz-copy-source", ("x-amz-copy-source",)),
        ("s3:x-amz-grant-full-control", ("x-amz-grant-full-control",)),
        ("s3:x-amz-grant-read", ("x-amz-grant-read",)),
        ("s3:x-amz-grant-read-acp", ("x-amz-grant-read-acp",)),
        ("s3:x-amz-grant-write", ("x-amz-grant-write",)),
        ("s3:x-amz-grant-write-acp", ("x-amz-grant-write-acp",)),
        ("s3:x-amz-metadata-directive", ("x-amz-metadata-directive",)),
        ("s3:x-amz-object-ownership", ("x-amz-object-ownership",)),
        ("s3:x-amz-server-side-encryption", ("x-amz-server-side-encryption",)),
        ("s3:x-amz-server-side-encryption-aws-kms-key-id", ("x-amz-server-side-encryption-aws-kms-key-id",)),
        (
            "s3:x-amz-server-side-encryption-customer-algorithm",
            ("x-amz-server-side-encryption-customer-algorithm",),
        ),
        ("s3:x-amz-storage-class", ("x-amz-storage-class",)),
        ("s3:x-amz-website-redirect-location", ("x-amz-website-redirect-location",)),
    ),
    "secretsmanager": (
        ("secretsmanager:Description", ("description",)),
        ("secretsmanager:Name", ("name",)),
        ("secretsmanager:RecoveryWindowInDays", ("recoverywindowindays",)),
        ("secretsmanager:SecretId", ("secretid",)),
    ),
    "sns": (("sns:Endpoint", ("endpoint",)), ("sns:Protocol", ("protocol",))),
    "sts": (
        ("sts:DurationSeconds", ("durationseconds",)),
        ("sts:ExternalId", ("externalid",)),
        ("sts:RoleSessionName", ("rolesessionname",)),
        ("sts:SourceIdentity", ("sourceidentity",)),
    ),
}
"""Service -> (condition key, the lowercase parameters that carry it). Logged parameters without it: absent."""

DEFAULTED_KEYS: Mapping[str, _Rows] = {
    "cloudformation": (("cloudformation:RoleArn", ("rolearn",)),),
    "ec2": (
        ("ec2:Encrypted", ("encrypted",)),
        ("ec2:InstanceType", ("instancetype",)),
        ("ec2:VolumeType", ("volumetype",)),
    ),
    "iam": (("iam:PermissionsBoundary", ("permissionsboundary",)),),
    "kms": (
        ("kms:EncryptionAlgorithm", ("encryptionalgorithm",)),
        ("kms:SigningAlgorithm", ("signingalgorithm",)),
    ),
    "lambda": (("lambda:FunctionUrlAuthType", ("functionurlauthtype", "authtype")),),
    "rds": (
        ("rds:DatabaseClass", ("dbinstanceclass",)),
        ("rds:DatabaseEngine", ("engine",)),
        ("rds:DatabaseName", ("dbname",)),
    ),
    "secretsmanager": (
        ("secretsmanager:KmsKeyId", ("kmskeyid",)),
        ("secretsmanager:VersionId", ("versionid",)),
        ("secretsmanager:VersionStage", ("versionstage",)),
    ),
    "ssm": (("ssm:Overwrite", ("overwrite",)), ("ssm:Recursive", ("recursive",))),
}
"""As above, but a call without the parameter can still carry the key, from the resource or as a default."""

_AUTH_TYPES = {"AuthHeader": "REST-HEADER", "QueryString": "REST-QUERY-STRING", "HtmlForm": "POST"}
_SIGNATURES = {"SigV4": "AWS4-HMAC-SHA256", "SigV2": "AWS"}
PASSED_TO = {
    "autoscaling": "ec2.amazonaws.com", "batch": "batch.amazonaws.com", "bedrock": "bedrock.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com", "codebuild": "codebuild.amazonaws.com",
    "codepipeline": "codepipeline.amazonaws.com", "ec2": "ec2.amazonaws.com", "ecs": "ecs-tasks.amazonaws.com",
    "eks": "eks.amazonaws.com", "elasticmapreduce": "elasticmapreduce.amazonaws.com",
    "events": "events.amazonaws.com", "firehose": "firehose.amazonaws.com", "glue": "glue.amazonaws.com",
    "lambda": "lambda.amazonaws.com", "rds": "rds.amazonaws.com", "sagemaker": "sagemaker.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com", "ssm": "ssm.amazonaws.com", "states": "states.amazonaws.com",
}  # fmt: skip
"""Called service -> the principal that a role is usually passed to
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html)."""


def add_service_keys(keys: Keys, event: Event, action: str | None) -> None:
    """Put the service's own keys into ``keys``: of the called service, and of the refused action's."""
    asked = (action or "").partition(":")[0].lower()
    parameters = event.parameters
    if parameters is not None:
        for key, names in REQUEST_KEYS.get(event.service, ()):
            keys.put_or_lacks(key, _value(parameters, names))
        for key, names in DEFAULTED_KEYS.get(event.service, ()):
            keys.put(key, _value(parameters, names))
    reader = _READERS.get(event.service)
    if reader:
        reader(keys, event, parameters or {})
    if asked == "iam" and (action or "").lower() == "iam:passrole":
        keys.put("iam:PassedToService", PASSED_TO.get(event.service))
    if asked == "kms" and event.service != "kms":
        keys.put("kms:CallerAccount", event.principal.account)
        keys.put("kms:ViaService", f"{event.service}.{event.region}.amazonaws.com" if event.region else None)


def _value(parameters: Parameters, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = parameters.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str | int | float) and value != "":
            return str(value)
    return None


def _s3(keys: Keys, event: Event, parameters: Parameters) -> None:
    extra = mapping(event.record, "additionalEventData")
    keys.put("s3:authType", _AUTH_TYPES.get(text(extra, "AuthenticationMethod") or ""))
    keys.put("s3:signatureversion", _SIGNATURES.get(text(extra, "SignatureVersion") or ""))
    version = text(mapping(event.record, "tlsDetails"), "tlsVersion")
    keys.put("s3:TlsVersion", version.removeprefix("TLSv") if version else None)
    location = parameters.get("createbucketconfiguration")
    if isinstance(location, Mapping):
        keys.put("s3:LocationConstraint", text(location, "LocationConstraint", "locationConstraint"))
    if parameters.get("prefix") == "":
        keys.put("s3:prefix", "")
    bucket = text_of(parameters, "bucketname")
    arn = parse_arn(bucket)
    if arn and arn.resource.startswith("accesspoint/"):
        keys.put("s3:DataAccessPointArn", bucket)
        keys.put("s3:DataAccessPointAccount", arn.account)
    elif bucket:
        keys.lacks("s3:DataAccessPointArn", "s3:DataAccessPointAccount", "s3:AccessPointNetworkOrigin")


def _kms(keys: Keys, event: Event, parameters: Parameters) -> None:
    keys.put("kms:CallerAccount", event.principal.account)
    service = event.principal.invoked_by or (event.source if event.source_is_service else None)
    if service and service.endswith(".amazonaws.com"):
        keys.put("kms:ViaService", f"{service.removesuffix('.amazonaws.com')}.{event.region}.amazonaws.com")
    elif not service:
        keys.lacks("kms:ViaService")
    if event.name == "CreateKey":
        keys.put("kms:KeySpec", _value(parameters, ("keyspec", "customermasterkeyspec")))
        keys.put("kms:KeyUsage", _value(parameters, ("keyusage",)))
        keys.put("kms:KeyOrigin", _value(parameters, ("origin",)))
        keys.put("kms:MultiRegion", _value(parameters, ("multiregion",)))
    if event.name == "CreateGrant":
        keys.put("kms:GrantIsForAWSResource", "true" if service else "false")
        keys.put("kms:GrantOperations", [str(item) for item in items(parameters.get("operations"))])
        constraints = parameters.get("constraints")
        if isinstance(constraints, Mapping) and constraints:
            keys.put("kms:GrantConstraintType", [name[:1].upper() + name[1:] for name in map(str, constraints)])
    alias = text_of(parameters, "keyid")
    keys.put("kms:RequestAlias", alias if alias and alias.startswith("alias/") else None)
    if event.parameters is not None:
        _encryption_context(keys, parameters)
        if alias and not alias.startswith("alias/"):
            keys.lacks("kms:RequestAlias")


def _encryption_context(keys: Keys, parameters: Parameters) -> None:
    pairs = parameters.get("encryptioncontext") or parameters.get("sourceencryptioncontext")
    if isinstance(pairs, Mapping) and pairs:
        for name, value in pairs.items():
            keys.put(f"kms:EncryptionContext:{name}", str(value))
        keys.put("kms:EncryptionContextKeys", [str(name) for name in pairs])
    keys.lacks("kms:EncryptionContext:", "kms:EncryptionContextKeys")


def _sts(keys: Keys, event: Event, parameters: Parameters) -> None:
    keys.put_or_lacks("sts:TransitiveTagKeys", [str(item) for item in items(parameters.get("transitivetagkeys"))])
    claims = web_identity_claims(event)
    for key, value in claims.items():
        keys.put(key, value)
    if event.principal.kind is PrincipalKind.SAML:
        _saml(keys, event)


def web_identity_claims(event: Event) -> dict[str, str]:
    """Return ``<issuer>:sub`` and ``<issuer>:aud`` of a web identity caller.

    CloudTrail logs the provider, then the audience, then the subject as the principal id
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html).
    """
    identity = mapping(event.record, "userIdentity")
    provider = text(identity, "identityProvider")
    if event.principal.kind is not PrincipalKind.WEB_IDENTITY or not provider:
        return {}
    issuer = provider.split("oidc-provider/", 1)[-1]
    claims: dict[str, str] = {}
    subject, whole = text(identity, "userName"), text(identity, "principalId") or ""
    rest = whole.removeprefix(provider).removeprefix(":") if whole.startswith(provider) else ""
    if subject:
        claims[f"{issuer}:sub"] = subject
        audience = rest.removesuffix(subject).removesuffix(":") if rest.endswith(subject) else ""
    else:
        audience, _, subject = rest.partition(":")
        if subject:
            claims[f"{issuer}:sub"] = subject
    if audience:
        claims[f"{issuer}:aud"] = audience
    return claims


def _saml(keys: Keys, event: Event) -> None:
    qualifier, _, subject = (text(mapping(event.record, "userIdentity"), "principalId") or "").partition(":")
    keys.put("saml:sub", subject or text(mapping(event.record, "userIdentity"), "userName"))
    keys.put("saml:namequalifier", qualifier if subject else None)


def _ec2(keys: Keys, event: Event, parameters: Parameters) -> None:
    keys.put("ec2:Region", event.region)
    metadata = parameters.get("metadataoptions")
    if isinstance(metadata, Mapping):
        keys.put("ec2:MetadataHttpTokens", text(metadata, "httpTokens", "HttpTokens"))
    keys.put("ec2:VpcID", _value(parameters, ("vpcid",)))


def _lambda(keys: Keys, event: Event, parameters: Parameters) -> None:
    name = text_of(parameters, "functionname")
    if event.name.startswith(("CreateEventSourceMapping", "UpdateEventSourceMapping")) and name:
        arn = name if parse_arn(name) else event.place.arn(f"lambda:R:A:function:{name.rsplit(':function:', 1)[-1]}")
        keys.put("lambda:FunctionArn", arn)
    network = parameters.get("vpcconfig")
    if isinstance(network, Mapping):
        keys.put("lambda:SubnetIds", [str(item) for item in items(network.get("subnetIds"))])
        keys.put("lambda:SecurityGroupIds", [str(item) for item in items(network.get("securityGroupIds"))])
    keys.put("lambda:Layer", [str(item) for item in items(parameters.get("layers")) if isinstance(item, str)])


def _dynamodb(keys: Keys, event: Event, parameters: Parameters) -> None:
    """Take a key of one attribute for the partition key, unless CloudTrail hid its value."""
    del event
    key = parameters.get("key")
    if isinstance(key, Mapping) and len(key) == 1:
        value = next(iter(key.values()))
        value = next(iter(value.values()), None) if isinstance(value, Mapping) else value
        if isinstance(value, str) and "HIDDEN" not in value:
            keys.put("dynamodb:LeadingKeys", value)
    names = [str(item) for item in items(parameters.get("attributestoget")) if isinstance(item, str)]
    keys.put("dynamodb:Attributes", names)


def _iam(keys: Keys, event: Event, parameters: Parameters) -> None:
    """Say that a new user or role without a boundary has none; an existing one may."""
    if event.name in {"CreateUser", "CreateRole"} and parameters and not parameters.get("permissionsboundary"):
        keys.lacks("iam:PermissionsBoundary")


def _ecs(keys: Keys, event: Event, parameters: Parameters) -> None:
    cluster = text_of(parameters, "cluster")
    if cluster:
        keys.put("ecs:cluster", cluster if parse_arn(cluster) else event.place.arn(f"ecs:R:A:cluster/{cluster}"))


_READERS: Mapping[str, Callable[[Keys, Event, Parameters], None]] = {
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "ecs": _ecs,
    "iam": _iam,
    "kms": _kms,
    "lambda": _lambda,
    "s3": _s3,
    "sts": _sts,
}
