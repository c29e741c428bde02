"""What a homepage, robots.txt and a page of feeds say about where a site lists its articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from crawler.discover import MAX_LISTED, discover, listed_feeds
from crawler.listings.listing import Further
from crawler.source import Source
from crawler.spiders.feed import Feed
from crawler.spiders.strategy import Answer

HOME = "http://bao.test/"
SOURCE = Source(slug="bao", name="Báo", homepage=HOME)
FEED_PAGE = """<html><head><title>RSS</title></head><body><h1>Kênh RSS</h1><ul>
<li>Thời sự <a href="/rss/thoi-su.rss">RSS</a><li>Kinh tế <a href="/rss/kinh-te.rss"><img alt="RSS" src="r.png"></a>
<li>Trang chủ <a href="http://www.bao.test/rss/trang-chu.rss">http://bao.test/rss/trang-chu.rss</a>
<li><a href="http://khac.test/rss/tin.rss">Nơi khác</a><li><a href="/rss">Trang này</a>
<li><a href="/lien-he">Liên hệ</a>
</ul></body></html>""".encode()


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/rss+xml" href="{}">',
        '<link rel="Alternate Home" type="application/atom+xml; charset=utf-8" href="{}">',
        '<a href="{}">RSS</a>',
        '<a href="{}" title="RSS"><i></i></a>',
        '<a href="{}"><img src="rss.gif" alt="Kênh RSS"></a>',
    ],
)
def test_feeds_by_what_is_said_of_them(link: str) -> None:
    assert discover(link.format("/tin-nguon").encode(), HOME, (), "utf-8").feeds == ("http://bao.test/tin-nguon",)


@pytest.mark.parametrize(
    "path",
    ["/home.rss", "/rss/kinh-te", "/feed/", "/rss.xml", "/rss-home.xml", "/tin-rss.aspx",
     "/_layouts/listfeed.aspx?List=7", "/index.php?language=vi&nv=rss", "/?feed=rss2",
     "/?format=feed&type=rss", "/index.rdf", "/rss"],
)  # fmt: skip
def test_feeds_by_their_address(path: str) -> None:
    assert discover(f'<a href="{path}">Theo dõi</a>'.encode(), HOME).feeds == (f"http://bao.test{path}",)


@pytest.mark.parametrize(
    "path",
    ["/cong-nghe/rss-la-gi-123.html", "/sitemap.xml", "/comments/feed/", "/feedback", "/", "#rss", "javascript:rss()"],
)
def test_what_is_no_feed(path: str) -> None:
    assert discover(f'<a href="{path}">Theo dõi</a>'.encode(), HOME).feeds == ()


def test_the_general_feeds_come_first() -> None:
    page = "".join(f'<a href="/rss/{name}.rss">x</a>' for name in ("kinh-te", "the-thao", "tin-moi-nhat"))
    assert discover(page.encode(), HOME).feeds[0] == "http://bao.test/rss/tin-moi-nhat.rss"


def test_a_page_of_feeds_leads_to_the_feeds_of_the_site() -> None:
    expected = (
        Further(url="http://www.bao.test/rss/trang-chu.rss"),
        Further(url="http://bao.test/rss/thoi-su.rss"),
        Further(url="http://bao.test/rss/kinh-te.rss"),
    )
    assert listed_feeds(FEED_PAGE, f"{HOME}rss", "utf-8") == expected
    listing = Feed().parse(Answer(url=f"{HOME}rss", body=FEED_PAGE, encoding="utf-8"), SOURCE)
    assert (listing.more, listing.links, listing.problem) == (expected, (), None)
    many = "".join(f'<a href="/rss/{n}.rss">x</a>' for n in range(500)).encode()
    assert len(listed_feeds(many, f"{HOME}rss")) == MAX_LISTED


def test_a_page_without_feeds_in_a_feeds_place_stays_a_problem() -> None:
    listing = Feed().parse(Answer(url=f"{HOME}rss", body=b'<html><a href="/">404</a>'), SOURCE)
    assert listing.problem == "no entries in the feed" and listing.more == ()


def test_a_feed_is_no_page_of_feeds() -> None:
    item = "<item><link>/1.html</link><description>&lt;a href='/rss/x.rss'&gt;</description></item>"
    feed = f"<rss><channel>{item}</channel></rss>".encode()
    listing = Feed().parse(Answer(url=f"{HOME}rss", body=feed), SOURCE)
    assert listing.more == () and len(listing.links) == 1


def test_sitemap_lines_of_robots_txt_in_any_case_and_relative() -> None:
    robots = "User-agent: *\nSITEMAP: http://bao.test/1.xml\nsitemap : /2.xml\nSitemap:http://bao.test/3.xml.gz # mới"
    found = discover(b"<p>x", HOME, Protego.parse(robots).sitemaps)
    assert found.sitemaps == ("http://bao.test/1.xml", "http://bao.test/2.xml", "http://bao.test/3.xml.gz")


@given(st.binary(max_size=300), st.text(max_size=60))
def test_never_raises_and_finds_only_addresses(junk: bytes, href: str) -> None:
    body = f'<a href="{href}">RSS</a><link rel=alternate type=application/rss+xml href="{href}">'.encode(
        "utf-8", "replace"
    )
    for page in (junk, body, body + junk):
        found = discover(page, HOME, [href])
        listed = [further.url for further in listed_feeds(page, HOME)]
        assert all(url.startswith(("http://", "https://")) for url in (*found.feeds, *found.sitemaps, *listed))
