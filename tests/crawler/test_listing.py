"""Addresses and lines as listings have them, fit to be asked for and kept."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request

from crawler.listings.feeds import parse_feed
from crawler.listings.listing import MAX_TITLE, MAX_URL, absolute, one_line

BASE = "http://bao.test/rss/"
ANY = st.text(st.characters(), max_size=60)


@given(st.one_of(ANY, ANY.map(lambda text: f"http://{text}"), ANY.map(lambda text: f"http://bao.test{text}")))
@example("/tin-\udc00.html")
@example("http://[")
@example("http://\ud800/")
@example("http://xn--/")
@example("http://bao.test:99999/")
def test_an_address_can_be_asked_for_or_is_none(href: str) -> None:
    url = absolute(BASE, href)
    assert url is None or (len(url) <= MAX_URL and Request(url).url.startswith(("http://", "https://")))


@given(st.text(st.characters()))
@example("\ud800")
@example("a\0b")
@example("x" * (MAX_TITLE - 1) + " yz")
def test_a_line_is_one_and_fit_for_utf8(text: str) -> None:
    line = one_line(text)
    assert line is None or (line.encode() and len(line) <= MAX_TITLE and line == line.strip() and "\0" not in line)


def test_half_a_character_in_a_json_feed_costs_its_own_entry_alone() -> None:
    items = [{"url": "/tin-1\udc00.html"}, {"url": "/tin-2.html", "title": "\ud800 lẻ \udfff"}]
    (link,) = parse_feed(json.dumps({"items": items}).encode(), BASE, "Asia/Ho_Chi_Minh").links
    assert (link.url, link.title) == ("http://bao.test/tin-2.html", "? lẻ ?")


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "ftp://bao.test/", "mailto:a@b.vn"])
def test_other_schemes_are_no_addresses(href: str) -> None:
    assert absolute(BASE, href) is None
