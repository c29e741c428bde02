from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from crawler.links import Link, Via
from crawler.source import Selectors, Source
from pipelines.article import Image, Metadata, Page
from pipelines.metadata import read
from pipelines.reading.page.head import head_of
from pipelines.reading.page.titles import site_names, strip_site

TITLE = "A road brings the tea of Sông Lam to the city"
SAPO = "Two communes that were a day's walk from the market are now an hour away from it."
PROSE = "Growers say that the road has changed what they can sell, and that nobody had thought of it. " * 3


def metadata(
    body: str = "", head: str = "", *, url: str = "https://baosonglam.test/a", link: Link | None = None, **about: Any
) -> Metadata:
    tree = html.fromstring(f"<html lang=en><head>{head}</head><body>{body}</body></html>")
    source = Source(**{"slug": "song-lam", "name": "Báo Sông Lam", "homepage": "https://baosonglam.test/", **about})
    fetched = datetime(2026, 11, 22, tzinfo=UTC)
    return read(head_of(Page(url=url, fetched_at=fetched, source=source, tree=tree, link=link)))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE} | Báo Sông Lam</title>", ""),
        (f"<title>{TITLE} - Báo Sông Lam điện tử</title>", ""),
        (f"<title>Báo Sông Lam » {TITLE}</title>", ""),
        (f"<title>{TITLE} - baosonglam.test</title>", ""),
        (f"<title>Báo Sông Lam</title><meta property=og:title content='{TITLE}'>", ""),
        ("<title>Báo Sông Lam</title>", f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE} | Báo Sông Lam</title>", f"<h1>Báo Sông Lam</h1><h2>{TITLE}</h2>"),
        (
            f"<title>{TITLE}</title><meta property=og:title content='{TITLE}'>",
            "<h1>Voice of the people and the Party</h1>",
        ),
        (f"<title>{TITLE}</title>", f"<h1>{TITLE.upper()}</h1>"),
        (f"<meta property=og:title content='{TITLE}'>", f"<h1><small>Economy</small> {TITLE} <i>07/06/2021</i></h1>"),
        ("<title>Portal</title>", f"<div class=news-title>{TITLE}</div><h1>{TITLE}</h1>"),
        ("<title>Báo Sông Lam</title><script type=application/ld+json>{'@type':1}</script>", f"<h1> {TITLE}\n</h1>"),
    ],
)
def test_title_without_the_site(head: str, body: str) -> None:
    assert metadata(body, head).title == TITLE


def test_title_from_the_listing_where_the_page_has_only_the_sites() -> None:
    found = metadata(head="<title>Báo Sông Lam</title>", link=Link(url="https://baosonglam.test/a", title=TITLE))
    assert found.title == TITLE
    assert metadata(head="<title>Báo Sông Lam</title>").title is None


@pytest.mark.parametrize("own", ["Tin tức", "Nông  nghiệp"])
def test_title_from_the_feed_where_the_page_has_only_its_sections(own: str) -> None:
    def title(via: Via, listed: str = TITLE) -> str | None:
        link = Link(url="https://baosonglam.test/a", title=listed, section="Nông nghiệp", via_kind=via)
        return metadata(head=f"<title>{own} - Báo Sông Lam</title>", link=link).title

    assert title(Via.FEED) == title(Via.SITEMAP) == TITLE
    assert title(Via.SECTION) == " ".join(own.split())  # an anchor's text may be anything
    assert title(Via.FEED, "Tin") == " ".join(own.split())


def test_strip_site_keeps_a_dash_of_the_title() -> None:
    names = site_names("Báo Sông Lam", homepage="https://www.baosonglam.test/")
    assert strip_site("Sông Lam - a river of tea", names) == "a river of tea"
    assert strip_site("Tea - and what it costs", names) == "Tea - and what it costs"
    assert strip_site("BÁO SÔNG LAM", names) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Bão số 4 gây mưa rất to",
        "Báo động lũ trên sông Tràng",
        "Báo Sông Lam đoạt giải ba",
        "Bảo hiểm y tế cho người cao tuổi",
        "Báo chí và bạn đọc",
    ],
)
def test_a_headline_is_no_newspaper(title: str) -> None:
    head = f"<title>{title} - Báo Đắk Nông điện tử</title><meta property=og:title content='{title}'>"
    assert metadata(f"<h1>{title}</h1>", head).title == title
    assert metadata("", head).title == title


SLUG = "https://baosonglam.test/en/xem-tin-tuc/article-27/a-road-brings-the-tea-of-song-lam-to-the-city-7140.html"


def test_the_address_tells_which_line_is_the_headline() -> None:
    head = "<title>Portal of the zones</title><meta property=og:title content='Portal of the zones'>"
    body = f"<div class=box-title>Procedures for investors</div><div class=news-title>{TITLE}</div><p>{PROSE}</p>"
    assert metadata(body, head, url=SLUG).title == TITLE
    assert metadata(body, head).title == "Portal of the zones"


def test_no_title_rather_than_the_sites() -> None:
    body = f"<div class=box-title>Procedures for investors</div><p>{PROSE}</p>"
    assert metadata(body, "<title>Portal of the zones</title>", url=SLUG).title is None
    assert metadata(body, f"<title>{TITLE}</title>", url=SLUG).title == TITLE
    assert metadata(body, "<title>Portal of the zones</title>", url="https://baosonglam.test/7140.html").title


def test_a_portals_heading_gives_way_to_what_the_page_is_called() -> None:
    head, body = f"<title>{TITLE} - Tin tức</title>", "<h1>Nhà cung cấp nội dung</h1><h2>Tin tức sự kiện nổi bật</h2>"
    assert metadata(f"{body}<h3>{TITLE}</h3><p>{PROSE}</p>", head).title == TITLE
    line = f"<div class=tieude-tin id=ctl00_lblTitle>{TITLE}</div>"
    assert metadata(f"{line}<p>{PROSE}</p>", "<title>Chi tiết tin</title>").title == TITLE


@pytest.mark.parametrize("after", ["<div>{}</div>", "<p><b><i>* Does the road hold?</i></b></p><p>{}</p>"])
def test_a_sapo_before_breaks_and_before_an_interview(after: str) -> None:
    assert metadata(f"<h1>{TITLE}</h1><p><b>{LEAD}</b></p>{after.format(PROSE)}").summary == LEAD


@pytest.mark.parametrize(
    "trail",
    [
        "<ul class=crumb><li><a href=/>Trang chủ</a></li><li><a href=/kt>Kinh tế</a></li></ul>",
        "<div class=path><a href=/>Trang chủ</a> » <a href=/kt>Kinh tế</a></div>",
        "<div class=c-breadcrumb><a href=/kt>Kinh tế</a></div>",
        "<div class=news-details__cate><a href=/kt>Kinh tế</a></div>",
        "<a class=article__category href=/kt>Kinh tế</a>",
    ],
)
def test_trails_name_the_section(trail: str) -> None:
    assert metadata(f"{trail}<h1>{TITLE}</h1><p>{PROSE}</p>").section == "Kinh tế"
    assert metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p><div class=related>{trail}</div>").section is None


def test_a_description_of_the_site_is_none_of_the_article() -> None:
    words = "Báo Sông Lam - Cơ quan của Đảng bộ tỉnh Sông Lam"
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><p>{words}</p>"
    assert metadata(body, f"<meta name=description content='{words}'>").summary is None


def test_of_a_box_about_the_author_the_name() -> None:
    box = "<div class=article__author-box><div class=name>Mai Lam</div><div>Phóng viên Báo Sông Lam</div></div>"
    found = metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p>{box}")
    assert (found.byline, found.credit) == ("Mai Lam", None)


def test_what_is_labelled_under_the_article() -> None:
    lines = "<p class=h5><strong>Tác giả: </strong>Mai Lam</p><p class=h5><strong>Nguồn tin: </strong>TTXVN</p>"
    found = metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p>{lines}")
    assert (found.byline, found.agency, found.credit) == ("Mai Lam", "TTXVN", "TTXVN")
    office = "<p><strong>Nguồn tin: </strong>Phòng Tài chính - Kế hoạch</p>"
    found = metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p>{office}")
    assert (found.byline, found.agency, found.credit) == (None, None, "Phòng Tài chính - Kế hoạch")


def test_what_stands_beside_the_article_is_noise() -> None:
    teaser = "Growers of the upper valley wait for a second road, and for a bus."
    box = f"<div class=item-related><a href=/b>Tea of the upper valley</a><p>{teaser}</p></div>"
    comment = "<div class=comment><b>Hải Đăng</b><p>Thank you for the story of the road.</p></div>"
    found = metadata(f"<p>Online: 31</p><h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>{box}{comment}")
    assert {"Online: 31", teaser, "Tea of the upper valley", "Thank you for the story of the road."} <= set(found.noise)
    assert PROSE.strip() not in found.noise


def test_a_body_in_a_box_of_a_wrong_name_is_no_noise() -> None:
    for name in ("related-content", "post-comments-open"):
        assert PROSE.strip() not in metadata(f"<h1>{TITLE}</h1><div class={name}>{f'<p>{PROSE}</p>' * 5}</div>").noise


def test_a_sapo_outside_the_body_is_noise_and_one_within_it_is_none() -> None:
    outside = f"<h1>{TITLE}</h1><div class=sapo><p>{SAPO}</p></div><div class=body><p>{PROSE}</p><p>{PROSE}</p></div>"
    within = f"<h1>{TITLE}</h1><div class=body><p class=sapo>{SAPO}</p><p>{PROSE}</p><p>{PROSE}</p></div>"
    assert [SAPO in metadata(body).noise for body in (outside, within)] == [True, False]
    assert [metadata(body).summary for body in (outside, within)] == [SAPO, SAPO]


@pytest.mark.parametrize("name", ["sapo", "article__sapo", "chappeau", "sc-longform-header-sapo", "x alead"])
def test_sapo(name: str) -> None:
    assert metadata(f"<h1>{TITLE}</h1><p class='{name}'>{SAPO}</p><p>{PROSE}</p>").summary == SAPO


LEAD = "Two communes that were a day's walk from the market are now an hour away from it, and nobody misses the walk."


@pytest.mark.parametrize(
    "first",
    [
        f"<p><strong>{LEAD}</strong></p>",
        f"<p><strong><em>{LEAD}</em></strong></p>",
        f"<p style='font-weight: bold'>{LEAD}</p>",
        f"<p><b>{LEAD[:30]}</b><b>{LEAD[30:]}</b></p>",
        f"<div>07/06/2021</div><p>Mai Lam</p><h2>{LEAD}</h2>",
    ],
)
def test_an_emphasised_first_paragraph_is_the_sapo(first: str) -> None:
    assert metadata(f"<h1>{TITLE}</h1>{first}<p>{PROSE}</p>").summary == LEAD


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{LEAD}</p><p>{PROSE}</p>",
        f"<p><b>{LEAD}</b></p><p><b>{PROSE}</b></p>",  # all of it is bold
        f"<p><b>{LEAD}</b> {PROSE}</p><p>{PROSE}</p>",
        f"<p><b>{LEAD}</b></p>",
        f"<p><a href=/b><b>{LEAD}</b></a></p><p>{PROSE}</p>",  # a teaser
        f"<p><b>{LEAD} Photo: Mai Lam/VNA</b></p><p>{PROSE}</p>",
        f"<h2>{LEAD.rstrip('.')}</h2><p>{PROSE}</p>",
        f"<div class=related><p><b>{LEAD}</b></p></div><p>{PROSE}</p>",
        f"<p><b>{PROSE * 3}</b></p><p>{PROSE}</p>",
    ],
)
def test_other_paragraphs_are_no_sapo(body: str) -> None:
    assert metadata(f"<h1>{TITLE}</h1>{body}").summary is None


def test_a_description_that_says_something_else_wins_over_a_bold_paragraph() -> None:
    body = f"<h1>{TITLE}</h1><p><b>Sign up here for the letter that we send to our readers each morning.</b></p>"
    assert metadata(f"{body}<p>{SAPO}</p>", f'<meta name=description content="{SAPO}">').summary == SAPO
    assert (
        metadata(
            f"<h1>{TITLE}</h1><p><b>{LEAD}</b></p><p>{PROSE}</p>", f'<meta name=description content="{LEAD[:60]}">'
        ).summary
        == LEAD
    )


def test_description_only_if_it_is_the_articles() -> None:
    body = f"<h1>{TITLE}</h1><p>{SAPO}</p><p>{PROSE}</p>"
    own = f'<meta name=description content="{SAPO}">'
    sites = "<meta name=description content='The official electronic gazette for readers everywhere, updated hourly'>"
    assert metadata(body, own).summary == SAPO
    assert metadata(body, sites).summary is None


def test_desk_code_is_taken_off_the_sapo() -> None:
    found = metadata(f"<h1>{TITLE}</h1><p class=sapo>(SLO) - {SAPO}</p>")
    assert (found.dateline, found.summary) == ("SLO", SAPO)


def test_people_and_agency_apart() -> None:
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><div class=article__author><a class=cms-author>Theo TTXVN</a></div>"
    found = metadata(body, "<meta name=author content='Mai Lam'>")
    assert (found.byline, found.agency, found.credit) == ("Mai Lam", "TTXVN", "Theo TTXVN")
    assert "Theo TTXVN" in found.noise


def test_author_of_json_ld() -> None:
    authors = '[{"name": "Mai Lam"}, {"name": "Báo Sông Lam"}]'
    ld = f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {authors}}}</script>'
    assert metadata(f"<h1>{TITLE}</h1>", ld).byline == "Mai Lam"


def test_the_site_is_not_its_author() -> None:
    assert metadata(f"<h1>{TITLE}</h1>", "<meta name=author content='Báo Sông Lam'>").byline is None


def test_selectors_win() -> None:
    body = "<h1>Another headline of the page</h1><b class=t>The one</b><i class=s>Short.</i><u class=b>Mai Lam</u>"
    found = metadata(body, selectors=Selectors(title=".t", summary=".s", byline=".b"))
    assert (found.title, found.summary, found.byline) == ("The one", "Short.", "Mai Lam")


def test_section_and_keywords() -> None:
    crumbs = "<div class=breadcrumb><a href=/>Trang chủ</a> <a href=/kt>Kinh tế</a></div>"
    head = "<meta name=keywords content='tea, road; Tea, {keywords}'><meta property=article:tag content='Sông Lam'>"
    found = metadata(f"{crumbs}<h1>{TITLE}</h1>", head)
    assert (found.section, found.keywords) == ("Kinh tế", ("tea", "road", "Sông Lam"))
    assert metadata(f"<h1>{TITLE}</h1>", "<meta property=article:section content=Economy>").section == "Economy"


IMAGES = {
    "figure": "<figure><img data-src=/i.jpg><figcaption>The road. Photo: Mai Lam/VNA</figcaption></figure>",
    "family A": "<table class=picture><tr><td><img src=/i.jpg></td></tr>"
    "<tr><td class=caption>The road. Photo: Mai Lam/VNA</td></tr></table>",
    "journal": "<table><tbody><tr><td><img src=/i.jpg></td></tr>"
    "<tr><td><i>The road. Photo: Mai Lam/VNA</i></td></tr></tbody></table>",
    "paragraph of its class": "<p class=news-img><img src=/i.jpg></p>"
    "<p class=news-img>The road. Photo: Mai Lam/VNA</p>",
    "paragraph with a credit": "<p><img src=/i.jpg></p><p>The road. Photo: Mai Lam/VNA</p>",
    "keywords in the cell": "<table><tr><td><img src=/i.jpg alt='tea, road'></td></tr>"
    "<tr><td><p>tea, road</p><p class=caption>The road. Photo: Mai Lam/VNA</p></td></tr></table>",
    "beside": "<div><img src=/i.jpg><p class=image-caption>The road. Photo: Mai Lam/VNA</p></div>",
}


@pytest.mark.parametrize("layout", IMAGES)
def test_captions(layout: str) -> None:
    found = metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p>{IMAGES[layout]}<p>{PROSE}</p>")
    assert found.images == (Image(url="https://baosonglam.test/i.jpg", caption="The road.", credit="Mai Lam/VNA"),)
    assert "The road. Photo: Mai Lam/VNA" in found.noise


@pytest.mark.parametrize("name", ["MsoNormal", "img"])
def test_a_paragraph_of_the_text_under_a_picture_is_no_caption(name: str) -> None:
    found = metadata(
        f"<article><h1>{TITLE}</h1><p class={name}><img src=/i.jpg></p><p class={name}>{PROSE}</p></article>"
    )
    assert [image.caption for image in found.images] == [None if name == "MsoNormal" else PROSE.strip()]
    centred = f"<p><img src=/i.jpg></p><p align=center><i>{SAPO}</i></p><p>{PROSE}</p>"
    assert [image.caption for image in metadata(f"<article>{centred}</article>").images] == [SAPO]


def test_a_table_of_figures_is_no_caption() -> None:
    rows = "<tr><td>Tea</td><td>12</td></tr>" * 5
    found = metadata(f"<h1>{TITLE}</h1><table><tr><td><img src=/i.jpg></td><td>x</td></tr>{rows}</table>")
    assert found.images == ()


def test_pictures_of_the_body_without_those_of_the_site() -> None:
    body = "<article><img src=/a.jpg><img src=/logo.png><img src=/tiny.jpg width=20></article>"
    body += "<div class=related><img src=/b.jpg></div>"
    assert [image.url for image in metadata(f"<h1>{TITLE}</h1>{body}").images] == ["https://baosonglam.test/a.jpg"]


def test_keyword_lists_in_alt_texts_are_noise_but_the_title_is_not() -> None:
    body = f"<h1>{TITLE}</h1><img src=/a.jpg alt='tea road, Sông Lam,  market'><img src=/b.jpg alt='{TITLE}'>"
    found = metadata(body)
    assert "tea road, Sông Lam, market" in found.noise
    assert "{keywords}" in found.noise
    assert TITLE not in found.noise


def test_nothing_at_all() -> None:
    assert metadata() == Metadata(noise=("{keywords}",), declared_language="en")


def test_reading_leaves_the_tree_as_it_was() -> None:
    tree = html.fromstring(f"<html><body><h1>{TITLE}</h1><!-- x -->{IMAGES['journal']}</body></html>")
    before = html.tostring(tree)
    source = Source(slug="a", name="A", homepage="https://a.test/")
    read(head_of(Page(url="https://a.test/1", fetched_at=datetime(2026, 11, 22, tzinfo=UTC), source=source, tree=tree)))
    assert html.tostring(tree) == before
