from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.dates.stamp import Stamp, parse_machine
from pipelines.reading.dates.text import find_stamps, parse_text, residue

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # ten in the morning in Việt Nam


def read(raw: str, *, day_first: bool = True) -> Stamp | None:
    return parse_text(raw, day_first=day_first, timezone=ZONE, now=NOW)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("09:55 07/06/2021", "2021-06-07T09:55+07:00"),
        ("16:07 | 07/01/2020", "2020-01-07T16:07+07:00"),
        ("Updated: 07:00, 30/01/2022", "2022-01-30T07:00+07:00"),
        ("Cập nhật lúc: 09:55, 07/06/2021", "2021-06-07T09:55+07:00"),
        ("Cập nhật: 09:55, 07/06/2021", "2021-06-07T09:55+07:00"),
        ("Ngày đăng: 07/06/2021", "2021-06-07"),
        ("Đăng ngày 07/06/2021 09:55", "2021-06-07T09:55+07:00"),
        ("05/01/2019 15:53 Số lượt xem: 52", "2019-01-05T15:53+07:00"),
        ("Saturday, May 30, 2020, 16:48 (GMT+7)", "2020-05-30T16:48+07:00"),
        ("18/01/2026 16:09 (GMT+7)", "2026-01-18T16:09+07:00"),
        ("11/03/2026 14:54", "2026-03-11T14:54+07:00"),
        ("10:04, 27/04/2018", "2018-04-27T10:04+07:00"),
        ("15:23 | 09/07/2020", "2020-07-09T15:23+07:00"),
        ("15-01-2024 13:04", "2024-01-15T13:04+07:00"),
        ("15/01/2024 - 13:04", "2024-01-15T13:04+07:00"),
        ("19:05 | 23/03/2025 21:51 | 31/12/2025", "2025-12-31T21:51+07:00"),
        ("2026-09-05T23:48:01+07:00", "2026-09-05T23:48:01+07:00"),
        ("12/01/2021 02:15 PM", "2021-01-12T14:15+07:00"),
        ("10:15 SA 12/01/2021", "2021-01-12T10:15+07:00"),
        ("02:15 CH 12/01/2021", "2021-01-12T14:15+07:00"),
        ("12:15 SA 12/01/2021", "2021-01-12T00:15+07:00"),
        ("12:15 CH 12/01/2021", "2021-01-12T12:15+07:00"),
        ("Báo Tài nguyên Môi trường31/07/2023", "2023-07-31"),
        ("9/26/2026 9:20:00 AM", "2026-09-26T09:20+07:00"),
        ("9/6/2026 9:20:00 AM", "2026-09-06T09:20+07:00"),  # .NET's en-US, whatever the source's order
        ("09/06/2026 9:20 AM", "2026-06-09T09:20+07:00"),
        ("27/09/2020, 21:58", "2020-09-27T21:58+07:00"),
        ("ngày 7 tháng 6 năm 2021", "2021-06-07"),
        ("Thứ Hai, ngày 07 tháng 06 năm 2021", "2021-06-07"),
        ("7 Tháng Sáu, 2021", "2021-06-07"),
        ("Thứ Hai, 07/06/2021 - 09:55", "2021-06-07T09:55+07:00"),
        ("T.Hai, 07/06/2021 09:55", "2021-06-07T09:55+07:00"),
        ("Chủ nhật, 06/06/2021 | 21:05 GMT+7", "2021-06-06T21:05+07:00"),
        ("Thứ ba, 09h30 ngày 08/06/2021", "2021-06-08T09:30+07:00"),
        ("9 giờ 30 phút, ngày 8/6/2021", "2021-06-08T09:30+07:00"),
        ("30th May, 2020 at 9:05 a.m.", "2020-05-30T09:05+07:00"),
        ("Sep. 5, 2020", "2020-09-05"),
        ("5 Sept 2020", "2020-09-05"),
        ("2012年01月11日 08:05", "2012-01-11T08:05+07:00"),
        ("Jan 16, 2012, 09:52 UTC", "2012-01-16T09:52Z"),
        ("Jan 16, 2012, 09:52 EST", "2012-01-16T09:52-05:00"),
        ("Jan 16, 2012, 04:21 AM IST", "2012-01-16"),  # India, Israel or Ireland: no time is better than a wrong one
        ("Ngày đăng 07/06/2021 09:00 - Cập nhật 08/06/2021 10:00", "2021-06-07T09:00+07:00"),
        ("Cập nhật 08/06/2021 10:00, đăng lúc 09:00 07/06/2021", "2021-06-07T09:00+07:00"),
        ("25:70 07/06/2021", "2021-06-07"),
        ("14:20, 28/05/2024 [GMT+7]", "2024-05-28T14:20+07:00"),
        ("Mai Thương 19:05 | 23/03/2025 21:51 | 31/12/2025", "2025-12-31T21:51+07:00"),
        ("Chủ nhật, 06/06/2021", "2021-06-06"),
        ("CN, 06/06/2021 08:00", "2021-06-06T08:00+07:00"),
        ("THỨ HAI, NGÀY 07 THÁNG 06 NĂM 2021", "2021-06-07"),
        ("7 tháng Giêng, 2021 10:00", "2021-01-07T10:00+07:00"),
        ("10:30 AM 07/06/2021", "2021-06-07T10:30+07:00"),
        ("12/01/2021 14:06:59", "2021-01-12T14:06:59+07:00"),
    ],
)
def test_printed_dates(raw: str, at: str) -> None:
    stamp = read(raw)
    assert stamp is not None
    assert stamp.at == at
    assert stamp.raw == raw
    assert stamp.precision == {10: "day", 17: "minute"}.get(len(at), "minute" if len(at) == 22 else "second")
    assert not stamp.relative


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("7 czerwca 2021, godz. 10:30", "2021-06-07T10:30"),
        ("Data publikacji: poniedziałek, 7 października 2019", "2019-10-07"),
        ("Opublikowano: 2021-06-07 10:30", "2021-06-07T10:30"),
        ("04.01.2012, aktualizacja: 05.01.2012 14:57", "2012-01-04"),
        ("7 июня 2021 г., 10:30", "2021-06-07T10:30"),
        ("10:30, 7 мая 2021", "2021-05-07T10:30"),
        ("Опубликовано 16 января 2012 | 20:52", "2012-01-16T20:52"),
        ("Δευτέρα, 7 Ιουνίου 2021, 10:30", "2021-06-07T10:30"),
        ("Παρασκευή 6 Γενάρη 2012", "2012-01-06"),
        ("7 Μαΐου 2021 - 02:30 μμ", "2021-05-07T14:30"),
        ("Δημοσιεύθηκε: 27.12.2011 | 22:55", "2011-12-27T22:55"),
        ("2012年01月11日 08:05", "2012-01-11T08:05"),
        ("2012年1月1日08时05分", "2012-01-01T08:05"),
        ("发布时间：2012年12月9日 20:29:49", "2012-12-09T20:29:49"),
        ("le 7 février 2021 à 10:30", "2021-02-07T10:30"),
        ("7. März 2021, 10:30", "2021-03-07T10:30"),
        ("7 de agosto de 2021", "2021-08-07"),
        ("7 agosto 2021 alle 10:30", "2021-08-07T10:30"),
        ("7 травня 2021", "2021-05-07"),
    ],
)
def test_other_languages_write_months_in_their_words(raw: str, at: str) -> None:
    stamp = parse_text(raw, day_first=True, timezone="Asia/Ho_Chi_Minh", now=NOW)
    assert stamp is not None
    assert stamp.at.removesuffix("+07:00") == at


def test_no_word_of_another_kind_is_a_month() -> None:
    for raw in ("12 people 2021", "7 Sơn Hà 2021", "Nghị quyết 54 năm 2021", "May 2021", "Route 66 2021"):
        assert read(raw) is None, raw


@pytest.mark.parametrize(
    "raw",
    [
        "Today: 27/02/2024 10:13:31 (GMT+7)",
        "Hôm nay: 27/02/2024",
        "Hôm nay",
        "31/02/2021",
        "1299/QĐ-UBND",
        "33.334.2021",
        "07/06/21",
        "0912/34/56/2021",
        "",
        "Đăng nhập | Hôm nay 27/02/2024",
        "Từ 12/03/2024 đến 15/03/2024",  # nobody can say which
        "Mai Thương 12/03/2024 - 15/03/2024",
        "сегодня 27.02.2024",
        "今天是2024年02月27日",
    ],
)
def test_what_is_no_date_of_publication(raw: str) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        ("2 giờ trước", "2026-11-22", "day"),
        ("11 giờ trước", "2026-11-21", "day"),  # the evening before, where the newspaper is
        ("5 phút trước", "2026-11-22T09:55+07:00", "minute"),
        ("3 ngày trước", "2026-11-19", "day"),
        ("một tuần trước", "2026-11-15", "day"),
        ("2 tháng trước", "2026-09", "month"),
        ("2 years ago", "2024", "year"),
        ("an hour ago", "2026-11-22", "day"),
        ("Hôm qua, 15:30", "2026-11-21T15:30+07:00", "minute"),
        ("yesterday", "2026-11-21", "day"),
        ("vừa xong", "2026-11-22", "day"),
    ],
)
def test_relative_dates_are_marked_and_no_more_exact_than_they_say(raw: str, at: str, precision: str) -> None:
    stamp = read(raw)
    assert stamp is not None
    assert (stamp.at, stamp.precision, stamp.relative) == (at, precision, True)


def test_day_order_is_the_sources() -> None:
    assert read("07/06/2021", day_first=False) is not None
    assert read("07/06/2021", day_first=False).at == "2021-07-06"  # type: ignore[union-attr]
    assert read("27/06/2021", day_first=False).at == "2021-06-27"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2026-09-05T23:48:01+07:00", "2026-09-05T23:48:01+07:00"),
        ("2026-09-05T23:48:01+0700", "2026-09-05T23:48:01+07:00"),
        ("2026-09-05T23:48:01.123Z", "2026-09-05T23:48:01Z"),
        ("2026-09-05 23:48", "2026-09-05T23:48+07:00"),
        ("2026-09-05", "2026-09-05"),
        ("20120111T080500Z", "2012-01-11T08:05:00Z"),
        ("2024-03-14+0708:21:00", "2024-03-14T08:21+07:00"),  # NukeViet's
        ("Tue, 05 May 2026 03:00:00 GMT", "2026-05-05T03:00:00Z"),
        ("Tue, 05 May 2026 03:00:00 +0700", "2026-05-05T03:00:00+07:00"),
        ("Tue, 05 May 2026 03:00:00 -0000", "2026-05-05T03:00:00+07:00"),
    ],
)
def test_machine_dates_keep_their_offset(raw: str, at: str) -> None:
    stamp = parse_machine(raw, timezone=ZONE)
    assert stamp is not None
    assert stamp.at == at


@pytest.mark.parametrize("raw", ["", "garbage", "2026-13-05", "07/06/2021", "1625", "May 2020"])
def test_what_is_no_machine_date(raw: str) -> None:
    assert parse_machine(raw, timezone=ZONE) is None


def test_residue_is_what_else_the_line_says() -> None:
    line = "Thứ Hai, 07/06/2021 - 09:55 | Số lượt xem: 52"
    stamps = find_stamps(line, day_first=True, timezone=ZONE, now=NOW)
    assert residue(line, stamps) == "Số lượt xem: 52"


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(
        [
            "%H:%M %d/%m/%Y",
            "%d/%m/%Y %H:%M",
            "%H:%M | %d-%m-%Y",
            "%d.%m.%Y - %H:%M",
            "%Y-%m-%d %H:%M",
            "%d/%m/%Y %I:%M %p",
        ]
    ),
)
def test_what_is_printed_comes_back(when: datetime, form: str) -> None:
    stamp = read(when.strftime(form))
    assert stamp is not None
    assert stamp.at == when.strftime("%Y-%m-%dT%H:%M+07:00")


@given(st.text(alphabet=st.sampled_from("0123456789/:.- |,hngàytháSACHupdtedlúcGMT+T年月日"), max_size=60))
def test_no_text_breaks_it(raw: str) -> None:
    for stamp in find_stamps(raw, day_first=True, timezone=ZONE, now=NOW):
        assert stamp.day
        assert 0 <= stamp.start < stamp.end <= len(raw)
    parse_machine(raw, timezone=ZONE)


def test_a_label_stands_beside_its_date() -> None:
    line = "Đăng ký nhận tin để được cập nhật những chính sách mới nhất của tỉnh trong năm, 07/06/2021"
    assert [stamp.label for stamp in find_stamps(line, day_first=True, timezone=ZONE, now=NOW)] == [""]
