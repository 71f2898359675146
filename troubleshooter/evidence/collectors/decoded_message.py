"""An encoded authorization message (EC2 and its like), decoded by AWS.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from troubleshooter.evidence.api import call
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.shapes import objects
from troubleshooter.model.vocabulary import Decision, PolicyType

DECODE = call("sts.decode_authorization_message", "sts:DecodeAuthorizationMessage", PolicyType.NONE)
CALLS = (DECODE,)
KIND = "decoded_message"
_BLIND_SPOTS = ("it names the statements that matched, not the policy type that refused",)
_CUT = "CloudTrail cuts errorMessage near 1,024 characters, so a message from a log is usually broken"


def collect(collecting: Collecting, encoded: str) -> AwsAnswer | None:
    """Return the decoded message, or None (a gap says why)."""
    reader = collecting.reader
    probe = reader.probing().read(DECODE, "the encoded message", EncodedMessage="".join(encoded.split()))
    if not probe.read:
        _gap(collecting, probe.get("Code"), probe.get("Text"), probe.get("Kind"))
        return None
    try:
        raw = json.loads(str(probe.get("DecodedMessage")))
    except ValueError:
        _gap(collecting, "", "its decoded form is no JSON", "")
        return None
    answer = AwsAnswer(
        kind=KIND,
        decision=_decision(raw),
        statements=tuple(_items(raw.get("matchedStatements"))),
        context=_context(raw.get("context") or {}),
        raw=raw,
        blind_spots=_BLIND_SPOTS,
    )
    reader.store.answer(answer)
    return answer


def _gap(collecting: Collecting, code: str | None, text: str | None, kind: str | None) -> None:
    broken = code == "InvalidAuthorizationMessageException"
    reason = f"the encoded message could not be decoded ({code or text}): {_CUT if broken else text or kind}"
    remedy = "paste the error as the client printed it" if broken else "allow sts:DecodeAuthorizationMessage"
    collecting.reader.gap(PolicyType.NONE, "encoded authorization message", reason, remedy)


def _decision(raw: Mapping[str, Any]) -> str:
    if raw.get("allowed"):
        return Decision.ALLOW.value
    return (Decision.EXPLICIT_DENY if raw.get("explicitDeny") else Decision.IMPLICIT_DENY).value


def _items(value: object) -> Iterator[Mapping[str, Any]]:
    yield from objects(value.get("items") if isinstance(value, Mapping) else value)


def _context(context: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return ``conditions.items[].{key, values.items[].value}`` as condition keys."""
    return {
        str(item.get("key")): tuple(str(value.get("value")) for value in _items(item.get("values")))
        for item in _items(context.get("conditions"))
    }
