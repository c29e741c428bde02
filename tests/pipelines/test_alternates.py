"""What a page states of its translations: who says so, in which form, and what is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalog import source_for_host
from pipelines.article import Page
from pipelines.extract import parse
from pipelines.reading.page.alternates import MOST, alternates, language_named
from pipelines.reading.page.editions import is_edition, language_code, may_be_article, site_of_edition
from pipelines.reading.page.head import head_of

URL = "https://baosonha.test/thoi-su/cau-ben-vong-hop-long-410632.html"
TWIN = "https://en.baosonha.test/society/ben-vong-bridge-closes-its-gap-410632.html"


def stated(head: str = "", body: str = "", url: str = URL) -> tuple[tuple[str, str, str], ...]:
    page = f"<html><head><title>Cầu Bến Vọng hợp long</title>{head}</head><body><p>Sáng nay.</p>{body}</body></html>"
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    tree = parse(page.encode("utf-8", "surrogatepass"))
    return alternates(head_of(Page(url=url, fetched_at=moment, source=source_for_host("baosonha.test"), tree=tree)))


def test_hreflang_names_the_twin_and_not_the_page_itself() -> None:
    head = (
        f'<link rel="alternate" hreflang="vi" href="{URL}?utm_source=zalo">'
        f'<link rel="alternate" hreflang="x-default" href="https://baosonha.test/khac-1234.html">'
        f'<link rel="alternate" hreflang="en-US" href="{TWIN}">'
        f'<link rel="alternate" hreflang="en-gb" href="{TWIN}">'
        '<link rel="ALTERNATE" hreflang="cn" href="/cn/ben-vong-410632.html">'
    )
    assert stated(head) == (
        ("en", TWIN, "hreflang"),
        ("zh", "https://baosonha.test/cn/ben-vong-410632.html", "hreflang"),
    )


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="en" href="https://en.baosonha.test/">',
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="alternate" hreflang="en" href="/en/index.html">',
        '<link rel="alternate" hreflang="en" href="/en/society">',
        '<link rel="alternate" hreflang="en" type="application/rss+xml" href="/en/rss-12345.xml">',
        '<link rel="stylesheet" hreflang="en" href="/css/style-12345.css">',
        '<link rel="alternate" hreflang="en" href="mailto:toa-soan-12345@baosonha.test">',
        '<link rel="alternate" hreflang="en" href="http://[::1/loi-12345.html">',
        '<link rel="alternate" hreflang="" href="/khong-noi-tieng-gi-12345.html">',
        '<link rel="alternate" media="only screen" href="/m/cau-ben-vong-410632.html">',
    ],
)
def test_what_names_no_article_is_left_out(link: str) -> None:
    assert stated(link) == ()


@pytest.mark.parametrize(
    ("link", "language"),
    [
        (f'<a href="{TWIN}">English</a>', "en"),
        (f'<a href="{TWIN}">Read this article in <b>English</b></a>', "en"),
        (f'<a href="{TWIN}">\n ĐỌC BẢN TIẾNG ANH »</a>', "en"),
        (f'<a href="{TWIN}"><img src="/en.png" alt="English version"></a>', "en"),
        (f'<a href="{TWIN}" title="Bản tiếng Anh"><i class="flag"></i></a>', "en"),
        (f'<a href="{TWIN}">Bản gốc tiếng Việt</a>', "vi"),
        (f'<a href="{TWIN}">Read the Vietnamese version</a>', "vi"),
        (f'<a href="{TWIN}">日本語</a>', "ja"),
        (f'<a href="{TWIN}">ខ្មែរ</a>', "km"),
    ],
)
def test_a_link_that_says_so(link: str, language: str) -> None:
    assert stated(body=f'<nav><a href="/en/">English</a></nav>{link}') == ((language, TWIN, "link"),)


@pytest.mark.parametrize(
    "label",
    [
        "English teachers win provincial award",
        "Học tiếng Anh qua bản tin",
        "Anh",
        "Việt",
        "Bản tin nổi tiếng",
        "English - Tiếng Việt",
        "Vietnamese students in French schools",
        "",
    ],
)
def test_a_headline_about_a_language_is_no_switch(label: str) -> None:
    assert language_named(label) is None
    assert stated(body=f'<a href="{TWIN}">{label}</a>') == ()


def test_json_ld_names_the_work_that_is_translated() -> None:
    script = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bến Vọng bridge",'
        f' "translationOfWork": {{"@type": "NewsArticle", "@id": "{TWIN}", "inLanguage": "en"}}}}</script>'
    )
    assert stated(script) == (("en", TWIN, "json-ld"),)


def test_a_page_that_lists_a_hundred_of_them_lists_something_else() -> None:
    links = "".join(f'<link rel="alternate" hreflang="en" href="/en/tin-{n}.html">' for n in range(1000, 1100))
    assert len(stated(links)) == MOST


@given(st.text(), st.text(), st.text())
def test_whatever_stands_there_is_read(code: str, address: str, label: str) -> None:
    quoted = {text: text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for text in (code, address)}
    link = f'<link rel="alternate" hreflang="{quoted[code]}" href="{quoted[address]}">'
    found = stated(link, f'<a href="{quoted[address]}">{label}</a><a href="{quoted[address]}">English</a>')
    assert all(url.startswith(("http://", "https://")) and method for _, url, method in found)


@pytest.mark.parametrize(
    ("code", "language"),
    [("en-US", "en"), ("EN_gb", "en"), ("jp", "ja"), ("vn", "vi"), ("english", "en"), ("x-default", None), ("", None)],
)
def test_codes_of_languages(code: str, language: str | None) -> None:
    assert language_code(code) == language


def test_sites_of_editions() -> None:
    assert {site_of_edition(host) for host in ("laodong.test.vn", "news.laodong.test.vn", "ja.laodong.test.vn")} == {
        "laodong.test.vn"
    }
    assert site_of_edition("en.vn") == "en.vn"
    assert site_of_edition("dongkhoi.baovinhlong.vn") == "dongkhoi.baovinhlong.vn"
    assert is_edition("https://www.en.baosonha.test/x-1234.html")
    assert is_edition("https://baosonha.test/en/x-1234.html")
    assert not is_edition("https://baosonha.test/news/x-1234.html")
    assert not is_edition("https://baosonha.test/vi/x-1234.html")


@pytest.mark.parametrize("path", ["/en/x-1.html", "/en/society/bridge", "/?id=12", "/web/english/news/-/details/47"])
def test_what_may_be_an_article(path: str) -> None:
    assert may_be_article(path) is (path != "/en/society/bridge")
