"""What stands in a WARC file where a withheld record's words were: a record of exactly as many bytes.

So no other record's offset changes, nor the file's size: indexes made before still hold. A tombstone is a ``metadata``
record about the record that it replaces, its block filled up with spaces in blocks that deflate stores as they are;
the last bytes that are missing are the gzip header's comment.
"""

import base64
import hashlib
import re
import struct
import uuid
import zlib
from collections.abc import Iterator, Sequence

from crawler.records.warcrecord import HEAD_END, WITHHELD, Record, warc_fields

TITLE = "link-title"
CONTENT_TYPE = "application/warc-fields"
_STORED = 65_535  # the longest block that deflate can store
_LONGEST_COMMENT = 128
_HEADER = 10  # bytes of a gzip header that says nothing
_HAS_COMMENT = 0x10
_UUID = re.compile("(<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-)[1-7]([0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>)")

Fields = Sequence[tuple[str, str]]


class TooSmall(ValueError):
    """No WARC record packs into as few bytes."""


def tombstone_of(record: Record, fields: Fields) -> bytes:
    """The gzip member that takes the place of *record*, of the same length. *fields* say what may be known of it, the
    less important the later: where there is no room, the last are left out.

    Raises TooSmall.
    """
    head = _head(record)
    lines = [(WITHHELD, record.type), *fields]
    return fit(((head, lines[:end]) for end in range(len(lines), 0, -1)), record.length)


def untitled(record: Record) -> bytes | None:
    """A metadata record of ours without the title that a listing gave the page; None where it has none.

    Raises TooSmall.
    """
    fields = warc_fields(record.block)
    if TITLE not in fields:
        return None
    lines = [(name, value) for name, value in fields.items() if name != TITLE]
    noted = [*lines, (WITHHELD, TITLE)]  # the first line says what a tombstone is, so here it is the last
    head = _head(record, *((("WARC-Concurrent-To", record.concurrent_to),) if record.concurrent_to else ()))
    return fit(((head, choice) for choice in (noted, lines)), record.length)


def reworded(record: Record, text: str) -> bytes:
    """A metadata record of ours that says *text* (lines of warc-fields) instead. Raises TooSmall."""
    lines = list(warc_fields(text.encode("utf-8", "replace")).items())
    head = _head(record, *((("WARC-Concurrent-To", record.concurrent_to),) if record.concurrent_to else ()))
    return fit(((head, choice) for choice in ([*lines, (WITHHELD, "words")], lines)), record.length)


def _head(record: Record, *more: tuple[str, str]) -> Fields:
    """Of the same address and time, about *record*."""
    return (
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", other_id(record.made_of or record.id)),
        ("WARC-Date", record.date),
        *((("WARC-Target-URI", record.url),) if record.url else ()),
        ("WARC-Refers-To", record.made_of or record.id),
        *more,
    )


def other_id(record_id: str) -> str:
    """Another record has another id; always the same for the same. UUIDs (of whatever version) become those of RFC
    9562's version 8, all else as it was: so it packs into three bytes after the other.
    """
    found = _UUID.fullmatch(record_id)
    return f"{found[1]}8{found[2]}" if found else f"<{uuid.uuid5(uuid.NAMESPACE_URL, record_id).urn}>"


def fit(choices: Iterator[tuple[Fields, Fields]], size: int) -> bytes:
    """The first of *choices* (a record's header and block) that packs into *size* bytes, as a member of that length."""
    for head, lines in choices:
        for with_digest in (True, False):
            if member := _filled(head, lines, size, with_digest):
                return member
    raise TooSmall(f"no record that says what was withheld packs into {size} bytes")


def _filled(head: Fields, lines: Fields, size: int, with_digest: bool) -> bytes | None:
    """None where it takes more than *size* bytes."""
    packed = _packed(head, lines, None, with_digest)
    missing = size - len(packed)
    if missing > _LONGEST_COMMENT:
        spaces = missing - _LONGEST_COMMENT // 2
        while not 0 <= missing <= _LONGEST_COMMENT:
            # Stored blocks cost bytes of their own, and a digest packs a byte or two better or worse each time.
            packed = _packed(head, lines, spaces, with_digest)
            missing = size - len(packed)
            spaces += missing - _LONGEST_COMMENT // 4
    return commented(packed, missing) if missing >= 0 else None


def _packed(head: Fields, lines: Fields, spaces: int | None, with_digest: bool) -> bytes:
    """The record as a gzip member, with *spaces* at its end."""
    text = "".join(f"{name}: {value}\r\n" for name, value in lines).encode()
    filling = b"" if spaces is None else b" " * spaces + b"\r\n"
    block = text + (b"padding:" + filling if filling else b"")
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    fields = [*head, ("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(block)))]
    fields += [("WARC-Block-Digest", f"sha1:{digest}")] if with_digest else []
    start = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    data = start.encode() + block + HEAD_END
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    if not filling:
        body = packer.compress(data) + packer.flush()
    else:
        stored = filling + HEAD_END
        body = packer.compress(data[: -len(stored)]) + packer.flush(zlib.Z_SYNC_FLUSH) + _stored(stored)
    trailer = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + trailer


def _stored(data: bytes) -> bytes:
    """*data* as deflate's stored blocks, the last of the stream."""
    parts = []
    for at in range(0, len(data), _STORED):
        piece = data[at : at + _STORED]
        is_last = at + _STORED >= len(data)
        parts.append(bytes((is_last,)) + struct.pack("<HH", len(piece), len(piece) ^ 0xFFFF) + piece)
    return b"".join(parts)


def commented(member: bytes, size: int) -> bytes:
    """*member* with a comment of *size* bytes, its closing zero among them, in its gzip header."""
    if not size:
        return member
    return member[:3] + bytes((_HAS_COMMENT,)) + member[4:_HEADER] + b" " * (size - 1) + b"\0" + member[_HEADER:]
