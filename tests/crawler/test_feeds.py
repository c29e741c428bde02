import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links import Link, Via
from crawler.listings.feeds import parse_feed

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


def one(item: str, start: str = '<?xml version="1.0"?>', spaces: str = "") -> Link:
    """The link of a feed of this one item."""
    listing = parse_feed(f"{start}<rss version='2.0' {spaces}><channel>{item}</channel></rss>".encode(), BASE, VIETNAM)
    assert len(listing.links) == 1, listing.problem
    return listing.links[0]


def test_a_guid_is_the_address_where_it_is_one_and_there_is_no_link() -> None:
    assert one("<item><guid>http://bao.test/1.html</guid></item>").url == "http://bao.test/1.html"
    named = '<item><guid isPermaLink="false">news_6774</guid><title>x</title></item>'
    assert parse_feed(f"<rss><channel>{named}</channel></rss>".encode(), BASE, VIETNAM).links == ()
    both = '<item><guid isPermaLink="false">http://bao.test/?p=1</guid><link>/tin/1.html</link></item>'
    assert one(both).url == "http://bao.test/tin/1.html"


def test_xml_base_and_the_address_behind_a_redirect_of_feedburner() -> None:
    entry = '<entry xml:base="2026/"><link href="1.html"/></entry>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/tin/">{entry}</feed>'
    assert parse_feed(atom.encode(), BASE, VIETNAM).links[0].url == "http://bao.test/tin/2026/1.html"
    burnt = "<item><link>http://feeds.test/~r/1</link><f:origLink>http://bao.test/1.html</f:origLink></item>"
    spaces = 'xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"'
    assert one(burnt, spaces=spaces).url == "http://bao.test/1.html"


@pytest.mark.parametrize(
    "start",
    [
        "\ufeff",
        "\n\n  <?xml version='1.0' encoding='utf-8'?>",
        "<br />\n<b>Warning</b>: mysql_connect() in <b>/www/rss.php</b><br />\n<?xml version='1.0'?>",
        "<!-- bộ nhớ đệm --><?xml version='1.0' encoding='UTF-8'?>",
        "<?xml version='1.0' encoding='iso-8859-1'?>",
        "<?xml version='1.0' encoding='utf-16'?>",
        "<?xml version='1.0' encoding='windows-1258'?>",
        "<?xml version='1.0' encoding='x-khong-co'?>",
        '<?xml-stylesheet href="/rss.xsl"?>',
    ],
)
def test_what_stands_before_a_feed_and_what_encoding_it_declares_do_not_matter(start: str) -> None:
    link = one("<item><title>Lúa\x0b &amp; gạo &ecirc;</title><link>/1.html?a=1&b=2</link></item>", start)
    assert (link.title, link.url) == ("Lúa & gạo ê", "http://bao.test/1.html?a=1&b=2")


def test_one_character_cut_in_half_does_not_spoil_the_others() -> None:
    feed = RSS.encode().replace("phiên".encode(), b"phi\xc3")
    assert parse_feed(feed, BASE, VIETNAM).links[0].title == "Lúa & gạo mới"


def test_a_feed_in_another_encoding_is_read_as_it_declares() -> None:
    for encoding in ("utf-16", "windows-1252"):
        feed = f"<?xml version='1.0' encoding='{encoding}'?><rss><channel><item><title>Chợ ê</title>"
        feed = feed.replace("ợ", "o") if encoding != "utf-16" else feed
        body = f"{feed}<link>/1.html</link></item></channel></rss>".encode(encoding)
        assert (parse_feed(body, BASE, VIETNAM).links[0].title or "")[-1] == "ê"


def test_the_section_is_the_first_category_that_is_a_name() -> None:
    named = "<category></category><category>http://bao.test/kt</category><category><![CDATA[ Kinh tế ]]></category>"
    assert one(f"<item><link>/1</link>{named}<category>Nóng</category></item>").section == "Kinh tế"
    assert one(f"<item><link>/1</link><category>{'dài ' * 40}</category></item>").section is None


def test_dates_that_cannot_be_are_none() -> None:
    dates = ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 31 Dec 2099 00:00:00 GMT", "Sat, 26 Sep 2026 09:20:00 +0700")
    items = "".join(f"<item><link>/{n}</link><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    body = f"<rss><channel>{items}</channel></rss>".encode()
    listing = parse_feed(body, BASE, VIETNAM, datetime(2026, 9, 27, tzinfo=UTC))
    assert [link.published_at for link in listing.links] == [None, None, "2026-09-26T09:20:00+07:00"]


def test_json_feed_where_the_id_is_the_address() -> None:
    items = [{"id": "http://bao.test/1"}, {"id": "2"}, {"external_url": "/3", "tags": [5, "https://x", "Y tế"]}]
    listing = parse_feed(json.dumps({"items": items}).encode(), BASE, VIETNAM)
    assert [(link.url, link.section) for link in listing.links] == [
        ("http://bao.test/1", None),
        ("http://bao.test/3", "Y tế"),
    ]


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
