from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.listings.stamps import read_stamp

VIETNAM = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("9/26/2026 9:20:00 AM", "2026-09-26T09:20:00+07:00"),
        ("9/6/2026 9:20:00 PM", "2026-09-06T21:20:00+07:00"),
        ("9/6/2026 12:05:00 AM", "2026-09-06T00:05:00+07:00"),
        ("07/06/2021 09:55", "2021-06-07T09:55:00+07:00"),
        ("12/01/2021 02:15 CH", "2021-01-12T14:15:00+07:00"),
        ("12/01/2021 10:15 SA", "2021-01-12T10:15:00+07:00"),
        ("26-09-2026", "2026-09-26"),
        ("Sat, 26 Sep 2026 09:20:00 +0700", "2026-09-26T09:20:00+07:00"),
        ("Sat, 26 Sep 2026 02:20:00 GMT", "2026-09-26T02:20:00+00:00"),
        ("Sat, 26 Sep 2026 09:20:00 GMT+7", "2026-09-26T09:20:00+07:00"),
        ("Sat, 26 Sep 2026 09:20:00", "2026-09-26T09:20:00+07:00"),
        ("2026-09-26T09:20:00Z", "2026-09-26T09:20:00+00:00"),
        ("2026-09-26T09:20:00+07:00", "2026-09-26T09:20:00+07:00"),
        ("2026-09-26", "2026-09-26"),
        ("2026-09-26 09:20:00 +0700", "2026-09-26T09:20:00+07:00"),
        ("2026-09-26T09:20:00.123Z", "2026-09-26T09:20:00+00:00"),
        ("Sat, 26 Sep 2026 09:20:00 ICT", "2026-09-26T09:20:00+07:00"),
        ("Thứ Bảy, 26/09/2026 - 09:20", "2026-09-26T09:20:00+07:00"),
        ("Thứ bảy, ngày 26/09/2026, 09:20 GMT+7", "2026-09-26T09:20:00+07:00"),
        ("09:20 | 26/09/2026", "2026-09-26T09:20:00+07:00"),
        ("9h20 26/09/2026", "2026-09-26T09:20:00+07:00"),
        ("9/26/2026 21:20", "2026-09-26T21:20:00+07:00"),
        ("26/09/2026 09:20:00 +0800", "2026-09-26T09:20:00+08:00"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("01/01/0001", None),
        ("1989-12-31", None),
        ("1990-01-01", "1990-01-01"),
        ("2026-02-30", None),
        ("31/02/2026 10:00", None),
        ("26/13/2026 9:20:00 AM", None),
        ("hôm qua", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_keep_the_offset_they_state(raw: str | None, read: str | None) -> None:
    assert read_stamp(raw, VIETNAM) == read


NOW = datetime(2026, 9, 26, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("2026-09-28T23:00:00Z", "2026-09-28T23:00:00+00:00"),
        ("2026-09-28", "2026-09-28"),
        ("2026-09-29", None),
        ("Thu, 31 Dec 2099 00:00:00 GMT", None),
        ("31/12/9999 23:59", None),
    ],
)
def test_what_is_more_than_two_days_ahead_is_no_date(raw: str, read: str | None) -> None:
    assert read_stamp(raw, VIETNAM, NOW) == read
    assert read_stamp(raw, VIETNAM) is not None  # no clock, no verdict


def test_no_offset_is_claimed_where_the_zone_is_not_known() -> None:
    assert read_stamp("26/09/2026 09:20", "") == "2026-09-26T09:20:00"


@given(st.text())
def test_never_raises(raw: str) -> None:
    found = read_stamp(raw, VIETNAM)
    assert found is None or found[:4].isdigit()


@given(st.from_regex(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4} [0-9]{1,2}:[0-9]{2}( (AM|PM|SA|CH))?", fullmatch=True))
def test_numeric_dates_never_raise(raw: str) -> None:
    found = read_stamp(raw, VIETNAM)
    assert found is None or found[:4] == raw.split()[0][-4:]
