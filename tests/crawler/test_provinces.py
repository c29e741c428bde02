from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import catalog, provinces
from crawler.source import Host, Source

EVE, MERGER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(("day", "units"), [(date(2019, 1, 1), 63), (EVE, 63), (MERGER, 34), (date(2026, 11, 1), 34)])
def test_as_many_units_as_there_were(day: date, units: int) -> None:
    valid = [unit for unit in provinces.load().values() if unit.is_valid(day)]
    assert len(valid) == units
    assert len({unit.gso_code for unit in valid}) == units


def test_an_id_is_an_area() -> None:
    units = provinces.load()
    assert len(units) == 63 + 23
    for id_, unit in units.items():
        assert id_ == unit.id
        assert id_.endswith("-2025") is (unit.valid_from == MERGER)
        assert (unit.valid_to == EVE) is (unit.successor is not None)
    unchanged = {id_ for id_, unit in units.items() if unit.valid_from is None and unit.valid_to is None}
    assert unchanged == {
        "cao-bang", "dien-bien", "ha-noi", "ha-tinh", "hue", "lai-chau", "lang-son", "nghe-an", "quang-ninh", "son-la",
        "thanh-hoa",
    }  # fmt: skip


def test_who_became_whom() -> None:
    units = provinces.load()
    merged = Counter(unit.successor for unit in units.values() if unit.successor)
    assert len(merged) == 23 and sum(merged.values()) == 52
    assert {id_ for id_, unit in units.items() if unit.successor == "lam-dong-2025"} == {
        "lam-dong", "dak-nong", "binh-thuan"
    }  # fmt: skip
    assert all(successor.removesuffix("-2025") in units for successor in merged if successor)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("24", date(2024, 5, 1), "bac-giang"),
        ("24", date(2026, 5, 1), "bac-ninh-2025"),
        ("27", EVE, "bac-ninh"),
        ("27", MERGER, None),
        ("91", EVE, "kien-giang"),
        ("91", MERGER, "an-giang-2025"),
        ("01", EVE, "ha-noi"),
        ("01", MERGER, "ha-noi"),
        ("1", MERGER, None),
        ("99", MERGER, None),
    ],
)
def test_a_code_means_nothing_without_its_day(code: str, day: date, expected: str | None) -> None:
    unit = provinces.by_code(code, day)
    assert (unit.id if unit else None) == expected


def test_the_seven_codes_that_changed_owner() -> None:
    codes = {unit.gso_code for unit in provinces.load().values()}
    owners = {code: (provinces.by_code(code, EVE), provinces.by_code(code, MERGER)) for code in codes}
    changed = {code for code, (old, new) in owners.items() if old and new and old.name != new.name}
    assert changed == {"15", "24", "44", "52", "80", "82", "91"}


def test_a_new_rank_is_no_new_area() -> None:
    units = provinces.load()
    assert "2025-01-01" in str(units["hue"].note) and "2026-04-30" in str(units["dong-nai-2025"].note)
    cities = {unit.id for unit in units.values() if unit.valid_to is None and unit.unit_type == "municipality"}
    assert cities == {
        "ha-noi", "hue", "hai-phong-2025", "da-nang-2025", "ho-chi-minh-2025", "can-tho-2025", "dong-nai-2025"
    }  # fmt: skip


SOURCE = Source(
    slug="baobacninhtv",
    name="Báo Bắc Ninh",
    homepage="https://baobacninhtv.vn/",
    province="bac-ninh-2025",
    hosts=(Host(host="baobacgiang.vn", until=EVE, province="bac-giang"), Host(host="old.vn", until=EVE)),
)


@pytest.mark.parametrize(
    ("host", "day", "expected"),
    [
        ("baobacninhtv.vn", MERGER, "bac-ninh-2025"),
        ("baobacninhtv.vn", EVE, "bac-ninh"),
        ("baobacninhtv.vn", None, "bac-ninh-2025"),
        ("www.baobacgiang.vn", date(2023, 1, 1), "bac-giang"),
        ("https://baobacgiang.vn/a-postid1.bbg", MERGER, "bac-ninh-2025"),
        ("baobacgiang.vn", None, "bac-giang"),
        ("old.vn", None, "bac-ninh"),
        ("old.vn", date(2020, 1, 1), "bac-ninh"),
        ("unknown.vn", MERGER, "bac-ninh-2025"),
    ],
)
def test_the_province_of_the_day(host: str, day: date | None, expected: str) -> None:
    assert provinces.as_of(SOURCE, host, day) == expected


MOVED = Source(
    slug="baobacninhtv",
    name="Báo Bắc Ninh",
    homepage="https://baobacninhtv.vn/",
    province="bac-ninh-2025",
    hosts=(
        Host(host="baobacgiang.com.vn", until=date(2021, 12, 31), same_ids=True, province="bac-giang"),
        Host(host="baobacgiang.vn", until=EVE, same_ids=True, province="bac-giang"),
        Host(host="baobacninh.com.vn", until=EVE, province="bac-ninh"),
    ),
)


@pytest.mark.parametrize(
    ("host", "day", "before", "expected"),
    [
        # Paths and ids went on, so what is dated before the merger stood on the former host, of the former province.
        ("baobacninhtv.vn", date(2019, 5, 1), None, "bac-giang"),
        ("baobacninhtv.vn", EVE, None, "bac-giang"),
        ("baobacninhtv.vn", MERGER, None, "bac-ninh-2025"),
        ("baobacgiang.vn", date(2019, 5, 1), None, "bac-giang"),
        ("baobacgiang.vn", MERGER, None, "bac-ninh-2025"),
        ("baobacninh.com.vn", date(2019, 5, 1), None, "bac-ninh"),
        # Undated: it was there before the province was.
        ("baobacninhtv.vn", None, EVE, "bac-giang"),
        ("baobacninhtv.vn", None, MERGER, "bac-ninh-2025"),
        ("baobacgiang.vn", None, MERGER, "bac-giang"),
    ],
)
def test_an_article_that_moved_is_of_the_province_that_it_was_published_in(
    host: str, day: date | None, before: date | None, expected: str
) -> None:
    assert provinces.as_of(MOVED, host, day, before=before) == expected


def test_what_was_there_before_its_province_is_of_the_one_before() -> None:
    source = Source(slug="x", name="X", homepage="http://x.vn/", province="hai-phong-2025")
    assert provinces.as_of(source, "x.vn", None, before=EVE) == "hai-phong"
    assert provinces.as_of(source, "x.vn", None, before=MERGER) == "hai-phong-2025"
    of_old = Source(slug="y", name="Y", homepage="http://y.vn/", province="hai-duong")
    assert provinces.as_of(of_old, "y.vn", None, before=MERGER) == "hai-duong"


def test_the_shipped_newspaper_of_two_provinces() -> None:
    source = catalog.load(None).sources["baobacninhtv"]
    assert provinces.as_of(source, "baobacninhtv.vn", date(2019, 5, 1)) == "bac-giang"
    assert provinces.as_of(source, "baobacninh.com.vn", date(2019, 5, 1)) == "bac-ninh"


def test_a_source_of_no_province_has_none() -> None:
    assert provinces.as_of(Source(slug="x", name="X", homepage="http://x/"), "x", EVE) is None


@given(st.sampled_from(sorted(provinces.load())), st.dates())
def test_what_is_in_force_is_valid_and_stays(province: str, day: date) -> None:
    now = provinces.in_force(province, day)
    assert provinces.load()[now].is_valid(day)
    assert provinces.in_force(now, day) == now
