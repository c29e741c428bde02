"""What stands in a WARC file where a record had words that are withheld, and much else: the same record without them.

As long to the byte as the one that it replaces (records/tombstones.py). It is another record, so it has another id, and
names the one that it was made of in a field of its own, with the digest that the server's payload had: nothing reads it
as what the server sent, byte for byte, and revisits still find the record that they refer to. What its length lacks is
a comment of spaces in the gzip header.
"""

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator

from crawler.records.tombstones import TooSmall, commented, other_id
from crawler.records.warcrecord import HEAD_END, MADE_OF, MADE_OF_PAYLOAD, Record

_DIGESTS = ("warc-block-digest", "warc-payload-digest")
_OURS = (MADE_OF.lower(), MADE_OF_PAYLOAD.lower())
# What a record may lack where there is no room, in the order in which it goes.
_DISPENSABLE = ((), ("warc-block-digest",), (*_DIGESTS, "warc-ip-address", "warc-warcinfo-id"))
# The less is packed, the less is filled up with spaces.
_LEVELS = (6, 7, 9)

Fields = list[tuple[str, str]]


def masked(record: Record, block: bytes, payload: bytes) -> bytes:
    """The gzip member that takes the place of *record*, with *block* for its block (and *payload* in that).

    Raises TooSmall.
    """
    for without in _DISPENSABLE:
        data = _record(record, block, payload, without)
        for level in _LEVELS:
            if len(member := _packed(data, level)) <= record.length:
                return commented(member, record.length - len(member))
    raise TooSmall(f"the record does not pack into {record.length} bytes without the words that are withheld")


def http_block(head: bytes, body: bytes) -> bytes:
    """An answer's head (status line and fields, up to the blank line) and its *body*, of whose length it is told."""
    lines = [line for line in head.split(b"\r\n") if line]
    told = [_with_length(line, len(body)) for line in lines]
    return b"\r\n".join(told) + HEAD_END + body


def _with_length(line: bytes, size: int) -> bytes:
    name, _, _ = line.partition(b":")
    return b"%s: %d" % (name, size) if name.strip().lower() == b"content-length" else line


def _record(record: Record, block: bytes, payload: bytes, without: tuple[str, ...]) -> bytes:
    stated = {"warc-block-digest": _sha1(block), "warc-payload-digest": _sha1(payload)}
    version, fields = _fields(record)
    lines = [version]
    for name, value in fields:
        match name.lower():
            case small if small in without or small in _OURS:
                continue
            case "warc-record-id":
                value = other_id(record.made_of or value)
            case "content-length":
                value = str(len(block))
            case small if small in stated:
                value = stated[small]
        lines.append(f"{name}: {value}")
    lines.append(f"{MADE_OF}: {record.made_of or record.id}")
    if record.payload_digest:
        lines.append(f"{MADE_OF_PAYLOAD}: {record.payload_digest}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + HEAD_END + block + HEAD_END


def _fields(record: Record) -> tuple[str, Fields]:
    head = record.data[: record.data.find(HEAD_END)].decode("utf-8", "surrogateescape")
    version, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    return version, list(_pairs(lines))


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(":")
        yield name.strip(), value.strip()


def _sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _packed(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    body = packer.compress(data) + packer.flush()
    trailer = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + trailer
