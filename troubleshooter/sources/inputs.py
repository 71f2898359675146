"""Whatever a user hands over -> denials: pasted text, events in any wrapping, compressed or not.

Accepted: any text around an error; one CloudTrail event; ``{"Records": []}``; a list; JSON lines; LookupEvents output;
an EventBridge event; SNS and SQS wrappings; a CloudTrail Lake or Athena row; a decoded authorization message.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from troubleshooter.denials.decoded import parse_decoded
from troubleshooter.denials.parse import parse_record, parse_text
from troubleshooter.errors import NoDenialError, UnreadableInputError
from troubleshooter.model.denial import Denial, NotADenial
from troubleshooter.sources.records import Damage, parsed_values
from troubleshooter.sources.unpacking import text_of
from troubleshooter.sources.unwrap import records_in

_NAMED_CALLS = 3


@dataclass(frozen=True, slots=True)
class InputResult:
    """What an input held: denials and look-alikes in order, and what of it could not be read, in words."""

    items: list[Denial | NotADenial]
    problems: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Denial | NotADenial]:
        """Iterate over the items."""
        return iter(self.items)


def read_input(data: bytes | str, name: str = "input") -> InputResult:
    """Return every denial (and look-alike) in ``data``; ``name`` says where it came from, for messages.

    Raises UnreadableInputError for empty, binary, cut-off or damaged input, and NoDenialError where it was
    understood and nothing in it was refused. Damaged parts beside good ones become ``problems``.
    """
    text = text_of(data, name)
    values, damages = parsed_values(text, name)
    problems = [damage.words for damage in damages]
    records = [record for value in values for record in records_in(value)]
    if records:
        return _from_records(records, problems, name)
    decoded = [denial for value in values if (denial := parse_decoded(value))]
    if decoded:
        return InputResult(items=list(decoded), problems=problems)
    if not values:
        _reject_cut_off(damages)
    found = parse_text(text)
    if not found and damages and not values:
        raise UnreadableInputError(damages[0].words)
    if not found:
        raise NoDenialError(
            f"{name} holds no denial; paste the whole error, or the CloudTrail event with its errorCode"
        )
    return InputResult(items=found)


def iter_records(data: bytes | str, name: str = "input") -> Iterator[Mapping[str, Any]]:
    """Yield the CloudTrail records in ``data``, refused or not; raises UnreadableInputError as ``read_input``."""
    values, _ = parsed_values(text_of(data, name), name)
    for value in values:
        yield from records_in(value)


def _reject_cut_off(damages: Sequence[Damage]) -> None:
    """Refuse an event file that ends in the middle: what is missing could be the part that matters."""
    for damage in damages:
        if damage.cut_off:
            raise UnreadableInputError(damage.words)


def _from_records(records: list[Mapping[str, Any]], problems: list[str], name: str) -> InputResult:
    items: list[Denial | NotADenial] = []
    for record in records:
        found = parse_record(record)
        if found is not None:
            items.append(found)
    if not items:
        raise NoDenialError(_only_successes(records, name))
    return InputResult(items=_one_copy(items), problems=problems)


def _only_successes(records: list[Mapping[str, Any]], name: str) -> str:
    """Name what was there: how many records, and the commonest calls."""
    calls = Counter(str(record.get("eventName") or "unnamed") for record in records)
    common = ", ".join(f"{call} ({count})" for call, count in calls.most_common(_NAMED_CALLS))
    noun = "record" if len(records) == 1 else "records"
    return (
        f"{name} holds {len(records)} CloudTrail {noun} and none was refused: {common}; look at another time or account"
    )


def _one_copy(items: list[Denial | NotADenial]) -> list[Denial | NotADenial]:
    """Keep one of the two accounts' copies of a cross-account call: the one that names its caller.

    ``sharedEventID``: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    kept: dict[object, Denial | NotADenial] = {}
    for place, item in enumerate(items):
        shared = json.dumps((item.raw or {}).get("sharedEventID")) if isinstance(item, Denial) else "null"
        key: object = place if shared in {"null", '""'} else shared
        before = kept.get(key)
        if not isinstance(before, Denial) or (
            isinstance(item, Denial) and item.principal.arn and not before.principal.arn
        ):
            kept[key] = item
    return list(kept.values())
