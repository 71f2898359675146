"""A request as the engine reads it: who calls, in all the forms a policy may name them, and the context.

Made once per request; nothing is looked up twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn, partition_of
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind

_ARN_FIELDS = 6


_BUCKET_TAGS = ("aws:resourcetag/", "s3:buckettag/")


class Subject:
    """What statements are matched against.

    ``context`` maps lowercase keys to non-empty values; ``fields`` are the resource's six ARN fields, or
    None where it is no ARN; ``action`` is lowercase. With ``abac_off`` the tags of an S3 bucket do not count
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html).
    """

    __slots__ = ("_absent", "_complete", "_families", "action", "context", "fields", "resource")

    def __init__(self, request: Request, *, abac_off: bool = False) -> None:
        """Take the request apart."""
        self.action = request.action.lower()
        resource = self.resource = request.resource
        fields = resource.split(":", 5)
        self.fields = fields if len(fields) == _ARN_FIELDS and fields[0] == "arn" else None
        self.context = {key.lower(): values for key, values in request.context.items() if values}
        self._absent = request.absent_keys
        self._complete = request.context_complete
        self._families: tuple[str, ...] | None = None
        if abac_off and self.fields is not None and self.fields[2] == "s3" and _is_bucket(self.fields):
            self._families = _BUCKET_TAGS
            self.context = {key: values for key, values in self.context.items() if not key.startswith(_BUCKET_TAGS)}

    def is_absent(self, key: str) -> bool:
        """Return whether a lowercase key that is not in the context is known to be absent."""
        return self._complete or key in self._absent or key.startswith(self.families)

    @property
    def families(self) -> tuple[str, ...]:
        """The prefixes (``aws:requesttag/``, ``kms:encryptioncontext:``) of which no further key is present."""
        return (*(item for item in self._absent if item.endswith(("/", ":"))), *(self._families or ()))

    def at(self, resource: str) -> Subject:
        """Return the same request against another resource ARN (a bucket behind its access point)."""
        other = object.__new__(Subject)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other.resource = resource
        fields = resource.split(":", 5)
        other.fields = fields if len(fields) == _ARN_FIELDS and fields[0] == "arn" else None
        return other


def _is_bucket(fields: list[str]) -> bool:
    return not fields[3] and not fields[4] and "/" not in fields[5]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One principal in every form that a policy may use for it.

    ``role_arn`` is the role's ARN with its path, or None where only the session is known, in which case
    ``role_name`` is compared (session ARNs drop the path:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
    ``user_arn`` is the IAM user, for a federated-user session the one who asked for it.
    """

    kind: PrincipalKind
    arn: str | None
    account: str | None
    partition: str
    session_arn: str | None = None
    role_arn: str | None = None
    role_name: str | None = None
    user_arn: str | None = None
    service: str | None = None
    providers: frozenset[str] = frozenset()
    bounded: bool | None = False
    """Whether a permissions boundary is attached; None where that was not read."""
    decided: bool = False
    """Every question has to be answered: points that AWS leaves open are decided as ``silent`` says."""

    @property
    def has_identity_side(self) -> bool:
        """True for principals of an account: identity policies and SCPs exist for them."""
        return self.kind not in _NO_IDENTITY


_NO_IDENTITY = frozenset(
    {PrincipalKind.AWS_SERVICE, PrincipalKind.ANONYMOUS, PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}
)
_UNSIGNED_ACTIONS = {
    "sts:assumerolewithwebidentity": PrincipalKind.WEB_IDENTITY,
    "sts:assumerolewithsaml": PrincipalKind.SAML,
}
"""The two calls that nobody signs: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html."""


def kind_of(principal: Principal) -> PrincipalKind:
    """Return the principal's kind, read off its ARN where the request does not say."""
    if principal.kind is not PrincipalKind.UNKNOWN:
        return principal.kind
    text = principal.arn or ""
    if text in {"anonymous", "*"}:
        return PrincipalKind.ANONYMOUS
    arn = parse_arn(text)
    if arn is None:
        return _kind_of_name(text)
    if arn.service == "sts":
        return _STS_KINDS.get(arn.resource_type, PrincipalKind.UNKNOWN)
    if arn.service == "iam":
        return (
            PrincipalKind.ROOT if arn.resource == "root" else _IAM_KINDS.get(arn.resource_type, PrincipalKind.UNKNOWN)
        )
    return PrincipalKind.UNKNOWN


_STS_KINDS = {
    "assumed-role": PrincipalKind.ROLE_SESSION,
    "federated-user": PrincipalKind.FEDERATED_USER,
    "assumed-root": PrincipalKind.ROOT,
}
_IAM_KINDS = {
    "user": PrincipalKind.IAM_USER,
    "role": PrincipalKind.ROLE_SESSION,
    "saml-provider": PrincipalKind.SAML,
    "oidc-provider": PrincipalKind.WEB_IDENTITY,
}
_WEB_PROVIDERS = frozenset(
    {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
"""Providers that trust policies name without an ARN (reference_policies_elements_principal.html)."""


def _kind_of_name(text: str) -> PrincipalKind:
    if is_account_id(text):
        return PrincipalKind.AWS_ACCOUNT
    if text in _WEB_PROVIDERS:
        return PrincipalKind.WEB_IDENTITY
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")):
        return PrincipalKind.AWS_SERVICE
    return PrincipalKind.UNKNOWN


def caller_of(request: Request, policies: PolicySet) -> Caller:
    """Return every form of the request's principal."""
    principal = request.principal
    kind = _UNSIGNED_ACTIONS.get(request.action.lower()) or kind_of(principal)
    arn = parse_arn(principal.arn)
    return Caller(
        kind=kind,
        arn=principal.arn,
        account=_account(principal),
        partition=partition_of(principal.arn),
        service=principal.arn if kind is PrincipalKind.AWS_SERVICE else None,
        providers=_providers(request) if kind in _UNSIGNED_ACTIONS.values() else frozenset(),
        user_arn=_user(principal, kind),
        session_arn=principal.arn if arn is not None and arn.service == "sts" else None,
        role_arn=_role(request, policies) if kind is PrincipalKind.ROLE_SESSION else None,
        role_name=_role_name(principal) if kind is PrincipalKind.ROLE_SESSION else None,
        bounded=_bounded(policies),
        decided=request.context_complete,
    )


def _bounded(policies: PolicySet) -> bool | None:
    if policies.permissions_boundary is not None:
        return True
    return None if any(gap.policy_type == PolicyType.BOUNDARY for gap in policies.gaps) else False


def _account(principal: Principal) -> str | None:
    own = principal.arn if is_account_id(principal.arn) else account_of(principal.arn)
    return own or principal.account or account_of(principal.session_issuer_arn)


def _user(principal: Principal, kind: PrincipalKind) -> str | None:
    """Return the IAM user; of a federated-user session the one who called GetFederationToken.

    Where nothing else names that user, the session's own name stands for it.
    """
    if kind is PrincipalKind.IAM_USER:
        return principal.arn
    if kind is not PrincipalKind.FEDERATED_USER:
        return None
    if principal.session_issuer_arn:
        return principal.session_issuer_arn
    arn = parse_arn(principal.arn)
    return f"arn:{arn.partition}:iam::{arn.account}:user/{arn.name}" if arn else None


def _role(request: Request, policies: PolicySet) -> str | None:
    """Return the role's ARN with its path where anything says it (``aws:PrincipalArn`` holds it)."""
    principal = request.principal
    arn = parse_arn(principal.arn)
    if arn is not None and arn.service == "iam":
        return principal.arn
    given = next((values for key, values in request.context.items() if key.lower() == "aws:principalarn"), ())
    for candidate in (policies.settings.principal_role_arn, principal.session_issuer_arn, *given):
        found = parse_arn(candidate)
        if found is not None and found.service == "iam" and found.resource_type == "role":
            return candidate
    return None


def _role_name(principal: Principal) -> str | None:
    session = assumed_role(principal.arn)
    if session is not None:
        return session[1]
    arn = parse_arn(principal.arn)
    return arn.name if arn is not None and arn.resource_type == "role" else principal.name


def _providers(request: Request) -> frozenset[str]:
    """Return the identity provider of a federated call (``aws:FederatedProvider`` names it too)."""
    keys = {key.lower(): values for key, values in request.context.items()}
    given = keys.get("aws:federatedprovider", ())
    issuer = request.principal.session_issuer_arn
    own = request.principal.arn
    return frozenset(item for item in (*given, issuer, own) if item and item != "anonymous")
