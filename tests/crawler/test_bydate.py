from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalog import parse_source
from crawler.errors import ConfigError
from crawler.listings.bydate import between, fill, is_sound, recent, todays
from crawler.source import Source
from crawler.spiders.feed import Feed
from crawler.spiders.section import Section
from crawler.spiders.sitemap import Sitemap

TODAY = date(2026, 3, 1)
FILE = 'name = "B"\nprovince = "ha-tinh"\nhomepage = "http://bao.test/"\n'
DAYS = "/tin-ngay/{dd}-{mm}-{yyyy}.html"
MONTHS = "/archive/{yyyy}/{m}/"
SOURCE = Source(
    slug="bao",
    name="Báo",
    homepage="http://bao.test/vi/",
    sections=("/kinh-te",),
    archives=(DAYS, "http://luu.bao.test/{yyyy}/{mm}"),
    sitemaps=("sitemap.xml", "/sitemap-{yyyy}-{mm}-{dd}.xml"),
    feeds=("/rss/{yyyy}{mm}.rss",),
)


def test_days_and_months_newest_first_each_once_over_a_leap_day() -> None:
    since, today = date(2024, 2, 28), date(2024, 3, 1)
    assert list(between(DAYS, since, today)) == [
        (date(2024, 3, 1), "/tin-ngay/01-03-2024.html"),
        (date(2024, 2, 29), "/tin-ngay/29-02-2024.html"),
        (date(2024, 2, 28), "/tin-ngay/28-02-2024.html"),
    ]
    assert list(between(MONTHS, since, today)) == [
        (date(2024, 3, 1), "/archive/2024/3/"),
        (date(2024, 2, 29), "/archive/2024/2/"),
    ]
    assert list(between(DAYS, today, since)) == []


def test_a_run_asks_for_the_lists_of_today_and_yesterday() -> None:
    assert Section().requests(SOURCE, TODAY) == [
        "http://bao.test/kinh-te",
        "http://bao.test/tin-ngay/01-03-2026.html",
        "http://bao.test/tin-ngay/28-02-2026.html",
        "http://luu.bao.test/2026/03",
        "http://luu.bao.test/2026/02",
    ]
    assert list(Sitemap().requests(SOURCE, TODAY))[:2] == [
        "http://bao.test/vi/sitemap.xml",
        "http://bao.test/sitemap-2026-03-01.xml",
    ]
    assert Feed().requests(SOURCE, date(2026, 3, 9)) == ["http://bao.test/rss/202603.rss"]
    assert todays(SOURCE, date(2026, 3, 9)) >= {"http://bao.test/rss/202603.rss", "http://luu.bao.test/2026/03"}
    assert not todays(SOURCE, TODAY) & {"http://bao.test/kinh-te", "http://bao.test/vi/sitemap.xml"}


@pytest.mark.parametrize(
    ("key", "address", "said"),
    [
        ("archives", "/tin-ngay", '"/tin-ngay": must be an address with {yyyy}'),
        ("archives", "/{dd}/{yyyy}", "also {mm} or {m}"),
        ("archives", "/{mm}-{dd}", "{yyyy}"),
        ("sitemaps", "/{year}.xml", "{yyyy}"),
        ("feeds", "/{yyyy}{", "{yyyy}"),
        ("feeds", "ftp://bao.test/{yyyy}", "https://baohatinh.vn/"),
    ],
)
def test_a_template_that_could_not_be_filled_in_is_refused(key: str, address: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_source(
            "bao", f'name="B"\nprovince="ha-tinh"\nhomepage="http://bao.test/"\n{key}=["{address}"]', where="f"
        )
    assert said in str(refused.value) and f"{key}[1]" in str(refused.value)


@pytest.mark.parametrize("key", ["feeds", "sitemaps", "archives"])
@pytest.mark.parametrize("address", ["/{yyyy}.xml", "/{yyyy}/{m}", "http://bao.test/?d={d}/{m}/{yyyy}"])
def test_templates_may_be_by_day_month_or_year(key: str, address: str) -> None:
    source = parse_source("bao", f'{FILE}{key} = ["{address}"]', where="f")
    assert getattr(source, key) == (urljoin("http://bao.test/", address),)


@given(st.dates(), st.integers(0, 400), st.sampled_from([DAYS, MONTHS, "/{yyyy}"]))
def test_every_day_is_in_a_list_and_no_list_comes_twice(today: date, days: int, template: str) -> None:
    since = today - timedelta(days=min(days, today.toordinal() - 1))
    found = [address for _, address in between(template, since, today)]
    assert len(set(found)) == len(found) and found[0] == fill(template, today) and found[-1] == fill(template, since)
    assert {fill(template, date.fromordinal(n)) for n in range(since.toordinal(), today.toordinal() + 1)} == set(found)


@given(st.text(alphabet="{}ymd/0"), st.dates())
def test_a_sound_template_leaves_nothing_in_braces(template: str, day: date) -> None:
    if is_sound(template):
        assert "{" not in "".join(recent([template], day))
