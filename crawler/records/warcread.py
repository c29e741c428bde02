"""Reading WARC files back, damaged ones too: every whole record, and the offset of whatever is not one.

warcio parses the records; where a gzip member begins and ends, and whether it is whole, is decided here: warcio reads
half a member or a lying length without a word. A member's checksum vouches for it; for a plain record its own digest.
"""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from warcio.exceptions import ArchiveLoadFailed

from crawler.errors import UsageError
from crawler.records.warcfile import OPEN_SUFFIX
from crawler.records.warcrecord import HEAD_END, Record, content_length, is_vouched, make_record, record_size

GZIP_MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 16
# A record larger than this is no news page (the crawl's own cap is 10 MiB) and would not fit a small box's memory.
MAX_RECORD = 64 * 1024 * 1024
# Headers are some 500 bytes; an address or a digest of this length is none.
MAX_HEAD = 1 << 16
TOO_LARGE = f"a record of more than {MAX_RECORD >> 20} MiB"
BAD_DIGEST = "the record does not have the digest that its header states"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Bytes at *offset* that are no whole record; reading went on at *resumed* (None: nothing readable followed)."""

    offset: int
    message: str
    resumed: int | None


def is_warc(path: Path) -> bool:
    """Whether the file begins as a WARC, compressed or not; or is called one and has a whole record further on."""
    with path.open("rb") as stream:
        head = stream.read(CHUNK)
        if _is_head(head):
            return True
        limit = min(path.stat().st_size, MAX_RECORD)
        return path.name.endswith((".warc", ".warc.gz")) and _resume(stream, 0, limit) is not None


def _is_head(head: bytes) -> bool:
    if head.startswith(GZIP_MAGIC):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith(b"WARC/")


def open_warc(path: Path) -> IO[bytes]:
    """*path* for reading; a file that was sealed since it was looked for is found under its final name."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        if not path.name.endswith(OPEN_SUFFIX):
            raise
        return path.with_name(path.name.removesuffix(OPEN_SUFFIX)).open("rb")


def records(path: Path, offset: int = 0, end: int | None = None) -> Iterator[Record | Damage]:
    """The records from *offset* up to *end* (default: the file's end), in order, with the damage between them."""
    with open_warc(path) as stream:
        limit = end if end is not None else os.fstat(stream.fileno()).st_size
        following: int | None = offset
        while following is not None and following < limit:
            offset = following
            for found in _at(stream, offset, limit):
                following = found.resumed if isinstance(found, Damage) else found.offset + found.length
                yield found


def _at(stream: IO[bytes], offset: int, limit: int) -> Iterator[Record | Damage]:
    stream.seek(offset)
    magic = stream.read(5)
    try:
        if magic.startswith(GZIP_MAGIC):
            yield from _member(stream, offset, limit)
        elif magic == b"WARC/":
            yield _plain(stream, offset, limit)
        else:
            raise ValueError("neither a gzip member nor a WARC record begins here")
    except (ValueError, zlib.error, ArchiveLoadFailed) as error:
        yield Damage(offset=offset, message=str(error), resumed=_resume(stream, offset + 1, limit))


def _member(stream: IO[bytes], offset: int, limit: int) -> Iterator[Record]:
    content = _Content(stream, offset, limit)
    data = content.record()
    if content.ended():
        stream.seek(offset)
        yield make_record(data, offset, content.read, raw=stream.read(content.read))
    else:
        yield from _crowd(stream, offset, limit)


def _crowd(stream: IO[bytes], offset: int, limit: int) -> Iterator[Record]:
    """Several records in one member: against the standard, but `gzip file.warc` writes it. Read twice, since the
    checksum comes last. Where the file ends before it does, the records are good that their own digest vouches for, or
    that have none.
    """
    content, whole = _Content(stream, offset, limit), True
    try:
        while not content.ended():
            content.skip()
    except ValueError:
        whole = False
    length, again = content.read, _Content(stream, offset, limit)
    while not again.ended():
        data = again.record()
        if not whole and is_vouched(data) is False:
            raise ValueError(BAD_DIGEST)
        yield make_record(data, offset, length, raw=None)


class _Content:
    """What a gzip member holds, a record at a time. *read* is the member's bytes that were read so far."""

    def __init__(self, stream: IO[bytes], offset: int, limit: int) -> None:
        self._stream, self._at, self._limit = stream, offset, limit
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._buffer = bytearray()
        self._more = False  # whether zlib may hold back what exceeded the last piece
        self.read = 0

    def record(self) -> bytes:
        """The next record. ValueError where there is none, zlib.error where the member is damaged."""
        if not self._fill(5) or not self._buffer.startswith(b"WARC/"):
            raise ValueError("the gzip member holds no WARC record")
        while (head := self._buffer.find(HEAD_END, 0, MAX_HEAD)) < 0:
            if len(self._buffer) >= MAX_HEAD or not self._fill(len(self._buffer) + 1):
                raise ValueError("the WARC header has no end")
        size = head + len(HEAD_END) + content_length(self._buffer[:head]) + len(HEAD_END)
        if size > MAX_RECORD:
            raise ValueError(TOO_LARGE)
        self._fill(size)
        data = bytes(self._buffer[: record_size(self._buffer, 0)])
        del self._buffer[: len(data)]
        return data

    def skip(self) -> None:
        self._fill(1)
        self._buffer.clear()

    def ended(self) -> bool:
        """Whether the member is at its end, and zlib has found its checksum and size right."""
        return not self._fill(1)

    def _fill(self, size: int) -> bool:
        """Have *size* bytes in the buffer; whether the member has as many."""
        while len(self._buffer) < size and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail
            piece = self._unpacker.decompress(packed if packed or self._more else self._chunk(), CHUNK)
            self._more = len(piece) == CHUNK
            self._buffer += piece
            if self._unpacker.eof:
                self.read -= len(self._unpacker.unused_data)
        return len(self._buffer) >= size

    def _chunk(self) -> bytes:
        self._stream.seek(self._at + self.read)
        chunk = self._stream.read(min(CHUNK, self._limit - self._at - self.read))
        if not chunk:
            raise ValueError("the file ends inside a gzip member")
        self.read += len(chunk)
        return chunk


def _plain(stream: IO[bytes], offset: int, limit: int) -> Record:
    stream.seek(offset)
    data = stream.read(min(limit - offset, MAX_HEAD))
    head = data.find(HEAD_END)
    if head < 0:
        raise ValueError("the WARC header has no end")
    size = head + len(HEAD_END) + content_length(data[:head]) + len(HEAD_END)
    if size > MAX_RECORD:
        raise ValueError(TOO_LARGE)
    if size > limit - offset:
        raise ValueError("the file ends inside a record, or its Content-Length is wrong")
    data += stream.read(size - len(data)) if size > len(data) else b""
    data = data[: record_size(data, 0)]
    if is_vouched(data) is False:
        raise ValueError(BAD_DIGEST)
    return make_record(data, offset, size, raw=None)


def _resume(stream: IO[bytes], offset: int, limit: int) -> int | None:
    """The next offset at or after *offset* where a whole record begins."""
    for at in _marks(stream, offset, limit):
        stream.seek(at)
        try:
            if stream.read(5) == b"WARC/":
                _plain(stream, at, limit)
            else:
                next(_member(stream, at, limit))
        except (ValueError, zlib.error, ArchiveLoadFailed):
            continue
        return at
    return None


def _marks(stream: IO[bytes], offset: int, limit: int) -> Iterator[int]:
    """Where a gzip member or a record might begin, in order."""
    overlap = 4  # a mark may straddle two chunks
    while offset < limit:
        stream.seek(offset)
        chunk = stream.read(min(CHUNK, limit - offset))
        places = {offset + at for mark in (GZIP_MAGIC, b"WARC/1.") for at in _all(chunk, mark)}
        yield from sorted(places)
        if offset + len(chunk) >= limit:
            return
        offset += len(chunk) - overlap


def _all(chunk: bytes, mark: bytes) -> Iterator[int]:
    at = chunk.find(mark)
    while at >= 0:
        yield at
        at = chunk.find(mark, at + 1)


def check_is_warc(path: Path) -> None:
    """UsageError in one line where *path* is no WARC file at all."""
    try:
        good = is_warc(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if not good:
        raise UsageError(f"{path} is no WARC file (.warc or .warc.gz, WARC 1.0 or 1.1): nothing was changed")
