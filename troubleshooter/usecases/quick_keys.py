"""Read principal, action and resource off the two usual kinds of denied record without parsing all of it.

A full parse costs a hundred times more, and most denials of a log are of these kinds: AWS's whole sentence with an
ARN in it, and the bare "Access Denied" of a record whose ``resources`` name the object. Anything else is left to the
full parse; tests hold the two equal.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import msgspec

from troubleshooter.denials.actions import action_of_call, service_of_source
from troubleshooter.denials.arn_patterns import kind_of
from troubleshooter.denials.identity import principal_of_event, role_of_session
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind
from troubleshooter.reference.actions import ActionInfo, lookup
from troubleshooter.sources.log_record import LogRecord

_ACTION = r"[a-z][a-z0-9-]+:[A-Z][A-Za-z0-9]+"
_ARN = r"arn:aws[a-z-]*:[A-Za-z0-9:/_+=@.*-]+[A-Za-z0-9/_*]"
_SENTENCE = re.compile(
    rf"User: (arn:aws[a-z-]*:[A-Za-z0-9:/_+=@.-]+) is not authorized to perform: ({_ACTION}) on resource: ({_ARN}|\*)"
    r" (?:because no (?:identity-based|resource-based|session|service control|VPC endpoint) policy allows the \2 action"
    r"|because no permissions boundary allows the \2 action"
    r"|with an explicit deny in (?:a |an )?(?:identity-based policy|resource-based policy|permissions boundary"
    r"|session policy|service control policy|resource control policy|VPC endpoint policy))"
)
_BARE = frozenset({None, "", "Access Denied", "You are not authorized to perform this operation."})
_NULL = b"null"
_DEPENDS_ON_PARAMETERS = (b"ersionId", b"copy-source", b"versionid")
_decode_resources = msgspec.json.Decoder().decode

Quick = tuple[str | None, str, str]
"""The principal's ARN as the message has it (None: no message), the action and the resource."""


def quick_reading(record: LogRecord) -> Quick | None:
    """Return what the record is about, or None where only the full parse can say."""
    message = record.errorMessage
    if message not in _BARE:
        match = _SENTENCE.fullmatch(message)  # type: ignore[arg-type]  # None is bare
        return (match[1], match[2], match[3]) if match else None
    parameters = bytes(record.requestParameters)
    if bytes(record.resources) == _NULL or any(word in parameters for word in _DEPENDS_ON_PARAMETERS):
        return None
    action = _action(record.eventSource, record.eventName)
    if action is None:
        return None
    resource = _resource(bytes(record.resources), action)
    return (None, action, resource) if resource else None


@lru_cache(maxsize=4096)
def _action(source: str | None, name: str | None) -> str | None:
    resolved = action_of_call(service_of_source(source), name or "", {})
    return resolved.action if resolved else None


@lru_cache(maxsize=4096)
def _known(action: str) -> ActionInfo | None:
    return lookup(action)


def _resource(resources: bytes, action: str) -> str | None:
    """Return the entry of ``resources`` that the action is about, as the full parse chooses it."""
    info, entries = _known(action), _decode_resources(resources)
    if info is None or not isinstance(entries, list):
        return None
    for entry in entries:
        arn = entry.get("ARN") if isinstance(entry, dict) else None
        if isinstance(arn, str) and arn == arn.strip() and parse_arn(arn) and kind_of(arn, info):
            return arn
    return None


class Who:
    """A principal and the name that it is grouped under; one object per distinct ``userIdentity``, compared as such."""

    __slots__ = ("group", "principal")

    def __init__(self, principal: Principal) -> None:
        """Work out the group's name once."""
        self.principal = principal
        self.group = group_principal(principal)


@lru_cache(maxsize=20_000)
def principal_in(identity: bytes, message_principal: str | None) -> Who | None:
    """Return the principal in a record's ``userIdentity``; None where that is no object."""
    value = json.loads(identity.decode(errors="replace"))
    return Who(principal_of_event(value, message_principal)) if isinstance(value, dict) else None


def group_principal(principal: Principal) -> str | None:
    """Return what a principal's denials are grouped under: its role, else itself.

    Of a caller in another account CloudTrail often logs nothing but that account: two accounts stay two groups.
    """
    known = role_of_session(principal) or principal.arn or principal.name
    return known or (principal.account if principal.kind is PrincipalKind.AWS_ACCOUNT else None)
