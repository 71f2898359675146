"""A logged event -> the global condition keys (``aws:*``) that AWS evaluated, and those that were not there.

Availability of each key: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from troubleshooter.denials.event import Event
from troubleshooter.denials.fields import flag, items, lowered, mapping, text
from troubleshooter.denials.identity import role_of_session
from troubleshooter.denials.keys import Keys
from troubleshooter.model.arn import account_root_arn
from troubleshooter.model.vocabulary import PrincipalKind

_TYPES = {
    PrincipalKind.ROOT: "Account",
    PrincipalKind.IAM_USER: "User",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ANONYMOUS: "Anonymous",
}
_SESSION_KINDS = frozenset({PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER})
_FIRST_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws": "us-east-1"}
_GLOBAL_SERVICES = frozenset({
    "account", "aws-portal", "budgets", "ce", "chatbot", "cloudfront", "cur", "globalaccelerator", "health", "iam",
    "importexport", "networkmanager", "organizations", "route53", "route53domains", "shield", "support", "tax",
    "trustedadvisor", "waf",
})  # fmt: skip
_FIRST_IN_CHAIN = frozenset({"athena.amazonaws.com", "cloudformation.amazonaws.com"})
_IN_CHAIN = _FIRST_IN_CHAIN | {"dynamodb.amazonaws.com", "kms.amazonaws.com"}
_DEEPEST_TAGS = 4  # TagSpecificationSet > items > tags > items
_SERVICE_ROLE_SESSIONS = frozenset({"AWSCloudFormation"})
_TAG_FIELDS = ("tags", "tagset", "taglist", "tagspecificationset", "tagspecifications", "tagging", "x-amz-tagging")
_TAG_NAMES = (("key", "value"), ("tagkey", "tagvalue"), ("name", "value"))


def add_global_keys(keys: Keys, event: Event) -> None:
    """Put every global key that the event tells into ``keys``."""
    _principal(keys, event)
    _credentials(keys, event)
    _network(keys, event)
    _via_service(keys, event)
    _request(keys, event)
    _tags(keys, event)
    _logged_context(keys, event)


def _principal(keys: Keys, event: Event) -> None:
    who = event.principal
    identity = mapping(event.record, "userIdentity")
    keys.put("aws:PrincipalType", _TYPES.get(who.kind))
    keys.put("aws:PrincipalIsAWSService", "true" if who.kind is PrincipalKind.AWS_SERVICE else "false")
    if who.kind is PrincipalKind.AWS_SERVICE:
        keys.put("aws:PrincipalServiceName", who.arn)
        keys.lacks("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/", "aws:username")
        return
    keys.lacks("aws:PrincipalServiceName", "aws:PrincipalServiceNamesList")
    keys.lacks("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths")
    if event.unsigned:
        keys.lacks("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
        keys.lacks("aws:PrincipalTag/", "aws:username")
        return
    keys.put("aws:PrincipalAccount", who.account)
    if who.kind is PrincipalKind.ROLE_SESSION:
        keys.put("aws:PrincipalArn", role_of_session(who))
    elif who.kind is PrincipalKind.ROOT and who.account:
        keys.put("aws:PrincipalArn", account_root_arn(who.account, event.place.partition))
    elif who.arn and who.arn.startswith("arn:"):
        keys.put("aws:PrincipalArn", who.arn)
    keys.put("aws:userid", text(identity, "principalId"))
    if who.kind is PrincipalKind.IAM_USER:
        keys.put("aws:username", who.name)
    elif who.kind in _TYPES:
        keys.lacks("aws:username")


def _credentials(keys: Keys, event: Event) -> None:
    """Temporary credentials carry MFA and issue time; long-term keys carry neither."""
    session = lowered(event.session)
    attributes = mapping(event.session, "attributes")
    issued = text(attributes, "creationDate")
    mfa = flag(attributes, "mfaAuthenticated")
    if event.long_term_key or event.unsigned:
        keys.lacks("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime", "aws:SourceIdentity")
        keys.lacks("aws:FederatedProvider", "aws:AssumedRoot", "aws:SignInSessionArn")
        _no_instance(keys)
        return
    keys.put("aws:MultiFactorAuthPresent", mfa)
    keys.put("aws:TokenIssueTime", issued)
    if mfa == "true":
        keys.put("aws:MultiFactorAuthAge", _seconds_between(issued, text(event.record, "eventTime")))
    elif mfa == "false":
        keys.lacks("aws:MultiFactorAuthAge")
    if event.session:
        keys.put_or_lacks("aws:SourceIdentity", text(event.session, "sourceIdentity"))
        keys.put_or_lacks("aws:AssumedRoot", flag(event.session, "assumedRoot"))
    keys.put("aws:FederatedProvider", text(mapping(event.session, "webIdFederationData"), "federatedProvider"))
    if event.principal.kind in {PrincipalKind.IAM_USER, PrincipalKind.ROOT}:
        keys.lacks("aws:FederatedProvider")
    delivery = text(session, "ec2roledelivery") or text(attributes, "ec2RoleDelivery")
    keys.put("ec2:RoleDelivery", delivery)
    if event.principal.kind not in _SESSION_KINDS or (event.session and not delivery):
        _no_instance(keys)


def _no_instance(keys: Keys) -> None:
    keys.lacks(
        "aws:Ec2InstanceSourceVpc", "aws:Ec2InstanceSourcePrivateIPv4", "ec2:SourceInstanceArn", "ec2:RoleDelivery"
    )


def _network(keys: Keys, event: Event) -> None:
    if event.vpc_endpoint:
        keys.put("aws:SourceVpce", event.vpc_endpoint)
        keys.put("aws:VpcSourceIp", event.source_address)
        keys.put("aws:VpceAccount", text(event.record, "vpcEndpointAccountId"))
        keys.lacks("aws:SourceIp")
        return
    keys.lacks("aws:SourceVpce", "aws:SourceVpc", "aws:SourceVpcArn", "aws:VpcSourceIp")
    keys.lacks("aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths")
    keys.put("aws:SourceIp", event.source_address)
    if event.source_is_service:
        keys.lacks("aws:SourceIp")


def _via_service(keys: Keys, event: Event) -> None:
    """Tell a service that uses the caller's own credentials from a service or service-linked role."""
    who = event.principal
    service = who.invoked_by or (event.source if event.source_is_service else None)
    own_role = "/aws-service-role/" in (who.session_issuer_arn or "") or who.session_name in _SERVICE_ROLE_SESSIONS
    via = bool(service) and who.kind in _TYPES and not own_role
    keys.put("aws:ViaAWSService", "true" if via else "false")
    if not via:
        keys.lacks("aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast")
    elif service in _IN_CHAIN:
        keys.put("aws:CalledVia", service)
        keys.put("aws:CalledViaLast", service)
        keys.put("aws:CalledViaFirst", service if service in _FIRST_IN_CHAIN else None)


def _request(keys: Keys, event: Event) -> None:
    when = text(event.record, "eventTime")
    keys.put("aws:CurrentTime", when)
    moment = _moment(when)
    keys.put("aws:EpochTime", str(int(moment.timestamp())) if moment else None)
    home = _FIRST_REGIONS.get(event.place.partition) if event.service in _GLOBAL_SERVICES else None
    keys.put("aws:RequestedRegion", event.region if event.region not in {None, "aws-global"} else home)
    keys.put("aws:SecureTransport", _secure(event))
    agent = text(event.record, "userAgent")
    keys.put("aws:UserAgent", agent.removeprefix("[").removesuffix("]") if agent else None)
    referer = text(event.parameters or {}, "referer")
    keys.put("aws:referer", referer)
    if not referer and agent and "Mozilla" not in agent:
        keys.lacks("aws:referer")


def _secure(event: Event) -> str | None:
    """TLS as logged; S3 logs a cipher suite for every encrypted request, and none for plain HTTP."""
    if text(mapping(event.record, "tlsDetails"), "tlsVersion", "cipherSuite"):
        return "true"
    extra = mapping(event.record, "additionalEventData")
    if text(extra, "CipherSuite"):
        return "true"
    return "false" if event.service == "s3" and text(extra, "SignatureVersion") else None


def _tags(keys: Keys, event: Event) -> None:
    """Tags passed in the request; parameters that were logged without tags had none."""
    if event.parameters is None:
        return
    tags = request_tags(event.parameters)
    for name, value in tags.items():
        keys.put(f"aws:RequestTag/{name}", value)
    removed = [str(item) for item in items(event.parameters.get("tagkeys")) if isinstance(item, str)]
    keys.put("aws:TagKeys", [*tags, *removed])
    keys.lacks("aws:RequestTag/", "aws:TagKeys")


def request_tags(parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the tags in lowercase-named request parameters, whatever list, map or header carries them."""
    found: dict[str, str] = {}
    for name in _TAG_FIELDS:
        _gather(parameters.get(name), found, 0)
    return found


def _gather(value: object, found: dict[str, str], depth: int) -> None:
    if depth > _DEEPEST_TAGS:
        return
    if isinstance(value, str) and "=" in value:
        for pair in value.split("&"):
            name, _, content = pair.partition("=")
            found.setdefault(name, content)
    elif isinstance(value, list | tuple):
        for item in value:
            _gather(item, found, depth + 1)
    elif isinstance(value, Mapping):
        fields = lowered(value)
        for key, content in _TAG_NAMES:
            if isinstance(fields.get(key), str):
                found.setdefault(str(fields[key]), str(fields.get(content) or ""))
                return
        nested = [
            fields[name] for name in ("items", "tags", "tagset", "tag") if isinstance(fields.get(name), Mapping | list)
        ]
        if nested or "resourcetype" in fields:
            for item in nested:
                _gather(item, found, depth + 1)
        else:
            found.update({str(key): str(item) for key, item in value.items() if isinstance(item, str)})


def _logged_context(keys: Keys, event: Event) -> None:
    """Read the keys and tags that an event data store can add to its events.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-context-events.html
    """
    context = mapping(event.record, "eventContext")
    for key, value in mapping(context, "requestContext").items():
        keys.put(str(key), [str(item) for item in items(value)])
    tags = mapping(context, "tagContext")
    for name, value in mapping(tags, "principalTags").items():
        keys.put(f"aws:PrincipalTag/{name}", str(value))
    for entry in items(tags.get("resourceTags")):
        for name, value in mapping(entry, "tags").items() if isinstance(entry, Mapping) else ():
            keys.put(f"aws:ResourceTag/{name}", str(value))


def _moment(when: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(when or "")
    except ValueError:
        return None


def _seconds_between(first: str | None, then: str | None) -> str | None:
    one, two = _moment(first), _moment(then)
    if one is None or two is None or (one.tzinfo is None) != (two.tzinfo is None):
        return None
    return str(max(0, int((two - one).total_seconds())))
