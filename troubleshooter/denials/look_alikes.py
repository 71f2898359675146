"""Texts that look like a refusal and are none: expired credentials, throttling, other clouds, and so on."""

from __future__ import annotations

import re

from troubleshooter.denials import wrappers
from troubleshooter.denials.codes import NOT_DENIALS
from troubleshooter.model.denial import NotADenial

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"(?:security )?token (?:included in the request )?(?:is|has) expired|provided token has expired|credentials? (?:have|has) expired|sso session (?:associated with this profile )?has (?:expired|otherwise)", "expired"),
    (r"request signature we calculated does not match|signature expired|signature not yet current", "signature"),
    (r"security token included in the request is invalid|access key id you provided does not exist", "invalid-key"),
    (r"\"?missing authentication token\"?", "missing-token"),
    (r"rate exceeded|too many requests|request limit exceeded|please reduce your request rate", "throttling"),
    (r"unable to locate credentials|no valid credential sources|could not load credentials|nocredentialproviders|failed to retrieve credentials|no ec2 imds role found|could not connect to the endpoint|configuration is required for this service", "configuration"),
    (r"no openidconnect provider found", "oidc-provider"),
    (r"is not subscribed|needs? a subscription for the service|is not enabled in this region|region is (?:disabled|not enabled)|you are not subscribed to this service|opt-?in (?:is )?required", "opt-in"),
    (r"does not have authorization to perform action 'microsoft\.|authorizationfailed|googleapi: error 403|permission_denied|\bpermission '[a-z]+\.[a-zA-Z.]+' denied|serviceaccount .{0,80}does not have|iam\.gserviceaccount\.com|azure(?:rm)?\b.{0,80}(?:forbidden|authorization)", "other-cloud"),
    (r"pull access denied for (?!\d{12}\.dkr)|requested access to the resource is denied(?!.*dkr\.ecr)|permission denied \(publickey|remote: permission to|access denied for user '|pq: password authentication failed|ora-01017|operation not permitted$|permission denied$|eacces", "other-cloud"),
    (r"the specified bucket does not exist|the specified key does not exist|no such (?:bucket|key)|was not found|resource ?not ?found", "not-found"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), kind) for pattern, kind in _PHRASES)
_OVERRULING = frozenset({"other-cloud", "missing-token", "oidc-provider"})


def look_alike(text: str) -> NotADenial | None:
    """Return what a cleaned text without a refusal is, or None where it says nothing of the kind."""
    found = wrappers.look_alike_code(text)
    kind = found[1] if found else None
    phrase = next((name for pattern, name in _COMPILED if pattern.search(text)), None)
    if phrase and (kind in {None, "other", "validation"}):
        kind = phrase
    if kind is None:
        return None
    words, advice = NOT_DENIALS[kind]
    return NotADenial(kind=words, error_code=found[0] if found else None, advice=advice)


def overrules(text: str) -> bool:
    """Whether words that only weakly suggest a refusal (403, forbidden) are explained by something else."""
    if wrappers.look_alike_code(text):
        return True
    return any(pattern.search(text) for pattern, _ in _COMPILED)


def not_aws(text: str) -> bool:
    """Whether another cloud or system refused, however much it looks like AWS."""
    return any(pattern.search(text) for pattern, kind in _COMPILED if kind in _OVERRULING)
