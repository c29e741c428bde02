"""Sitemaps, sitemap indexes and news sitemaps, plain or gzipped → links, and the sitemaps they name."""

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from lxml import etree

from crawler.links import Link, Via
from crawler.listings.feeds import parse_feed
from crawler.listings.listing import Further, Listing, absolute, one_line
from crawler.listings.stamps import read_stamp
from crawler.listings.xmltext import as_utf8

# sitemaps.org allows 50,000 addresses and 50 MiB a file. Some have all their years in one, the newest at its end; so
# more are read, and the newest kept. A second and a half for each 50,000: a larger file is parsed in a thread.
MAX_URLS = 50_000
MAX_READ = 200_000
MAX_BYTES = 50 * 1024 * 1024
# Real entries have 3 to 30 elements, with their images; what has nothing but elements ends here.
MAX_ELEMENTS = 2_000_000
CHUNK = 64 * 1024

_FIELDS = frozenset({"loc", "lastmod", "publication_date", "title"})
_MEDIA = frozenset({"image", "video"})
_FEED = re.compile(rb"<(?:rss|feed|(?:\w+:)?RDF)[\s>]")

T = TypeVar("T")
Entry = dict[str, str]


class _TooMuch(Exception):
    """More elements than a sitemap has."""


def parse_sitemap(body: bytes, url: str, timezone: str, now: datetime | None = None) -> Listing:
    """Never raises: *problem* says what could not be read. Links, and *more* of an index, stand newest first.

    A date that is not near the time of *now* or before is none.
    """
    try:
        plain = _unpacked(body)
    except zlib.error as error:
        return Listing(problem=f"damaged gzip: {error}")
    if b"<" not in plain[:CHUNK]:
        return _text(plain, url)
    if _FEED.search(plain, 0, 2048):  # the protocol allows feeds in robots.txt too
        return parse_feed(plain, url, timezone, now)
    pages: list[tuple[str, Link]] = []
    index: list[tuple[str, Further]] = []
    problem: str | None = None
    try:
        for entry in islice(_entries(as_utf8(plain)), MAX_READ):
            _take(entry, url, timezone, now, pages, index)
    except (etree.LxmlError, ValueError, _TooMuch) as error:
        problem = f"damaged sitemap: {str(error) or 'too many elements'}"
    if not pages and not index:
        problem = problem or "no addresses in the sitemap"
    elif len(pages) > MAX_URLS:
        problem = f"{len(pages):,} addresses in one sitemap or more: only the newest {MAX_URLS:,} are taken"
    return Listing(links=_newest_first(pages), more=_newest_first(index), problem=problem)


def _take(
    entry: Entry,
    url: str,
    timezone: str,
    now: datetime | None,
    pages: list[tuple[str, Link]],
    index: list[tuple[str, Further]],
) -> None:
    """A news sitemap's date is the publication's; <lastmod> is only when the page changed, so it orders, no more."""
    address = absolute(url, entry.get("loc", ""))
    if address is None:
        return
    stated = entry.get("lastmod", "").strip()
    changed = read_stamp(stated, timezone, now)
    if entry["is"] == "sitemap":
        index.append((changed or "", Further(url=address, stated=stated or None)))
    else:
        published = read_stamp(entry.get("publication_date"), timezone, now)
        title = one_line(entry.get("title")) if published else None
        link = Link(url=address, title=title, published_at=published, changed_at=changed, via=url, via_kind=Via.SITEMAP)
        pages.append((published or changed or "", link))


def _newest_first(dated: list[tuple[str, T]]) -> tuple[T, ...]:
    """By the stated date as text: offsets differ by hours at most, and this only decides what is read first."""
    return tuple(what for _, what in sorted(dated, key=lambda pair: pair[0], reverse=True)[:MAX_URLS])


def _unpacked(body: bytes) -> bytes:
    """All members of a gzip file, as far as they are whole and within the limit."""
    plain = bytearray()
    while body[:2] == b"\x1f\x8b" and len(plain) < MAX_BYTES:
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(body, MAX_BYTES - len(plain))
        except zlib.error:
            if not plain:
                raise
            break
        body = member.unused_data
    return bytes(plain) if plain else body


def _text(body: bytes, url: str) -> Listing:
    """The protocol's plain-text form: one address a line."""
    lines = re.finditer(r"^[ \t]*(https?://\S+)[ \t\r]*$", body.decode("utf-8-sig", "replace"), re.M)
    found = (absolute(url, line[1]) for line in islice(lines, MAX_URLS))
    links = tuple(Link(url=address, via=url, via_kind=Via.SITEMAP) for address in found if address)
    return Listing(links=links, problem=None if links else "no sitemap")


class _Target:
    """Gathers what each <url> or <sitemap> says, by local name: namespaces are often wrong or not declared.

    It builds no tree, so that a file's size costs no memory. Images and videos have a <loc> and a <title> of their own.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._entry: Entry | None = None
        self._field: str | None = None
        self._texts: list[str] = []
        self._open: list[str] = []
        self._left = MAX_ELEMENTS

    def start(self, tag: str, attributes: Any) -> None:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        name = _name(tag)
        if name in ("url", "sitemap"):
            self._entry = {"is": name}
        own = self._entry is not None and name in _FIELDS and self._open[-1] not in _MEDIA
        self._field = name if own else None
        self._texts.clear()
        self._open.append(name)

    def data(self, text: str) -> None:
        if self._field:
            self._texts.append(text)

    def end(self, tag: str) -> None:
        name = self._open.pop() if self._open else ""
        if self._field and self._entry is not None:
            self._entry.setdefault(self._field, "".join(self._texts))
        self._field = None
        if self._entry is not None and name == self._entry["is"]:
            self.entries.append(self._entry)
            self._entry = None

    def close(self) -> None:
        """Nothing to hand over: entries are taken as they come."""


def _entries(body: bytes) -> Iterator[Entry]:
    """No entities, no DTD, no network: a sitemap has no need of them. A truncated one is read as far as it goes."""
    target = _Target()
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    for start in range(0, len(body), CHUNK):
        damage: Exception | None = None
        try:
            parser.feed(body[start : start + CHUNK])
        except (etree.LxmlError, ValueError, _TooMuch) as error:
            damage = error
        yield from target.entries
        target.entries.clear()
        if damage:
            raise damage
    parser.close()
    yield from target.entries


@lru_cache(maxsize=256)
def _name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()
