import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.feeds import parse_feed
from crawler.links import Link, Via

BASE = "http://bao.test/rss/home.rss"
VIETNAM = "Asia/Ho_Chi_Minh"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Báo</title>
<item><title>Lúa &amp;amp; gạo &lt;b&gt;mới&lt;/b&gt;</title><link>/tin/lua-gao-1.html#top</link>
<pubDate>Sat, 26 Sep 2026 09:20:00 +0700</pubDate><category>Kinh tế</category></item>
<item><title>Chợ phiên</title><link>http://bao.test/tin/cho-phien-2.html</link>
<pubDate>9/26/2026 9:20:00 AM</pubDate></item>
<item><title>Không có địa chỉ</title></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo</title>
<entry><title>Mưa lớn</title><link href="http://bao.test/tin/mua-lon-3.html"/>
<published>2026-09-26T08:00:00+09:00</published><updated>2026-09-27T08:00:00+09:00</updated></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://bao.test/"><title>Báo</title></channel>
<item rdf:about="http://bao.test/tin/4.html"><title>Đường mới</title><link>http://bao.test/tin/4.html</link>
<dc:date>2026-09-26T07:00+07:00</dc:date></item></rdf:RDF>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [
        {"url": "/tin/5.html", "title": "Cầu mới", "date_published": "2026-09-26T07:00:00Z", "tags": ["Giao thông"]},
        {"title": "không địa chỉ"},
        "junk",
    ],
}


def test_rss_with_a_relative_address_a_twice_escaped_title_and_a_us_date() -> None:
    listing = parse_feed(RSS.encode(), BASE, VIETNAM)
    assert listing.problem is None
    assert listing.links == (
        Link(
            url="http://bao.test/tin/lua-gao-1.html",
            title="Lúa & gạo mới",
            published_at="2026-09-26T09:20:00+07:00",
            section="Kinh tế",
            via=BASE,
            via_kind=Via.FEED,
        ),
        Link(
            url="http://bao.test/tin/cho-phien-2.html",
            title="Chợ phiên",
            published_at="2026-09-26T09:20:00+07:00",
            via=BASE,
            via_kind=Via.FEED,
        ),
    )


def test_atom_takes_the_day_of_publication_not_of_the_update() -> None:
    (link,) = parse_feed(ATOM.encode(), BASE, VIETNAM).links
    assert (link.url, link.published_at) == ("http://bao.test/tin/mua-lon-3.html", "2026-09-26T08:00:00+09:00")


def test_rss_1_0() -> None:
    (link,) = parse_feed(RDF.encode(), BASE, VIETNAM).links
    assert (link.title, link.published_at) == ("Đường mới", "2026-09-26T07:00:00+07:00")


def test_json_feed() -> None:
    (link,) = parse_feed(b"\xef\xbb\xbf" + json.dumps(JSON).encode(), BASE, VIETNAM).links
    assert link.url == "http://bao.test/tin/5.html"
    assert (link.published_at, link.section) == ("2026-09-26T07:00:00+00:00", "Giao thông")


def test_a_truncated_feed_gives_what_is_readable() -> None:
    listing = parse_feed(RSS[: RSS.index("Không")].encode(), BASE, VIETNAM)
    assert [link.url for link in listing.links][:2] == [
        "http://bao.test/tin/lua-gao-1.html",
        "http://bao.test/tin/cho-phien-2.html",
    ]


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b"{", b'{"items": 5}', b"[]", b"\x00\x01"])
def test_what_is_no_feed_is_a_problem(body: bytes) -> None:
    listing = parse_feed(body, BASE, VIETNAM)
    assert listing.links == () and listing.problem


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    """feedparser opens a string that is the name of a file."""
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS)
    assert parse_feed(str(secret).encode(), BASE, VIETNAM).links == ()


def test_entities_are_not_fetched_or_multiplied() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    item = "<item><title>&b;&x;</title><link>/tin/1.html</link></item>"
    listing = parse_feed(f"{bomb}<rss><channel>{item}</channel></rss>".encode(), BASE, VIETNAM)
    assert "root:" not in repr(listing)


@given(st.binary(max_size=400))
def test_never_raises(body: bytes) -> None:
    parse_feed(body, BASE, VIETNAM)


@given(st.integers(0, len(RSS.encode()) - 1), st.binary(min_size=1, max_size=8))
def test_never_raises_on_a_damaged_feed(at: int, junk: bytes) -> None:
    body = RSS.encode()
    for link in parse_feed(body[:at] + junk + body[at + len(junk) :], BASE, VIETNAM).links:
        assert link.url.startswith(("http://", "https://"))
