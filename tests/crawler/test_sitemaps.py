import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links import Via
from crawler.listing import Further
from crawler.sitemaps import parse_sitemap

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
