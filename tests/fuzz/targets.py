"""What is fuzzed: what the network side reads of what strangers write.

Each target says what must hold of any input, and returns a mark of what it did: an input with a mark not seen before is
worth mutating further.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import brotli
from backports import zstd
from scrapy import Request

from crawler import identity
from crawler.catalog import parse_source
from crawler.discover import discover, listed_feeds
from crawler.errors import ConfigError
from crawler.listings.feeds import parse_feed
from crawler.listings.listing import MAX_TITLE, MAX_URL, Listing
from crawler.listings.sections import parse_section
from crawler.listings.sitemaps import parse_sitemap
from crawler.memory import RobotsFile
from crawler.middlewares.robots import TOKEN, RobotsMiddleware
from crawler.records.codings import unpack
from crawler.records.recorded import from_json, to_json
from crawler.source import Source

CORPUS = Path(__file__).with_name("corpus")
BASE = "http://songxanh.test/tin/trang-2.html?muc=1"
VIETNAM = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 9, 26, tzinfo=UTC)
SOURCE = 'name = "Sông Xanh"\nprovince = "bac-ninh-2025"\nhomepage = "http://songxanh.test/"\n'
MOST = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    run: Callable[[bytes], object]
    words: tuple[bytes, ...] = ()


def _listing(found: Listing) -> object:
    for link in found.links:
        _address(link.url)
        for text in (link.title, link.section):
            assert text is None or (text == text.strip() and len(text.encode()) <= 4 * MAX_TITLE)
        assert link.published_at is None or datetime.fromisoformat(link.published_at)
    for more in found.more:
        _address(more.url)
        assert all(f"{name}{value}".encode() is not None for name, value in more.form)
    assert len(found.links) <= MOST and len(found.more) <= MOST
    assert found.links or found.more or found.problem
    return _size(found.links), _size(found.more), (found.problem or "")[:25]


def _size(items: Iterable[object]) -> int:
    return sum(1 for _ in items).bit_length()


def _address(url: str) -> None:
    assert len(url) <= MAX_URL and Request(url).url.startswith(("http://", "https://"))


def feed(data: bytes) -> object:
    return _listing(parse_feed(data, BASE, VIETNAM, NOW))


def sitemap(data: bytes) -> object:
    return _listing(parse_sitemap(data, BASE, VIETNAM, NOW))


def section(data: bytes) -> object:
    for more in listed_feeds(data, BASE):
        _address(more.url)
    found = discover(data, BASE, [data[:99].decode("utf-8", "replace")])
    for url in (*found.feeds, *found.sitemaps):
        _address(url)
    return _listing(parse_section(data, BASE, ("utf-8", None, "klingon")[len(data) % 3]))


def robots(data: bytes) -> object:
    engine = SimpleNamespace(downloader=SimpleNamespace(at_least=lambda url, delay: None))
    middleware = RobotsMiddleware(SimpleNamespace(engine=engine, spider=None))
    rules = middleware._judge(RobotsFile(status=200, fetched_at=NOW, body=data), "http://songxanh.test/robots.txt")
    assert rules.parser is not None
    allowed = tuple(rules.parser.can_fetch(url, TOKEN) for url in (BASE, "http://songxanh.test/" + "a/" * 99))
    return allowed, _size(rules.parser.sitemaps), rules.parser.crawl_delay(TOKEN) is None


@cache
def _sources() -> tuple[Source, ...]:
    made = ("", 'article = "-(?P<id>\\\\d+)\\\\.html$"\n', "ignore_case = true\n", '[[hosts]]\nhost = "cu.test"\n')
    return tuple(parse_source("song-xanh", SOURCE + more, where="x") for more in made)


def address(data: bytes) -> object:
    url = data.decode("utf-8", "surrogateescape")
    marks: list[object] = []
    for source in _sources():
        key, belongs = identity.key(url, source), identity.belongs(url, source)
        once = identity.canonical(url, source)
        assert identity.canonical(once, source) == once, "an address has two canonical forms"
        assert identity.key(once, source) == key, "the canonical form of an address has another key"
        assert len(identity.article_id(source.slug, key)) == 10
        assert belongs or not identity.is_article(url, source)
        marks += [key.partition(":")[0], belongs, identity.is_article(url, source), identity.site_of(url) is None]
    return tuple(marks)


def source(data: bytes) -> object:
    try:
        made = parse_source("song-xanh", data.decode("utf-8", "replace"), where="sources/song-xanh.toml")
    except ConfigError as error:
        assert "\n" not in str(error), "an error of two lines"
        return str(error).partition(":")[2][:25]
    assert from_json(to_json(made)) == made
    identity.key(BASE, made), identity.is_article(BASE, made)
    return tuple(sorted(name for name in Source.__dataclass_fields__ if getattr(made, name)))


def coding(data: bytes) -> object:
    found = [unpack(data, codings, 100_000) for codings in ("gzip", "deflate", "br", "zstd", "br, gzip")]
    assert all(len(body) <= 100_000 for body, _ in found)
    return tuple((len(body).bit_length(), whole) for body, whole in found)


XML = (
    *(b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#xD800;", b"&#0;", b"<item>", b"</item>"),
    *(b"<link>", b"<loc>", b"<lastmod>", b"xmlns='", b"<?xml version='1.0' encoding='utf-16'?>"),
)
HTML = (
    *(b"<a href=", b"<base href='http://['>", b"<base href=", b"rel=next ", b"<form>", b"__doPostBack('", b"<svg>"),
    *(b"<!--", b"<script>", b"</a>", b"<table>", b"<div>", b"page=2", b"/trang-3", b"&nbsp;"),
)
TOML = (
    *(b"[[hosts]]", b"= {", b"= [", b"true", b"1e999", b"nan", b"9999-12-31", b'"""', b"(?P<id>", b"(?i)", b"{99999}"),
    *(b"[0]", b"family = ", b"keep = ", b"key_host = "),
)
TARGETS = {
    "feed": Target(run=feed, words=(*XML, b'"items":', b"[[[[", b"\\ud800", b"1e999")),
    "sitemap": Target(run=sitemap, words=XML),
    "section": Target(run=section, words=HTML),
    "robots": Target(run=robots, words=(b"Disallow: ", b"Crawl-delay: nan", b"*", b"$", b"%", b"Sitemap:", b"\r")),
    "address": Target(
        run=address,
        words=(b"http://", b"//", b"@", b"\\", b"%2F", b":443", b"www.", b"amp", b"[::1]", b"?", b"&", b"/print/"),
    ),
    "source": Target(run=source, words=TOML),
    "coding": Target(run=coding),
}


def seeds(name: str) -> list[bytes]:
    """The files of corpus/ called for the target; packed ones are made."""
    text = b"".join(b"%d " % number for number in range(300))
    if name == "coding":
        return [gzip.compress(text, mtime=0), zlib.compress(text), brotli.compress(text), zstd.compress(text)]
    return [path.read_bytes() for path in sorted(CORPUS.glob(f"{name}-*"))]
