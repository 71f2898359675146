"""The Principal and NotPrincipal elements: does a statement name the caller, and in which way.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (PR)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html (NP)

The way matters: in one account a grant to the user, to the session or to everyone stands on its own, a grant
to the role is limited by its boundary and session policy, and a grant to the account only delegates to
identity policies
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from troubleshooter.engine.subject import Caller
from troubleshooter.model.arn import is_account_id, parse_arn
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import PrincipalKind

DIRECT = 1
"""The caller itself (user, session, service, identity provider) or everyone."""
LIMITED = 2
"""The caller's role, or the user behind a federated-user session."""
ACCOUNT = 4
"""The caller's account."""
MAYBE = 8
"""Not known whether the caller is meant."""

_ROOT = re.compile(r"arn:([^:]+):iam::(\d{12}):root")
_NEEDED = {
    PrincipalKind.IAM_USER: DIRECT | ACCOUNT,
    PrincipalKind.FEDERATED_USER: DIRECT | ACCOUNT,
    PrincipalKind.ROLE_SESSION: LIMITED | ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Named:
    """The entries of one Principal element, sorted by kind."""

    everyone: bool = False
    accounts: frozenset[tuple[str | None, str]] = frozenset()
    arns: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()
    canonical: frozenset[str] = frozenset()
    texts: tuple[str, ...] = field(default=(), compare=False)

    def ways(self, caller: Caller) -> int:
        """Return the ways (bits) in which the caller is named; 0 is not at all."""
        if self.everyone:
            return DIRECT
        if caller.kind is PrincipalKind.AWS_SERVICE:
            return DIRECT if caller.service in self.services else 0
        if caller.providers:
            return DIRECT if self.federated & caller.providers else 0
        if caller.kind is PrincipalKind.ANONYMOUS:
            return 0
        if caller.arn is None:
            return MAYBE if self.texts else 0
        return self._own_ways(caller) | self._account_way(caller) | self._canonical_way(caller)

    def _canonical_way(self, caller: Caller) -> int:
        """Return MAYBE for a canonical user id: S3's own numbering of accounts, which nothing here can translate."""
        return MAYBE if self.canonical and not caller.decided else 0

    def _own_ways(self, caller: Caller) -> int:
        arns, ways = self.arns, 0
        if not arns:
            return 0
        if caller.session_arn in arns or (caller.kind is PrincipalKind.IAM_USER and caller.user_arn in arns):
            ways |= DIRECT
        if caller.kind is PrincipalKind.FEDERATED_USER and caller.user_arn in arns:
            ways |= LIMITED
        if caller.kind is PrincipalKind.ROLE_SESSION and self._names_role(caller):
            ways |= LIMITED
        return ways

    def _names_role(self, caller: Caller) -> bool:
        if caller.role_arn is not None:
            return caller.role_arn in self.arns
        return any(is_role_named(text, caller) for text in self.arns)

    def _account_way(self, caller: Caller) -> int:
        account = caller.account
        if (None, account) not in self.accounts and (caller.partition, account) not in self.accounts:
            return 0
        return DIRECT | ACCOUNT if caller.kind is PrincipalKind.ROOT else ACCOUNT


def is_role_named(text: str, caller: Caller) -> bool:
    """Return whether a role ARN has the caller's account and role name, whatever its path."""
    arn = parse_arn(text)
    if arn is None or arn.service != "iam" or arn.resource_type != "role":
        return False
    return (arn.partition, arn.account, arn.name) == (caller.partition, caller.account, caller.role_name)


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """``Principal`` or, with ``inverted``, ``NotPrincipal``."""

    named: Named
    inverted: bool = False

    def ways(self, caller: Caller) -> int:
        """Return the ways in which the statement applies to the caller; 0 is not at all."""
        if not self.inverted:
            return self.named.ways(caller)
        return _excluded_ways(self.named, caller)


def _excluded_ways(named: Named, caller: Caller) -> int:
    """Apply ``NotPrincipal``: everyone but the listed.

    A principal with a permissions boundary is always hit. A user must be listed with its account, a session
    with "both the ARN for a role and the ARN for the account containing that role" (NP). Where only the account
    is missing, AWS says that the statement "might" hit the caller.
    """
    if named.everyone:
        return 0
    if caller.bounded:
        return DIRECT
    ways = named.ways(caller)
    if ways & MAYBE:
        return MAYBE
    excepted = MAYBE if caller.bounded is None else 0
    needed = _NEEDED.get(caller.kind)
    if needed is None:
        return excepted if ways else DIRECT
    own = needed & ~ACCOUNT
    if ways & own != own:
        return DIRECT
    if ways & ACCOUNT:
        return excepted
    return DIRECT if caller.decided else MAYBE


def parse_principal(element: JsonValue, *, inverted: bool = False) -> PrincipalElement:
    """Return a valid Principal element compiled; what names nobody is kept only as text."""
    if element == "*":
        return PrincipalElement(Named(everyone=True, texts=("*",)), inverted)
    if not isinstance(element, Mapping):
        return PrincipalElement(Named(), inverted)
    entries = {kind: tuple(_texts(values)) for kind, values in element.items()}
    aws = entries.get("AWS", ())
    accounts = {account for account in map(_account, aws) if account}
    return PrincipalElement(
        Named(
            everyone="*" in aws,
            accounts=frozenset(accounts),
            arns=frozenset(item for item in aws if not _account(item)),
            services=frozenset(entries.get("Service", ())),
            federated=frozenset(entries.get("Federated", ())),
            canonical=frozenset(entries.get("CanonicalUser", ())),
            texts=tuple(item for values in entries.values() for item in values),
        ),
        inverted,
    )


def _texts(values: JsonValue) -> Iterable[str]:
    if isinstance(values, str):
        return (values,)
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        return ()
    return (item for item in values if isinstance(item, str))


def _account(text: str) -> tuple[str | None, str] | None:
    """Return (partition, account) of an account principal: 12 digits or the account's root ARN (PR)."""
    if is_account_id(text):
        return None, text
    root = _ROOT.fullmatch(text)
    return (root.group(1), root.group(2)) if root else None
