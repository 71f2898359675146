"""What the caller can do without any policy change, read off the condition that decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from troubleshooter.engine.applicability.context import value_of
from troubleshooter.model.policy import NearMiss
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Element

_MFA = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
_ADDRESS = frozenset({"aws:sourceip", "aws:vpcsourceip"})
_ENDPOINT = frozenset({"aws:sourcevpce", "aws:sourcevpc"})
_TLS = frozenset({"aws:securetransport", "s3:tlsversion"})


def advice(near_misses: Sequence[NearMiss], request: Request) -> tuple[str, ...]:
    """Return one sentence for each condition that the caller can meet; empty where only a policy edit helps."""
    found = (
        _sentence(near_miss, request)
        for near_miss in near_misses
        if near_miss.element is Element.CONDITION and near_miss.key is not None
    )
    return tuple(dict.fromkeys(sentence for sentence in found if sentence is not None))


def _sentence(near_miss: NearMiss, request: Request) -> str | None:
    key = (near_miss.key or "").lower()
    values = _values(near_miss)
    choice = " or ".join(values[:4]) + (" …" if len(values) > 4 else "")  # noqa: PLR2004 - a readable list
    if key not in _MFA | _TLS and not _lists_what_helps(near_miss):
        return None
    for test, word in _SENTENCES:
        if test(key):
            return word(near_miss, choice, request)
    return None


def _lists_what_helps(near_miss: NearMiss) -> bool:
    """Return whether the condition's values are the good ones: a positive test in an Allow, a negated one in a Deny."""
    negated = "not" in (near_miss.operator or "").lower()
    return negated == (near_miss.statement.effect == "Deny")


def _values(near_miss: NearMiss) -> tuple[str, ...]:
    return tuple(str(value) for value in near_miss.values)


def _mfa(near_miss: NearMiss, _choice: str, _request: Request) -> str | None:
    if (near_miss.key or "").lower() == "aws:multifactorauthage":
        return "sign in with MFA again: the policy asks for a fresh MFA sign-in"
    return "use MFA: get session credentials with `aws sts get-session-token --serial-number … --token-code …`"


def _address(near_miss: NearMiss, choice: str, request: Request) -> str | None:
    actual = value_of(request.context, near_miss.key or "")
    here = f" (this call came from {actual})" if actual else ""
    return f"call from an allowed address: {choice}{here}" if choice else None


def _endpoint(near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    what = "VPC endpoint" if (near_miss.key or "").lower() == "aws:sourcevpce" else "VPC"
    return f"call through {what} {choice}" if choice else None


def _region(_near_miss: NearMiss, choice: str, request: Request) -> str | None:
    actual = value_of(request.context, "aws:RequestedRegion")
    here = f" instead of {actual}" if actual else ""
    return f"call an allowed Region: {choice}{here}" if choice else None


def _tls(_near_miss: NearMiss, _choice: str, _request: Request) -> str | None:
    return "call over HTTPS with a current TLS version"


def _external_id(_near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    return f"pass the ExternalId that the trust policy asks for ({choice})" if choice else "pass the agreed ExternalId"


def _request_tag(near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    tag = (near_miss.key or "").partition("/")[2]
    return f"send tag {tag}={choice} with the request" if tag and choice else f"send the required tag keys ({choice})"


def _principal_tag(near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    tag = (near_miss.key or "").partition("/")[2]
    return f"have the caller tagged {tag}={choice}, where that is true of it (tags are access: the owner decides)"


def _resource_tag(near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    tag = (near_miss.key or "").partition("/")[2]
    return f"have the resource tagged {tag}={choice}, where that is true of it"


def _header(near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    return f"send the request with {near_miss.key} {choice}" if choice else None


def _subject(_near_miss: NearMiss, choice: str, _request: Request) -> str | None:
    return f"run the job as the subject that the role trusts: {choice}" if choice else None


_SENTENCES: tuple[tuple[Callable[[str], bool], Callable[[NearMiss, str, Request], str | None]], ...] = (
    (_MFA.__contains__, _mfa),
    (_ADDRESS.__contains__, _address),
    (_ENDPOINT.__contains__, _endpoint),
    (lambda key: key == "aws:requestedregion", _region),
    (_TLS.__contains__, _tls),
    (lambda key: key == "sts:externalid", _external_id),
    (lambda key: key.startswith("aws:requesttag/") or key == "aws:tagkeys", _request_tag),
    (lambda key: key.startswith("aws:principaltag/"), _principal_tag),
    (lambda key: ":resourcetag/" in key, _resource_tag),
    (lambda key: key.startswith(("s3:x-amz-", "s3:prefix", "kms:encryptioncontext", "kms:viaservice")), _header),
    (lambda key: key.endswith(":sub"), _subject),
)
