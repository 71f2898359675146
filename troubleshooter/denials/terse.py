"""Refusals in other words than AWS's sentence: which phrases refuse, and what each one tells.

The wording is the services' own; a phrase that names a missing permission gives the action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from troubleshooter.denials.phrases import any_of, compiled, joined, tolerant, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Terse:
    """A short refusal and its span; ``no_action`` says that the called operation is not what was refused."""

    start: int
    end: int
    action: str | None = None
    operation: str | None = None
    resource: str | None = None
    policy_type: str | None = None
    decision: str | None = None
    code: str | None = None
    no_action: bool = False
    how: str = ""


Reader = Callable[[re.Match[str]], Terse]

_ACTION = r"(?P<action>[a-z0-9][a-z0-9\n-]{0,63}:\n?[A-Z][A-Za-z0-9*\n]{1,99}?)"
_CALL = r"[*`'\"]*(?P<call>[A-Z][A-Za-z0-9\n]{3,80}?)[*`'\"]*(?=[ .,(]|$)"


def _plain(match: re.Match[str]) -> Terse:
    return Terse(start=match.start(), end=match.end(), how="message")


def _named(match: re.Match[str]) -> Terse:
    return Terse(start=match.start(), end=match.end(), action=joined(match.group("action")), how="message")


def _fixed(action: str) -> Reader:
    def read(match: re.Match[str]) -> Terse:
        return Terse(start=match.start(), end=match.end(), action=action, how="inferred from the message's wording")

    return read


def _endpoint(match: re.Match[str]) -> Terse:
    return Terse(start=match.start(), end=match.end(), policy_type="vpc_endpoint_policy", how="message")


def _without_action(match: re.Match[str]) -> Terse:
    return Terse(start=match.start(), end=match.end(), no_action=True, how="message")


def _console(match: re.Match[str]) -> Terse:
    """Read the console's words for a policy type that denies one action."""
    kind = worded(match.group("kind")).lower()
    types = {
        "scp": "scp",
        "rcp": "rcp",
        "service control": "scp",
        "resource control": "rcp",
        "permissions boundary": "permissions_boundary",
    }
    policy = next((name for words, name in types.items() if words in kind), None)
    return Terse(
        start=match.start(),
        end=match.end(),
        action=joined(match.group("action")),
        policy_type=policy,
        decision="explicit_deny",
        how="message",
    )


def _execution_role(match: re.Match[str]) -> Terse:
    """Read which call an execution role may not make, and on which service, as Lambda says it."""
    groups = match.groupdict()
    service = (groups.get("service") or "ec2").lower()
    call = joined(match.group("call"))
    return Terse(start=match.start(), end=match.end(), action=f"{service}:{call}", operation=call, how="message")


_THIS_OPERATION = any_of(
    "not authorized to perform this operation",
    "not authorised to perform this operation",
    "not authorized to perform this action",
)
_BY_A_POLICY = any_of(
    "denied access is caused by an",
    "denied access is caused by a",
    "access is denied by an",
    "access is denied by a",
)
_MAY_NOT_CALL = any_of(
    "does not have permissions to call",
    "does not have permission to call",
    "not have permission to perform",
)
_MUST_BE_ALLOWED = any_of("your function execution role have permission to", "execution role has permission to")
_OF_STACK = any_of("Access Denied", "Access is denied", "You are not authorized to perform this operation")
_TELLING: tuple[tuple[str, Reader], ...] = (
    (
        (
            rf"{_BY_A_POLICY} (?P<kind>[A-Za-z ()\n-]{{3,60}}?) {tolerant('that explicitly denies')}"
            rf"(?:[ \n]{tolerant('to perform')})?[ \n]*[`'\"]*{_ACTION}(?=[`'\". ,\n]|$)"
        ),
        _console,
    ),
    (
        rf"{_MAY_NOT_CALL}[ \n]{_CALL}(?:[ \n]{tolerant('on')}[ \n](?P<service>[A-Z][A-Z0-9a-z]{{1,20}}))?",
        _execution_role,
    ),
    (rf"{tolerant('API')}:[ \n]+{_ACTION}[ \n]+{_OF_STACK}", _named),
    (rf"{_MUST_BE_ALLOWED}[ \n]+{_CALL}", _execution_role),
    (rf"{tolerant('not authorized to perform the required')}[^\f]{{0,60}}?\([ \n]*{_ACTION}(?=[ ,)])", _named),
)
"""Phrases with a variable part, which name the refused action."""

_FIXED: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("request was denied due to a VPC endpoint policy", "denied by a VPC endpoint policy"), _endpoint),
    (
        (
            "is not authorized to assume role",
            "Access denied when assuming role",
            "is unable to assume role",
            "cannot be assumed by",
        ),
        _fixed("sts:AssumeRole"),
    ),
    (
        (
            "The ciphertext refers to a customer master key that does not exist",
            "The ciphertext references a key that either does not exist or you do not have access to",
            "Access to KMS is not allowed",
        ),
        _fixed("kms:Decrypt"),
    ),
    (
        (
            "KMS key does not exist or is not allowed to be used with",
            "Insufficient permissions to access S3 bucket",
            "Insufficient permissions to access KMS",
            "Incorrect S3 bucket policy",
            "cannot invoke the specified Lambda function",
            "must have WRITE and READ_ACL permission",
        ),
        _without_action,
    ),
    (("Not authorized for images", "You are not authorized to use launch template"), _fixed("ec2:RunInstances")),
    (("is not authorized to create managed-rule",), _fixed("events:PutRule")),
    (("Access denied when writing output to url",), _fixed("s3:PutObject")),
    (("Permission denied on S3 path", "Unable to access the artifact with Amazon S3"), _fixed("s3:GetObject")),
    (("Anonymous users cannot initiate multipart uploads",), _fixed("s3:PutObject")),
)
"""Phrases that mean one action, or none that the caller lacks."""

_PLAIN_PHRASES = (
    "You are not authorized to perform: ",
    "insufficient EC2 permissions",
    "Insufficient Lake Formation permission",
    "Insufficient permissions",
    "You don't have permissions to access",
    "You do not have permissions to access",
    "don't have access to the model",
    "account is not authorized to invoke",
    "account is not authorized to perform",
    "not authorized to access this resource",
    "is not authorized to access",
    "Access Forbidden",
    "Not Authorized to access",
    "All access to this object has been disabled",
    "IAM user access not activated",
    "you are not allowed to access",
    "not allowed to access",
    "have insufficient access",
    "Access to this resource is denied",
    "access denied by",
    "Anonymous access is forbidden",
    "Model access is denied",
    "lacks permission",
    "doesn't have permission",
    "does not have permission",
    "don't have permission",
    "do not have permission",
    "missing permission",
    "does not have sufficient permission",
    "no longer available to new customers",
    "Cross-account pass role is not allowed",
)
_STRONG: tuple[tuple[str, Reader], ...] = (
    (rf"(?:{any_of('You are', 'is', 'are')} )?{_THIS_OPERATION}", _plain),
    *_TELLING,
    *((any_of(*phrases), read) for phrases, read in _FIXED),
    (any_of(*_PLAIN_PHRASES), _plain),
)
_WEAK: tuple[tuple[str, Reader], ...] = (
    (
        any_of(
            "access denied",
            "access is denied",
            "accessdenied",
            "permission denied",
            "403 forbidden",
            "forbidden",
            "unauthorized",
        ),
        _plain,
    ),
    (rf"{tolerant('access to the resource')}[ \n](?P<url>https?:\S{{6,300}})[ \n]{tolerant('is denied')}", _plain),
)


def terse_of(text: str, *, strong: bool = False) -> Terse | None:
    """Return the first short refusal; ``strong`` leaves out words that other systems use too."""
    return next(terses(text, strong=strong), None)


def terses(text: str, *, strong: bool = False) -> Iterator[Terse]:
    """Yield short refusals in cleaned text, the specific phrases first."""
    for pattern, read in _STRONG if strong else _STRONG + _WEAK:
        for match in compiled(pattern).finditer(text):
            yield read(match)
