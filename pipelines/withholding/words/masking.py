"""Records of an exchange without the words that are looked for in them, each as long as before. Pure.

A sign stands for every run of words, in the body as the server's charset has it, in headers and in our own notes. Where
that does not pack into as few bytes, or the body cannot be unpacked, a tombstone takes the record's place.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import brotli  # type: ignore[import-untyped]

from crawler.capture import Kind
from crawler.records.exchanges import Stored, body_of
from crawler.records.masked import http_block, masked
from crawler.records.tombstones import TooSmall, reworded, tombstone_of
from crawler.records.warcrecord import HEAD_END, Record
from pipelines.withholding.words import items, naming, wording
from pipelines.withholding.words.letters import TAGS, letters_of
from pipelines.withholding.words.redacting import SIGN
from pipelines.withholding.words.spans import Span, merged
from pipelines.withholding.words.wording import Wording

# Where a charset has no block, and where percent signs stand.
PLAIN_SIGN, PERCENT_SIGN = "XXXXX", "%E2%96%88" * 5
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)|encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_LEAVE = re.compile(rb"^(?:content-encoding|transfer-encoding)[ \t]*:", re.IGNORECASE)
# The best that the packer can do: records whose server used it would not fit otherwise.
BEST = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for of *article*: its words, and what is said where one of *paths* is named; but for runs that are
    *spared*, by their letters. With *names*: those alone, where the article's words are, and *anywhere*, if they have
    several words.
    """

    article: str
    words: Wording = field(repr=False)
    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=(), repr=False)
    anywhere: bool = False
    spared: frozenset[str] = field(default=frozenset(), repr=False)

    def within(self, kind: str) -> "Sought":
        """As it is looked for in a capture of this *kind*: what lists articles says nothing of its own."""
        return replace(self, anywhere=kind in (Kind.LISTING, Kind.FEED)) if self.names else self

    def is_there(self, source: str) -> bool:
        if self.names and self.anywhere and naming.are_there(filter(naming.is_several, self.names), source):
            return True
        return wording.is_there(self.words, source) or any(path.rpartition("/")[2] in source for path in self.paths)

    def spans(self, source: str, media: str) -> list[Span]:
        linked = (span for span, letters in self.linked(source, media) if letters not in self.spared)
        own = merged([*wording.spans(self.words, source, self.spared), *linked])
        if not self.names:
            return own
        several = tuple(filter(naming.is_several, self.names)) if self.anywhere else ()
        inside = (
            span for span in naming.spans(self.names, source) if any(a <= span[0] and span[1] <= b for a, b in own)
        )
        return merged([*naming.spans(several, source), *inside])

    def linked(self, source: str, media: str) -> Iterator[tuple[Span, str]]:
        """What is said where one of *paths* is named, and its letters."""
        for start, end in items.spans(source, self.paths, media):
            yield (start, end), letters_of(source[start:end], tags=False).text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    head: bytes
    body: bytes
    coding: str
    media: str


def without(stored: Stored, sought: Sequence[Sought], *, fields: Sequence[tuple[str, str]] = ()) -> dict[str, bytes]:
    """The members of those records, by record id, that have any of it, without; *fields* are for a tombstone."""
    found: dict[str, bytes] = {}
    sought = [each.within(stored.metadata.get("kind", "")) for each in sought]
    for record in stored.records:
        if record.raw is None:
            continue
        if record.type in ("response", "revisit"):
            member = _answer(record, sought, fields)
        elif record.type == "metadata" and not record.is_tombstone:
            member = _notes(record, sought)
        else:
            member = None
        if member is not None:
            found[record.id] = member
    return found


def _answer(record: Record, sought: Sequence[Sought], fields: Sequence[tuple[str, str]]) -> bytes | None:
    answer = unpacked(record)
    if answer is None:
        return None
    text, charset = decoded(answer.body, answer.head)
    head = answer.head.decode("utf-8", "surrogateescape")
    bare, bare_head = mask(text, sought, charset, answer.media), mask(head, sought, "utf-8", "")
    if bare is text and bare_head is head:
        return None
    body = bare.encode(charset, "surrogateescape")
    try:
        return _packed(record, bare_head.encode("utf-8", "surrogateescape"), body, answer.coding)
    except TooSmall:
        return tombstone_of(record, fields)


def texts(stored: Stored) -> Iterator[tuple[str, str]]:
    """What of *stored* can have words, each with its media type ("" for what is in no body)."""
    for record in stored.records:
        if record.type in ("response", "revisit"):
            if answer := unpacked(record):
                yield decoded(answer.body, answer.head)[0], answer.media
                yield answer.head.decode("utf-8", "surrogateescape"), ""
        elif record.type == "metadata" and not record.is_tombstone:
            yield record.block.decode("utf-8", "replace"), ""


def unpacked(record: Record) -> _Answer | None:
    head, _, _ = record.block.partition(HEAD_END)
    parsed: Any = record.parse()
    if parsed.http_headers is None:
        return None
    body = body_of(parsed)
    get = parsed.http_headers.get_header
    return _Answer(head=head, body=body, coding=get("content-encoding") or "", media=get("content-type") or "")


def _packed(record: Record, head: bytes, body: bytes, coding: str) -> bytes:
    """Unpacked within the record, which is packed itself; as the server packed it where that is too long."""
    if record.type == "revisit":  # of a body that lies elsewhere
        return masked(record, head + HEAD_END, b"")
    plain_head = b"\r\n".join(line for line in head.split(b"\r\n") if not _LEAVE.match(line))
    try:
        return masked(record, http_block(plain_head, body), body)
    except TooSmall:
        if coding.strip().lower() not in ("br", "zstd"):
            raise
    packed = brotli.compress(body, quality=BEST)
    return masked(record, http_block(plain_head + b"\r\nContent-Encoding: br", packed), packed)


def _notes(record: Record, sought: Sequence[Sought]) -> bytes | None:
    text = record.block.decode("utf-8", "replace")
    bare = mask(text, sought, "utf-8", "")
    return None if bare is text else reworded(record, bare)


def decoded(body: bytes, head: bytes) -> tuple[str, str]:
    """*body* as text, and the charset in which it is *body* again, to the byte (with ``surrogateescape``)."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "surrogatepass"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    for place in (head, body[:2048]):
        for match in _CHARSET.finditer(place):
            name = (match[1] or match[2]).decode("ascii", "replace")
            try:
                text = body.decode(name)
                if text.encode(name) == body:
                    return text, name
            except (LookupError, ValueError):
                continue
    return body.decode("utf-8", "surrogateescape"), "utf-8"


def mask(text: str, sought: Sequence[Sought], charset: str, media: str) -> str:
    """*text* with a sign for each run of what is *sought*; the very same where there is none."""
    found = [span for each in sought if each.is_there(text) for span in each.spans(text, media)]
    if not found:
        return text
    pieces, at = list[str](), 0
    for start, end in merged(found):
        pieces += [text[at:start], *_signs(text[start:end], charset)]
        at = end
    return "".join((*pieces, text[at:]))


def _signs(run: str, charset: str) -> Iterator[str]:
    """One sign for the run, and the tags that go through it."""
    yield PERCENT_SIGN if _PERCENT.search(run) else _sign(charset)
    for match in TAGS.finditer(run):
        yield match[0]


def _sign(charset: str) -> str:
    try:
        SIGN.encode(charset)
    except UnicodeEncodeError:
        return PLAIN_SIGN
    return SIGN
