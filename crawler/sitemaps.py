"""Sitemaps, sitemap indexes and news sitemaps, plain or gzipped → links, and the sitemaps they name."""

import zlib
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

from lxml import etree

from crawler.links import Link, Via
from crawler.listing import Further, Listing, absolute, one_line
from crawler.stamps import read_stamp

# sitemaps.org allows 50,000 addresses and 50 MiB a file; what is larger breaks the protocol, and a million addresses
# take a minute in which the crawl does nothing else.
MAX_URLS = 50_000
MAX_BYTES = 50 * 1024 * 1024

T = TypeVar("T")


def parse_sitemap(body: bytes, url: str, timezone: str) -> Listing:
    """Never raises: *problem* says what could not be read. Links, and *more* of an index, stand newest first."""
    try:
        plain = _plain(body)
    except zlib.error as error:
        return Listing(problem=f"damaged gzip: {error}")
    if not plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _text(plain, url)
    pages: list[tuple[str, Link]] = []
    index: list[tuple[str, Further]] = []
    problem: str | None = None
    try:
        for entry in islice(_entries(plain), MAX_URLS):
            address = absolute(url, entry.get("loc", ""))
            if address is None:
                continue
            changed = read_stamp(entry.get("lastmod"), timezone) or ""
            if entry["is"] == "sitemap":
                index.append((changed, Further(url=address, stated=entry.get("lastmod", "").strip() or None)))
            else:
                link = _link(entry, address, url, timezone)
                pages.append((link.published_at or changed, link))
    except (etree.LxmlError, ValueError) as error:
        problem = f"damaged sitemap: {error}"
    if not pages and not index:
        problem = problem or "no addresses in the sitemap"
    return Listing(links=_newest_first(pages), more=_newest_first(index), problem=problem)


def _newest_first(dated: list[tuple[str, T]]) -> tuple[T, ...]:
    """By the stated date as text: offsets differ by hours at most, and this only decides what is read first."""
    return tuple(what for _, what in sorted(dated, key=lambda pair: pair[0], reverse=True))


def _plain(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    return zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES)


def _text(body: bytes, url: str) -> Listing:
    """The protocol's plain-text form: one address a line."""
    lines = body.decode("utf-8-sig", "replace").splitlines()[:MAX_URLS]
    found = [line for line in lines if line.startswith(("http://", "https://"))]
    links = tuple(Link(url=a, via=url, via_kind=Via.SITEMAP) for line in found if (a := absolute(url, line)))
    return Listing(links=links, problem=None if links else "no sitemap")


def _entries(body: bytes) -> Any:
    """Each <url> or <sitemap> as a dict of its descendants' texts by local name, with "is" telling which.

    No entities, no DTD, no network: a sitemap has no need of them. A truncated one is read as far as it goes.
    """
    events = etree.iterparse(
        BytesIO(body), events=("end",), resolve_entities=False, no_network=True, huge_tree=False, recover=True
    )
    for _, element in events:
        name = _name(element)
        if name in ("url", "sitemap"):
            parts = [child for child in element.iterdescendants() if not _is_media(child)]
            entry = {_name(child): child.text or "" for child in reversed(parts)}
            entry["is"] = name
            yield entry
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_media(element: Any) -> bool:
    """Images and videos have a <loc> and a <title> of their own."""
    return isinstance(element.tag, str) and "/sitemap-" in element.tag and "/sitemap-news" not in element.tag


def _link(entry: dict[str, str], address: str, via: str, timezone: str) -> Link:
    """A news sitemap's date is the publication's; <lastmod> is only when the page changed, so it orders, no more."""
    published = read_stamp(entry.get("publication_date"), timezone)
    return Link(
        url=address,
        title=one_line(entry.get("title")) if published else None,
        published_at=published,
        changed_at=read_stamp(entry.get("lastmod"), timezone),
        via=via,
        via_kind=Via.SITEMAP,
    )
