"""Why a call to AWS failed: SDK exceptions -> a few kinds, each with its words and what would help.

Error codes: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_LONGEST = 400
_DENIED = re.compile(
    r"access.?denied|not.?authori[sz]ed|unauthori[sz]ed|forbidden|authorizationerror|insufficientprivileges|^403$",
    re.IGNORECASE,
)
_THROTTLED = re.compile(
    r"throttl|toomanyrequests|requestlimitexceeded|slowdown|rateexceeded|limitexceeded", re.IGNORECASE
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_BAD_KEY = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId"})
_BAD_SIGNATURE = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"})
_NOT_ENABLED = frozenset({"OptInRequired", "SubscriptionRequiredException", "OptInRequiredException"})
_UNKNOWN_CALL = frozenset(
    {"UnknownOperationException", "InvalidAction", "UnsupportedOperation", "NotImplemented", "404", "501"}
)


class Kind(Enum):
    """What kind of trouble it was."""

    DENIED = "denied"
    NONE = "there is none"
    ABSENT = "no such resource"
    THROTTLED = "throttled"
    TIMEOUT = "timed out"
    UNREACHABLE = "unreachable"
    CREDENTIALS = "credentials"
    NOT_ENABLED = "not enabled"
    UNSUPPORTED = "not supported"
    OTHER = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One failed call: its kind, AWS's error code where there was one, and its message, cut and on one line."""

    kind: Kind
    code: str = ""
    text: str = ""


def classify(error: Exception) -> Trouble:
    """Return what kind of trouble an exception of boto3, botocore or the network is."""
    code, message = _code_and_message(error)
    return Trouble(kind=_kind_of_code(code) if code else _kind_of_exception(error), code=code, text=_line(message))


def _code_and_message(error: Exception) -> tuple[str, str]:
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return "", str(error) or type(error).__name__
    found = response.get("Error", {})
    return str(found.get("Code") or ""), str(found.get("Message") or error)


def _kind_of_code(code: str) -> Kind:
    bare = code.removeprefix("Client.")
    if bare in _EXPIRED | _BAD_KEY | _BAD_SIGNATURE:
        return Kind.CREDENTIALS
    if bare in _NOT_ENABLED:
        return Kind.NOT_ENABLED
    if _THROTTLED.search(bare):
        return Kind.THROTTLED
    if _DENIED.search(bare):
        return Kind.DENIED
    if bare in _UNKNOWN_CALL:
        return Kind.UNSUPPORTED
    return Kind.OTHER


def _kind_of_exception(error: Exception) -> Kind:
    """Tell SDK exceptions apart by their class's name, so that this module needs no SDK."""
    names = {base.__name__ for base in type(error).__mro__}
    if names & {"ReadTimeoutError", "ConnectTimeoutError", "TimeoutError"}:
        return Kind.TIMEOUT
    if names & {
        "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "SSOError", "TokenRetrievalError",
        "MetadataRetrievalError", "LoginError",
    }:  # fmt: skip
        return Kind.CREDENTIALS
    if names & {"HTTPClientError", "ConnectionError", "OSError", "EndpointProviderError", "InvalidRegionError"}:
        return Kind.UNREACHABLE
    if names & {"NotImplementedError", "UnknownServiceError", "UnsupportedServiceProtocolsError"}:
        return Kind.UNSUPPORTED
    return Kind.OTHER


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def why_unusable(error: Exception, *, profile: str | None, region: str | None, endpoint_url: str | None) -> str | None:
    """Return the one line that tells why nothing at all can be read, or None where reading can go on.

    Only trouble with the credentials or with reaching AWS stops everything; a refusal does not.
    """
    trouble = classify(error)
    with_profile = f" (profile {profile})" if profile else ""
    names = {base.__name__ for base in type(error).__mro__}
    if "ProfileNotFound" in names:
        return f"no AWS profile {profile!r}: see `aws configure list-profiles`"
    if "ValueError" in names and "endpoint" in trouble.text.lower():
        return f"--endpoint-url {endpoint_url}: write a URL like http://127.0.0.1:4566"
    if names & {"NoCredentialsError", "PartialCredentialsError"}:
        return f"no AWS credentials found{with_profile}: set AWS_PROFILE or --profile, or run `aws configure`"
    if names & {"SSOError", "TokenRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError", "LoginError"}:
        return (
            f"not logged in to IAM Identity Center{with_profile}: run `aws sso login{_flag(profile)}` ({trouble.text})"
        )
    if trouble.code in _EXPIRED:
        return f"the AWS credentials have expired{with_profile}: log in again ({trouble.code})"
    if trouble.code in _BAD_SIGNATURE:
        return (
            f"AWS refused the request's signature{with_profile}: check the secret access key and this machine's clock"
        )
    if trouble.code in _BAD_KEY:
        place = f" in {region}" if region else ""
        return (
            f"AWS does not accept this access key{place}{with_profile}: it was deleted or mistyped, "
            f"or the Region is not enabled in the account; check the credentials and --region ({trouble.code})"
        )
    if getattr(error, "operation_name", None) == "AssumeRole" or "CredentialRetrievalError" in names:
        return f"the credentials could not be had{with_profile}: {trouble.text}"
    if trouble.kind in {Kind.UNREACHABLE, Kind.TIMEOUT}:
        where = endpoint_url or (f"AWS in {region}" if region else "AWS")
        return f"cannot reach {where}: check --region, --endpoint-url and the network ({trouble.text})"
    if names & {"ConfigParseError", "ConfigNotFound", "InvalidConfigError", "MetadataRetrievalError"}:
        return f"the AWS configuration cannot be used{with_profile}: {trouble.text}"
    return None


def _flag(profile: str | None) -> str:
    return f" --profile {profile}" if profile else ""
