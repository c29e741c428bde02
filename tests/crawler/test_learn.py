"""Patterns learned from addresses as Vietnamese newspapers have them, and whose site it is."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import catalog, provinces
from crawler.links import Link
from crawler.newsites.introduce import edition_of, homepage_of, kind_of, name_of, province_of, slug_of
from crawler.newsites.learn import Learned, learn, path_of
from crawler.newsites.marks import recognise

SHIPPED = catalog.load(None).sources
HOME = "https://bao.vn/"
SLUGS = (
    "xa-vung-cao-mo-cho-phien-dau-nam", "nong-dan-doi-giong-lua-vi-nuoc-man", "hoc-sinh-vung-lu-tro-lai-truong",
    "cau-moi-qua-song-thong-xe-truoc-tet", "lang-nghe-tim-dau-ra-cho-tho-cam", "gia-ca-phe-tang-trong-nam-2026",
)  # fmt: skip
MENU = {"thoi-su": "Thời sự", "kinh-te": "Kinh tế", "van-hoa-xa-hoi": "Văn hóa - Xã hội", "gioi-thieu": "Giới thiệu"}

# What an address is made of: the section, the slug, an id that grows, seven hex digits, a month. Then addresses that
# are no articles there.
FORMS = {
    "-post": ("{section}/{slug}-post{id}.html", ["{section}", "su-kien-event12.html", "tag/lu-lut"]),
    "-a": ("{section}/{slug}-a{id}.html", ["{section}/", "{section}/trang-4.html"]),
    "plain": ("{slug}-{id}.html", ["{section}.html", "{section}/trang-2.html", "{section}-p2.html"]),
    "short section numbers": ("{section}/{slug}-{id}.html", ["{section}-215.html", "{section}-16.html"]),
    "htm": ("{section}/{slug}-{id}.htm", ["{section}.htm"]),
    "bbg": ("{section}/{slug}-postid{id}.bbg", ["{section}"]),
    "ldo": ("{section}/{slug}-{id}.ldo", ["{section}/", "{section}?page=4"]),
    "yyyymm-hex": ("{section}/{month}/{slug}-{hex}/", ["{section}/", "{section}/{month}/"]),
    "folder": ("bg/{section}/{id}/{slug}.html", ["bg/{section}/", "bg/{section}/trang-2.html"]),
    "number": ("en/{section}/{slug}/{id}.html", ["en/{section}/"]),
    "front": ("{section}/{id}-{slug}", ["{section}"]),
    "date": ("2026/{mm}/{slug}", ["{section}", "gioi-thieu"]),
    "slug": ("{section}/{slug}.html", ["{section}.html", "{section}/trang-2.html"]),
    "slug alone": ("{slug}", ["{section}", "{section}/page/2"]),
    "fifteen digits": ("{section}/{slug}-1260310{id}4512.html", ["{section}.html"]),
    "item": ("Lists/TinTuc/View.aspx?ItemID={id}", ["Lists/TinTuc/TongQuat.aspx?PageIndex=3"]),
    "no slug": ("news/{id}", ["news", "about"]),
}


def addresses(form: str, count: int = 6) -> list[Link]:
    found = []
    for n in range(count):
        values = {
            "section": list(MENU)[n % 3], "slug": SLUGS[n], "id": 98_765 + n * 617,
            "hex": f"{(n + 3) * 2654435761 % 0xFFFFFFF:07x}", "month": f"2026{n + 1:02}", "mm": f"{n + 1:02}",
        }  # fmt: skip
        title = f"Bài viết số {n} về chuyện của xã"
        found.append(Link(url=HOME + form.format(**values), title=title, published_at="2026-03-01"))
    return found


def others(forms: list[str]) -> list[Link]:
    menu = [Link(url=HOME + form.format(section=path, month="202603"), title=name)
            for form in forms for path, name in MENU.items()]  # fmt: skip
    return [*menu, Link(url=HOME, title="Trang chủ")]


def fits(learned: Learned, url: str) -> bool:
    path = path_of(url)
    if learned.exclude and re.search(learned.exclude, path):
        return False
    return (re.search(learned.article, path) or re.search(learned.article, f"{path}/")) is not None


@pytest.mark.parametrize("certain", [True, False], ids=["from feeds", "from sections"])
@pytest.mark.parametrize("name", FORMS)
def test_articles_are_told_from_all_else(name: str, certain: bool) -> None:
    form, wrong = FORMS[name]
    links, rest = addresses(form), others(wrong)
    learned = learn(links if certain else [], [*links, *rest], HOME, [HOME])
    assert learned is not None
    assert learned.good, learned
    assert learned.certain is certain
    assert [link.url for link in links if not fits(learned, link.url)] == []
    assert [link.url for link in rest if fits(learned, link.url)] == []
    catalog.parse_source("any", f"name = 'n'\nhomepage = 'http://n.test/'\narticle = '{learned.article}'", where="t")


@pytest.mark.parametrize("name", ["-post", "-a", "plain", "bbg", "ldo", "folder", "number", "front", "fifteen digits"])
def test_numbers_that_lead_to_one_address_each_are_identities(name: str) -> None:
    links = addresses(FORMS[name][0])
    learned = learn(links, links, HOME, [])
    assert learned is not None
    numbers = [re.search(learned.article, path_of(link.url)) for link in links]
    assert len({match["id"] for match in numbers if match}) == len(links)


@pytest.mark.parametrize("name", ["yyyymm-hex", "slug", "date", "item"])
def test_what_counts_per_list_or_is_a_month_is_none(name: str) -> None:
    links = addresses(FORMS[name][0])
    learned = learn(links, links, HOME, [])
    assert learned is not None
    assert "?P<id>" not in learned.article


def test_a_number_that_serves_several_articles_is_no_identity() -> None:
    links = [Link(url=f"{HOME}web/news/-/details/4790216/{slug}", title="t", published_at="x") for slug in SLUGS]
    learned = learn(links, links, HOME, [])
    assert learned is not None
    assert "?P<id>" not in learned.article
    assert all(fits(learned, link.url) for link in links)


@pytest.mark.parametrize("name", FORMS)
def test_no_address_keeps_a_pattern_busy(name: str) -> None:
    form, wrong = FORMS[name]
    links = addresses(form)
    learned = learn(links, [*links, *others(wrong)], HOME, [])
    assert learned is not None
    began = time.perf_counter()
    for part in ("-", "a-", "/a-", "-1", "/1", "/"):
        fits(learned, f"{HOME}{part * 600}!/")
    assert time.perf_counter() - began < 1.0


def test_topics_that_look_like_articles_are_excluded() -> None:
    links = addresses("{slug}-{id}.html")
    topics = [
        Link(url=f"{HOME}{slug}-event{n}.html", title="Chuyên đề về một việc lớn") for n, slug in enumerate(SLUGS)
    ]
    tags = [Link(url=f"{HOME}tags/{slug}-{n + 55000}.html", title="Từ khóa") for n, slug in enumerate(SLUGS)]
    learned = learn(links, [*links, *topics, *tags], HOME, [])
    assert learned is not None
    assert [link.url for link in (*topics, *tags) if fits(learned, link.url)] == []


def test_an_edition_in_a_folder_is_learned_from_its_own_links() -> None:
    english = [
        Link(url=f"{HOME}en/{slug}-{n + 61000}.html", title="A headline of five words") for n, slug in enumerate(SLUGS)
    ]
    learned = learn([], [*english, *addresses("{slug}-post{id}.html")], f"{HOME}en/", [f"{HOME}en/"])
    assert learned is not None
    assert learned.of == len(english)


def test_too_few_links_teach_nothing() -> None:
    assert learn([], [], HOME, []) is None
    assert learn(addresses("{slug}-{id}.html", 2), [], HOME, []) is None
    assert learn([], others(["{section}"]), HOME, []) is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=12), st.booleans())
def test_whatever_it_is_given_the_pattern_is_one_that_a_file_may_say(texts: list[str], certain: bool) -> None:
    links = [Link(url=f"{HOME}{text}", title=text or None) for text in texts]
    learned = learn(links if certain else [], links, HOME, [link.url for link in links[:2]])
    if learned is not None:
        re.compile(learned.article)
        assert 0 <= learned.matched <= learned.of


MARKED = {
    "cms-body": ('<a class="cms-link" href="x">', "{slug}-post{id}.html"),
    "b-grid": ('<h3 class="b-grid__title">', "{slug}-{id}.html"),
    "yyyymm-hex": ("", "{section}/{month}/{slug}-{hex}/"),
    "bbg": ("", "{section}/{slug}-postid{id}.bbg"),
    "a-id": ('<input name="__VIEWSTATE">', "{section}/{slug}-a{id}.html"),
    "izabacninh": ("", "en/xem-tin-tuc/article-27/{slug}-{id}.html"),
    "liferay": ("<script>Liferay.ThemeDisplay = {}</script>", "web/tin/-/{slug}"),
    "nukeviet": ('<meta name="generator" content="NukeViet v4.5">', "vi/news/tin/{slug}-{id}.html"),
    "sharepoint": ("<script>var _spPageContextInfo = {}</script>", "Lists/Tin/View.aspx?ItemID={id}"),
}


@pytest.mark.parametrize("family", MARKED)
def test_a_family_is_known_by_its_marks(family: str) -> None:
    html, form = MARKED[family]
    found = recognise([html.encode()], [link.url for link in addresses(form)], [HOME])
    assert found is not None
    assert found.family == family


def test_a_page_without_marks_is_of_no_family() -> None:
    page = b"<html><form><input name='__VIEWSTATE'></form></html>"
    assert recognise([page], [link.url for link in addresses("{slug}-{id}.html")]) is None


def test_a_familys_pattern_that_takes_pagers_for_articles_is_not_relied_on() -> None:
    links = [link.url for link in addresses("{slug}-{id}.html")]
    found = recognise([b'<h3 class="b-grid__title">'], links, [f"{HOME}thoi-su"])
    assert found is not None
    assert not found.pattern


@pytest.mark.parametrize("slug", sorted(SHIPPED))
def test_the_shipped_catalogue_would_be_named_alike(slug: str) -> None:
    """Whose newspaper it is, from its name and host: right, or not said."""
    source = SHIPPED[slug]
    guess = province_of(source.name, source.homepage)
    if guess is None or source.province is None or slug == "dongkhoi":  # whose host is another newspaper's
        return
    before = provinces.load()[source.province]
    assert guess[0] == source.province or (guess[0] == before.successor and f" {before.name}" in source.name), guess


@pytest.mark.parametrize("slug", sorted(SHIPPED))
def test_the_shipped_editions_are_known_by_their_addresses(slug: str) -> None:
    source = SHIPPED[slug]
    assert edition_of(source.homepage) in ("", source.edition)


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("Báo Hà Tĩnh", "https://x.vn/", "ha-tinh"),
        ("Báo Bắc Ninh", "https://x.vn/", "bac-ninh-2025"),
        ("Báo Bắc Giang", "https://x.vn/", "bac-giang"),
        ("Tin tức", "https://www.baohatinh.vn/", "ha-tinh"),
        ("Cổng thông tin", "https://hanam.gov.vn/", "ha-nam"),
        ("Tin thuế và hải quan", "https://tinthue.vn/", None),
        ("Quốc gia hôm nay", "https://quocgia.vn/", None),
    ],
)
def test_a_province_is_found_by_its_whole_name(name: str, url: str, expected: str | None) -> None:
    found = province_of(name, url)
    assert (found and found[0]) == expected


@pytest.mark.parametrize(
    ("url", "slug", "homepage"),
    [
        ("https://www.baohatinh.vn/thoi-su/x.html", "baohatinh", "https://www.baohatinh.vn/"),
        ("https://en.baobacgiang.vn/", "baobacgiang-en", "https://en.baobacgiang.vn/"),
        ("https://baonghean.vn/en/society", "baonghean-en", "https://baonghean.vn/en/"),
        ("https://bacninh.gov.vn/web/english", "bacninh-gov-en", "https://bacninh.gov.vn/web/english/"),
        ("https://baohatinh.vn/news/x-1.html", "baohatinh", "https://baohatinh.vn/"),
    ],
)
def test_a_slug_and_a_homepage_follow_from_an_address(url: str, slug: str, homepage: str) -> None:
    assert (slug_of(url), homepage_of(url)) == (slug, homepage)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="Báo Hà Tĩnh"><title>Tin mới</title>', "Báo Hà Tĩnh"),
        ("<title>Trang chủ - Báo Sơn La điện tử</title>", "Báo Sơn La điện tử"),
        ("<title>Báo Cà Mau | Tin tức mới nhất</title>", "Báo Cà Mau"),
        ("<title>{keywords}</title>", None),
        ("<title></title>", None),
    ],
)
def test_a_site_says_its_name(head: str, name: str | None) -> None:
    page = f"<html><head><meta charset='utf-8'>{head}</head><body><p>x</p></body></html>".encode()
    assert name_of(page, "utf-8") == name


def test_what_kind_it_is() -> None:
    assert kind_of("https://hatinh.gov.vn/", "Hà Tĩnh") == "portal"
    assert kind_of("https://x.vn/", "Đài Phát thanh và Truyền hình Hà Tĩnh") == "broadcaster"
    assert kind_of("https://x.vn/", "Báo và Phát thanh, Truyền hình Bắc Ninh") == "newspaper"
    assert kind_of("https://x.vn/", "Tạp chí Cửa Việt") == "magazine"
