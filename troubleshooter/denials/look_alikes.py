"""Texts that look like a refusal and are none: expired credentials, throttling, other clouds, and so on."""

from __future__ import annotations

import re

from troubleshooter.denials import wrappers
from troubleshooter.denials.codes import NOT_DENIALS
from troubleshooter.model.denial import NotADenial

_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "expired",
        (
            r"(?:security )?token (?:included in the request )?(?:is|has) expired",
            r"credentials? (?:have|has) expired",
            r"sso session (?:associated with this profile )?has (?:expired|otherwise)",
            r"authorization token has expired",
            r"session token not found or invalid",
        ),
    ),
    (
        "signature",
        (r"request signature we calculated does not match", r"signature expired", r"signature not yet current"),
    ),
    (
        "invalid-key",
        (r"security token included in the request is invalid", r"access key id you provided does not exist"),
    ),
    ("missing-token", (r"missing authentication token",)),
    (
        "throttling",
        (r"rate exceeded", r"too many requests", r"request limit exceeded", r"please reduce your request rate"),
    ),
    (
        "configuration",
        (
            r"unable to locate credentials",
            r"no valid credential sources",
            r"could not load credentials",
            r"nocredentialproviders",
            r"failed to retrieve credentials",
            r"no ec2 imds role found",
            r"could not connect to the endpoint",
            r"configuration is required for this service",
            r"no aws credentials provided",
            r"noauthwithaws",
            r"no basic auth credentials",
        ),
    ),
    (
        "sign-in",
        (r"incorrect username or password", r"user is (?:disabled|not confirmed)", r"invalid (?:access|refresh) token"),
    ),
    ("oidc-provider", (r"no openidconnect provider found",)),
    (
        "opt-in",
        (
            r"you are not subscribed to this service",
            r"needs? a subscription for the service",
            r"is not enabled in this region",
            r"region is (?:disabled|not enabled)",
            r"opt-?in (?:is )?required",
        ),
    ),
    (
        "other-cloud",
        (
            r"does not have authorization to perform action 'microsoft\.",
            r"authorizationfailed",
            r"googleapi: error 403",
            r"\bpermission_denied\b",
            r"\bpermission '[a-z]+\.[a-z.]+' denied",
            r"iam\.gserviceaccount\.com",
            r"pull access denied for (?!\d{12}\.dkr)",
            r"requested access to the resource is denied(?!.*dkr\.ecr)",
            r"permission denied \(publickey",
            r"remote: permission to",
            r"access denied for user '",
            r"password authentication failed",
            r"ora-01017",
            r"(?:operation not permitted|permission denied)$",
            r"\beacces\b",
        ),
    ),
    (
        "not-found",
        (
            r"the specified (?:bucket|key) does not exist",
            r"no such (?:bucket|key)",
            r"was not found",
            r"resource ?not ?found",
        ),
    ),
)
_COMPILED = tuple((re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE), kind) for kind, patterns in _PHRASES)
_OVERRULING = frozenset({"expired", "invalid-key", "other-cloud", "missing-token", "oidc-provider", "sign-in"})


def look_alike(text: str) -> NotADenial | None:
    """Return what a cleaned text without a refusal is, or None where it says nothing of the kind."""
    found = wrappers.look_alike_code(text)
    kind = found[1] if found else None
    phrase = next((name for pattern, name in _COMPILED if pattern.search(text)), None)
    if phrase and (kind in {None, "other", "validation"} or phrase in _OVERRULING):
        kind = phrase
    if kind is None:
        return None
    words, advice = NOT_DENIALS[kind]
    code = found[0] if found else wrappers.denial_code(text) or wrappers.other_code(text)
    return NotADenial(kind=words, error_code=code, advice=advice)


def overrules(text: str) -> bool:
    """Whether words that only weakly suggest a refusal (403, forbidden) are explained by something else."""
    if wrappers.look_alike_code(text):
        return True
    return any(pattern.search(text) for pattern, _ in _COMPILED)


def settled(text: str) -> bool:
    """Whether the words leave no doubt that authorization in AWS was not what refused, whatever the code."""
    return any(pattern.search(text) for pattern, kind in _COMPILED if kind in _OVERRULING)
