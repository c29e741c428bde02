import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links import Via
from crawler.listings import sitemaps
from crawler.listings.listing import Further
from crawler.listings.sitemaps import parse_sitemap

BASE = "http://bao.test/sitemap.xml"
VIETNAM = "Asia/Ho_Chi_Minh"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> http://bao.test/tin/cu-1.html </loc>
<news:news><news:publication><news:name>Báo</news:name></news:publication>
<news:publication_date>2026-09-25T09:20:00+07:00</news:publication_date>
<news:title>Tin cũ</news:title></news:news></url>
<url><loc>http://bao.test/tin/moi-2.html</loc><lastmod>2026-10-01</lastmod>
<image:image><image:loc>http://img.test/a.jpg</image:loc>
<image:title>Ảnh</image:title></image:image><news:news><news:publication_date>2026-09-26T02:20:00Z</news:publication_date>
<news:title>Tin mới</news:title></news:news></url>
</urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>http://bao.test/s-2026-08.xml</loc><lastmod>2026-08-31</lastmod></sitemap>
<sitemap><loc>http://bao.test/s-2026-09.xml.gz</loc><lastmod>2026-09-26T10:00:00+07:00</lastmod></sitemap>
<sitemap><loc>/s-old.xml</loc></sitemap></sitemapindex>"""

PLAIN = """<urlset><url><loc>http://bao.test/1.html</loc><lastmod>2024-01-01</lastmod></url>
<url><loc>http://bao.test/2.html</loc><lastmod>2026-01-01</lastmod></url></urlset>"""


def test_a_news_sitemap_newest_first_with_its_offsets() -> None:
    listing = parse_sitemap(NEWS.encode(), BASE, VIETNAM)
    assert [(link.url, link.title, link.published_at) for link in listing.links] == [
        ("http://bao.test/tin/moi-2.html", "Tin mới", "2026-09-26T02:20:00+00:00"),
        ("http://bao.test/tin/cu-1.html", "Tin cũ", "2026-09-25T09:20:00+07:00"),
    ]
    assert {link.via_kind for link in listing.links} == {Via.SITEMAP} and listing.problem is None


def test_lastmod_orders_but_is_no_date_of_publication() -> None:
    links = parse_sitemap(PLAIN.encode(), BASE, VIETNAM).links
    assert [link.url for link in links] == ["http://bao.test/2.html", "http://bao.test/1.html"]
    assert {link.published_at for link in links} == {None}


def test_an_index_newest_first() -> None:
    listing = parse_sitemap(INDEX.encode(), BASE, VIETNAM)
    assert listing.more == (
        Further(url="http://bao.test/s-2026-09.xml.gz", stated="2026-09-26T10:00:00+07:00"),
        Further(url="http://bao.test/s-2026-08.xml", stated="2026-08-31"),
        Further(url="http://bao.test/s-old.xml"),
    )
    assert listing.links == () and listing.problem is None


def test_gzip() -> None:
    assert len(parse_sitemap(gzip.compress(NEWS.encode()), BASE, VIETNAM).links) == 2


def test_plain_text() -> None:
    listing = parse_sitemap(b"http://bao.test/1.html\r\nftp://bao.test/2\nhttp://bao.test/3.html\n", BASE, VIETNAM)
    assert [link.url for link in listing.links] == ["http://bao.test/1.html", "http://bao.test/3.html"]


@pytest.mark.parametrize(
    "start", ["\ufeff", "\n \n", "<!-- x -->\n<?xml version='1.0' encoding='iso-8859-1'?>", "Cảnh báo: <br>"]
)
def test_what_stands_before_a_sitemap_does_not_matter(start: str) -> None:
    body = f"{start}{PLAIN}".replace("1.html", "lúa.html").encode()
    assert [link.url for link in parse_sitemap(body, BASE, VIETNAM).links][1] == "http://bao.test/lúa.html"


def test_namespaces_may_be_wrong_or_missing_and_letters_of_any_case() -> None:
    entry = """<url><image:image><image:loc>http://img.test/a.jpg</image:loc><image:title>Ảnh</image:title></image:image>
    <loc><![CDATA[http://bao.test/1.html?a=1&b=2]]></loc><news:news><news:title>Lúa</news:title>
    <news:publication_date>2026-09-26</news:publication_date></news:news></url>"""
    for body in (f"<urlset>{entry}</urlset>", f"<x:urlset xmlns:x='http://sai.test/'>{entry}</x:urlset>"):
        (link,) = parse_sitemap(body.encode(), BASE, VIETNAM).links
        assert (link.url, link.title, link.published_at) == ("http://bao.test/1.html?a=1&b=2", "Lúa", "2026-09-26")
    shouted = b"<URLSET><URL><LOC>http://bao.test/1.html</LOC></URL></URLSET>"
    assert len(parse_sitemap(shouted, BASE, VIETNAM).links) == 1


def test_alternates_and_videos_are_no_addresses_of_their_own() -> None:
    body = """<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:v="http://www.google.com/schemas/sitemap-video/1.1">
    <url><xhtml:link rel="alternate" hreflang="en" href="http://bao.test/en/1.html"/>
    <v:video><v:title>Phim</v:title><v:publication_date>2026-01-01</v:publication_date></v:video>
    <loc>http://bao.test/1.html</loc></url></urlset>"""
    (link,) = parse_sitemap(body.encode(), BASE, VIETNAM).links
    assert (link.url, link.title, link.published_at) == ("http://bao.test/1.html", None, None)


def test_dates_that_cannot_be_neither_order_nor_date() -> None:
    now = datetime(2026, 10, 2, tzinfo=UTC)
    body = NEWS.replace("2026-09-26T02:20:00Z", "2099-01-01T00:00:00Z").replace("2026-10-01", "1970-01-01")
    old, wrong = parse_sitemap(body.encode(), BASE, VIETNAM, now).links
    assert (old.title, wrong.published_at, wrong.changed_at) == ("Tin cũ", None, None)


def test_a_feed_where_a_sitemap_was_announced() -> None:
    feed = b"<?xml version='1.0'?><rss version='2.0'><channel><item><link>/1.html</link></item></channel></rss>"
    (link,) = parse_sitemap(feed, BASE, VIETNAM).links
    assert (link.url, link.via_kind) == ("http://bao.test/1.html", Via.FEED)


def test_gzip_of_several_members() -> None:
    whole = NEWS.encode()
    packed = gzip.compress(whole[:300]) + gzip.compress(whole[300:600]) + gzip.compress(whole[600:])
    assert len(parse_sitemap(packed, BASE, VIETNAM).links) == 2
    assert len(parse_sitemap(packed + b"\x1f\x8bjunk", BASE, VIETNAM).links) == 2


def test_bombs_are_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(sitemaps, "MAX_ELEMENTS", 20_000)
    packed = gzip.compress(b"<urlset><url><loc>http://bao.test/1.html</loc></url>" + b" " * 30_000_000)
    assert len(sitemaps._unpacked(packed)) == 1_000_000
    assert len(parse_sitemap(packed, BASE, VIETNAM).links) == 1
    elements = b"<urlset><url><loc>http://bao.test/1.html</loc></url>" + b"<x/>" * 30_000
    listing = parse_sitemap(elements, BASE, VIETNAM)
    assert len(listing.links) == 1 and "too many elements" in (listing.problem or "")
    deep = b"<urlset><url><loc>http://bao.test/1.html</loc></url>" + b"<x>" * 20_000
    assert len(parse_sitemap(deep, BASE, VIETNAM).links) == 1


def test_of_too_many_addresses_the_newest_are_taken_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_URLS", 3)
    entries = "".join(f"<url><loc>/{day}.html</loc><lastmod>2026-09-{day:02}</lastmod></url>" for day in range(1, 11))
    listing = parse_sitemap(f"<urlset>{entries}</urlset>".encode(), BASE, VIETNAM)
    assert [link.url[-7:] for link in listing.links] == ["10.html", "/9.html", "/8.html"]
    assert listing.problem == "10 addresses in one sitemap or more: only the newest 3 are taken"


def test_a_truncated_sitemap_gives_what_is_readable() -> None:
    listing = parse_sitemap(NEWS[: NEWS.rindex("<url>") + 60].encode(), BASE, VIETNAM)
    assert "http://bao.test/tin/cu-1.html" in [link.url for link in listing.links]


def test_half_a_gzip_gives_what_is_readable() -> None:
    packed = gzip.compress(NEWS.encode())
    assert parse_sitemap(packed[: len(packed) * 3 // 4], BASE, VIETNAM).problem is None


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"\x1f\x8bjunk", b"<urlset/>", b"<"])
def test_what_is_no_sitemap_is_a_problem(body: bytes) -> None:
    listing = parse_sitemap(body, BASE, VIETNAM)
    assert listing.links == () and listing.problem


def test_entities_are_neither_read_from_files_nor_multiplied() -> None:
    doctype = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY a "/tin/1.html">]>'
    body = f"{doctype}<urlset><url><loc>http://bao.test/&x;&a;</loc></url></urlset>"
    for link in parse_sitemap(body.encode(), BASE, VIETNAM).links:
        assert link.url == "http://bao.test/"


@given(st.binary(max_size=400))
def test_never_raises(body: bytes) -> None:
    parse_sitemap(body, BASE, VIETNAM)
    parse_sitemap(b"\x1f\x8b" + body, BASE, VIETNAM)
    parse_sitemap(b"<urlset><url><loc>" + body, BASE, VIETNAM)


@given(st.integers(0, len(NEWS.encode()) - 1), st.binary(min_size=1, max_size=8))
def test_never_raises_on_a_damaged_sitemap(at: int, junk: bytes) -> None:
    body = NEWS.encode()
    for link in parse_sitemap(body[:at] + junk + body[at + len(junk) :], BASE, VIETNAM).links:
        assert link.url.startswith(("http://", "https://"))
