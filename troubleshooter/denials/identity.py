"""CloudTrail's ``userIdentity`` -> Principal.

Types and their fields:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.denials.fields import Object, mapping, text
from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

_KINDS = {
    "IAMUser": PrincipalKind.IAM_USER,
    "AssumedRole": PrincipalKind.ROLE_SESSION,
    "Role": PrincipalKind.ROLE_SESSION,
    "Root": PrincipalKind.ROOT,
    "FederatedUser": PrincipalKind.FEDERATED_USER,
    "WebIdentityUser": PrincipalKind.WEB_IDENTITY,
    "SAMLUser": PrincipalKind.SAML,
    "AWSService": PrincipalKind.AWS_SERVICE,
    "AWSAccount": PrincipalKind.AWS_ACCOUNT,
    "IdentityCenterUser": PrincipalKind.IDENTITY_CENTER_USER,
}
_SESSIONS = frozenset({PrincipalKind.ROLE_SESSION})
_ANONYMOUS = frozenset({"anonymous", "anonymous_principal"})


def principal_from_text(literal: str | None) -> Principal:
    """Return the principal that a message names: an ARN, a service, ``anonymous`` or some other words."""
    if not literal:
        return Principal()
    if literal.lower() in _ANONYMOUS:
        return Principal(arn="anonymous", kind=PrincipalKind.ANONYMOUS)
    if literal.endswith((".amazonaws.com", ".amazonaws.com.cn")) and ":" not in literal and "/" not in literal:
        return Principal(arn=literal, kind=PrincipalKind.AWS_SERVICE, name=literal)
    session = assumed_role(literal)
    if session:
        return _session(literal, session)
    arn = parse_arn(literal)
    if arn is None:
        return Principal(arn=literal, name=literal)
    return Principal(
        arn=literal,
        kind=_kind_of_arn(arn.service, arn.resource),
        account=account_of(literal),
        name=arn.name if arn.resource != "root" else None,
    )


def principal_of_event(identity: object, message_principal: str | None = None) -> Principal:
    """Return who made the logged call.

    ``identity`` is the record's ``userIdentity``: an object, a bare text, or anything else; what it
    lacks is filled from the ARN that the message names.
    """
    if isinstance(identity, str) and identity.strip():
        return principal_from_text(identity.strip())
    if not isinstance(identity, Mapping) or not identity:
        return principal_from_text(message_principal)
    if _is_anonymous(identity):
        return Principal(arn="anonymous", kind=PrincipalKind.ANONYMOUS)
    kind = _KINDS.get(text(identity, "type") or "", PrincipalKind.UNKNOWN)
    arn = _arn(identity, kind) or _usable(message_principal, kind)
    known = principal_from_text(arn)
    if kind is PrincipalKind.UNKNOWN:
        kind = known.kind
    return Principal(
        arn=arn,
        kind=kind,
        account=text(identity, "accountId") or known.account or account_of(text(identity, "identityProvider")),
        name=_name(identity, kind) or known.name,
        session_name=known.session_name or _session_name(identity, kind),
        session_issuer_arn=text(mapping(identity, "sessionContext", "sessionIssuer"), "arn")
        or known.session_issuer_arn,
        invoked_by=text(identity, "invokedBy"),
    )


def role_of_session(principal: Principal) -> str | None:
    """Return the ARN of the role behind a session, with its path where known, else None."""
    if principal.session_issuer_arn:
        return principal.session_issuer_arn
    session = assumed_role(principal.arn)
    arn = parse_arn(principal.arn)
    return f"arn:{arn.partition}:iam::{session[0]}:role/{session[1]}" if session and arn else None


def _session(literal: str, session: tuple[str, str, str]) -> Principal:
    account, role, name = session
    return Principal(
        arn=literal,
        kind=PrincipalKind.ROLE_SESSION,
        account=account if is_account_id(account) else None,
        name=role,
        session_name=name or None,
    )


def _kind_of_arn(service: str, resource: str) -> PrincipalKind:
    if resource == "root" and service == "iam":
        return PrincipalKind.ROOT
    if service == "iam" and resource.startswith("user/"):
        return PrincipalKind.IAM_USER
    if service == "iam" and resource.startswith("role/"):
        return PrincipalKind.ROLE_SESSION
    if service == "iam" and resource.startswith("oidc-provider/"):
        return PrincipalKind.WEB_IDENTITY
    if service == "iam" and resource.startswith("saml-provider/"):
        return PrincipalKind.SAML
    if service == "sts" and resource.startswith("federated-user/"):
        return PrincipalKind.FEDERATED_USER
    if service == "identitystore":
        return PrincipalKind.IDENTITY_CENTER_USER
    return PrincipalKind.ROLE_SESSION if resource.startswith("assumed-role/") else PrincipalKind.UNKNOWN


def _is_anonymous(identity: Object) -> bool:
    """Anonymous S3 requests are logged as an AWSAccount whose account is the word itself."""
    words = {(text(identity, name) or "").lower() for name in ("accountId", "principalId", "type")}
    return bool(words & _ANONYMOUS)


def _arn(identity: Object, kind: PrincipalKind) -> str | None:
    """Return the principal's ARN; a service's name or an identity provider's ARN stand in where AWS logs none."""
    arn = text(identity, "arn")
    if arn:
        return arn
    if kind is PrincipalKind.AWS_SERVICE:
        return text(identity, "invokedBy", "principalId")
    if kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}:
        return text(identity, "identityProvider")
    return None


def _usable(message_principal: str | None, kind: PrincipalKind) -> str | None:
    """Return the message's ARN for records that hold none; providers and services are never overridden."""
    if kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML, PrincipalKind.AWS_SERVICE}:
        return None
    return message_principal if parse_arn(message_principal) else None


def _name(identity: Object, kind: PrincipalKind) -> str | None:
    if kind is PrincipalKind.ROLE_SESSION:
        return text(mapping(identity, "sessionContext", "sessionIssuer"), "userName")
    if kind is PrincipalKind.AWS_SERVICE:
        return text(identity, "invokedBy")
    if kind is PrincipalKind.IDENTITY_CENTER_USER:
        return text(identity, "userName") or text(mapping(identity, "onBehalfOf"), "userId")
    return text(identity, "userName")


def _session_name(identity: Object, kind: PrincipalKind) -> str | None:
    """Return what follows the colon of a role session's principal id (``AROA…:session``)."""
    if kind not in _SESSIONS:
        return None
    return (text(identity, "principalId") or "").partition(":")[2] or None
