"""Request parameters -> resource ARN, for the services whose parameters are more than a name.

Each function takes lowercase parameters and returns candidate ARNs, the likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troubleshooter.denials.fields import strings
from troubleshooter.model.arn import parse_arn

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a name without an ARN lives: partition, Region and account, and who asks."""

    partition: str = "aws"
    region: str = ""
    account: str = ""
    caller_arn: str | None = None

    def arn(self, rest: str) -> str:
        """Return ``arn:<partition>:<rest>`` with the fields R and A of ``rest`` filled."""
        service, region, account, resource = rest.split(":", 3)
        region = self.region if region == "R" else region
        account = self.account if account == "A" else account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"


_EC2_TYPES: Mapping[str, str] = {
    "acl": "network-acl", "ami": "image", "cgw": "customer-gateway", "cr": "capacity-reservation",
    "cvpn-endpoint": "client-vpn-endpoint", "dopt": "dhcp-options", "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip", "eni": "network-interface", "fl": "vpc-flow-log", "fleet": "fleet", "h": "dedicated-host",
    "i": "instance", "igw": "internet-gateway", "ipam": "ipam", "lt": "launch-template", "nat": "natgateway",
    "pcx": "vpc-peering-connection", "pl": "prefix-list", "r": "reservation", "rtb": "route-table",
    "sg": "security-group", "sgr": "security-group-rule", "sir": "spot-instances-request", "sfr": "spot-fleet-request",
    "snap": "snapshot", "subnet": "subnet", "tgw": "transit-gateway", "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table", "vgw": "vpn-gateway", "vol": "volume", "vpc": "vpc",
    "vpce": "vpc-endpoint", "vpce-svc": "vpc-endpoint-service", "vpn": "vpn-connection",
}  # fmt: skip
_EC2_ID = re.compile(r"(?P<prefix>[a-z]+(?:-[a-z]+)*)-(?:[0-9a-f]{8}|[0-9a-f]{17})")
_NO_ACCOUNT = frozenset({"image", "snapshot"})
QUEUE_URL = re.compile(
    r"https?://(?:sqs\.(?P<region>[a-z0-9-]+)|(?P<older>[a-z0-9-]+)\.queue|queue)\.amazonaws\.com(?P<china>\.cn)?"
    r"/(?P<account>\d{6,12})/(?P<name>[\w.-]+)"
)
_FUNCTION_COLONS = 6
_UUID = re.compile(r"(?:mrk-)?[0-9a-f-]{32,36}")
_SECRET_SUFFIX = re.compile(r".+-[A-Za-z0-9]{6}")


def text_of(parameters: Parameters, *names: str) -> str | None:
    """Return the first named parameter that holds a text."""
    for name in names:
        value = parameters.get(name)
        if isinstance(value, str) and value:
            return value
    return None


def sqs(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the queue that ``QueueUrl`` names by Region, account and name."""
    url = text_of(parameters, "queueurl")
    if url:
        arn = queue_arn(url, place)
        if arn:
            yield arn


def queue_arn(url: str, place: Place) -> str | None:
    """Return the ARN of a queue URL such as ``https://sqs.eu-west-1.amazonaws.com/111122223333/jobs``."""
    match = QUEUE_URL.search(url)
    if match is None:
        return None
    region = match.group("region") or match.group("older") or place.region or "us-east-1"
    partition = "aws-cn" if match.group("china") else "aws-us-gov" if region.startswith("us-gov-") else place.partition
    return f"arn:{partition}:sqs:{region}:{match.group('account')}:{match.group('name')}"


def lambda_(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the function; its name can be ``name:alias``, a partial ARN (``123:function:name``) or an ARN."""
    name = text_of(parameters, "functionname")
    qualifier = text_of(parameters, "qualifier", "functionversion")
    if name:
        arn = parse_arn(name)
        account, function = place.account, name
        if arn:
            base = name
        else:
            if ":function:" in name:
                account, _, function = name.partition(":function:")
            base = f"arn:{place.partition}:lambda:{place.region}:{account}:function:{function}"
        if qualifier and qualifier not in {"$LATEST", "LATEST"} and base.count(":") == _FUNCTION_COLONS:
            yield f"{base}:{qualifier}"
        yield base
    layer = text_of(parameters, "layername")
    if layer and not parse_arn(layer):
        version = text_of(parameters, "versionnumber") or parameters.get("versionnumber")
        if version:
            yield place.arn(f"lambda:R:A:layer:{layer}:{version}")
        yield place.arn(f"lambda:R:A:layer:{layer}")
    mapping = text_of(parameters, "uuid")
    if mapping:
        yield place.arn(f"lambda:R:A:event-source-mapping:{mapping}")


def kms(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the key or alias that ``KeyId`` is: an id, an alias name or an ARN of either."""
    for name in ("keyid", "targetkeyid", "sourcekeyid", "destinationkeyid", "aliasname"):
        value = text_of(parameters, name)
        if not value:
            continue
        if parse_arn(value):
            yield value
        elif value.startswith("alias/"):
            yield place.arn(f"kms:R:A:{value}")
        elif _UUID.fullmatch(value):
            yield place.arn(f"kms:R:A:key/{value}")


def secretsmanager(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield a secret's ARN; ``??????`` stands for the six random characters that its name lacks."""
    name = text_of(parameters, "secretid", "name")
    if not name:
        return
    arn = parse_arn(name)
    if arn:
        yield name if _SECRET_SUFFIX.fullmatch(arn.resource) else f"{name}-??????"
    else:
        yield place.arn(f"secretsmanager:R:A:secret:{name}-??????")


def logs(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield log group and stream, by name or identifier."""
    group = text_of(parameters, "loggroupname", "loggroupidentifier")
    stream = text_of(parameters, "logstreamname")
    groups = parameters.get("loggroupnames") or parameters.get("loggroupidentifiers")
    if not group and isinstance(groups, list) and groups and isinstance(groups[0], str):
        group = groups[0]
    if group:
        base = group.removesuffix(":*") if parse_arn(group) else place.arn(f"logs:R:A:log-group:{group}")
        if stream:
            yield f"{base}:log-stream:{stream}"
        yield base
    destination = text_of(parameters, "destinationname")
    if destination:
        yield place.arn(f"logs:R:A:destination:{destination}")


def iam(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield users, roles and policies with the path the call gives; calls about oneself name no user at all."""
    path = (text_of(parameters, "path") or "/").strip("/")
    prefix = f"{path}/" if path else ""
    provider = text_of(parameters, "openidconnectproviderarn", "samlproviderarn")
    if provider:
        yield provider
    url = text_of(parameters, "url")
    if url:
        yield place.arn(f"iam::A:oidc-provider/{url.removeprefix('https://')}")
    for name, kind in (("rolename", "role"), ("username", "user"), ("groupname", "group"), ("policyname", "policy")):
        value = text_of(parameters, name)
        if value and prefix:
            yield place.arn(f"iam::A:{kind}/{prefix}{value}")
    for name in ("policyarn", "rolearn", "policysourcearn", "arn", "serialnumber", "resourcearn"):
        value = text_of(parameters, name)
        if value and value.startswith("arn:"):
            yield value
    if not any(text_of(parameters, name) for name in ("username", "rolename", "groupname")) and ":user/" in (
        place.caller_arn or ""
    ):
        yield str(place.caller_arn)


def ec2(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield what EC2's ids say of their type; key pairs and placement groups go by name."""
    seen: set[str] = set()
    for _, value in strings(parameters):
        match = _EC2_ID.fullmatch(value)
        kind = _EC2_TYPES.get(match.group("prefix")) if match else None
        if kind and value not in seen:
            seen.add(value)
            account = "" if kind in _NO_ACCOUNT else place.account
            yield f"arn:{place.partition}:ec2:{place.region}:{account}:{kind}/{value}"
    for name, kind in (
        ("keyname", "key-pair"),
        ("groupname", "placement-group"),
        ("launchtemplatename", "launch-template"),
    ):
        named = text_of(parameters, name)
        if named:
            yield place.arn(f"ec2:R:A:{kind}/{named}")


def apigateway(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield URL paths, which are API Gateway's resources.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    rest, http = text_of(parameters, "restapiid"), text_of(parameters, "apiid")
    if rest or http:
        base = f"/restapis/{rest}" if rest else f"/apis/{http}"
        for name, part in (
            ("stagename", "stages"), ("deploymentid", "deployments"), ("resourceid", "resources"),
            ("authorizerid", "authorizers"), ("integrationid", "integrations"), ("routeid", "routes"),
        ):  # fmt: skip
            value = text_of(parameters, name)
            if value:
                method = text_of(parameters, "httpmethod") if name == "resourceid" else None
                yield place.arn(f"apigateway:R::{base}/{part}/{value}" + (f"/methods/{method}" if method else ""))
        yield place.arn(f"apigateway:R::{base}")
    domain = text_of(parameters, "domainname")
    if domain:
        yield place.arn(f"apigateway:R::/domainnames/{domain}")
    if not rest and not http and not domain:
        yield place.arn("apigateway:R::/restapis")


def s3(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield a bucket's ARN, or the access point's that stands in its place, with and without the key."""
    bucket, key = text_of(parameters, "bucketname", "bucket"), text_of(parameters, "key", "objectname")
    if not bucket:
        return
    base = bucket if parse_arn(bucket) else f"arn:{place.partition}:s3:::{bucket}"
    between = "/object/" if ":accesspoint/" in base else "/"
    if key:
        yield f"{base}{between}{key.removeprefix('/') if ':accesspoint/' in base else key}"
    elif isinstance(parameters.get("delete"), Mapping | str):
        yield f"{base}{between}*"
    yield base


def route53(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the hosted zone, whose id comes with and without its ``/hostedzone/`` prefix."""
    zone = text_of(parameters, "hostedzoneid", "id")
    if zone:
        yield f"arn:{place.partition}:route53:::hostedzone/{zone.rsplit('/', 1)[-1]}"


def ssm(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield a parameter's ARN, in which its leading slash is not doubled."""
    names = parameters.get("names")
    first = names[0] if isinstance(names, list) and names and isinstance(names[0], str) else None
    name = text_of(parameters, "name") or first or text_of(parameters, "path")
    if name and not parse_arn(name):
        yield place.arn(f"ssm:R:A:parameter/{name.split(':', 1)[0].strip('/')}")


def sns(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the topic's ARN, with which a subscription's starts."""
    arn = parse_arn(text_of(parameters, "subscriptionarn"))
    if arn:
        yield f"arn:{arn.partition}:sns:{arn.region}:{arn.account}:{arn.resource.split(':', 1)[0]}"
    name = text_of(parameters, "name")
    if name:
        yield place.arn(f"sns:R:A:{name}")


def bedrock(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield what ``modelId`` is: a foundation model or an inference profile."""
    model = text_of(parameters, "modelid", "modelidentifier")
    if model and not parse_arn(model):
        profile = re.match(r"(?:us|eu|apac|ap|global|us-gov|jp|au|ca)\.", model)
        yield place.arn(f"bedrock:R:A:inference-profile/{model}" if profile else f"bedrock:R::foundation-model/{model}")


def ecs(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the cluster ``default``, which a call without a cluster means."""
    if not text_of(parameters, "cluster", "clustername", "taskdefinition", "family"):
        yield place.arn("ecs:R:A:cluster/default")


def events(parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the bus, which PutEvents names per entry, or the rule; the default bus is in no rule's ARN."""
    entries = parameters.get("entries")
    if isinstance(entries, list):
        first = entries[0] if entries and isinstance(entries[0], Mapping) else {}
        bus = first.get("eventBusName") or "default"
        yield str(bus) if parse_arn(str(bus)) else place.arn(f"events:R:A:event-bus/{bus}")
    rule = text_of(parameters, "name", "rule", "rulename")
    if rule and text_of(parameters, "eventbusname") in {None, "default"}:
        yield place.arn(f"events:R:A:rule/{rule}")


SPECIAL: Mapping[str, Callable[[Parameters, Place], Iterator[str]]] = {
    "apigateway": apigateway,
    "bedrock": bedrock,
    "ec2": ec2,
    "ecs": ecs,
    "events": events,
    "iam": iam,
    "kms": kms,
    "lambda": lambda_,
    "logs": logs,
    "route53": route53,
    "s3": s3,
    "secretsmanager": secretsmanager,
    "sns": sns,
    "sqs": sqs,
    "ssm": ssm,
}
