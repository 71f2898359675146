"""The principal of a request -> its entry in the evidence, or why there is none.

A role session's ARN drops the role's path, so the role is found by account and name
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
"""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn, role_arn_without_path
from troubleshooter.model.evidence import AccountEvidence, Evidence, JsonObject
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

_DETAILS_REMEDY = "iam:GetAccountAuthorizationDetails in account {account}"
_WITHOUT_IDENTITY = frozenset(
    {
        PrincipalKind.ROOT,
        PrincipalKind.AWS_SERVICE,
        PrincipalKind.ANONYMOUS,
        PrincipalKind.WEB_IDENTITY,
        PrincipalKind.SAML,
    }
)
"""Principals that no identity-based policy can be attached to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPrincipal:
    """Who carries the identity-based policies of a request.

    ``details`` is the user's or role's authorization-details entry (``arn`` its ARN, with the path);
    None with ``missing`` None: this kind of principal has no identity-based policies; None with
    ``missing``: the sentence that says why the entry is not known, and ``remedy`` what would help.
    """

    account: str | None = None
    evidence: AccountEvidence | None = None
    details: JsonObject | None = None
    arn: str | None = None
    is_role: bool = False
    missing: str | None = None
    remedy: str = ""


def kind_of(principal: Principal) -> PrincipalKind:
    """Return the principal's kind, read off its ARN where the log did not say."""
    if principal.kind is not PrincipalKind.UNKNOWN:
        return principal.kind
    text = principal.arn or ""
    if text == "anonymous":
        return PrincipalKind.ANONYMOUS
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return PrincipalKind.AWS_SERVICE
    if is_account_id(text):
        return PrincipalKind.AWS_ACCOUNT
    arn = parse_arn(text)
    if arn is None:
        return PrincipalKind.UNKNOWN
    if arn.resource == "root":
        return PrincipalKind.ROOT
    kinds = {
        ("iam", "user"): PrincipalKind.IAM_USER,
        ("iam", "role"): PrincipalKind.ROLE_SESSION,
        ("sts", "assumed-role"): PrincipalKind.ROLE_SESSION,
        ("sts", "federated-user"): PrincipalKind.FEDERATED_USER,
        ("iam", "oidc-provider"): PrincipalKind.WEB_IDENTITY,
        ("iam", "saml-provider"): PrincipalKind.SAML,
    }
    return kinds.get((arn.service, arn.resource_type), PrincipalKind.UNKNOWN)


def principal_account(principal: Principal) -> str | None:
    """Return the 12-digit account that the principal belongs to; None for services, unsigned and unknown callers."""
    if kind_of(principal) in {PrincipalKind.AWS_SERVICE, PrincipalKind.ANONYMOUS}:
        return None
    found = principal.account or account_of(principal.arn) or account_of(principal.session_issuer_arn)
    if found is None and is_account_id(principal.arn):
        return principal.arn
    return found


def find_principal(principal: Principal, evidence: Evidence) -> FoundPrincipal:
    """Return the user or role behind ``principal``, or why it is not known."""
    kind = kind_of(principal)
    account = principal_account(principal)
    if kind in _WITHOUT_IDENTITY:
        return FoundPrincipal(account=account)
    if account is None:
        return FoundPrincipal(
            missing="the request does not say who made it", remedy="the CloudTrail event of this call"
        )
    known = evidence.accounts.get(account)
    remedy = _DETAILS_REMEDY.format(account=account)
    if kind in {PrincipalKind.AWS_ACCOUNT, PrincipalKind.IDENTITY_CENTER_USER, PrincipalKind.UNKNOWN}:
        text = f"the request names account {account} but not the user or role that made it"
        return FoundPrincipal(account=account, evidence=known, missing=text, remedy="that account's copy of the event")
    if known is None:
        text = f"account {account} of the principal was not read"
        return FoundPrincipal(account=account, missing=text, remedy=remedy)
    if kind is PrincipalKind.ROLE_SESSION:
        return _role(principal, known, remedy)
    return _user(principal, known, remedy)


def _role(principal: Principal, account: AccountEvidence, remedy: str) -> FoundPrincipal:
    if account.roles is None:
        return _unread(account, remedy)
    name = _role_name(principal)
    likely = (principal.session_issuer_arn, principal.arn, role_arn_without_path(principal.arn))
    arn = next((item for item in likely if item in account.roles), None) or _by_name(account, name)
    if arn is None:
        return _absent(account, f"role {name or 'of the session'}", remedy, is_role=True)
    return FoundPrincipal(
        account=account.account_id, evidence=account, details=account.roles[arn], arn=arn, is_role=True
    )


def _role_name(principal: Principal) -> str | None:
    for text in (principal.arn, principal.session_issuer_arn):
        session = assumed_role(text)
        if session is not None:
            return session[1]
        plain = parse_arn(role_arn_without_path(text))
        if plain is not None:
            return plain.name
    return principal.name


def _by_name(account: AccountEvidence, name: str | None) -> str | None:
    """Find a role by its name, which is unique in an account whatever its path and its letters' case."""
    wanted = (name or "").lower()
    for arn, details in (account.roles or {}).items():
        parsed = parse_arn(arn)
        if wanted and wanted in {str(details.get("RoleName", "")).lower(), parsed.name.lower() if parsed else ""}:
            return arn
    return None


def _user(principal: Principal, account: AccountEvidence, remedy: str) -> FoundPrincipal:
    """Find an IAM user; a federated user is limited by the policies of the user who made its session."""
    if account.users is None:
        return _unread(account, remedy)
    for arn in (principal.session_issuer_arn, principal.arn):
        if arn is not None and arn in account.users:
            return FoundPrincipal(account=account.account_id, evidence=account, details=account.users[arn], arn=arn)
    return _absent(account, principal.arn or f"user {principal.name}", remedy, is_role=False)


def _unread(account: AccountEvidence, remedy: str) -> FoundPrincipal:
    text = f"the users and roles of account {account.account_id} were not read"
    return FoundPrincipal(account=account.account_id, evidence=account, missing=text, remedy=remedy)


def _absent(account: AccountEvidence, who: str, remedy: str, *, is_role: bool) -> FoundPrincipal:
    """Word a principal that the listing lacks: deleted since, or the listing is not whole."""
    if account.identities_complete:
        text = f"{who} is not in account {account.account_id} as read: deleted since, or made later"
    else:
        text = f"{who} is not among what was read of account {account.account_id}"
    return FoundPrincipal(account=account.account_id, evidence=account, missing=text, remedy=remedy, is_role=is_role)
