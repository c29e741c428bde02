"""Pages of a source that nobody described: what their language says of day order and zone, and what stays unsaid."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.catalog import source_for_host
from pipelines.chain import localised
from pipelines.datetext import parse_text

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


def test_a_described_source_is_left_as_it_is() -> None:
    source = replace(source_for_host("x.test"), kind="newspaper", timezone="Asia/Ho_Chi_Minh", day_first=True)
    assert localised(source, "en") is source
