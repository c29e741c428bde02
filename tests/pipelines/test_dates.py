from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest
from lxml import html

from crawler.links import Link, Via
from crawler.source import Selectors, Source
from pipelines.article import Page, Published
from pipelines.dates import find_published
from pipelines.reading.page.head import head_of

FETCHED = datetime(2024, 2, 27, 3, 13, 31, tzinfo=UTC)  # 10:13:31 on 27/02/2024 in Việt Nam
TITLE = "Farmers of Sông Lam take their tea to the city"
PARAGRAPH = (
    "Growers say that the road has changed what they can sell, and that on 07/06/2021 nobody had thought of it. " * 2
)


def published(
    body: str = "", head: str = "", *, url: str = "https://bao.test/a", link: Link | None = None, **source: Any
) -> Published:
    tree = html.fromstring(f"<html><head><title>{TITLE} | Báo</title>{head}</head><body>{body}</body></html>")
    about = Source(slug="bao", name="Báo", homepage="https://bao.test/", **source)
    return find_published(head_of(Page(url=url, fetched_at=FETCHED, source=about, tree=tree, link=link)))


def article(after: str = "", before: str = "", top: str = "", bottom: str = "") -> str:
    return (
        f"<div class=top>{top}</div><div class=main><div class=detail>{before}<h1>{TITLE}</h1>{after}"
        f"<p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></div></div>{bottom}"
    )


def test_the_clock_of_a_page_is_no_date_of_publication() -> None:
    clock = "<span>Today: 27/02/2024 10:13:31 (GMT+7)</span>"
    teaser = "<li><a href='/x'>Another story of the same town</a> 21/08/2022</li>"
    related = f"<div class='list'><h3>Related</h3><ul>{teaser}</ul></div>"
    assert published(article(top=clock, bottom=related)) == Published()
    assert published(article(before=clock, bottom=related)) == Published()


def test_a_date_printed_beside_the_clock_is_found() -> None:
    found = published(article(top="Today: 27/02/2024 10:13:31 (GMT+7)", after="<div class=x>16:05 | 01/09/2023</div>"))
    assert (found.at, found.method, found.raw, found.conflict) == (
        "2023-09-01T16:05+07:00",
        "text",
        "16:05 | 01/09/2023",
        False,
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2023-09-01T16:05:00+07:00">',
        '<meta itemprop="datePublished" content="2023-09-01T16:05:00+07:00">',
        '<meta name="DC.date.issued" content="2023-09-01T16:05:00+0700">',
        '<meta class="cms-date" content="2023-09-01T16:05:00+07:00">',
    ],
)
def test_meta(head: str) -> None:
    found = published(article(), head)
    assert (found.at, found.method, found.precision) == ("2023-09-01T16:05:00+07:00", "meta", "second")


def test_json_ld_wins_over_meta_and_conflict_is_said() -> None:
    ld = """<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "datePublished": "2001-01-01"},
      {"@type": ["NewsArticle"], "datePublished": "2023-09-01T16:05:00+07:00",
       "dateModified": "2023-09-02T08:00:00+07:00"}]}
      </script>"""
    meta = '<meta name="pubdate" content="2023-09-{}T16:05:00+07:00">'
    found = published(article(), ld + meta.format("02"))
    assert (found.at, found.method, found.conflict) == ("2023-09-01T16:05:00+07:00", "json-ld", False)
    assert found.updated_at == "2023-09-02T08:00:00+07:00"
    assert published(article(), ld + meta.format("20")).conflict


def test_the_sources_selector_wins() -> None:
    body = article(after="<p class=ngay>Ngày đăng: <b>02/09/2023</b></p>")
    head = '<meta name="pubdate" content="2023-09-01T16:05:00+07:00">'
    found = published(body, head, selectors=Selectors(date=".ngay"))
    assert (found.at, found.method, found.raw) == ("2023-09-02", "selector", "Ngày đăng: 02/09/2023")


def test_time_element_of_the_head_not_of_a_related_item() -> None:
    related = "<aside><time datetime='2022-08-21T10:00:00+07:00'>x</time></aside>"
    body = related + article(after="<time datetime='2023-09-01T16:05+07:00'>1 September</time>", bottom=related)
    found = published(body)
    assert (found.at, found.method, found.conflict) == ("2023-09-01T16:05+07:00", "time", False)
    assert published(related + article(bottom=related)) == Published()


def test_what_the_feed_said() -> None:
    link = Link(url="https://bao.test/a", published_at="2023-09-01T16:05:00+07:00", via_kind=Via.FEED)
    assert published(article(), link=link).method == "feed"
    assert published(article(), link=link).at == "2023-09-01T16:05:00+07:00"


def test_a_sitemap_may_state_the_last_change_without_being_in_conflict() -> None:
    for day, conflict in (("20", False), ("01", True)):
        link = Link(url="https://bao.test/a", published_at=f"2023-09-{day}T16:05:00+07:00", via_kind=Via.SITEMAP)
        found = published(article(), '<meta name="pubdate" content="2023-09-10T16:05:00+07:00">', link=link)
        assert (found.method, found.conflict) == ("meta", conflict)
        assert published(article(), link=link).method == "sitemap"


@pytest.mark.parametrize(
    ("after", "at"),
    [
        ("<p><span>Thứ Hai,</span> <span>07/06/2021</span> <span>09:55</span></p>", "2021-06-07T09:55+07:00"),
        ("<div>05/01/2019 15:53 Số lượt xem: 52</div>", "2019-01-05T15:53+07:00"),
        (
            "<p class=sapo>What was a track is a road, and what was a day's walk is an hour.</p><i>07/06/2021</i>",
            "2021-06-07",
        ),
        ("<div>Báo Tài nguyên Môi trường31/07/2023</div>", "2023-07-31"),
        ("<div>Updated: 07:00, 30/01/2022</div>", "2022-01-30T07:00+07:00"),
    ],
)
def test_printed_in_the_head(after: str, at: str) -> None:
    assert published(article(after=after)).at == at


def test_updated_apart_from_published() -> None:
    found = published(article(after="<p>Đăng ngày 07/06/2021</p><p>Cập nhật lúc: 09:55, 09/06/2021</p>"))
    assert (found.at, found.updated_at, found.conflict) == ("2021-06-07", "2021-06-09T09:55+07:00", False)
    alone = published(article(after="<p>Cập nhật lúc: 09:55, 07/06/2021</p>"))
    assert alone.at == alone.updated_at == "2021-06-07T09:55+07:00"


def test_before_the_headline_unless_it_is_the_day_of_the_crawl() -> None:
    assert published(article(before="<div>26/02/2024 08:00</div>")).at == "2024-02-26T08:00+07:00"
    assert published(article(before="<div>27/02/2024 08:00</div>")).at is None
    assert published(article(after="<div>27/02/2024 08:00</div>")).at == "2024-02-27T08:00+07:00"


def test_relative_to_the_fetch() -> None:
    found = published(article(after="<span>3 ngày trước</span>"))
    assert (found.at, found.method, found.precision) == ("2024-02-24", "text relative", "day")


@pytest.mark.parametrize(
    "after",
    [
        f"<p>{PARAGRAPH}</p>",
        "<h2>Kế hoạch ngày 07/06/2021</h2>",
        "<ul><li><a href=/x>A story of another day and town</a> <span>07/06/2021</span></li></ul>",
        "<div class=related-news><span>07/06/2021</span></div>",
        "<div id=comments><span>07/06/2021 10:00</span></div>",
        "<div>31/12/2099</div>",
        "<div>01/01/1970</div>",
    ],
)
def test_dates_that_are_not_the_articles(after: str) -> None:
    assert published(article(after=after)).at is None


def test_without_a_headline_the_one_day_that_date_elements_agree_on() -> None:
    label = "<span id=ctl00_zone1_lblNgayDang>07/06/2021</span>"
    assert published(f"<div>{label}<p>{PARAGRAPH}</p></div>").at == "2021-06-07"
    assert published(f"<div>{label}<span class=date>08/06/2021</span><p>{PARAGRAPH}</p></div>").at is None


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("https://bao.test/kinh-te/202303/che-song-lam-1a2b3c4/", "2023-03"),
        ("https://bao.test/2023/03/14/tea.html", "2023-03-14"),
        ("https://bao.test/tea-188230412092524896.chn", "2023-04-12"),
        ("https://bao.test/tea-111250415094350491.htm", None),  # 2025, which is after the fetch
        ("https://bao.test/tea-2022040214370414.htm", "2022-04-02"),
        ("https://bao.test/tea-post413098.bbg", None),
        ("https://bao.test/tea-123456789012345.htm", None),
        ("https://bao.test/news/20230412/tea.htm", "2023-04-12"),
        ("https://bao.test/tea-20230412.html", "2023-04-12"),
        ("https://bao.test/tea-id20230412.html", None),  # any number, as likely
        ("https://bao.test/tea-20230412093015.html", "2023-04-12"),
        ("https://bao.test/tea-230412093015.html", "2023-04-12"),
        ("https://bao.test/tea-20231312.html", None),
        ("https://bao.test/2021/11/25/tea", "2021-11-25"),
        ("https://web.test/web/20230412093015/https://bao.test/tea.html", None),  # an archive's capture
        ("https://bao.test/tea.html?d=20230412", None),
        ("https://bao.test/kinh-te/209903/tea/", None),
        ("https://bao.test/1970/01/01/tea.html", None),
    ],
)
def test_url(url: str, at: str | None) -> None:
    found = published(article(), url=url)
    assert (found.at, found.method) == (at, "url" if at else None)


def test_url_month_is_a_check_of_the_date() -> None:
    url = "https://bao.test/kinh-te/202303/che-song-lam-1a2b3c4/"
    assert not published(article(after="<div>31/03/2023</div>"), url=url).conflict
    assert published(article(after="<div>10/04/2023</div>"), url=url).conflict


def test_path_of_an_image_is_the_last_resort() -> None:
    images = "<img src=/Medias/2015/01/01/logo.png><p><img src='/Medias/2021/11/25/17/20211125172346-01.jpg'></p>"
    found = published(article(after=images))
    # no more than an estimate: not before that month
    assert (found.at, found.precision, found.method, found.conflict) == ("2021-11", "month", "image-path", False)
    assert found.raw == "2021/11/25"


def test_a_stamp_of_the_very_fetch_gives_way() -> None:
    clock = '<meta name="date" content="2024-02-27T10:13:30+07:00">'
    found = published(article(after="<div>01/09/2023 16:05</div>"), clock)
    assert (found.at, found.method) == ("2023-09-01T16:05+07:00", "text")


def test_other_countries_order_and_zone() -> None:
    found = published(article(after="<p>9/6/2023 10:00</p>"), timezone="America/New_York", day_first=False)
    assert found.at == "2023-09-06T10:00-04:00"


def test_a_selector_that_finds_the_clock_of_the_header_too_means_the_other() -> None:
    clock = "<header>BÁO <time>Thứ Ba, 27/02/2024 09:40</time></header>"  # a cached page: half an hour old
    body = article(top=clock, after="<time datetime='2023-09-01T16:05:00+07:00'>01/09/2023</time>")
    found = published(body, selectors=Selectors(date="meta.cms-date, time"))
    assert (found.at, found.method) == ("2023-09-01T16:05:00+07:00", "selector")
    alone = published(article(top="<header><time>01/09/2023 16:05</time></header>"), selectors=Selectors(date="time"))
    assert alone.at == "2023-09-01T16:05+07:00"


TIME = "<meta property='article:published_time' content='{}'>"


def test_what_was_published_as_it_was_fetched_is_a_clock_whoever_says_so() -> None:
    """A later visit dates it; a feed, which was another exchange, dates it now."""
    now = "2024-02-27T10:12:40+07:00"
    assert published(article(), TIME.format(now)) == Published()
    assert published(article(after="<div>27/02/2024 10:13</div>")) == Published()
    link = Link(url="https://bao.test/a", published_at=now, via_kind=Via.FEED)
    found = published(article(), TIME.format(now), link=link)
    assert (found.at, found.method) == (now, "feed")


def test_never_later_than_the_fetch_and_a_day() -> None:
    assert published(article(), TIME.format("2024-02-28T09:00:00+07:00")).at == "2024-02-28T09:00:00+07:00"
    assert published(article(), TIME.format("2024-02-28T11:00:00+07:00")).at is None
    for year in ("0001", "1970", "1989", "2099"):
        assert published(article(), TIME.format(f"{year}-03-01T09:00:00+07:00")).at is None


def test_a_day_learns_its_hour_from_another_that_agrees() -> None:
    found = published(article(after="<div>09:55 07/06/2021</div>"), TIME.format("2021-06-07"))
    assert (found.at, found.method, found.conflict) == ("2021-06-07T09:55+07:00", "text", False)
    found = published(article(after="<div>09:55 08/06/2021</div>"), TIME.format("2021-06-07"))
    assert (found.at, found.method) == ("2021-06-07", "meta")


def test_a_template_dated_by_its_maker_gives_way_to_print() -> None:
    template = "<meta name='DC.date.created' content='2015-08-01'>"
    found = published(article(after="<div>09:55 07/06/2021</div>"), template)
    assert (found.at, found.method, found.conflict) == ("2021-06-07T09:55+07:00", "text", True)
    assert published(article(), template).at == "2015-08-01"


def test_json_ld_of_another_article_is_not_of_this_one() -> None:
    script = '<script type="application/ld+json">{{"@type":"NewsArticle",{}"datePublished":"2020-05-06"}}</script>'
    assert published(article(), script.format('"headline":"Another story of the same town",')).at is None
    assert published(article(), script.format(f'"headline":"{TITLE} (photos)",')).at == "2020-05-06"
    address = '"headline":"Tea sells","mainEntityOfPage":{"@id":"https://www.bao.test/a/"},'
    assert published(article(), script.format(address)).at == "2020-05-06"
    first = script.format('"headline":"Another story of the same town",')
    assert published(article(), first + script.format("").replace("2020", "2021")).at == "2021-05-06"


def test_updated_is_the_pages_own_and_neither_a_clock_nor_before_publication() -> None:
    changed = "<meta property='article:modified_time' content='{}'>"
    date = TIME.format("2023-09-01T16:05:00+07:00")
    assert published(article(), date + changed.format("2023-09-03T08:00:00+07:00")).updated_at is not None
    assert published(article(), date + changed.format("2024-02-27T10:13:00+07:00")).updated_at is None
    assert published(article(), date + changed.format("2011-01-01T00:00:00+07:00")).updated_at is None


def test_a_picture_uploaded_later_is_a_conflict_unless_the_page_says_that_it_was_changed() -> None:
    body = article(after="<p><img src='/Medias/2023/11/25/tea.jpg'></p>")
    date = TIME.format("2023-09-01T16:05:00+07:00")
    assert published(body, date).conflict
    assert not published(body, TIME.format("2023-11-25T16:05:00+07:00")).conflict
    changed = "<meta property='article:modified_time' content='2023-11-26T08:00:00+07:00'>"
    assert not published(body, date + changed).conflict


@pytest.mark.parametrize(
    "image",
    [
        "<a href=/b><img src=/uploads/2023/11/25/b.jpg></a>",
        "<aside><img src=/uploads/2023/11/25/b.jpg></aside>",
        "<img src='https://web.test/web/20231125101112im_/http://bao.test/b.jpg'>",
        "<img src=/uploads/2025/11/25/b.jpg>",
        "<img src=/themes/2023/11/25/logo.png>",
    ],
)
def test_pictures_that_date_nothing(image: str) -> None:
    assert published(article(after=f"<p>{image}</p>")).at is None


def test_a_button_is_no_teaser() -> None:
    follow = "<a href='https://news.google.test/x'>Theo dõi Báo Sơn Hà trên Google News</a>"
    found = published(article(after=f"<div><span class=post-date>16:31, 22/01/2024</span> {follow}</div>"))
    assert found.at == "2024-01-22T16:31+07:00"


def test_what_its_markup_calls_a_date_in_a_line_of_more() -> None:
    row = (
        "<div><span>Trương Thị Hồng Hạnh</span><span class=c-detail-head__time>10-11-2023 05:30</span>"
        "<div><a>Facebook</a><a>Twitter</a><a>Bình luận</a><a>Lưu bài</a></div></div>"
    )
    assert published(article(after=row)).at == "2023-11-10T05:30+07:00"
    assert published(article(after=row.replace("Trương Thị Hồng Hạnh", "Lịch cúp điện tuần"))).at is None


@pytest.mark.parametrize(
    "many",
    [
        "<span class=post-date>07/06/2021 08/06/2022</span>",
        "<meta itemprop=datePublished content='7 June'>",
        "<time itemprop=datePublished>7 June</time>",
        "<div></div>",
        "<br>",
        "<a href=/x></a>",
        "<img src=/2021/06/07/a.jpg>",
        "<p>07/06/2021 và 08/06/2021</p>",
    ],
)
def test_a_page_of_very_many_of_one_kind_takes_no_time(many: str) -> None:
    """What looks at the boxes around an element, each as long as the page, looks at a few elements."""
    tree = html.fromstring(f"<html><body><div><div><h1>{TITLE}</h1></div>{many * 60_000}</div></body></html>")
    source = Source(slug="bao", name="Báo", homepage="https://bao.test/")
    head = head_of(Page(url="https://bao.test/a", fetched_at=FETCHED, source=source, tree=tree))
    start = process_time()
    find_published(head)
    assert process_time() - start < 1
