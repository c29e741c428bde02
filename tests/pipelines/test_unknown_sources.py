"""Pages of a source that nobody described: what their language says of day order and zone, and what stays unsaid."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml.html import fromstring

from crawler.catalog import source_for_host
from crawler.links import Link, Via
from pipelines.article import Page
from pipelines.chain import localised
from pipelines.dates import find_published
from pipelines.reading.dates.text import parse_text
from pipelines.reading.page.head import head_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "raw", "at"),
    [
        ("vi", "09:55 07/06/2021", "2021-06-07T09:55+07:00"),
        ("pl", "09:55 07/06/2021", "2021-06-07T09:55"),
        ("pl", "2011-06-03 14:20", "2011-06-03T14:20"),
        ("en", "07/06/2021", None),
        ("en", "27/06/2021", "2021-06-27"),
        ("en", "06/27/2021", "2021-06-27"),
        ("en", "7/7/2021", "2021-07-07"),
        ("en", "07.06.2021", "2021-06-07"),
        ("en", "June 7, 2021 at 9:55 AM", "2021-06-07T09:55"),
        ("en", "2021-06-07 09:55 (GMT+7)", "2021-06-07T09:55+07:00"),
        ("und", "07/06/2021", None),
    ],
)
def test_dates(language: str, raw: str, at: str | None) -> None:
    source = localised(source_for_host("www.example.org"), language)
    stamp = parse_text(raw, day_first=source.day_first, timezone=source.timezone, now=NOW)
    assert (stamp.at if stamp else None) == at


@pytest.mark.parametrize("host", ["en.baosonha.vn", "sonha.gov.vn"])
def test_the_english_pages_of_a_vietnamese_host_are_dated_as_its_others(host: str) -> None:
    source = localised(source_for_host(host), "en")
    stamp = parse_text("Updated: 14:10, 04/03/2026", day_first=source.day_first, timezone=source.timezone, now=NOW)
    assert stamp is not None
    assert stamp.at == "2026-03-04T14:10+07:00"


def test_a_described_source_is_left_as_it_is() -> None:
    source = replace(source_for_host("x.test"), kind="newspaper", timezone="Asia/Ho_Chi_Minh", day_first=True)
    assert localised(source, "en") is source


@pytest.mark.parametrize("printed", ["2026-11-20T10:00", "2026-11-22T09:00", "2026-11-20T10:00:00+02:00"])
def test_a_date_of_no_known_zone_is_compared_with_others(printed: str) -> None:
    """It is compared with the fetch and with the feed's date, and neither of those lacks a zone."""
    html = (
        f'<html><head><meta property="article:published_time" content="{printed}"></head><body><h1>A</h1></body></html>'
    )
    page = Page(
        url="http://x.test/a",
        fetched_at=NOW,
        source=localised(source_for_host("x.test"), "en"),
        tree=fromstring(html),
        link=Link(url="http://x.test/a", published_at="2026-11-20T10:30:00Z", via_kind=Via.FEED),
    )
    assert find_published(head_of(page)).at == printed
