"""The fields of a CloudTrail record that a scan needs of every denial, decoded from its bytes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

_NULL = msgspec.Raw(b"null")


class LogRecord(msgspec.Struct, frozen=True, gc=False):
    """A record's plain fields as text, its nested ones as undecoded JSON. Names are CloudTrail's own."""

    errorCode: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    eventTime: str | None = None  # noqa: N815
    eventSource: str | None = None  # noqa: N815
    eventName: str | None = None  # noqa: N815
    awsRegion: str | None = None  # noqa: N815
    sourceIPAddress: str | None = None  # noqa: N815
    eventID: str | None = None  # noqa: N815
    recipientAccountId: str | None = None  # noqa: N815
    userIdentity: msgspec.Raw = _NULL  # noqa: N815
    requestParameters: msgspec.Raw = _NULL  # noqa: N815
    resources: msgspec.Raw = _NULL


Hit = tuple[LogRecord, bytes]
"""A denied record: its decoded fields and its whole text."""

decode_record = msgspec.json.Decoder(LogRecord).decode
decode_records = msgspec.json.Decoder(list[LogRecord]).decode
decode_texts = msgspec.json.Decoder(list[msgspec.Raw]).decode
_TEXT_FIELDS = tuple(
    name for name in LogRecord.__struct_fields__ if name not in {"userIdentity", "requestParameters", "resources"}
)


def hit_of(record: Mapping[str, object]) -> Hit:
    """Return a parsed record as a Hit; a plain field of another type is kept as text (null stays null)."""
    tame = dict(record)
    for name in _TEXT_FIELDS:
        value = tame.get(name)
        if value is not None and not isinstance(value, str):
            tame[name] = msgspec.json.encode(value).decode()
    text = msgspec.json.encode(tame)
    return decode_record(text), text
