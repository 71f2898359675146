"""A row of an Athena or CloudTrail Lake table, as exported to CSV, Parquet or JSON, back into a CloudTrail record.

Athena lowercases column names and prints structs as ``{type=IAMUser, arn=..., sessioncontext={...}}``
(https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_FIELDS = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent",
    "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID",
    "readOnly", "resources", "eventType", "apiVersion", "managementEvent", "recipientAccountId", "serviceEventDetails",
    "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "tlsDetails", "eventContext",
    "sessionCredentialFromConsole", "addendum",
)  # fmt: skip
_NESTED = (
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy", "sessionContext",
    "sessionIssuer",
    "attributes", "mfaAuthenticated", "creationDate", "webIdFederationData", "federatedProvider", "identityProvider",
    "onBehalfOf", "userId", "identityStoreArn", "inScopeOf", "ec2RoleDelivery", "credentialId",
)  # fmt: skip
_FIELD_OF = {name.lower(): name for name in _FIELDS}
_NESTED_OF = {name.lower(): name for name in _NESTED}
_JSON_FIELDS = frozenset({"requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"})
_STRUCTS = frozenset({"userIdentity", "resources", "tlsDetails", "eventContext"})
_NEXT = re.compile(r",\s*[A-Za-z0-9_]+=")
_PAIR = re.compile(r"([{,\[]\s*)?([A-Za-z0-9_]+)=")


def record_of_row(row: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return the record that a table row stands for, or None where its columns are not CloudTrail's."""
    names = {str(name).lower(): name for name in row}
    if "eventname" not in names or not names.keys() & {"eventsource", "errorcode", "useridentity"}:
        return None
    record: dict[str, object] = {}
    for lower, name in names.items():
        field = _FIELD_OF.get(lower)
        if field is not None:
            record[field] = _value(field, row[name])
        elif lower in {"useridentity.arn", "principal_arn", "useridentity_arn"}:
            record.setdefault("userIdentity", {"arn": row[name]})
    record.setdefault("eventSource", None)
    return record


def _value(field: str, value: object) -> object:
    if isinstance(value, str):
        text = value.strip()
        if text in {"", "null", "NULL"}:
            return None
        if (field in _JSON_FIELDS or field in _STRUCTS) and text[:1] in "{[":
            return _parsed(field, text)
        return value
    if field in _STRUCTS:
        return _renamed(field, value)
    if field == "eventTime" and hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _parsed(field: str, text: str) -> object:
    try:
        return _renamed(field, json.loads(text)) if field in _STRUCTS else json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return _renamed(field, struct_of(text)) if field in _STRUCTS else text
    except RecursionError:
        return None


def _renamed(field: str, value: object) -> object:
    """Give the lowercase keys of a struct CloudTrail's spelling; ``resources`` has ``ARN`` in capitals."""
    if isinstance(value, dict):
        special = {"arn": "ARN"} if field == "resources" else {}
        return {
            special.get(key.lower(), _NESTED_OF.get(key.lower(), key)): _renamed(field, item)
            for key, item in ((str(key), item) for key, item in value.items())
            if item is not None
        }
    if isinstance(value, list | tuple):
        return [_renamed(field, item) for item in value]
    return value


def struct_of(text: str) -> object:
    """Return Athena's text form of a struct or an array of structs as dicts and lists of text.

    The form has no quoting: a value ends at the comma before the next ``name=`` or at its closing bracket.
    """
    value, _ = _struct(text.strip(), 0)
    return value


def _struct(text: str, place: int) -> tuple[object, int]:
    opener = text[place : place + 1]
    if opener == "[":
        return _list(text, place + 1)
    if opener == "{":
        return _object(text, place + 1)
    end = place
    while end < len(text) and text[end] not in "}]" and not _NEXT.match(text, end):
        end += 1
    word = text[place:end].strip()
    return (None if word == "null" else word), end


def _object(text: str, place: int) -> tuple[object, int]:
    found: dict[str, object] = {}
    while place < len(text) and text[place] != "}":
        match = _PAIR.match(text, place) or _PAIR.match(text, place + 1)
        if match is None:
            place += 1
            continue
        found[match[2]], place = _struct(text, match.end())
        while place < len(text) and text[place] in ", ":
            place += 1
    return found, place + 1


def _list(text: str, place: int) -> tuple[object, int]:
    found: list[object] = []
    while place < len(text) and text[place] != "]":
        value, end = _struct(text, place)
        found.append(value)
        place = max(end, place + 1)
        while place < len(text) and text[place] in ", ":
            place += 1
    return found, place + 1
