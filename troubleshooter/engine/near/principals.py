"""The Principal element missed: another account, a missing path, a session for its role, somebody else."""

from __future__ import annotations

from troubleshooter.engine.near.likeness import likeness, listed
from troubleshooter.engine.near.missed import Missed
from troubleshooter.engine.principals import PrincipalElement
from troubleshooter.engine.subject import Caller
from troubleshooter.model.arn import account_of, assumed_role, is_account_id, parse_arn
from troubleshooter.model.vocabulary import PrincipalKind


def missed_principal(element: PrincipalElement | None, caller: Caller) -> Missed | None:
    """Return how the element misses the caller, judged by its closest entry."""
    actual = caller.role_arn or caller.arn or "unknown"
    if element is None:
        hint = "the statement has no Principal, so it names nobody"
        return Missed(required="a Principal", actual=actual, hint=hint, similarity=0.5)
    texts = element.named.texts
    if element.inverted:
        hint = "the statement leaves this principal out in NotPrincipal"
        return Missed(required=f"not {listed(texts)}", actual=actual, hint=hint, similarity=0.4, values=texts)
    if not texts:
        return None
    similarity, hint = max((_compare(text, caller) for text in texts), key=lambda item: item[0])
    return Missed(required=listed(texts), actual=actual, hint=hint, similarity=similarity, values=texts)


def _compare(text: str, caller: Caller) -> tuple[float, str]:
    account = text if is_account_id(text) else account_of(text)
    if "*" in text and text != "*":
        return 0.7, f"wildcards do not work inside a principal: {text} names nobody"
    if text.startswith(("AIDA", "AROA")):
        return 0.5, f"{text} is the id of a user or role that was deleted"
    if caller.kind is PrincipalKind.AWS_SERVICE or text.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return _compare_services(text, caller)
    if caller.providers:
        alike = max(likeness(text, provider) for provider in caller.providers)
        return (
            0.2 + 0.6 * alike,
            f"the statement trusts {text}, the caller comes from {listed(sorted(caller.providers))}",
        )
    if account is not None and caller.account is not None and account != caller.account:
        return _compare_accounts(text, account, caller)
    return _compare_names(text, caller)


def _compare_services(text: str, caller: Caller) -> tuple[float, str]:
    if caller.kind is not PrincipalKind.AWS_SERVICE:
        return 0.15, f"the statement is for the service {text}"
    alike = likeness(text, caller.service or "")
    return 0.2 + 0.6 * alike, f"the statement names {text}, the caller is {caller.service}"


def _compare_accounts(text: str, account: str, caller: Caller) -> tuple[float, str]:
    """Another account: close when the name is the same, or when the account is what was mistyped."""
    arn = parse_arn(text)
    same_name = arn is not None and arn.resource_id.split("/")[-1] in {caller.role_name, _user_name(caller)}
    alike = likeness(account, caller.account or "")
    hint = f"the principal is in account {caller.account}, the statement names {account}"
    return (0.85 if same_name else 0.25 + 0.4 * alike), hint


def _user_name(caller: Caller) -> str | None:
    arn = parse_arn(caller.user_arn)
    return arn.name if arn else None


def _compare_names(text: str, caller: Caller) -> tuple[float, str]:
    session, arn = assumed_role(text), parse_arn(text)
    own = caller.role_arn or caller.user_arn or caller.arn or ""
    if session is not None and session[1] == caller.role_name:
        return 0.9, f"the statement names the session {session[2]}, the caller is another session of the same role"
    if arn is not None and arn.resource_type == "role" and arn.name == caller.role_name:
        return 0.92, f"the role's ARN is {own}: the path differs"
    if arn is None:
        return 0.1, f"the statement names {text}"
    return 0.3 + 0.5 * likeness(text, own), f"the statement names {text}, the caller is {own}"
