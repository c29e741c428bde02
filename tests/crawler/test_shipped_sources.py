"""The shipped catalogue as a whole: short files, one owner for every host and every article."""

from collections import defaultdict
from importlib.resources import files

import pytest

from crawler import catalog, identity
from crawler.source import Source

# As the issue of the catalogue wants them: one screenful says all there is to know of a newspaper.
MOST_LINES = 12
# Editions that live in the paths of one site.
SHARED_HOSTS = {
    "bacninh.gov.vn": {"bacninh-gov", "bacninh-gov-en"},
    "baobinhduong.vn": {"baobinhduong", "baobinhduong-en", "baobinhduong-zh"},
    "baocantho.com.vn": {"baocantho", "baocantho-en", "baocantho-km"},
    "baokhanhhoa.vn": {"baokhanhhoa", "baokhanhhoa-en"},
    "baonghean.vn": {"baonghean", "baonghean-en"},
    "dongnai.gov.vn": {"dongnai-gov", "dongnai-gov-en"},
    "izabacninh.gov.vn": {"izabacninh", "izabacninh-en"},
}
# Nobody has said what an article's address looks like there: the pattern is a guess, and a first run tells.
GUESSED = 77


@pytest.fixture(scope="module")
def shipped() -> dict[str, Source]:
    return dict(catalog.load(None).sources)


def test_a_file_is_short() -> None:
    for file in files("crawler").joinpath("sources").iterdir():
        if file.name.endswith(".toml"):
            lines = file.read_text("utf-8").splitlines()
            assert len(lines) <= MOST_LINES and max(map(len, lines)) <= 120, file.name


def test_a_host_has_one_owner_or_is_shared_by_editions(shipped: dict[str, Source]) -> None:
    owners = defaultdict(set)
    for source in shipped.values():
        for host in identity.hosts(source):
            owners[host].add(source.slug)
    assert {host: slugs for host, slugs in owners.items() if len(slugs) > 1} == SHARED_HOSTS
    for slugs in SHARED_HOSTS.values():
        assert len({shipped[slug].edition for slug in slugs}) == len(slugs)


def test_what_is_a_guess_is_counted(shipped: dict[str, Source]) -> None:
    assert sum(source.family == "numbered" for source in shipped.values()) == GUESSED
    assert {source.family for source in shipped.values()} >= {"cms-body", "b-grid", "yyyymm-hex", "bbg", "a-id"}


def test_national_outlets_are_kept_for_words(shipped: dict[str, Source]) -> None:
    national = {source.slug for source in shipped.values() if source.province is None}
    assert national == {
        "baochinhphu", "baotintuc", "laodong-en", "nhandan", "nhandan-en", "tapchiqptd-en", "vietnamplus"
    }  # fmt: skip
    assert all(shipped[slug].keep == ("Bắc Ninh", "Bắc Giang") for slug in national)
    assert shipped["laodong-en"].machine_translated and not shipped["baonghean"].machine_translated
    assert shipped["tapchiqptd-en"].homepage.startswith("http:")


# Addresses as the sites make them (the slugs are ours), each with its newspaper and its native id, if there is one.
ARTICLES = [
    ("https://hanoimoi.vn/cau-moi-thong-xe-712345.html", "hanoimoi", "712345"),
    ("https://baocaobang.vn/Thoi-su/cau-moi-3171234.html", "baocaobang", "3171234"),
    ("https://baotuyenquang.com.vn/xa-hoi/202511/cho-phien-mo-lai/", "baotuyenquang", "202511/cho-phien-mo-lai"),
    ("https://baotuyenquang.com.vn/xa-hoi/202511/cho-phien-0a1b2c3/", "baotuyenquang", "202511/cho-phien-0a1b2c3"),
    ("https://baolaocai.vn/cho-phien-mo-lai-post398765.html", "baolaocai", "398765"),
    ("https://en.baolaocai.vn/market-opens-post3987.html", "baolaocai-en", "3987"),
    ("https://baodienbienphu.vn/tin-bai/xa-hoi/cho-phien-mo-lai", "baodienbienphu", None),
    ("https://baolaichau.vn/xa-hoi/cho-phien-mo-lai-1234567", "baolaichau", "1234567"),
    ("https://baosonla.vn/xa-hoi/cho-phien-mo-lai-a1B2c3DNg.html", "baosonla", None),
    ("https://en.baosonla.org.vn/society/market-opens-x1y2.html", "baosonla-en", None),
    ("https://baothainguyen.vn/xa-hoi/202511/cho-phien-0a1b2c3/", "baothainguyen", "202511/cho-phien-0a1b2c3"),
    ("https://baolangson.vn/cho-phien-mo-lai-5012345.html", "baolangson", "5012345"),
    ("https://baoquangninh.vn/cho-phien-mo-lai-3312345.html", "baoquangninh", "3312345"),
    ("https://baobacgiang.vn/bg/xa-hoi/412345/cho-phien-mo-lai.html", "baobacninhtv", "412345"),
    ("https://baobacninhtv.vn/cho-phien-mo-lai-postid431234.bbg", "baobacninhtv", "431234"),
    ("https://baobacninhtv.vn/cho-phien-mo-lai.bbg", "baobacninhtv", None),
    ("http://en.baobacgiang.com.vn/bg/society/41234/market-opens.html", "baobacninhtv-en", "41234"),
    ("https://baophutho.vn/cho-phien-mo-lai-212345.htm", "baophutho", "212345"),
    ("https://baohaiphong.vn/cho-phien-mo-lai-512345.html", "baohaiphong", "512345"),
    ("https://baohungyen.vn/Chinh-tri/cho-phien-3181234.html", "baohungyen", "3181234"),
    ("https://baohanam.com.vn/xa-hoi/cho-phien-mo-lai-123456.html", "baohanam", "123456"),
    ("https://baoninhbinh.org.vn/cho-phien-mo-lai-251112080012345.html", "baoninhbinh", "251112080012345"),
    ("https://baothanhhoa.vn/cho-phien-mo-lai-261234.htm", "baothanhhoa", "261234"),
    ("https://baonghean.vn/cho-phien-mo-lai-10312345.html", "baonghean", "10312345"),
    ("https://baonghean.vn/en/cho-phien-mo-lai-10312345.html", "baonghean-en", "10312345"),
    ("https://baohatinh.vn/cho-phien-mo-lai-post281234.html", "baohatinh", "281234"),
    ("https://huengaynay.vn/xa-hoi/cho-phien-mo-lai.html", "huengaynay", None),
    ("https://news.huengaynay.vn/society/market-opens.html", "huengaynay-en", None),
    ("https://baodanang.vn/cho-phien-mo-lai-3312345.html", "baodanang", "3312345"),
    ("https://baodanang.vn/xahoi/ky-hop-cuoi-nam-2024.html", "baodanang", None),
    ("https://baoquangngai.vn/xa-hoi/202511/cho-phien-0a1b2c3-51234.htm", "baoquangngai", "51234"),
    ("https://baokhanhhoa.vn/xa-hoi/202511/cho-phien-0a1b2c3/", "baokhanhhoa", "202511/cho-phien-0a1b2c3"),
    ("https://baokhanhhoa.vn/english/202511/market-0a1b2c3/", "baokhanhhoa-en", "202511/market-0a1b2c3"),
    ("https://news.baokhanhhoa.vn/society/201804/market-0a1b2c3/", "baokhanhhoa-news", "201804/market-0a1b2c3"),
    ("https://m.baogialai.com.vn/cho-phien-mo-lai-post312345.html", "baogialai", "312345"),
    ("https://baodaklak.vn/xa-hoi/202511/cho-phien-mo-lai/", "baodaklak", "202511/cho-phien-mo-lai"),
    ("https://baolamdong.vn/cho-phien-mo-lai-401234.html", "baolamdong", "401234"),
    ("https://baotayninh.vn/cho-phien-mo-lai-a181234.html", "baotayninh", "181234"),
    ("https://newfe.baobinhduong.vn/cho-phien-mo-lai-a351234.html", "baobinhduong", "351234"),
    ("https://baobinhduong.vn/en/market-opens-a351234.html", "baobinhduong-en", "351234"),
    ("https://baobinhduong.vn/cn/cho-phien-a351234.html", "baobinhduong-zh", "351234"),
    ("https://www.sggp.org.vn/cho-phien-mo-lai-post812345.html", "sggp", "812345"),
    ("https://en.sggp.org.vn/market-opens-post112345.html", "sggp-en", "112345"),
    ("https://baolongan.vn/cho-phien-mo-lai-a201234.html", "baolongan", "201234"),
    ("https://baodongkhoi.vn/cho-phien-mo-lai-a151234.html", "dongkhoi", "151234"),
    ("https://baovinhlong.com.vn/xa-hoi/202511/cho-phien-0a1b2c3/", "baovinhlong", "202511/cho-phien-0a1b2c3"),
    ("https://baocantho.com.vn/cho-phien-mo-lai-a191234.html", "baocantho", "191234"),
    ("https://baocantho.com.vn/news/market-opens-a191234.html", "baocantho-en", "191234"),
    ("https://baocantho.com.vn/khmer/cho-phien-a191234.html", "baocantho-km", "191234"),
    ("https://baohaugiang.com.vn/thoi-su/cho-phien-141234.html", "baohaugiang", "141234"),
    ("https://baosoctrang.org.vn/xa-hoi/202506/cho-phien-0a1b2c3/", "baosoctrang", "202506/cho-phien-0a1b2c3"),
    ("https://baocamau.vn/cho-phien-mo-lai-a41234.html", "baocamau", None),
    ("https://bacninhtv.vn/tin-tuc-n12345/cho-phien-mo-lai.html", "bacninhtv", None),
    ("https://www.vietnamplus.vn/cho-phien-mo-lai-post1012345.vnp", "vietnamplus", "1012345"),
    ("https://www.vietnamplus.vn/cho-phien-mo-lai/812345.vnp", "vietnamplus", "812345"),
    ("https://nhandan.vn/cho-phien-mo-lai-post912345.html", "nhandan", "912345"),
    ("https://baochinhphu.vn/cho-phien-mo-lai-102251112080012345.htm", "baochinhphu", "102251112080012345"),
    ("https://dongnai.gov.vn/en/news/society/market-opens-6760.html", "dongnai-gov-en", None),
    ("https://dongnai.gov.vn/news/xa-hoi/cho-phien-6760.html", "dongnai-gov", None),
    ("https://bacninh.gov.vn/web/english/news/-/details/4790216/market-opens", "bacninh-gov-en", None),
    ("https://bacninh.gov.vn/news/-/details/20182/cho-phien-mo-lai", "bacninh-gov", None),
    ("http://eng.binhduong.gov.vn:443/lists/news/detail.aspx?ItemID=12", "binhduong-gov-en", None),
]


@pytest.mark.parametrize(("url", "slug", "native"), ARTICLES)
def test_an_article_has_one_owner_and_its_key(
    shipped: dict[str, Source], url: str, slug: str, native: str | None
) -> None:
    assert [source.slug for source in shipped.values() if identity.is_article(url, source)] == [slug]
    owner = catalog.source_for_url(url, shipped.values())
    assert owner is not None and owner.slug == slug
    key = identity.key(url, owner)
    assert key.split(":", 3)[3] == native if native else key.startswith("url:")


@pytest.mark.parametrize(
    "url",
    [
        "https://hanoimoi.vn/dai-hoi-event123.html",
        "https://baonghean.vn/chu-de-event12.html",
        "https://baonghean.vn/en/",
        "https://baosonla.vn/xa-hoi/trang-4.html",
        "https://en.baosonla.org.vn/trang-4.html",
        "https://baodienbienphu.vn/tin-bai/xa-hoi",
        "http://eng.binhduong.gov.vn/Lists/TinTucSuKien/TongQuat.aspx?PageIndex=408",
        "https://baolongan.vn/thoi-su",
        "https://bacninhtv.vn/tin-tuc-n12345/",
    ],
)
def test_listings_are_nobodys_articles(shipped: dict[str, Source], url: str) -> None:
    assert [source.slug for source in shipped.values() if identity.is_article(url, source)] == []
