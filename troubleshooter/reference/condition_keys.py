"""Condition keys: the global ``aws:*`` table by hand, service keys from the reference data.

Global keys, their types and availability:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from troubleshooter.reference import data
from troubleshooter.reference.distance import closest


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalKey:
    """One global key: ``type`` (String, Bool, ARN, Numeric, Date, IPAddress, ArrayOf…), when it is there, a note.

    ``presence`` is ``always`` (every request has it) or ``sometimes`` (the note says when). A name
    ending in ``/`` is a family, one key per tag.
    """

    name: str
    type: str
    presence: str
    note: str = ""


_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("aws:AssumedRoot", "Bool", "sometimes", "only in sessions made by sts:AssumeRoot"),
    ("aws:CalledVia", "ArrayOfString", "sometimes", "only when a service uses the caller's credentials"),
    ("aws:CalledViaAWSMCP", "String", "sometimes", "only when called through an AWS-managed MCP server"),
    ("aws:CalledViaFirst", "String", "sometimes", "only when a service uses the caller's credentials"),
    ("aws:CalledViaLast", "String", "sometimes", "only when a service uses the caller's credentials"),
    ("aws:ChatbotSourceArn", "ARN", "sometimes", "only in Amazon Q Developer in chat applications sessions"),
    ("aws:CurrentTime", "Date", "always", ""),
    ("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress", "sometimes", "only for EC2 instance role credentials"),
    ("aws:Ec2InstanceSourceVpc", "String", "sometimes", "only for EC2 instance role credentials"),
    ("aws:EpochTime", "Date", "always", "a date or a number of seconds"),
    ("aws:FederatedProvider", "String", "sometimes", "only in sessions from a web identity or SAML provider"),
    ("aws:MultiFactorAuthAge", "Numeric", "sometimes", "only when the credentials were made with MFA"),
    ("aws:MultiFactorAuthPresent", "Bool", "sometimes", "only for temporary credentials, never for long-term keys"),
    ("aws:PrincipalAccount", "String", "always", "not for anonymous callers"),
    ("aws:PrincipalArn", "ARN", "always", "a role's ARN with its path, not the session's; not for anonymous callers"),
    ("aws:PrincipalIsAWSService", "Bool", "always", "true only where a service principal calls directly"),
    ("aws:PrincipalOrgID", "String", "sometimes", "only where the caller's account is in an organization"),
    ("aws:PrincipalOrgPaths", "ArrayOfString", "sometimes", "only where the caller's account is in an organization"),
    ("aws:PrincipalServiceName", "String", "sometimes", "only where a service principal calls"),
    ("aws:PrincipalServiceNamesList", "ArrayOfString", "sometimes", "only where a service principal calls"),
    ("aws:PrincipalTag/", "String", "sometimes", "only where the user, role or session carries the tag"),
    ("aws:PrincipalType", "String", "always", ""),
    ("aws:referer", "String", "sometimes", "only from a link in a browser; set by the caller"),
    ("aws:RequestTag/", "String", "sometimes", "only where the request passes the tag"),
    ("aws:RequestedRegion", "String", "always", "us-east-1 for global services"),
    ("aws:ResourceAccount", "String", "always", "for most actions"),
    ("aws:ResourceOrgID", "String", "sometimes", "only where the resource's account is in an organization"),
    ("aws:ResourceOrgPaths", "ArrayOfString", "sometimes", "only where the resource's account is in an organization"),
    ("aws:ResourceTag/", "String", "sometimes", "only where the resource carries the tag and its type supports it"),
    ("aws:SecureTransport", "Bool", "always", ""),
    ("aws:SignInSessionArn", "ARN", "sometimes", "only for credentials from aws login"),
    ("aws:SourceAccount", "String", "sometimes", "only where a service calls for a resource"),
    ("aws:SourceArn", "ARN", "sometimes", "only where a service calls for a resource"),
    ("aws:SourceIdentity", "String", "sometimes", "only in role sessions that set one"),
    ("aws:SourceIp", "IPAddress", "sometimes", "not through a VPC endpoint; a service's address when it calls"),
    ("aws:SourceOrgID", "String", "sometimes", "only where a service calls for a resource"),
    ("aws:SourceOrgPaths", "ArrayOfString", "sometimes", "only where a service calls for a resource"),
    ("aws:SourceVpc", "String", "sometimes", "only through a VPC endpoint"),
    ("aws:SourceVpcArn", "ARN", "sometimes", "only through a VPC endpoint, for services that support it"),
    ("aws:SourceVpce", "String", "sometimes", "only through a VPC endpoint"),
    ("aws:TagKeys", "ArrayOfString", "sometimes", "only where the operation can attach tags"),
    ("aws:TokenIssueTime", "Date", "sometimes", "only for temporary credentials"),
    ("aws:UserAgent", "String", "always", "set by the caller"),
    ("aws:userid", "String", "always", "not for anonymous callers"),
    ("aws:username", "String", "sometimes", "only for IAM users"),
    ("aws:ViaAWSMCPService", "Bool", "sometimes", "only when called through an AWS-managed MCP server"),
    ("aws:ViaAWSService", "Bool", "always", "for most services; true when one uses the caller's credentials"),
    ("aws:VpceAccount", "String", "sometimes", "only through a VPC endpoint, for services that support it"),
    ("aws:VpceOrgID", "String", "sometimes", "only through a VPC endpoint, for services that support it"),
    ("aws:VpceOrgPaths", "ArrayOfString", "sometimes", "only through a VPC endpoint, for services that support it"),
    ("aws:VpcSourceIp", "IPAddress", "sometimes", "only through a VPC endpoint"),
    # Cross-service keys: one service's prefix, present in requests to others.
    ("ec2:RoleDelivery", "Numeric", "sometimes", "only for EC2 instance role credentials"),
    ("ec2:SourceInstanceArn", "ARN", "sometimes", "only for EC2 instance role credentials"),
    ("glue:CredentialIssuingService", "String", "sometimes", "only for credentials that AWS Glue issued"),
    ("glue:RoleAssumedBy", "String", "sometimes", "only for credentials that AWS Glue issued"),
    ("identitystore:UserId", "String", "sometimes", "only in identity-enhanced sessions"),
    ("lambda:SourceFunctionArn", "ARN", "sometimes", "only for Lambda execution role credentials"),
    ("ssm:SourceInstanceArn", "ARN", "sometimes", "only for Systems Manager managed instances"),
    # Keys that a federated session keeps after sts:AssumeRoleWithWebIdentity and WithSAML.
    ("saml:aud", "String", "sometimes", "only in SAML sessions"),
    ("saml:iss", "String", "sometimes", "only in SAML sessions"),
    ("saml:sub", "String", "sometimes", "only in SAML sessions"),
    ("saml:sub_type", "String", "sometimes", "only in SAML sessions"),
    ("saml:namequalifier", "String", "sometimes", "only in SAML sessions"),
    ("saml:doc", "String", "sometimes", "only in SAML sessions"),
    ("saml:edupersonorgdn", "ArrayOfString", "sometimes", "only in SAML sessions"),
)

GLOBAL_KEYS: Mapping[str, GlobalKey] = {
    name: GlobalKey(name=name, type=kind, presence=presence, note=note) for name, kind, presence, note in _ROWS
}
"""Keys that any service's request can carry, by AWS's spelling."""

_BY_LOWER = {name.lower(): key for name, key in GLOBAL_KEYS.items()}
_FAMILY = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_WEB_IDENTITY_CLAIM = re.compile(r"[a-z0-9.-]+\.[a-z]{2,}(?:/[^:]*)?:[a-z0-9_./:-]+")


def global_key(key: str) -> GlobalKey | None:
    """Return the global key of that name (any case; ``aws:RequestTag/team`` finds its family), or None."""
    lowered = key.lower()
    return _BY_LOWER.get(lowered) or _BY_LOWER.get(f"{lowered.split('/', 1)[0]}/")


def known_key(key: str, service: str) -> bool | None:
    """Return whether requests to ``service`` can carry ``key``; None where the service is unknown.

    Claims of web identity providers (``token.actions.githubusercontent.com:sub``) count as known.
    """
    if global_key(key) is not None or _WEB_IDENTITY_CLAIM.fullmatch(key.lower()):
        return True
    prefix = service.lower()
    if prefix not in data.service_prefixes():
        return None
    exact, families = _service_keys(prefix)
    lowered = key.lower()
    return lowered in exact or any(lowered.startswith(family) for family in families)


def key_type(key: str, service: str) -> str | None:
    """Return the key's type as AWS names it (``ARN``, ``ArrayOfString``), or None where unknown."""
    found = global_key(key)
    if found:
        return found.type
    entries = data.table("conditionKeys", service.lower())
    lowered = key.lower()
    for name, entry in entries.items():
        if name == lowered or (lowered.startswith(_FAMILY.split(name)[0]) and _FAMILY.search(name)):
            return str(entry["type"])
    return None


@lru_cache(maxsize=512)
def closest_keys(key: str, service: str, limit: int = 3) -> tuple[str, ...]:
    """Return known keys near a name that is none, nearest first."""
    own = tuple(str(entry["key"]) for entry in data.table("conditionKeys", service.lower()).values())
    names = tuple(dict.fromkeys((*GLOBAL_KEYS, *own)))
    return tuple(name for name in closest(key, names, limit + 1, max(2, len(key) // 4)) if name != key)[:limit]


@lru_cache(maxsize=512)
def _service_keys(prefix: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return a service's exact keys and the fixed beginnings of its key families."""
    names = tuple(data.table("conditionKeys", prefix))
    exact = frozenset(name for name in names if not _FAMILY.search(name))
    return exact, tuple(_FAMILY.split(name)[0] for name in names if _FAMILY.search(name))
