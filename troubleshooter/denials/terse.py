"""Refusals in other words than AWS's sentence: which phrases refuse, and what each one tells.

The wording is the services' own; a phrase that names a missing permission gives the action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from troubleshooter.denials.phrases import any_of, compiled, joined, worded


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
    """The console's words for a policy type that denies one action."""
    kind = worded(match.group("kind")).lower()
    types = {"scp": "scp", "rcp": "rcp", "service control": "scp", "resource control": "rcp", "permissions boundary": "permissions_boundary"}
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
    """Lambda and others say which call their execution role may not make, and on which service."""
    groups = match.groupdict()
    service = (groups.get("service") or "ec2").lower()
    call = joined(match.group("call"))
    return Terse(start=match.start(), end=match.end(), action=f"{service}:{call}", operation=call, how="message")


_THIS_OPERATION = any_of(
    "not authorized to perform this operation", "not authorised to perform this operation", "not authorized to perform this action"
)
_STRONG: tuple[tuple[str, Reader], ...] = (
    (rf"(?:{any_of('You are', 'is', 'are')} )?{_THIS_OPERATION}", _plain),
    (
        rf"{any_of('denied access is caused by an', 'denied access is caused by a', 'access is denied by an', 'access is denied by a')}"
        rf" (?P<kind>[A-Za-z ()\n-]{{3,60}}?) {any_of('that explicitly denies')}(?:[ \n]{any_of('to perform')})?"
        rf"[ \n]*[`'\"]*{_ACTION}(?=[`'\". ,\n]|$)",
        _console,
    ),
    (
        rf"{any_of('does not have permissions to call', 'does not have permission to call', 'not have permission to perform')}"
        rf"[ \n]{_CALL}(?:[ \n]{any_of('on')}[ \n](?P<service>[A-Z][A-Z0-9a-z]{{1,20}}))?",
        _execution_role,
    ),
    (
        rf"{any_of('your function execution role have permission to', 'execution role has permission to')}[ \n]+{_CALL}",
        _execution_role,
    ),
    (
        rf"{any_of('not authorized to perform the required')}[^\f]{{0,60}}?\([ \n]*{_ACTION}(?=[ ,)])",
        _named,
    ),
    (rf"{any_of('request was denied due to a VPC endpoint policy', 'denied by a VPC endpoint policy')}", _endpoint),
    (
        any_of("is not authorized to assume role", "Access denied when assuming role", "is unable to assume role", "cannot be assumed by"),
        _fixed("sts:AssumeRole"),
    ),
    (
        any_of(
            "The ciphertext refers to a customer master key that does not exist",
            "The ciphertext references a key that either does not exist or you do not have access to",
            "Access to KMS is not allowed",
        ),
        _fixed("kms:Decrypt"),
    ),
    (
        any_of(
            "KMS key does not exist or is not allowed to be used with",
            "Insufficient permissions to access S3 bucket",
            "Insufficient permissions to access KMS",
            "Incorrect S3 bucket policy",
            "cannot invoke the specified Lambda function",
            "must have WRITE and READ_ACL permission",
        ),
        _without_action,
    ),
    (any_of("Not authorized for images"), _fixed("ec2:RunInstances")),
    (any_of("You are not authorized to use launch template"), _fixed("ec2:RunInstances")),
    (any_of("Anonymous users cannot initiate multipart uploads"), _fixed("s3:PutObject")),
    (any_of("You are not authorized to perform: "), _plain),
    (
        any_of(
            "insufficient EC2 permissions", "Insufficient Lake Formation permission", "Insufficient permissions",
            "You don't have permissions to access", "You do not have permissions to access",
            "You don't have access to the model", "don't have access to the model with the specified model ID",
            "account is not authorized to invoke", "account is not authorized to perform",
            "not authorized to access this resource", "is not authorized to access", "Access Forbidden",
            "IAM user access not activated", "you are not allowed to access", "not allowed to access",
            "have insufficient access", "Access to this resource is denied", "access denied by",
            "Anonymous access is forbidden", "Model access is denied", "lacks permission", "doesn't have permission",
            "does not have permission", "don't have permission", "do not have permission", "missing permission",
            "does not have sufficient permissions", "User does not have sufficient permission",
            "no longer available to new customers", "Cross-account pass role is not allowed",
        ),
        _plain,
    ),
)  # fmt: skip
_WEAK: tuple[tuple[str, Reader], ...] = (
    (any_of("access denied", "access is denied", "accessdenied", "permission denied", "403 forbidden", "forbidden", "unauthorized"), _plain),
    (rf"{any_of('access to the resource')}[ \n](?P<url>https?:\S{{6,300}})[ \n]{any_of('is denied')}", _plain),
)


def terse_of(text: str, *, strong: bool = False) -> Terse | None:
    """Return the first short refusal; ``strong`` leaves out words that other systems use too."""
    return next(terses(text, strong=strong), None)


def terses(text: str, *, strong: bool = False) -> Iterator[Terse]:
    """Yield short refusals in cleaned text, the specific phrases first."""
    for pattern, read in _STRONG if strong else _STRONG + _WEAK:
        for match in compiled(pattern).finditer(text):
            yield read(match)
