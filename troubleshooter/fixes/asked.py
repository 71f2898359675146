"""What was asked, in the words that a policy statement needs: principal, action and resource, each exact."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.engine.applicability.context import value_of
from troubleshooter.engine.applicability.principals import kind_of, principal_account
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import PrincipalKind
from troubleshooter.reference.actions import lookup, wildcard_only

_NAMED_BY_ARN = frozenset(
    {PrincipalKind.IAM_USER, PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER, PrincipalKind.ROOT}
)


PUBLIC_PROVIDERS = {
    "accounts.google.com": "sub",
    "cognito-identity.amazonaws.com": "sub",
    "graph.facebook.com": "id",
    "www.amazon.com": "user_id",
}
"""Providers that a trust policy names without an ARN, with the key of their subject.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as statement elements.

    ``principal`` is the ARN that ``aws:PrincipalArn`` carries (the role, not its session), the service
    name or the identity provider's ARN; None where no policy can name the caller. ``resource`` is ``*``
    where the action has no resource types or the request names no ARN; ``resource_known`` tells these apart.
    """

    request: Request
    kind: PrincipalKind
    account: str | None
    principal: str | None
    action: str
    resource: str
    resource_known: bool

    @property
    def service(self) -> str:
        """The action's service prefix."""
        return self.action.partition(":")[0].lower()

    @property
    def operation(self) -> str:
        """The action without its service prefix."""
        return self.action.partition(":")[2]

    @property
    def cross_account(self) -> bool:
        """Whether the resource is known to belong to another account than the caller."""
        owner = self.request.resource_account
        return bool(owner and self.account and owner != self.account)

    def context(self, key: str) -> str | None:
        """Return a condition key's first value as the request carried it."""
        return value_of(self.request.context, key)


def asked_of(request: Request) -> Asked:
    """Read the statement elements off a request whose derived context keys are filled in."""
    kind = kind_of(request.principal)
    info = lookup(request.action)
    is_arn = parse_arn(request.resource) is not None
    bare = wildcard_only(request.action) is True
    return Asked(
        request=request,
        kind=kind,
        account=principal_account(request.principal),
        principal=_principal(request, kind),
        action=info.name if info is not None else request.action,
        resource="*" if bare or not is_arn else request.resource,
        resource_known=bare or is_arn,
    )


def _principal(request: Request, kind: PrincipalKind) -> str | None:
    if kind in _NAMED_BY_ARN:
        return value_of(request.context, "aws:PrincipalArn")
    if kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}:
        given = value_of(request.context, "aws:FederatedProvider") or request.principal.arn
        arn = parse_arn(given)
        by_arn = arn is not None and arn.resource_type in {"oidc-provider", "saml-provider"}
        return given if by_arn or given in PUBLIC_PROVIDERS else None
    return request.principal.arn if kind is PrincipalKind.AWS_SERVICE else None
