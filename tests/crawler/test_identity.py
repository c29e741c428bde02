"""Identity: one key for one article, another for another, and no exception for anything."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler import identity
from crawler.source import Host, Source


def source(**fields: object) -> Source:
    return Source(**({"slug": "x", "name": "X", "homepage": "https://baox.vn/"} | fields))  # type: ignore[arg-type]


BINH_DUONG = source(homepage="http://eng.binhduong.gov.vn/", ignore_case=True)
BAC_NINH_EN = source(
    homepage="https://en.baobacninhtv.vn/",
    edition="en",
    article=re.compile(r"(?:(?:-postid|/)(?P<id>\d{5,})(?:\.bbg|/[^/]+\.html)|\.bbg)$"),
    hosts=(
        Host(host="en.baobacgiang.vn", until=date(2025, 6, 30), same_ids=True),
        Host(host="en.old.vn", until=date(2025, 6, 30)),
        Host(host="second.baobacninhtv.vn"),
    ),
)

SAME = [
    ("http://www.izabacninh.gov.vn/x", "http://izabacninh.gov.vn/x"),
    ("http://izabacninh.gov.vn/x", "https://izabacninh.gov.vn:443/x/"),
    ("http://izabacninh.gov.vn/x", "HTTP://IZABACNINH.gov.vn.:80/x#top"),
    (
        "https://dongnai.gov.vn/en/news/savefile/C/s-6760.html",
        "https://dongnai.gov.vn/en/news/C/s-6760.html",
    ),
    ("https://dongnai.gov.vn/vi/news/print/C/s-6760.html", "https://dongnai.gov.vn/vi/news/C/s-6760.html"),
    ("https://baox.vn/a-post1.html?utm_source=zalo&gidzl=1&zarsrc=30&fbclid=f&_ga=2", "https://baox.vn/a-post1.html"),
    ("https://baox.vn/a?b=2&a=1", "https://baox.vn/a?a=1&b=2"),
    ("https://m.baox.vn/a", "https://baox.vn/a"),
    ("https://amp.baox.vn/a", "https://baox.vn/amp/a/"),
    ("https://newfe.baox.vn/a", "https://beta.baox.vn/mobile/a"),
    ("https://baox.vn/t%e1%bb%a9c", "https://baox.vn/tức"),
    ("https://baox.vn/%61", "https://baox.vn/a"),
    ("https://baox.vn/a;jsessionid=4F2A.node1", "https://baox.vn/a"),
    ("baox.vn/a", "//baox.vn/a"),
    ("https://baox.vn/a?amp=1", "https://baox.vn/a?print=1&gclid=x&mibextid=y"),
    ("https://baox.vn/a?PHPSESSID=4f2a&b=1", "https://baox.vn/a?b=1"),
    ("https://baox.vn/(S(lit3py55t21z5v55vlm25s55))/a.aspx?id=7", "https://baox.vn/a.aspx?id=7"),
    ("https://baox.vn/a/amp", "https://baox.vn/a/print/"),
    ("https://m.amp.baox.vn/a", "https://baox.vn/a"),
    ("https://báox.vn/a", "https://xn--box-ela.vn/a"),
    ("https://baox.vn/tin-%28moi%29%2C-so-1", "https://baox.vn/tin-(moi),-so-1"),
    ("https://mod.gov.vn/p?urile=wcm%3apath%3a/mod/x", "https://mod.gov.vn/p?urile=wcm:path:/mod/x"),
    ("https://baox.vn/a?q=m%E1%BB%9Bi", "https://baox.vn/a?q=mới"),
    (
        "https://bacninh.gov.vn/web/g/-/details/4790216/s?redirect=%2Fl&inheritRedirect=true",
        "https://bacninh.gov.vn/web/g/-/details/4790216/s",
    ),
    (
        "https://x.gov.vn/-/s?_101_INSTANCE_a_redirect=%2Fl&p_p_id=101_INSTANCE_a",
        "https://x.gov.vn/-/s?p_p_id=101_INSTANCE_a",
    ),
]
DIFFERENT = [
    ("https://baox.vn/Thoi-su", "https://baox.vn/thoi-su"),
    ("https://baox.vn/a", "https://en.baox.vn/a"),
    ("https://baox.vn/a", "https://baox.vn:8080/a"),
    ("https://mod.gov.vn/p?urile=wcm:path:/a", "https://mod.gov.vn/p?urile=wcm:path:/b"),
    ("https://x.gov.vn/l.aspx?PageIndex=1&ItemID=2", "https://x.gov.vn/l.aspx?PageIndex=1&ItemID=3"),
    ("https://x.gov.vn/web/g?p_p_id=101_INSTANCE_a", "https://x.gov.vn/web/g?p_p_id=101_INSTANCE_b"),
    ("https://baox.vn/mobile/a", "https://baox.vn/tech/mobile/a"),
    ("https://m.vn/a", "https://vn/a"),
    ("https://bacninh.gov.vn/-/details/4790216/a", "https://bacninh.gov.vn/-/details/4790216/b"),
    ("https://baox.vn/a?redirect=/b", "https://baox.vn/a"),
    ("https://baox.vn/a%2Fb", "https://baox.vn/a/b"),
    ("https://baox.vn/a%3Fb=1", "https://baox.vn/a?b=1"),
    ("https://baox.vn/a?b=1%26c=2", "https://baox.vn/a?b=1&c=2"),
    ("https://baox.vn/a?b=1%2B2", "https://baox.vn/a?b=1+2"),
    ("https://baox.vn/a?printer=1", "https://baox.vn/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_spelling(one: str, other: str) -> None:
    assert identity.canonical(one) == identity.canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert identity.canonical(one) != identity.canonical(other)


def test_a_canonical_address_can_be_read() -> None:
    url = "https://www.mod.gov.vn:443/wps/portal?urile=wcm%3apath%3a/mod&utm_campaign=x#a"
    assert identity.canonical(url) == "http://mod.gov.vn/wps/portal?urile=wcm:path:/mod"


def test_letter_case_is_ignored_where_the_server_ignores_it() -> None:
    one = "http://eng.binhduong.gov.vn:443/lists/tintucsukien/tongquat.aspx?pageindex=351"
    other = "http://eng.binhduong.gov.vn/Lists/TinTucSuKien/TongQuat.aspx?PageIndex=351"
    assert identity.canonical(one, BINH_DUONG) == identity.canonical(other, BINH_DUONG)
    assert identity.canonical(one) != identity.canonical(other)


def test_hosts_of_one_source_are_one() -> None:
    keys = {
        identity.key(f"http://{host}/s.bbg", BAC_NINH_EN) for host in ("en.baobacgiang.vn", "www.en.baobacninhtv.vn")
    }
    assert keys == {"url:http://en.baobacninhtv.vn/s.bbg"}


def test_native_ids_and_their_spaces() -> None:
    def key(url: str) -> str:
        return identity.key(url, BAC_NINH_EN)

    home = "id:en:en.baobacninhtv.vn:410632"
    assert key("https://en.baobacninhtv.vn/a-postid410632.bbg?utm_source=x") == home
    assert key("http://en.baobacgiang.vn/bg/politics/410632/b.html") == home
    assert key("https://second.baobacninhtv.vn/c-postid410632.bbg") == home
    assert key("http://en.old.vn/a-postid410632.bbg") == "id:en:en.old.vn:410632"


@pytest.mark.parametrize("word", ["ky-hop-thu-5", "bai-12", "ke-hoach-nam-2025", "tet-1999"])
def test_the_last_number_of_a_slug_is_no_id(word: str) -> None:
    """Of a site that has had addresses without an id, all articles of the year would be one."""
    site = source(article=re.compile(r"-(?P<id>\d+)\.html$"))
    assert identity.key(f"https://baox.vn/{word}.html", site) == f"url:http://baox.vn/{word}.html"
    assert identity.key(f"https://baox.vn/{word}-7140.html", site) == "id::baox.vn:7140"
    explicit = source(article=re.compile(r"-a(?P<id>\d+)\.html$"))
    assert identity.key("https://baox.vn/tin-a5.html", explicit) == "id::baox.vn:5"


def test_ids_outlive_a_move_of_the_homepage() -> None:
    article = re.compile(r"-post(?P<id>\d+)\.html$")
    before = source(article=article)
    moved = source(
        homepage="https://newx.vn/",
        article=article,
        key_host="baox.vn",
        hosts=(Host(host="baox.vn", until=date(2026, 1, 1), same_ids=True),),
    )
    for path in ("a-post1.html", "about"):
        assert identity.key(f"https://baox.vn/{path}", before) == identity.key(f"https://newx.vn/{path}", moved)


def test_article_ids_are_the_same_for_ever() -> None:
    assert identity.article_id("baox", "id::baox.vn:1") == "pgqqf9mj42"
    assert identity.article_id("bao", "xid::baox.vn:1") != identity.article_id("baox", "id::baox.vn:1")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://baox.vn/a", True),
        ("http://m.baox.vn:443/a", True),
        ("https://baox.vn.evil.com/a", False),
        ("https://evilbaox.vn/a", False),
        ("https://baox.vn@evil.com/a", False),
        ("https://evil.com\\@baox.vn/a", False),
        ("https://baox.vn:8080/a", False),
        ("ftp://baox.vn/a", False),
        ("javascript:alert('//baox.vn/a')", False),
        ("/a", False),
    ],
)
def test_only_its_own_hosts_belong(url: str, expected: bool) -> None:
    assert identity.belongs(url, source()) is expected


def test_a_port_that_the_homepage_names_belongs() -> None:
    assert identity.belongs("http://127.0.0.1:8123/a", source(homepage="http://127.0.0.1:8123/"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hanoimoi.vn/tin-moi-1234567.html", True),
        ("https://hanoimoi.vn/tin-moi-1234567.html?utm_source=rss#comments", True),
        ("https://hanoimoi.vn/dai-hoi-event1234567.html", False),
        ("https://hanoimoi.vn/thoi-su", False),
        ("https://other.vn/tin-moi-1234567.html", False),
    ],
)
def test_articles_by_pattern(url: str, expected: bool) -> None:
    hanoimoi = source(
        homepage="https://hanoimoi.vn/",
        article=re.compile(r"-(?P<id>\d+)\.html$"),
        exclude=re.compile(r"-event\d+\.html$"),
    )
    assert identity.is_article(url, hanoimoi) is expected


@pytest.mark.parametrize("url", ["https://baox.vn/c/202303/slug-1a2b3c4", "https://baox.vn/c/202303/slug-1a2b3c4/"])
def test_a_pattern_may_ask_for_the_trailing_slash(url: str) -> None:
    article = re.compile(r"/(?P<id>\d{6}/[^/]+-[0-9a-f]{7})/$")
    assert identity.key(url, source(article=article)) == "id::baox.vn:202303/slug-1a2b3c4"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://baox.vn/anything", True),
        ("https://baox.vn/", False),
        ("https://baox.vn/photo.JPG", False),
        ("https://baox.vn/thoi-su/", False),
        ("https://baox.vn/rss/home", False),
    ],
)
def test_without_a_pattern_whatever_is_no_listing(url: str, expected: bool) -> None:
    plain = source(sections=("https://www.baox.vn/thoi-su",), feeds=("https://baox.vn/rss/home",))
    assert identity.is_article(url, plain) is expected


JUNK = st.text() | st.text(alphabet="htps:/.@?&=#%;amw0 4\\[]Aá\u2100\udc80\n", max_size=40)


@given(JUNK)
@example("http://[")
@example("http://a:99999999/")
@example("a://b://c")
@example("http://℀.vn/")
@example("%4%31")
@example(";jsess;jsessionid=xionid=")
def test_canonical_is_idempotent_and_never_raises(text: str) -> None:
    for about in (None, BINH_DUONG, BAC_NINH_EN):
        once = identity.canonical(text, about)
        assert identity.canonical(once, about) == once


@given(JUNK)
def test_junk_is_nobodys_and_raises_nothing(text: str) -> None:
    assert identity.key(text, BAC_NINH_EN)
    assert identity.is_article(text, BAC_NINH_EN) in (True, False)
    assert len(identity.article_id("x", identity.key(text, BINH_DUONG))) == 10


HOSTS = st.sampled_from(["en.baobacninhtv.vn", "www.en.baobacninhtv.vn", "en.baobacgiang.vn", "second.baobacninhtv.vn"])


@given(HOSTS, HOSTS, *[st.integers(10_000, 10**15)] * 2, st.sampled_from(["", "?utm_source=x", "#a", "?a=1"]))
def test_keys_are_equal_exactly_when_native_ids_are(host: str, other: str, one: int, two: int, tail: str) -> None:
    first = identity.key(f"https://{host}/slug-postid{one}.bbg", BAC_NINH_EN)
    second = identity.key(f"http://{other}/bg/politics/{two}/slug.html", BAC_NINH_EN)
    assert (first == second) is (one == two)
    if tail != "?a=1":
        assert identity.key(f"https://{other}/new-slug-postid{one}.bbg{tail}", BAC_NINH_EN) == first
