"""Content codings (gzip, deflate, br, zstd) undone within a limit, for the crawl and for what is read from WARC.

Scrapy's own raises on a body that only claims to be packed; warcio's unpacks a brotli bomb whole.
"""

import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Any

import brotli  # type: ignore[import-untyped]

try:
    from compression import zstd  # type: ignore[import-not-found]  # Python 3.14
except ImportError:
    from backports import zstd  # scrapy brings it

PIECE = 1 << 16
# Servers nest two by mistake; each further one multiplies what a bomb unpacks to.
MAX_CODINGS = 3
GZIP_MAGIC = b"\x1f\x8b\x08"
_EXTRA, _NAME, _COMMENT, _CHECK = 4, 8, 16, 2  # RFC 1952: what else a member's header has


class _NotPacked(Exception):
    """The body is not what Content-Encoding says."""


def unpack(body: bytes, codings: str, limit: int) -> tuple[bytes, bool]:
    """*body* without its *codings* (Content-Encoding's value), at most *limit* bytes of it; and whether it was whole.

    What is not packed as it claims to be, or in a way that nobody knows, is left as it is. Checksums are not looked at:
    browsers take a page whose gzip has a wrong one, and so many servers send that.
    """
    whole = True
    for name in reversed(codings.split(",")[-MAX_CODINGS:]):
        decoder = DECODERS.get(name.strip().lower().removeprefix("x-"))
        if decoder is None:
            break
        try:
            body, ended = _read(decoder(body), limit)
        except _NotPacked:
            break
        whole = whole and ended
    return body[:limit], whole


def _read(pieces: Iterator[bytes], limit: int) -> tuple[bytes, bool]:
    """What *pieces* have, up to *limit*; False where they end in an error."""
    parts: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size >= limit:
                break
    except EOFError:
        return b"".join(parts), False
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if not size:
            raise _NotPacked from error
        return b"".join(parts), False
    return b"".join(parts), True


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members, as long as they follow one another."""
    if not body.startswith(GZIP_MAGIC):
        raise _NotPacked
    while body.startswith(GZIP_MAGIC):
        rest = yield from _inflated(body, _header(body))
        body = rest[8:]  # behind checksum and size


def _header(body: bytes) -> int:
    """The length of a gzip member's header."""
    flags, at = body[3] if len(body) > 3 else 0, 10
    if flags & _EXTRA:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for _ in range(bool(flags & _NAME) + bool(flags & _COMMENT)):
        at = body.find(b"\0", at) + 1 or len(body)
    return at + (2 if flags & _CHECK else 0)


def _deflate(body: bytes) -> Iterator[bytes]:
    """With zlib's frame, as the RFC has it, or without, as some servers do."""
    framed = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(body, 2 if framed else 0)


def _inflated(body: bytes, at: int) -> Generator[bytes, None, bytes]:
    """From offset *at*; returns what follows the stream."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest = body[at:]
    while rest and not unpacker.eof:
        yield unpacker.decompress(rest, PIECE)
        rest = unpacker.unconsumed_tail
    while not unpacker.eof and (piece := unpacker.decompress(b"", PIECE)):
        yield piece
    if not unpacker.eof:
        raise EOFError
    return unpacker.unused_data


def _br(body: bytes) -> Iterator[bytes]:
    unpacker: Any = brotli.Decompressor()
    if not hasattr(unpacker, "process"):
        yield from _brotlipy(body, unpacker)
        return
    piece = unpacker.process(body, output_buffer_limit=PIECE)
    while piece:
        yield piece
        piece = unpacker.process(b"", output_buffer_limit=PIECE)
    if not unpacker.is_finished():
        raise EOFError


def _brotlipy(body: bytes, unpacker: Any) -> Iterator[bytes]:
    """pywb, which developers have installed, brings a `brotli` that hides Google's and knows no limit but this: a bomb
    makes 20 MiB of so many bytes, a page is read in a millisecond or two.
    """
    for at in range(0, len(body), 256):
        yield unpacker.decompress(body[at : at + 256])
    try:
        unpacker.finish()
    except (brotli.error, AssertionError):  # the latter where output is left
        raise EOFError from None


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        unpacker = zstd.ZstdDecompressor()
        yield unpacker.decompress(body, PIECE)
        while not unpacker.eof:
            if unpacker.needs_input:
                raise EOFError
            yield unpacker.decompress(b"", PIECE)
        body = unpacker.unused_data


DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"gzip": _gzip, "deflate": _deflate, "br": _br, "zstd": _zstd}
