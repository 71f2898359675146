"""One CloudTrail record -> Denial, NotADenial, or None for a call that was not refused.

Record contents: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troubleshooter.denials import tails
from troubleshooter.denials.actions import ResolvedAction, action_of_call
from troubleshooter.denials.clean import clean
from troubleshooter.denials.codes import NOT_DENIALS, is_denial_code, kind_of
from troubleshooter.denials.event import Event, read_event
from troubleshooter.denials.fields import Object, decoded, mapping, text
from troubleshooter.denials.global_keys import add_global_keys
from troubleshooter.denials.keys import Keys
from troubleshooter.denials.message import Sentence, first_sentence
from troubleshooter.denials.not_iam import reason_outside_iam
from troubleshooter.denials.resources import ResolvedResource, resource_of_event
from troubleshooter.denials.service_keys import add_service_keys
from troubleshooter.denials.terse import terse_of
from troubleshooter.model.denial import Denial, NotADenial

_JSON_FIELDS = ("userIdentity", "requestParameters", "additionalEventData", "resources", "tlsDetails", "eventContext")
_CODE_WORDS = 80
_SIGN_INS = frozenset({"ConsoleLogin", "SwitchRole", "CheckMfa"})
_ASSUMES_BY_TOKEN = frozenset({"assumerolewithwebidentity", "assumerolewithsaml"})


def parse_record(record: Mapping[str, Any]) -> Denial | NotADenial | None:
    """Return the refusal that a CloudTrail record logs; None where it holds no error at all.

    Fields may be absent, null, of another type, or JSON as text (as in table rows). Never raises for
    odd content.
    """
    record = _opened(record)
    code, message = text(record, "errorCode"), text(record, "errorMessage")
    if not code and not message:
        return None
    cleaned = clean(message) if message else ""
    sentence = first_sentence(cleaned) if cleaned else None
    if not is_denial_code(code) and sentence is None and not _terse_denial(cleaned, record):
        return _look_alike(code, record)
    return _denial(record, code, message, cleaned, sentence)


def _opened(record: Mapping[str, Any]) -> Object:
    """Return the record with nested JSON that was logged as text decoded."""
    if not any(isinstance(record.get(name), str) for name in _JSON_FIELDS):
        return record
    opened = dict(record)
    for name in _JSON_FIELDS:
        if name in opened:
            opened[name] = decoded(opened[name])
    return opened


def _terse_denial(cleaned: str, record: Object) -> bool:
    """Whether a message without AWS's sentence still refuses, such as an unauthorized web identity."""
    if not cleaned:
        return False
    return terse_of(cleaned, strong=True) is not None or (
        (text(record, "eventName") or "").lower() in _ASSUMES_BY_TOKEN and "unknown error" in cleaned.lower()
    )


def _look_alike(code: str | None, record: Object) -> NotADenial | None:
    """Return what kind of other error was logged; a sign-in logs its failure as a message without a code."""
    if code is None and text(record, "eventName") not in _SIGN_INS:
        return None
    words, advice = NOT_DENIALS[kind_of(code) or ("other" if code else "sign-in")]
    return NotADenial(kind=words, error_code=code[:_CODE_WORDS] if code else None, advice=advice)


def _denial(record: Object, code: str | None, message: str | None, cleaned: str, sentence: Sentence | None) -> Denial:
    event = read_event(record, sentence.principal if sentence else None)
    action, how = _action(event, cleaned, sentence)
    literal = sentence.resource if sentence else None
    found = resource_of_event(record, action, literal, event.place) if action else ResolvedResource()
    keys = Keys()
    add_global_keys(keys, event)
    add_service_keys(keys, event, action)
    tail = sentence.tail if sentence else tails.NONE
    blob = tails.encoded_blob(cleaned) if cleaned else None
    fields: dict[str, str | None] = {
        "action": action,
        "resource": found.resource,
        "resource_account": found.account,
        "api_call": event.name or None,
        "event_source": text(record, "eventSource"),
        "region": event.region,
        "error_code": code,
        "error_message": message,
        "event_id": text(record, "eventID"),
        "event_time": text(record, "eventTime"),
        "source_ip": event.source,
        "vpc_endpoint_id": event.vpc_endpoint,
        "request_id": text(record, "requestID"),
        "stated_policy_type": _policy_type(record, cleaned, tail),
        "stated_policy_arn": tail.policy_arn,
        "stated_decision": tail.decision,
        "authorization_id": tails.authorization_id(cleaned) if cleaned else None,
    }
    return Denial(
        principal=event.principal,
        **fields,
        context=keys.context,
        provenance=_provenance(fields, how, found, event),
        absent_keys=keys.absent,
        from_event=True,
        source_kind="cloudtrail",
        encoded_message=blob[0] if blob else None,
        not_iam=reason_outside_iam(message),
        raw=record,
    )


def _action(event: Event, cleaned: str, sentence: Sentence | None) -> tuple[str | None, str]:
    """Return the refused action and where it came from: the message, else the API call."""
    if sentence and sentence.action:
        return sentence.action, "errorMessage"
    terse = terse_of(cleaned, strong=True) if cleaned else None
    if terse and terse.action:
        return terse.action, "errorMessage"
    resolved = action_of_call(event.service, event.name, event.parameters) if event.name else None
    return (resolved.action, _how(resolved)) if resolved else (None, "")


def _how(resolved: ResolvedAction) -> str:
    also = f"; also needs {', '.join(resolved.also)}" if resolved.also else ""
    return f"eventName ({resolved.how}){also}"


def _policy_type(record: Object, cleaned: str, tail: tails.Tail) -> str | None:
    if tail.policy_type:
        return tail.policy_type
    if (text(record, "errorCode") or "") == "VpceAccessDenied" or "vpc endpoint policy" in cleaned.lower():
        return "vpc_endpoint_policy"
    return None


_NAMES = {
    "api_call": "eventName", "event_source": "eventSource", "region": "awsRegion", "error_code": "errorCode",
    "error_message": "errorMessage", "event_id": "eventID", "event_time": "eventTime", "source_ip": "sourceIPAddress",
    "vpc_endpoint_id": "vpcEndpointId", "request_id": "requestID", "stated_policy_type": "errorMessage",
    "stated_policy_arn": "errorMessage", "stated_decision": "errorMessage", "authorization_id": "errorMessage",
}  # fmt: skip


def _provenance(fields: Mapping[str, str | None], how: str, found: ResolvedResource, event: Event) -> dict[str, str]:
    """Say for each filled field which part of the record it came from."""
    origins = {name: origin for name, origin in _NAMES.items() if fields.get(name)}
    if fields.get("action"):
        origins["action"] = how
    if found.resource:
        origins["resource"] = found.how
    else:
        origins["resource"] = "not known: neither the message, resources nor requestParameters name it"
    if found.account:
        origins["resource_account"] = found.account_how
    if event.principal.arn or event.principal.account:
        logged = mapping(event.record, "userIdentity")
        origins["principal"] = "userIdentity" if logged else "errorMessage"
    return origins
