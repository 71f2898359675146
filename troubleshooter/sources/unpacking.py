"""Bytes -> text: gzip opened, encodings recognised, binary refused in one clear line."""

from __future__ import annotations

import zlib

from troubleshooter.errors import UnreadableInputError

GZIP = b"\x1f\x8b"
_MOST = 1 << 30
_WINDOW = 31
_SAMPLE = 8192
_KINDS = (
    (b"PK\x03\x04", "a zip archive; unpack it first"),
    (b"PAR1", "a Parquet file; give it to scan"),
    (b"BZh", "bzip2-compressed; unpack it first"),
    (b"\xfd7zXZ", "xz-compressed; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed; unpack it first"),
    (b"\x89PNG", "an image; paste the error as text"),
    (b"\xff\xd8\xff", "an image; paste the error as text"),
    (b"%PDF", "a PDF; paste the error as text"),
)
_MOSTLY = 0.2


def text_of(data: bytes | str, name: str) -> str:
    """Return the text of ``data``; raises UnreadableInputError where it is empty, binary or cut-off gzip."""
    if isinstance(data, str):
        text = data
    else:
        raw = data
        while raw[:2] == GZIP:
            raw = _inflated(raw, name)
        text = _decoded(raw, name)
    if not text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise UnreadableInputError(f"{name} is empty; paste an error, or name a file with one")
    return text.removeprefix("\ufeff")


def _inflated(raw: bytes, name: str) -> bytes:
    """Return the content of a gzip file of any number of members."""
    parts: list[bytes] = []
    total = 0
    while raw[:2] == GZIP:
        inflater = zlib.decompressobj(_WINDOW)
        try:
            part = inflater.decompress(raw, _MOST - total + 1)
        except zlib.error as trouble:
            raise UnreadableInputError(f"{name} is damaged gzip ({trouble}); fetch the file again") from trouble
        total += len(part)
        if total > _MOST:
            raise UnreadableInputError(f"{name} unpacks to more than 1 GiB; give it to scan")
        if not inflater.eof:
            raise UnreadableInputError(f"{name} is gzip that ends in the middle; fetch the whole file again")
        parts.append(part)
        raw = inflater.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def _decoded(raw: bytes, name: str) -> str:
    kind = next((words for magic, words in _KINDS if raw.startswith(magic)), None)
    if kind:
        raise UnreadableInputError(f"{name} is {kind}")
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    sample = raw[:_SAMPLE]
    odd = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in sample)  # noqa: PLR2004 - ASCII controls but escape
    text = raw.decode("utf-8", errors="replace")
    if sample and (odd > len(sample) * _MOSTLY or text[:_SAMPLE].count("\ufffd") > len(sample) * _MOSTLY):
        raise UnreadableInputError(f"{name} is binary, not text or JSON; paste an error, or name a file with one")
    return text
