"""Reading WARC files back, damaged ones too: every whole record, and the offset of whatever is not one.

warcio parses the records; where a gzip member begins and ends, and whether it is whole, is decided here: warcio reads half
a member or a lying length without a word.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from crawler.errors import UsageError

GZIP_MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 16
# A record larger than this is no news page (the crawl's own cap is 10 MiB) and would not fit a small box's memory.
MAX_RECORD = 64 * 1024 * 1024
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """*offset* and *length* are those of the gzip member (or of the plain record). *raw* is the member's bytes,
    None where the record has no member of its own. *data* is the record uncompressed.
    """

    offset: int
    length: int
    type: str
    id: str
    url: str
    date: str
    concurrent_to: str | None
    data: bytes = field(repr=False)
    raw: bytes | None = field(default=None, repr=False)

    def parse(self) -> Any:
        """warcio's record (a fresh one at each call, since its stream is read once)."""
        return ArcWarcRecordLoader(verify_http=False).parse_record_stream(BytesIO(self.data), known_format="warc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Bytes at *offset* that are no whole record; reading went on at *resumed* (None: nothing readable followed)."""

    offset: int
    message: str
    resumed: int | None


def is_warc(path: Path) -> bool:
    """Whether the file begins as a WARC, compressed or not."""
    with path.open("rb") as stream:
        head = stream.read(CHUNK)
    if head.startswith(GZIP_MAGIC):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith(b"WARC/")


def records(path: Path, offset: int = 0, end: int | None = None) -> Iterator[Record | Damage]:
    """The records from *offset* up to *end* (default: the file's end), in order, with the damage between them."""
    with path.open("rb") as stream:
        limit = end if end is not None else path.stat().st_size
        while offset < limit:
            found = list(_at(stream, offset, limit))
            yield from found
            last = found[-1]
            following = last.resumed if isinstance(last, Damage) else last.offset + last.length
            if following is None:
                return
            offset = following


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
    data, length = _inflate(stream, offset, limit)
    if not data.startswith(b"WARC/"):
        raise ValueError("the gzip member holds no WARC record")
    size = _record_size(data, 0)
    if size == len(data):
        stream.seek(offset)
        yield _record(data, offset, length, raw=stream.read(length))
        return
    at = 0  # one member around several records: against the standard, but written by `gzip file.warc`
    while at < len(data):
        size = _record_size(data, at)
        yield _record(data[at : at + size], offset, length, raw=None)
        at += size


def _inflate(stream: IO[bytes], offset: int, limit: int) -> tuple[bytes, int]:
    """The member's content and its length in the file; zlib checks CRC and size."""
    stream.seek(offset)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    parts, read, size = [], 0, 0
    while not unpacker.eof:
        chunk = stream.read(min(CHUNK, limit - offset - read))
        if not chunk:
            raise ValueError("the file ends inside a gzip member")
        read += len(chunk)
        parts.append(unpacker.decompress(chunk, MAX_RECORD + 1 - size))
        size += len(parts[-1])
        if size > MAX_RECORD or unpacker.unconsumed_tail:
            raise ValueError(f"a record of more than {MAX_RECORD >> 20} MiB")
    return b"".join(parts), read - len(unpacker.unused_data)


def _plain(stream: IO[bytes], offset: int, limit: int) -> Record:
    stream.seek(offset)
    data = stream.read(min(limit - offset, CHUNK))
    head = data.find(_HEAD_END)
    if head < 0:
        raise ValueError("the WARC header has no end")
    size = head + len(_HEAD_END) + _content_length(data[:head]) + len(_HEAD_END)
    if size > MAX_RECORD:
        raise ValueError(f"a record of more than {MAX_RECORD >> 20} MiB")
    if size > limit - offset:
        raise ValueError("the file ends inside a record, or its Content-Length is wrong")
    data += stream.read(size - len(data)) if size > len(data) else b""
    data = data[:size]
    _record_size(data, 0)
    return _record(data, offset, size, raw=None)


def _record_size(data: bytes, at: int) -> int:
    """Bytes of the record at *at*, its closing two line ends included; ValueError where Content-Length lies."""
    head = data.find(_HEAD_END, at)
    if not data.startswith(b"WARC/", at) or head < 0:
        raise ValueError("no WARC record where one should follow")
    end = head + len(_HEAD_END) + _content_length(data[at:head])
    if data[end : end + 4] != _HEAD_END:
        raise ValueError("Content-Length does not lead to the record's end")
    return end + 4 - at


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    raise ValueError("a WARC header without a Content-Length")


def _record(data: bytes, offset: int, length: int, raw: bytes | None) -> Record:
    loader = ArcWarcRecordLoader(verify_http=False)
    header = loader.parse_record_stream(BytesIO(data), known_format="warc", no_record_parse=True).rec_headers
    return Record(
        offset=offset,
        length=length,
        type=header.get_header("WARC-Type") or "",
        id=header.get_header("WARC-Record-ID") or "",
        url=(header.get_header("WARC-Target-URI") or "").strip("<>"),
        date=header.get_header("WARC-Date") or "",
        concurrent_to=header.get_header("WARC-Concurrent-To"),
        data=data,
        raw=raw,
    )


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
