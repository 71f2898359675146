"""Open a log file for reading into one reused buffer, gzip-compressed or not, with whole damage reports.

isal's reader handles a gzip file of several members, which one-shot ``decompress`` functions cut off after the first.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol

from isal import igzip, isal_zlib

GZIP_MAGIC = b"\x1f\x8b"
_COMPRESSED_BLOCK = 128 * 1024
_isal: Any = isal_zlib  # a compiled module without types for what is used here
_igzip: Any = igzip
_DAMAGE: tuple[type[BaseException], ...] = (OSError, EOFError, _isal.error, zlib.error)


class Reader(Protocol):
    """Anything that fills a buffer: returns the bytes read, 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill ``buffer`` as far as possible."""


class DamagedError(Exception):
    """The file's bytes cannot be read on; what was read before counts."""


def inflating(source: BinaryIO) -> Reader:
    """Return a reader of ``source``'s content, inflated where it starts like gzip; ``source`` must be seekable."""
    start = source.read(2)
    source.seek(0)
    if start != GZIP_MAGIC:
        return _Checked(source)
    inner: Any = getattr(_isal, "_GzipReader", None)
    reader = inner(source, _COMPRESSED_BLOCK) if inner else _igzip.open(source, "rb")
    return _Checked(reader, source)


class _Checked:
    """A reader whose every failure is a DamagedError, raised after all that can be saved was given."""

    __slots__ = ("_compressed", "_given", "_inner", "_saved")

    def __init__(self, inner: Reader | BinaryIO, compressed: BinaryIO | None = None) -> None:
        self._inner = inner
        self._compressed = compressed
        self._given = 0
        self._saved: Iterator[bytes] | None = None

    def readinto(self, buffer: memoryview, /) -> int:
        if self._saved is not None:
            return self._rest(buffer)
        try:
            count = self._inner.readinto(buffer)  # type: ignore[union-attr]  # a raw file has readinto
        except _DAMAGE as trouble:
            if self._compressed is None:
                raise DamagedError(_words(trouble)) from trouble
            self._saved = _salvage(self._compressed, self._given, _words(trouble))
            return self._rest(buffer)
        self._given += count
        return int(count)

    def _rest(self, buffer: memoryview) -> int:
        assert self._saved is not None
        # _salvage ends by raising, so that the damage is told once everything before it was given.
        part = next(self._saved, b"")
        buffer[: len(part)] = part
        return len(part)


def _salvage(source: BinaryIO, skip: int, reason: str) -> Iterator[bytes]:
    """Yield what a forgiving inflate gets beyond ``skip`` bytes, in small parts; then raise DamagedError."""
    source.seek(0)
    inflater = zlib.decompressobj(31)
    try:
        while block := source.read(4096):
            while block:
                part = inflater.decompress(block, 4096)
                block = inflater.unconsumed_tail
                if skip < len(part):
                    yield part[skip:]
                skip = max(0, skip - len(part))
                if inflater.eof:
                    block = inflater.unused_data or b""
                    inflater = zlib.decompressobj(31)
    except (OSError, zlib.error):
        pass
    raise DamagedError(reason)


def _words(trouble: BaseException) -> str:
    if isinstance(trouble, EOFError):
        return "the gzip file ends in the middle: it was not written completely"
    if isinstance(trouble, OSError) and trouble.strerror:
        return trouble.strerror.lower()
    return f"damaged gzip: {str(trouble).lower()}"


def read_all(reader: Reader, *, at_most: int) -> tuple[bytes, DamagedError | None]:
    """Return up to ``at_most`` bytes and the damage that ended them, if any."""
    out, view = io.BytesIO(), memoryview(bytearray(1 << 16))
    while out.tell() < at_most:
        try:
            count = reader.readinto(view)
        except DamagedError as damage:
            return out.getvalue(), damage
        if not count:
            break
        out.write(view[:count])
    return out.getvalue(), None
