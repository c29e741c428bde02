"""From page n of a listing to page n + 1, whatever the system writes its pagers like."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.listings.listing import Further
from crawler.listings.pagers import find_pager, pager
from crawler.listings.sections import base_of, parse_html, parse_section

HOME = "http://bao.test"


def after(url: str, page: str) -> Further | None:
    tree = parse_html(f"<html><body>{page}</body></html>".encode(), "utf-8")
    assert tree is not None
    return pager(tree, base_of(tree, urljoin(HOME, url)), urljoin(HOME, url))


def next_path(url: str, page: str) -> str | None:
    found = after(url, page)
    return found.url.removeprefix(HOME) if found else None


def numbers(pattern: str, *pages: int, own: int | None = None, box: str = "pagination") -> str:
    items = [f'<li><a href="{pattern.format(n)}">{n}</a></li>' for n in pages]
    items += [f'<li class="active"><span>{own}</span></li>'] if own else []
    return f'<ul class="{box}">{"".join(items)}</ul>'


@pytest.mark.parametrize(
    ("first", "pattern"),
    [
        ("/kinh-te", "/kinh-te?page={}"),
        ("/kinh-te.html", "?trang={}"),
        ("/kinh-te", "/kinh-te/trang-{}.html"),
        ("/kinh-te.html", "/kinh-te/trang-{}.html"),
        ("/kinh-te/", "/kinh-te/page/{}/"),
        ("/", "/page/{}"),
        ("/kinh-te-c12.html", "/kinh-te-c12-p{}.html"),
        ("/kinh-te", "/kinh-te/{}.html"),
        ("/kinh-te.html", "/kinh-te.html/{}"),
        ("/kinh-te", "/kinh-te/{}/"),
        ("/kinh-te.html", "/kinh-te-{}.html"),
        ("/vi/news/kinh-te/", "/vi/news/kinh-te/page-{}/"),
        ("/Lists/TinTuc/TongQuat.aspx", "/lists/tintuc/tongquat.aspx?PageIndex={}"),
        ("/index.php?cat=5", "/index.php?cat=5&p={}"),
        ("/web/tinh/tin-tuc", "?p_p_id=101_INSTANCE_aB&_101_INSTANCE_aB_delta=20&_101_INSTANCE_aB_cur={}"),
        ("/tabid/83/Default.aspx", "/tabid/83/currentpage/{}/Default.aspx"),
        ("/tim?q=lua", "/tim?q=lua&nhom={}"),
        ("/kinh-te?utm_source=zalo", "/kinh-te?page={}"),
    ],
)
def test_numbered_links(first: str, pattern: str) -> None:
    def of(page: int) -> str:
        return urljoin(HOME + first, pattern.format(page)).removeprefix(HOME)

    assert next_path(first, numbers(pattern, 2, 3, 4, own=1)) == of(2)
    assert next_path(of(7), numbers(pattern, 5, 6, 7, 8, 9)) == of(8)
    assert next_path(of(7), numbers(pattern, 1, 2, 8, 9, own=7)) == of(8)
    assert next_path(of(9), numbers(pattern, 1, 7, 8, own=9)) is None


@pytest.mark.parametrize(
    "label",
    ["Trang sau", "Sau »", "Tiếp", "»", "›", "&gt;", "Next", "Older posts", "Xem thêm", "TRANG TIẾP THEO", "Cũ hơn →"],
)
def test_links_that_say_next(label: str) -> None:
    back = '<a href="/kt?page=1">Trang trước</a> <a href="/kt?page=2">«</a>'
    assert next_path("/kt?page=3", f'{back}<a href="/kt?page=4">{label}</a>') == "/kt?page=4"
    assert next_path("/kt", f'<a href="/kt/trang-2.html"><b>{label}</b></a>') == "/kt/trang-2.html"


@pytest.mark.parametrize(
    "link",
    [
        '<a class="next" href="/kt?page=2"><i class="fa"></i></a>',
        '<a title="Trang sau" href="/kt?page=2"><img src="r.png"></a>',
        '<a aria-label="Next" href="/kt?page=2"><span>&rsaquo;</span></a>',
        '<a rel="next" href="/kt?page=2">2 </a>',
        '<link rel="prev next" href="/kt?page=2">',
    ],
)
def test_icons_that_mean_next(link: str) -> None:
    assert next_path("/kt", link) == "/kt?page=2"


def test_a_last_page_link_tells_how_pages_are_addressed_but_is_not_the_next() -> None:
    assert next_path("/kt", '<a href="/kt?page=1">«</a><a href="/kt?page=408">»</a>') == "/kt?page=2"
    assert next_path("/kt?page=7", numbers("/kt?page={}", 1, 408)) == "/kt?page=8"
    assert next_path("/kt/trang-10.html", numbers("/kt/trang-{}.html", 8, 9) + "<a href='/kt/trang-20.html'>…</a>") == (
        "/kt/trang-11.html"
    )


def test_pages_counted_from_nought_or_by_articles() -> None:
    drupal = '<a href="/kt?page=1">2</a><a href="/kt?page=2">3</a>'
    assert next_path("/kt", drupal) == "/kt?page=1"
    assert next_path("/kt?page=1", '<a href="/kt?page=0">1</a><a href="/kt?page=2">3</a>') == "/kt?page=2"
    joomla = '<a href="/kt?start=10">2</a><a href="/kt?start=20">3</a><a href="/kt?start=30">4</a>'
    assert next_path("/kt", joomla) == "/kt?start=10"
    assert next_path("/kt?start=20", joomla) == "/kt?start=30"
    assert next_path("/kt?offset=30", '<a href="/kt?offset=45">Trang sau</a>') == "/kt?offset=45"


def test_a_page_that_has_its_number_only_on_itself() -> None:
    assert next_path("/kt", numbers("/kt?page={}", 1, 2, 4, 5, own=3)) == "/kt?page=4"
    assert next_path("/kt", numbers("/kt?page={}", 1, 2, 3, own=4)) is None
    assert next_path("/kt", f"<div>{numbers('/kt?page={}', 2, 3)}<b>120</b> bài</div>") == "/kt?page=2"


CALENDAR = "".join(f'<td><a href="/2026/09/{n}/">{n}</a></td>' for n in range(1, 31))


@pytest.mark.parametrize(
    "junk",
    [
        f"<table>{CALENDAR}</table>",
        "".join(f'<a href="/kt?ngay={n}">{n}</a>' for n in range(1, 31)),
        "".join(f'<a href="/nam/{n}">{n}</a>' for n in range(2019, 2027)),
        '<div class="comments"><a href="/kt?page=2">2</a><a href="/kt?page=2">Xem thêm</a></div>',
        '<a href="/kt?comment_page=2">2</a><a href="/kt?comment_page=3">3</a>',
        '<a href="/the-thao?page=2">2</a><a href="/the-thao/trang-2.html">Xem thêm</a>',
        '<a href="http://khac.test/kt?page=2">Trang sau</a><a rel="next" href="http://khac.test/kt?page=2">2</a>',
        '<a href="#trang-2">2</a><a href="javascript:next()">Trang sau</a><a href="/kt">Trang sau</a>',
        '<a href="/kt/bai-2.html">2</a><a href="/kt/bai-3.html">Xem thêm</a>',
        '<a href="/bai-viet-hay-123456.html">Xem thêm</a><a href="/video">Tiếp</a>',
        '<a href="/kt?p=x2">2</a><a>3</a><a href="">4</a>',
    ],
)
def test_what_only_looks_like_a_pager(junk: str) -> None:
    assert after("/kt", junk) is None
    assert next_path("/kt", junk + numbers("/kt?trang={}", 2, 3)) == "/kt?trang=2"


def test_on_the_page_of_a_day_the_next_day_is_no_next_page() -> None:
    assert after("/2026/09/14/", CALENDAR) is None
    assert next_path("/2026/09/14/", CALENDAR + numbers("/2026/09/14/?page={}", 2)) == "/2026/09/14/?page=2"


def test_the_listings_own_pager_comes_before_those_of_widgets() -> None:
    widget = '<div class="sidebar"><a href="/kt?hot_page=2">2</a><a href="/kt?hot_page=3">3</a></div>'
    assert next_path("/kt", widget + numbers("/kt?page={}", 2, 3)) == "/kt?page=2"
    assert next_path("/kt?page=3", widget + numbers("/kt?page={}", 1, 2, own=3)) is None


def test_a_next_page_without_a_number_is_followed_if_its_words_leave_no_doubt() -> None:
    assert next_path("/kt", '<a href="/kt?truoc=bai-99">Bài cũ hơn</a>') == "/kt?truoc=bai-99"
    assert after("/kt", '<a href="/kt?sap-xep=xem-nhieu">Xem thêm</a>') is None


def test_rel_next_that_leads_back_is_not_believed() -> None:
    assert after("/kt?page=5", '<link rel="next" href="/kt?page=4">') is None
    assert next_path("/kt?page=5", '<link rel="next" href="/kt?page=6">') == "/kt?page=6"


def test_rel_next_to_an_article_neither_hides_it_nor_the_pager() -> None:
    article = '<a rel="next" href="/tin/lua-12345.html">Lúa được mùa</a>'
    page = f'{article}<a href="/kt?page=2">2</a>'.encode()
    listing = parse_section(page, f"{HOME}/kt", "utf-8")
    assert [link.url for link in listing.links] == [f"{HOME}/tin/lua-12345.html"]
    assert listing.more == (Further(url=f"{HOME}/kt?page=2"),)


# --- ASP.NET

STATE = """<input type="hidden" name="__VIEWSTATE" value="a&#225;/+="><input type="hidden" name="__VIEWSTATEGENERATOR"
value="CA0B0334"><input type="hidden" name="__EVENTVALIDATION" value="b=="><input type="hidden" name="__EVENTTARGET">
<input type="text" name="ctl00$q" value=""><input type="submit" name="ctl00$tim" value="Tìm">"""


def form(pager: str) -> str:
    return f'<form method="post" action="./tin.aspx?cat=5">{STATE}{pager}</form>'


def calls(target: str, *pages: int, own: int) -> str:
    links = {n: f"<a href=\"javascript:__doPostBack('{target.format(n)}','Page${n}')\">{n}</a>" for n in pages}
    return "<td>".join(links.get(n, f"<span>{n}</span>") for n in sorted({*pages, own}))


def test_a_postback_posts_the_form_with_what_was_clicked() -> None:
    found = after("/vi/tin.aspx?cat=5", form(calls("ctl00$grid", 1, 3, 4, own=2)))
    assert found is not None and found.url == f"{HOME}/vi/tin.aspx?cat=5"
    assert dict(found.form) == {
        "__VIEWSTATE": "aá/+=",
        "__VIEWSTATEGENERATOR": "CA0B0334",
        "__EVENTVALIDATION": "b==",
        "__EVENTTARGET": "ctl00$grid",
        "__EVENTARGUMENT": "Page$3",
        "ctl00$q": "",
    }
    first = after("/vi/tin.aspx?cat=5", form(calls("ctl00$grid", 2, 3, own=1)))
    assert first is not None and first.url == found.url and first != found


@pytest.mark.parametrize(
    ("pager", "target", "argument"),
    [
        (calls("ctl00$grid", 1, 2, own=3), None, None),
        (calls("ctl00$grid", 8, 9, own=10) + "<a href=\"javascript:__doPostBack('ctl00$grid','Page$11')\">...</a>",
         "ctl00$grid", "Page$11"),
        ("<div class=pager><a href=\"javascript:__doPostBack('p$ctl00$ctl01','')\">1</a> <span>2</span>"
         "<a href=\"javascript:__doPostBack('p$ctl00$ctl03','')\">3</a></div>", "p$ctl00$ctl03", ""),
        ("<a href=\"#\" onclick=\"__doPostBack(&#39;AspNetPager1&#39;,&#39;2&#39;)\">2</a>", "AspNetPager1", "2"),
        ("<a href=\"javascript:__doPostBack('g','Page$Next')\">&gt;</a>"
         "<a href=\"javascript:__doPostBack('g','Page$Last')\">&gt;&gt;</a>", "g", "Page$Next"),
        ("".join(f"<a href=\"javascript:__doPostBack('c','{9700 + n}')\">{n}</a>" for n in range(1, 31)), None, None),
        ("<a href=\"javascript:__doPostBack('lich','V9731')\">&gt;</a>", None, None),
        ("<a href=\"javascript:__doPostBack('xoa','')\">Xóa</a>", None, None),
    ],
)  # fmt: skip
def test_pagers_of_asp_net(pager: str, target: str | None, argument: str | None) -> None:
    found = after("/vi/tin.aspx?cat=5", form(pager))
    sent = dict(found.form) if found else {}
    assert (sent.get("__EVENTTARGET"), sent.get("__EVENTARGUMENT")) == (target, argument)


def test_a_form_that_goes_elsewhere_or_is_none_of_asp_net_is_not_posted() -> None:
    pages = calls("g", 2, 3, own=1)
    assert after("/tin.aspx", f'<form action="http://khac.test/">{STATE}{pages}</form>') is None
    assert after("/tin.aspx", f"<form>{pages}</form>") is None
    assert (
        after("/tin.aspx", f'<form>{STATE}<input type=hidden name=x value="{"x" * 3_000_000}">{pages}</form>') is None
    )
    assert after("/tin.aspx", pages) is None


# --- the section that the pager is of


def test_pages_of_the_pager_are_no_articles() -> None:
    page = '<a href="/kt/lua-12345.html">Lúa</a>' + numbers("/kt/trang-{}.html", 2, 3, 4)
    listing = parse_section(page.encode(), f"{HOME}/kt", "utf-8")
    assert [link.url for link in listing.links] == [f"{HOME}/kt/lua-12345.html"]
    assert listing.more == (Further(url=f"{HOME}/kt/trang-2.html"),)


# --- whatever a page says

STARTS = (
    "",
    "/kt",
    "/kt/",
    f"{HOME}/kt",
    "https://www.bao.test/kt",
    "http://khac.test/kt",
    "//khac.test",
    "ftp://bao.test",
)
ENDS = ("", "/trang-{}.html", "/page/{}/", "-p{}.html", "/{}", "?page={}", "?trang={}&cat=2", "?start={}", "?x={}")
ADDRESSES = st.builds(
    lambda start, end, number: start + end.format(number),
    st.sampled_from(STARTS),
    st.sampled_from(ENDS),
    st.one_of(st.integers(0, 12), st.integers(0, 9_999_999)),
)
LABELS = st.sampled_from(["1", "2", "3", "7", "8", "Trang sau", "»", ">>", "Xem thêm", "…", "Lúa", "[4]"])
LINKS = st.lists(st.tuples(ADDRESSES, LABELS, st.sampled_from(["", "next", "prev"])), max_size=8)


@given(url=ADDRESSES, links=LINKS)
def test_never_the_page_itself_never_off_site_never_back(url: str, links: list[tuple[str, str, str]]) -> None:
    here = urljoin(f"{HOME}/kt", url)
    assume(urlsplit(here).hostname in ("bao.test", "www.bao.test") and here.startswith("http"))
    page = "".join(f'<a href="{href}" rel="{rel}">{label}</a>' for href, label, rel in links)
    found = after(here, page)
    if found is None:
        return
    assert found.url.startswith(("http://", "https://")) and found.url != here
    assert urlsplit(found.url).hostname in ("bao.test", "www.bao.test")


@given(
    page=st.integers(1, 99_998),
    shown=st.sets(st.integers(1, 99_999), min_size=1, max_size=12),
    pattern=st.sampled_from(["/kt?page={}", "/kt/trang-{}.html", "/kt-p{}.html", "/kt?trang={}&cat=2", "/kt/page/{}/"]),
)
def test_the_next_page_is_one_more_if_there_is_one(page: int, shown: set[int], pattern: str) -> None:
    expected = pattern.format(page + 1) if max(shown) > page else None
    assert next_path(pattern.format(page), numbers(pattern, *shown)) == expected


@given(st.text(max_size=80), st.text(max_size=80), st.binary(max_size=200))
def test_never_raises(href: str, label: str, junk: bytes) -> None:
    page = f'<form><input name=__VIEWSTATE value=1><a href="{href}">{label}</a>'.encode("utf-8", "replace")
    for body in (page, page + junk, b"<a href=\"javascript:__doPostBack('a','" + junk, b"<a href='?page=" + junk):
        tree = parse_html(body, "utf-8")
        if tree is not None:
            for url in (f"{HOME}/kt", f"{HOME}/{href.replace(' ', '')}"):
                found = find_pager(tree, HOME, url)
                assert found.next is None or found.next.url.startswith("http")
