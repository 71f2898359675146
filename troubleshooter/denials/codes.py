"""Error codes: which are a refusal by AWS authorization, and which only look like one.

The codes come from the services' own API models and from logs: AWS uses no single one
(https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

DENIAL_PATTERN = (
    r"access.?(?:is.?)?denied|access.?forbidden|unauthori[sz]ed|not.?authori[sz]ed|forbidden"
    r"|authori[sz]ation(?:error|exception)|insufficient.?(?:privileges?|permissions?|encryptionpolicy|s3bucketpolicy"
    r"|snstopicpolicy|dependencyserviceaccesspermission)|authfailure|operationnotpermitted"
    r"|allaccessdisabled|^403$|^denied$"
)
"""What the code of a refusal looks like, without ``Client.``, case ignored: in the part of regular expressions
that Python, Trino and DuckDB share."""

NOT_IAM_CODES = frozenset({"operationnotpermitted", "operationnotpermittedexception", "operationnotpermittedfault"})
"""Lowercase codes of refusals that are mostly about a setting or a state, not a policy."""

_DENIAL = re.compile(DENIAL_PATTERN, re.IGNORECASE)

NOT_DENIALS: Mapping[str, tuple[str, str]] = {
    "expired": (
        "expired credentials",
        "get new credentials (aws sso login, or assume the role again) and repeat the call",
    ),
    "signature": (
        "a bad or expired signature",
        "check the secret key and the machine's clock; IAM policies were not looked at",
    ),
    "invalid-key": (
        "an access key that AWS does not know",
        "check which credentials are used (aws sts get-caller-identity); temporary ones need their session token",
    ),
    "missing-token": (
        "a request that carried no credentials",
        "configure credentials, or check the path and method: API Gateway answers this for unknown routes too",
    ),
    "throttling": ("throttling", "slow down and retry with backoff; no permission is missing"),
    "not-found": ("a resource that does not exist", "check the name, account and Region"),
    "validation": ("an invalid request", "correct the parameter that the message names"),
    "opt-in": (
        "a Region or service that the account has not enabled",
        "enable the Region (account settings) or subscribe to the service; no policy changes this",
    ),
    "limit": ("a quota", "ask for a higher quota or remove what is not needed"),
    "conflict": ("a conflict with the resource's present state", "wait for the other change, then repeat the call"),
    "malformed-policy": ("a policy document that AWS cannot parse", "correct the document that was being saved"),
    "unavailable": ("a failure inside AWS or on the network", "retry; see the AWS Health Dashboard if it lasts"),
    "configuration": ("a client that is not configured", "set what the message names; no request reached AWS"),
    "provisioning": ("a failed deployment step", "look at the events of the resource that failed first"),
    "oidc-provider": (
        "a missing identity provider",
        "create the OpenID Connect provider in the role's account, with the issuer's exact URL",
    ),
    "other-cloud": ("a refusal by another cloud or system", "this tool reads AWS denials only"),
    "sign-in": (
        "a failed sign-in",
        "check the password, the MFA device and the account; no policy was looked at",
    ),
    "other": ("an AWS error that is no denial", "see the service's list of errors for this code"),
}
"""Kind id -> (what it is in plain words, what to do)."""

_BY_CODE: tuple[tuple[str, str], ...] = (
    ("expired", "expired.?token ssotoken token.?expired requestexpired request.?has.?expired"),
    ("signature", "signaturedoesnotmatch invalidsignature requesttimetooskewed incompletesignature signatureexpired"),
    (
        "invalid-key",
        (
            "invalidclienttokenid unrecognizedclient invalidaccesskeyid invalidtoken$ invalidtokenid invalidsecurity"
            " notsignedup authorizationheadermalformed"
        ),
    ),
    ("missing-token", "missing.?authentication.?token missingsecurityheader"),
    ("oidc-provider", "invalididentitytoken"),
    (
        "throttling",
        (
            "throttl toomanyrequests requestlimitexceeded slowdown provisionedthroughputexceeded bandwidthlimit ^429"
            " ratelimit priorrequestnotcomplete"
        ),
    ),
    ("opt-in", "optinrequired subscriptionrequired illegallocationconstraint invalidregion regiondisabled"),
    ("malformed-policy", "malformedpolicy malformedxml invalidpolicy"),
    ("not-found", "nosuch not.?found ^404 doesnotexist unknownresource nonexistent"),
    ("limit", "limitexceeded quotaexceeded servicequota toomany insufficient\\w*capacity"),
    (
        "conflict",
        (
            "alreadyexists conflict resourceinuse dependencyviolation bucketnotempty incorrect\\w*state"
            " invalid\\w*state concurrentmodification entityalready duplicate"
        ),
    ),
    ("provisioning", "notstabilized internalfailure generalserviceexception"),
    (
        "unavailable",
        (
            "serviceunavailable internal(?:server)?(?:error|exception) ^50[0-9] timeout timedout"
            " endpointconnectionerror connectionerror econnrefused econnreset"
        ),
    ),
    (
        "configuration",
        (
            "missingendpoint nocredential missingregion noregion partialcredential profilenotfound configerror"
            " credentialsprovidererror unabletolocatecredentials missingcredentials"
        ),
    ),
    (
        "validation",
        (
            "validation invalid malformed missing\\w*parameter missingaction unsupported badrequest ^400 serialization"
            " typeerror unknownoperation unknownparameter mustbe notimplemented parametermissing illegal"
        ),
    ),
)
"""Kind id -> the patterns of its codes, separated by spaces; the first kind that fits wins."""

_COMPILED = tuple((re.compile("|".join(words.split()), re.IGNORECASE), kind) for kind, words in _BY_CODE)


def plain_code(code: str) -> str:
    """Return a code without CloudTrail's ``Client.`` / ``Server.`` and without a ``namespace#``."""
    text = code.strip().rsplit("#", 1)[-1]
    for prefix in ("Client.", "Server."):
        text = text.removeprefix(prefix)
    return text


def is_denial_code(code: object) -> bool:
    """Return whether the code means that authorization refused the request; False for anything but text."""
    return isinstance(code, str) and "SSOToken" not in code and _DENIAL.search(plain_code(code)) is not None


def kind_of(code: str | None) -> str | None:
    """Return the id in ``NOT_DENIALS`` for a code that is no denial; None for a denial or an unknown code."""
    if not code or is_denial_code(code):
        return None
    text = plain_code(code).replace(" ", "").replace("_", "")
    return next((kind for pattern, kind in _COMPILED if pattern.search(text)), None)
