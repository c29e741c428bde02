"""Source files: what they may say, what is said of those that are wrong, and who wins."""

from datetime import date
from pathlib import Path

import pytest

from crawler import catalog, identity, provinces
from crawler.errors import ConfigError, UsageError
from crawler.source import Source

# The example of the documentation.
EXAMPLE = r"""
name     = "Báo Bắc Ninh"
province = "bac-ninh-2025"
homepage = "https://baobacninhtv.vn/"
article  = '-postid(?P<id>\d+)\.bbg$'
schedule = "hourly"
[[hosts]]
host = "baobacgiang.vn"
until = 2025-06-30
[expect]
articles_per_week = 60
"""
MINIMAL = 'name = "X"\nhomepage = "https://baox.vn/"\nprovince = "ha-tinh"\n'


def parse(text: str) -> Source:
    return catalog.parse_source("baox", text, where="sources/baox.toml")


def test_the_example() -> None:
    source = parse(EXAMPLE)
    assert (source.slug, source.name, source.schedule) == ("baox", "Báo Bắc Ninh", "hourly")
    assert source.hosts[0].until == date(2025, 6, 30) and not source.hosts[0].same_ids
    assert source.expect.articles_per_week == 60
    assert identity.key("https://baobacninhtv.vn/a-postid7.bbg", source) == "id::baobacninhtv.vn:7"
    assert identity.key("https://baobacgiang.vn/a-postid7.bbg", source) == "id::baobacgiang.vn:7"


def test_what_is_not_said_has_the_defaults_of_the_type() -> None:
    plain = Source(slug="baox", name="X", homepage="https://baox.vn/", province="ha-tinh")
    assert parse(MINIMAL) == plain


def test_paths_are_on_the_homepage() -> None:
    source = parse(MINIMAL + 'feeds = ["/rss/home.rss", "https://rss.baox.vn/a"]\nsections = ["/thoi-su"]')
    assert source.feeds == ("https://baox.vn/rss/home.rss", "https://rss.baox.vn/a")
    assert source.sections == ("https://baox.vn/thoi-su",)


def test_a_family_gives_what_the_file_does_not_say() -> None:
    source = parse(MINIMAL + 'family = "cms-body"\nexclude = "^/video"\n[extract]\nbody = "#own"')
    assert source.article and source.article.search("/a-post12.html")
    assert source.exclude and source.exclude.pattern == "^/video"
    assert source.selectors.body == "#own"
    assert source.selectors.summary == "div.article__sapo"


def test_a_source_elsewhere_has_its_own_clock() -> None:
    source = parse(MINIMAL + 'timezone = "Asia/Bangkok"\nday_first = false')
    assert (source.timezone, source.day_first) == ("Asia/Bangkok", False)


def test_case_is_ignored_in_patterns_where_the_server_ignores_it() -> None:
    source = parse(MINIMAL + "article = 'TongQuat\\.aspx'\nignore_case = true")
    assert identity.is_article("https://baox.vn/Lists/TONGQUAT.aspx", source)


WRONG = [
    ("provnce = 1", ['provnce: no such key (did you mean "province"?)', "allowed: name, homepage"]),
    ('name = "X"', ["homepage: missing"]),
    (MINIMAL.replace("ha-tinh", "ha-tin"), ['province = "ha-tin"', '(did you mean "ha-tinh"?)']),
    (MINIMAL.replace('"ha-tinh"', "42"), ["province = 42: must be an id of provinces.toml"]),
    (MINIMAL.replace("https", "htps"), ['homepage = "htps://baox.vn/"', "must be an address such as"]),
    (MINIMAL.replace("baox.vn/", "[/"), ["homepage"]),
    (MINIMAL.replace("baox.vn", "a@baox.vn"), ["homepage"]),
    (MINIMAL.replace("baox.vn", "baox.vn:99999"), ["homepage"]),
    (MINIMAL.replace("https://baox.vn/", "   "), ["homepage"]),
    (MINIMAL.replace("province", "# province"), ["province or keep: one is needed"]),
    (MINIMAL + "article = '-(\\d+'", ["article", "a regular expression (missing )"]),
    (MINIMAL + "article = '-(?P<nr>\\d+)'", ['only named group is "id", not "nr"']),
    (MINIMAL + "article = '^https://baox.vn/'", ["article", "path and query alone"]),
    (MINIMAL + "article = ''", ["article"]),
    (MINIMAL + 'day_first = "yes"', ['day_first = "yes": must be true or false']),
    (MINIMAL + 'delay = "1"', ['delay = "1": must be a number, at least 0']),
    (MINIMAL + "delay = true", ["delay = true: must be a number"]),
    (MINIMAL + "delay = nan", ["delay = nan: must be a number"]),
    (MINIMAL + "delay = 0.5", ["delay = 0.5: must be at least 1 second"]),
    (MINIMAL + 'kind = "paper"', ["must be one of: newspaper, portal"]),
    (MINIMAL + 'kind = ["a"]', ["must be one of: newspaper, portal"]),
    (MINIMAL + 'language = "Vietnamese"', ["language code"]),
    (MINIMAL + 'edition = "EN:1"', ["edition"]),
    (MINIMAL + 'timezone = "Asia/Hanoi"', ["a time zone such as"]),
    (MINIMAL + 'schedule = "every hour"', ["the name of a schedule"]),
    (MINIMAL + 'family = "cms-bdy"', ['(did you mean "cms-body"?)']),
    (MINIMAL + 'family = ["cms-body"]', ["must be one of cms-body"]),
    (MINIMAL + 'family = "cms-body"\nextract = 1', ["extract = 1: must be a table of title"]),
    (MINIMAL + 'feeds = "/rss"', ["a list of texts"]),
    (MINIMAL + 'feeds = ["rss"]', ['feeds[1] = "rss": must be an address']),
    (MINIMAL + 'feeds = ["//evil.com/rss"]', ["feeds[1]"]),
    (MINIMAL + "keep = [1]", ["keep[1] = 1: must be a text"]),
    (MINIMAL + 'hosts = "a.vn"', ["a list of tables, each headed [[hosts]]"]),
    (
        MINIMAL + '[[hosts]]\nhost = "a.vn"\nuntil = "2025-06-30"',
        ['hosts[1].until = "2025-06-30": must be a day', "without quotes"],
    ),
    (MINIMAL + '[[hosts]]\nhost = "a.vn"\nuntil = 2025-06-30T00:00:00Z', ["hosts[1].until"]),
    (MINIMAL + "[[hosts]]\nuntil = 2025-06-30", ["hosts[1].host: missing"]),
    (MINIMAL + '[[hosts]]\nhost = "http://a.vn/"', ["a host in small letters"]),
    (MINIMAL + '[[hosts]]\nhost = "a.vn"\nprovince = "x"', ["hosts[1].province"]),
    (MINIMAL + 'key_host = "other.vn"', ["must be the homepage's host or one of [[hosts]]"]),
    (MINIMAL + "[expect]\narticles_per_week = 0", ["expect.articles_per_week = 0: must be a whole number"]),
    (MINIMAL + "[expect]\nper_week = 1", ['per_week: no such key (did you mean "articles_per_week"?)']),
    (MINIMAL + '[extract]\nbody = "div["', ["extract.body", "a CSS selector"]),
    (MINIMAL + '[extract]\ndrop = ["a", "::::"]', ["extract.drop[2]", "a CSS selector"]),
    ("name = X", ["not TOML", "line 1"]),
    ("name = " + "[" * 9999, ["not TOML"]),
    ("delay = " + "1" * 9999, ["not TOML"]),
    ('"a\\nb" = 1', ["a b: no such key"]),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_file_is_told_in_one_line(text: str, said: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    message = str(caught.value)
    assert message.startswith("sources/baox.toml: ") and "\n" not in message
    for words in said:
        assert words in message


@pytest.mark.parametrize("slug", ["Bao X", "-x", "x_y", "báo", ""])
def test_a_slug_is_plain(slug: str) -> None:
    with pytest.raises(ConfigError, match="cannot name a source"):
        catalog.parse_source(slug, MINIMAL, where="x.toml")


def test_on_this_machine_anything_goes() -> None:
    for homepage in ("http://baox.test/", "http://127.0.0.1:8123/", "http://[::1]/", "http://localhost/"):
        source = parse(f'name = "X"\nhomepage = "{homepage}"\ndelay = 0.01')
        assert source.delay == 0.01


def test_shipped_files_are_good() -> None:
    shipped = catalog.load(None)
    assert shipped.errors == {}
    assert len(shipped.sources) >= 11
    for source in shipped.sources.values():
        assert source.article, source.slug
        assert source.keep if source.province is None else source.province in provinces.load()


def test_own_files_override_by_name_and_a_bad_one_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "baohatinh.toml").write_text(MINIMAL)
    (tmp_path / "baolamdong.toml").write_text("provnce = 1")
    (tmp_path / "latin.toml").write_bytes(b'name = "B\xe1o"')
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "new.toml").write_text("\ufeff" + MINIMAL)
    (tmp_path / ".hidden.toml").write_text("no")
    (tmp_path / "new.toml~").write_text("no")
    found = catalog.load(tmp_path)
    assert found.sources["baohatinh"].name == "X"
    assert found.sources["new"].homepage == "https://baox.vn/"
    assert "hanoimoi" in found.sources
    assert set(found.errors) == {"baolamdong", "folder", "latin"} and not set(found.errors) & set(found.sources)
    with pytest.raises(ConfigError, match="no such key"):
        found.get("baolamdong")
    with pytest.raises(UsageError, match=r'no source "hanoimo".*did you mean "hanoimoi"'):
        found.get("hanoimo")
    with pytest.raises(UsageError, match="sources list"):
        found.get("zzzzzz")


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert catalog.load(tmp_path / "none") == catalog.load(None)


# The addresses of real articles and listings, each with the source that must know it, and the key.
EVIDENCE = [
    (
        "https://news.laodong.vn/thoi-su/bac-ninh-ruc-ro-co-hoa-chao-mung-dai-hoi-xiv-cua-dang-1643133.ldo",
        "laodong-en",
        "id:en:news.laodong.vn:1643133",
    ),
    (
        "http://www.izabacninh.gov.vn/en/xem-tin-tuc/article-27/affirming-the-position-7448.html",
        "izabacninh-en",
        "id:en:izabacninh.gov.vn:7448",
    ),
    ("http://izabacninh.gov.vn/xem-tin-tuc/article-12/tin-7448.html", "izabacninh", "id::izabacninh.gov.vn:7448"),
    (
        "http://en.baobacgiang.com.vn/bg/politics/410632/half-term-hallmarks.html",
        "baobacninhtv-en",
        "id:en:en.baobacninhtv.vn:410632",
    ),
    ("https://en.baobacgiang.vn/s.bbg", "baobacninhtv-en", "url:http://en.baobacninhtv.vn/s.bbg"),
    ("https://en.baobacninhtv.vn/s.bbg", "baobacninhtv-en", "url:http://en.baobacninhtv.vn/s.bbg"),
    ("https://baobacninhtv.vn/bg2/dulichbg/a-postid413098.bbg", "baobacninhtv", "id::baobacninhtv.vn:413098"),
    ("https://baobacgiang.vn/b-postid413098.bbg", "baobacninhtv", "id::baobacninhtv.vn:413098"),
    (
        "http://tapchiqptd.vn/en/theory-and-practice/bac-ninh-city-exercises-its-leadership/23308.html",
        "tapchiqptd-en",
        "id:en:tapchiqptd.vn:23308",
    ),
    ("https://baohatinh.vn/tin-post280123.html?gidzl=x", "baohatinh", "id::baohatinh.vn:280123"),
    ("https://hanoimoi.vn/tin-700123.html", "hanoimoi", "id::hanoimoi.vn:700123"),
    (
        "https://baolamdong.vn/kinh-te/202303/tin-1a2b3c4/",
        "baolamdong",
        "url:http://baolamdong.vn/kinh-te/202303/tin-1a2b3c4",
    ),
    ("https://baothanhhoa.vn/tin-210123.htm", "baothanhhoa", "id::baothanhhoa.vn:210123"),
    ("https://baoquangninh.vn/tin-3300123.html", "baoquangninh", "id::baoquangninh.vn:3300123"),
]


@pytest.mark.parametrize(("url", "slug", "key"), EVIDENCE)
def test_shipped_sources_know_their_articles(url: str, slug: str, key: str) -> None:
    sources = catalog.load(None).sources
    source = catalog.source_for_url(url, sources.values())
    assert source is not None and source.slug == slug
    assert identity.is_article(url, source)
    assert identity.key(url, source) == key


@pytest.mark.parametrize(
    "url",
    [
        "https://hanoimoi.vn/dai-hoi-event123.html",
        "https://baohatinh.vn/thoi-su",
        "https://baobacninhtv.vn/photo/a.bbg",
    ],
)
def test_shipped_sources_know_what_is_no_article(url: str) -> None:
    source = catalog.source_for_url(url, catalog.load(None).sources.values())
    assert source is not None and not identity.is_article(url, source)


def test_an_unknown_host_is_nobodys() -> None:
    assert catalog.source_for_url("https://baohatinh.vn.example.com/", catalog.load(None).sources.values()) is None


def test_liferay_numbers_are_no_identity() -> None:
    source = parse(MINIMAL + 'family = "liferay"')
    one, two = (f"https://baox.vn/web/english/news/-/details/4790216/{slug}" for slug in ("a", "b"))
    assert identity.is_article(one, source) and identity.key(one, source) != identity.key(two, source)


def test_seven_hex_digits_are_no_identity() -> None:
    source = parse(MINIMAL + 'family = "yyyymm-hex"')
    one = identity.key("https://baox.vn/chinh-tri/202303/a-b-1a2b3c4/", source)
    assert one == identity.key("https://baox.vn/xa-hoi/202303/a-b-1a2b3c4", source)
    assert one != identity.key("https://baox.vn/chinh-tri/202304/a-c-1a2b3c4/", source)


def test_a_source_for_an_unknown_host() -> None:
    source = catalog.source_for_host("www.News.bcm.ru:80")
    assert source == catalog.source_for_host("news.bcm.ru")
    assert (source.slug, source.homepage, source.kind) == ("news-bcm-ru", "http://news.bcm.ru/", "import")
    assert (source.language, source.article, source.province) == ("und", None, None)
    assert catalog.source_for_url("https://www.news.bcm.ru/a", [source]) is source


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:80", "", "báo.vn", "..", "a_b.com"])
def test_any_host_gives_a_slug(host: str) -> None:
    assert catalog.parse_source(catalog.source_for_host(host).slug, MINIMAL, where="x.toml")


@pytest.mark.parametrize("day", [date(2025, 6, 1), date(2025, 8, 1)], ids=["63 units", "34 units"])
@pytest.mark.parametrize("kind", ["newspaper", "portal"])
def test_every_province_has_its_newspaper_and_its_portal(kind: str, day: date) -> None:
    found = set()
    for source in catalog.load(None).sources.values():
        if source.kind == kind:
            hosts = (identity.host_of(source.homepage), *(former.host for former in source.hosts))
            found |= {provinces.as_of(source, host, day) for host in hosts}
    units = provinces.load().values()
    there = {u.id for u in units if (u.valid_from or day) <= day <= (u.valid_to or day)}
    assert len(there) == (63 if day < date(2025, 7, 1) else 34)
    assert there <= found, sorted(there - found)
