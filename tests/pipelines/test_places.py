"""Which provinces an article is about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import provinces
from pipelines.geography import gazetteer
from pipelines.geography.places import Story, places
from pipelines.vietnamese import fold

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def titled(title: str, day: date | None = BEFORE, language: str = "vi") -> set[str]:
    return set(places(Story(title=title, language=language, day=day)))


@pytest.mark.parametrize("unit", provinces.load().values(), ids=lambda unit: unit.id)
def test_every_province_is_known_by_its_names_on_its_days(unit: provinces.Province) -> None:
    day = unit.valid_to or unit.valid_from or BEFORE
    named = unit.name if unit.id.removesuffix("-2025") != "ho-chi-minh" else "TP. Hồ Chí Minh"
    for title in (f"Tin từ {named} sáng nay", f"TIN TỪ TỈNH {named.upper()}", f"({named})"):
        assert titled(title, day) == {unit.id}, title
    for title in (f"News from {unit.name_en} today", f"Farmers in {fold(named)}: a report"):
        assert titled(title, day, "en") == {unit.id}, title
    for alias in set(unit.aliases) - gazetteer.NOT_ALONE:
        assert titled(f"Gặp gỡ tại {alias}.", day) == {unit.id}, alias


@pytest.mark.parametrize(
    ("title", "day", "expected"),
    [
        ("Bắc Giang và Bắc Ninh", BEFORE, {"bac-giang", "bac-ninh"}),
        ("Bắc Giang và Bắc Ninh", AFTER, {"bac-ninh-2025"}),
        ("Bắc Giang và Bắc Ninh", None, {"bac-giang", "bac-ninh-2025"}),
        ("Vườn vải Bắc Giang", AFTER, {"bac-ninh-2025"}),
        ("Bà Rịa – Vũng Tàu", AFTER, {"ho-chi-minh-2025"}),
        ("Hà Nội", None, {"ha-noi"}),
    ],
)
def test_a_name_means_the_unit_of_the_day(title: str, day: date | None, expected: set[str]) -> None:
    assert titled(title, day) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Mưa to ở phía bắc Ninh Bình", {"ninh-binh"}),
        ("Phía Bắc Ninh Bình mưa to", {"ninh-binh"}),
        ("Thời Hà Nam Ninh", set()),
        ("Hà Nam, Ninh Bình", {"ha-nam", "ninh-binh"}),
        ("Hà Nam - Ninh Bình", {"ha-nam", "ninh-binh"}),
        ("Từ miền Bắc. Ninh Bình đón khách", {"ninh-binh"}),
        ("Vượt Thái Bình Dương", set()),
        ("Quảng Bình Định", set()),
        ("Xã hội hòa bình, thái bình", set()),
        ("VÌ MỘT THẾ GIỚI HÒA BÌNH", set()),
        ("ĐOÀN CÔNG TÁC TỈNH HOÀ BÌNH", {"hoa-binh"}),
        ("Hoà Bình, Khánh Hoà và Thanh Hoá", {"hoa-binh", "khanh-hoa", "thanh-hoa"}),
        ("Tư tưởng Hồ Chí Minh", set()),
        ("thành phố Hồ Chí Minh", {"ho-chi-minh"}),
        ("TPHCM, TP.HCM, TP HCM", {"ho-chi-minh"}),
        ("Báo Sài Gòn Giải Phóng", set()),
        ("Chiến thắng Điện Biên Phủ", set()),
        ("TP. Điện Biên Phủ", {"dien-bien"}),
        ("Thừa Thiên-Huế", {"hue"}),
        ("Bà Nguyễn Thị Huế, ông Trần Văn Hà Giang, chị Huế và em Lê Thanh Huế", set()),
        ("Lễ hội ở Huế", {"hue"}),
        ("Đường Bắc Ninh và phường Bắc Ninh, xã Hòa Bình", set()),
        ("Thành phố Bắc Ninh, thị xã Sơn La", {"bac-ninh", "son-la"}),
        ("Yêu cầu Bắc Ninh báo cáo", {"bac-ninh"}),
        ("Sở Nông nghiệp và Phát triển nông thôn Quảng Nam", {"quang-nam"}),
        ("Thu về trên phố phường Hà Nội", {"ha-noi"}),
        ("Xa lộ Hà Nội, cầu Cần Thơ, sông Sài Gòn", set()),
        ("Mở đường Bắc Giang - Lạng Sơn", {"bac-giang", "lang-son"}),
        ("Bạc Ninh, Bắc Nin, Bắc Ninhh", set()),
        ("Tỉnh Bắc\nNinh", set()),
        ("Bac Ninh trong một câu có dấu", set()),
        ("", set()),
    ],
)
def test_only_what_means_the_province(title: str, expected: set[str]) -> None:
    assert titled(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Hue and cry over a bridge", set()),
        ("Flood in Hue", {"hue"}),
        ("Hue City floods", {"hue"}),
        ("Boats on the Dong Nai River", set()),
        ("President Ho Chi Minh's birthday", set()),
        ("Ho Chi Minh City, Hanoi and Haiphong", {"ho-chi-minh", "ha-noi", "hai-phong"}),
        ("Bạc Ninh", set()),
        ("Ties between Bắc Ninh and BAC GIANG", {"bac-ninh", "bac-giang"}),
    ],
)
def test_other_languages_write_no_marks(title: str, expected: set[str]) -> None:
    assert titled(title, language="en") == expected


def test_how_it_is_known() -> None:
    text = "Sáng nay ở Hà Nội.\nCó đoàn của Bắc Ninh.\nThêm Lào Cai, Bắc Ninh.\nThêm Hà Nam."
    story = Story(title="Tin Huế", summary="Huế và Sơn La", dateline="CAO BANG", text=text, day=BEFORE)
    assert places(story) == {
        "hue": "title", "son-la": "summary", "cao-bang": "dateline", "ha-noi": "text", "bac-ninh": "text"
    }  # fmt: skip


def test_two_names_of_one_area_are_two_mentions() -> None:
    text = "Mở đầu.\nTừ Bắc Giang.\nĐến Bắc Ninh."
    assert places(Story(text=text, day=BEFORE)) == {}
    assert places(Story(text=text, day=AFTER)) == {"bac-ninh-2025": "text"}


@given(st.text(), st.sampled_from(["vi", "en", "", "und"]), st.none() | st.dates())
def test_any_text_gives_units_of_the_day(text: str, language: str, day: date | None) -> None:
    mixed = f"{text} Bắc Ninh {text} Hà Nam {text}"
    units = provinces.load()
    for place in places(Story(title=text, text=mixed, language=language, day=day)):
        assert day is None or units[place].is_valid(day)
