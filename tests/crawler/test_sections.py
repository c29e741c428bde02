import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import discover
from crawler.links import Link, Via
from crawler.listings import listing
from crawler.listings.listing import WHOLE, Further, absolute
from crawler.listings.sections import parse_section

BASE = "http://bao.test/kinh-te/"

PAGE = """<html><head><base href="/kinh-te/"><title>Kinh tế</title>
<link rel="next" href="?trang=2">
<link rel="alternate" type="application/rss+xml" href="/rss/kinh-te.rss">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="//bao.test/atom.xml">
<link rel="alternate" hreflang="en" href="http://en.bao.test/"></head><body>
<a href="lua-1.html"><img alt="x"></a> <a href="lua-1.html">Lúa được
 mùa</a> <a href="lua-1.html#binh-luan">3</a>
<a href="https://khac.test/a">Nơi khác</a> <a href="javascript:void(0)">Gửi</a> <a href="mailto:x@y.z">Thư</a>
<a href="http://[hỏng">hỏng</a> <a>không</a></body></html>"""


def test_every_address_once_with_its_longest_text() -> None:
    found = parse_section(PAGE.encode(), BASE, "utf-8")
    assert found.links == (
        Link(url="http://bao.test/kinh-te/lua-1.html", title="Lúa được mùa", via=BASE, via_kind=Via.SECTION),
        Link(url="https://khac.test/a", title="Nơi khác", via=BASE, via_kind=Via.SECTION),
    )
    assert found.more == (Further(url="http://bao.test/kinh-te/?trang=2"),)


def test_an_unknown_encoding_is_no_obstacle() -> None:
    assert len(parse_section(PAGE.encode(), BASE, "x-viscii-unknown").links) == 2


def test_no_page_is_a_problem() -> None:
    assert parse_section(b"", BASE).problem == "no readable page"
    assert parse_section(b"<p>Ch\xe1 m", BASE).problem == "no links on the page"


def test_discovery_finds_feeds_on_the_page_and_sitemaps_in_robots_txt() -> None:
    found = discover(PAGE.encode(), "http://bao.test/", ["http://bao.test/sitemap.xml", "/s2.xml", "nonsense:"])
    assert found.feeds == ("http://bao.test/rss/kinh-te.rss", "http://bao.test/atom.xml")
    assert found.sitemaps == ("http://bao.test/sitemap.xml", "http://bao.test/s2.xml")


@given(st.binary(max_size=400))
def test_never_raises(body: bytes) -> None:
    parse_section(body, BASE)
    parse_section(b"<a href='" + body, BASE, "utf-8")
    discover(b"<link rel=alternate type=application/rss+xml href='" + body, BASE, [repr(body)])


@given(st.from_regex(WHOLE, fullmatch=True))
def test_an_address_that_is_taken_as_it_is_would_not_have_changed(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "WHOLE", re.compile("(?!)"))
        assert absolute("http://khac.test/x?y#z", url) == (url if len(url) <= listing.MAX_URL else None)


@given(st.text(max_size=60))
def test_only_web_addresses_come_out(href: str) -> None:
    page = f'<a href="{href}">x</a>'.encode("utf-8", "replace")
    for link in parse_section(page, BASE, "utf-8").links:
        assert link.url.startswith(("http://", "https://"))
