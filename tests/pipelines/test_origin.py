"""Who wrote it first, and whose words it is: credit lines, dates as exact as they are, agencies."""

from itertools import permutations

import pytest

from pipelines.stories.origin import Member, origin
from pipelines.stories.outlets import Outlet, names, own_agency, plain_name

SEEN = "2026-03-01T05:00:00.000Z"  # noon
SON_HA = Outlet(slug="sonha", name="Báo Sơn Hà", homepage="https://www.baosonha.vn/")
TRANG_NGAN = Outlet(slug="trangngan", name="Báo và Đài Tràng Ngạn", homepage="https://trangngan.vn/")
VEN_BIEN = Outlet(slug="venbien", name="Ven Biển Online", homepage="https://venbien.com.vn/")
NUI_CAO = Outlet(slug="nuicao", name="Núi Cao", homepage="https://nuicao.vn/")
AGENCY = Outlet(slug="vnplus", name="VietnamPlus", homepage="https://www.vietnamplus.vn/")


def member(name: str, outlet: Outlet, published: str | None = None, **more: object) -> Member:
    return Member(id=name, outlet=outlet, published_at=published, first_seen_at=str(more.pop("seen", SEEN)), **more)  # type: ignore[arg-type]


def told(*members: Member) -> tuple[str, str | None]:
    """(first article, agency), the same in any order."""
    found = {(each.article, each.agency) for each in map(origin, permutations(members))}
    assert len(found) == 1
    return found.pop()


EARLY, LATE = "2026-03-01T06:00+07:00", "2026-03-01T09:00+07:00"


def test_whoever_names_a_source_is_no_origin() -> None:
    crediting = member("a", SON_HA, EARLY, agency="TTXVN", credit="Theo TTXVN")
    assert told(crediting, member("b", TRANG_NGAN, LATE)) == ("b", "TTXVN")


@pytest.mark.parametrize(
    ("agency", "credit"),
    [
        ("Báo Sơn Hà", "Theo Báo Sơn Hà"),
        ("Báo điện tử Sơn Hà", "Nguồn: Báo điện tử Sơn Hà"),
        ("baosonha.vn", "Nguồn: baosonha.vn"),
        ("TTXVN", "Theo Báo Sơn Hà, TTXVN"),
    ],
)
def test_a_credited_newspaper_whose_copy_is_here_wrote_it(agency: str, credit: str) -> None:
    crediting = member("a", TRANG_NGAN, EARLY, agency=agency, credit=credit)
    assert told(crediting, member("b", SON_HA, LATE), member("c", VEN_BIEN, EARLY)) == ("b", None)


def test_of_a_chain_of_credits_the_end_is_the_origin() -> None:
    chain = (
        member("a", TRANG_NGAN, EARLY, agency="Báo Sơn Hà", credit="Theo Báo Sơn Hà"),
        member("b", SON_HA, EARLY, agency="TTXVN", credit="Theo TTXVN"),
        member("c", AGENCY, LATE, agency="TTXVN", credit="(TTXVN/Vietnam+)"),
    )
    assert told(*chain) == ("c", "TTXVN")


def test_an_archived_agency_that_others_credit_wrote_it_and_its_own_mark_is_no_credit() -> None:
    copies = [member(f"a{n}", outlet, EARLY, agency="TTXVN") for n, outlet in enumerate((SON_HA, VEN_BIEN))]
    assert told(*copies, member("z", AGENCY, LATE, agency="TTXVN")) == ("z", "TTXVN")


def test_where_no_agency_is_archived_the_story_still_says_whose_words_it_is() -> None:
    silent = member("a", SON_HA, EARLY)
    crediting = [member("b", TRANG_NGAN, LATE, agency="TTXVN"), member("c", VEN_BIEN, LATE, agency="VOV")]
    assert told(silent, *crediting) == ("a", "TTXVN")  # one source each: by name
    assert told(silent, *crediting, member("d", NUI_CAO, LATE, agency="VOV")) == ("a", "VOV")
    assert told(member("x", SON_HA, agency="TTXVN")) == ("x", "TTXVN")
    assert told(member("x", SON_HA)) == ("x", None)
    assert told(member("x", AGENCY)) == ("x", "TTXVN")


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (EARLY, LATE, "a"),
        ("2026-03-01T01:00+00:00", "2026-03-01T07:30+07:00", "b"),  # by the moment, not by the letters
        ("2026-02-28", EARLY, "a"),
        ("2026-03-02T07:00+07:00", "2026-03-02", "a"),  # after it was seen: no better than that
        ("2026-02", "2026-03-01", "a"),
        ("2026-03", "2026-03-01", "b"),  # who says it more exactly
        ("2026", EARLY, "b"),
        (None, EARLY, "b"),
        ("gestern", EARLY, "b"),
        ("2026-13-45", EARLY, "b"),
    ],
)
def test_then_the_earliest_date(one: str | None, other: str | None, first: str) -> None:
    assert told(member("a", SON_HA, one), member("b", TRANG_NGAN, other))[0] == first


def test_a_day_without_an_hour_is_neither_before_nor_after_an_hour_of_it() -> None:
    """What is left open by the dates follows from when each was seen."""
    day, hour = member("b", SON_HA, "2026-03-01"), member("a", TRANG_NGAN, "2026-03-01T08:00+07:00")
    assert told(day, hour)[0] == "a"
    seen_at_seven = member("b", SON_HA, "2026-03-01", seen="2026-03-01T00:00:00.000Z")
    assert told(seen_at_seven, hour)[0] == "b"


def test_an_undated_article_that_was_seen_before_the_other_was_published_is_the_earlier() -> None:
    assert told(member("b", SON_HA, seen="2026-02-01T00:00:00.000Z"), member("a", TRANG_NGAN, EARLY))[0] == "b"


def test_a_date_in_dispute_is_as_good_as_none() -> None:
    disputed = member("a", SON_HA, "2026-02-01T08:00+07:00", conflict=True)
    assert told(disputed, member("b", TRANG_NGAN, EARLY))[0] == "b"


def test_at_the_same_time_the_agency_then_who_was_seen_first() -> None:
    same = [member(name, outlet, "2026-03-01") for name, outlet in (("a", SON_HA), ("b", AGENCY))]
    assert told(*same) == ("b", "TTXVN")
    first = member("c", VEN_BIEN, "2026-03-01", seen="2026-03-01T04:00:00.000Z")
    assert told(same[0], first)[0] == "c"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Báo Sơn Hà", "son ha"),
        ("Báo điện tử Sơn Hà", "son ha"),
        ("Đài Phát thanh và Truyền hình Sơn Hà", "son ha"),
        ("Sơn Hà Newspaper", "son ha"),
        ("The Sơn Hà News Online", "son ha"),
        ("Báo", "bao"),
        ("", ""),
    ],
)
def test_names_without_what_all_newspapers_are_called(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_person_or_a_province_of_the_same_name_is_not_credited() -> None:
    assert not names("TTXVN", "Nguyễn Sơn Hà (theo TTXVN)", SON_HA)
    assert not names("Báo Sơn Hải", "Theo Báo Sơn Hải", SON_HA)
    assert names("TTXVN", "Theo TTXVN", AGENCY)
    assert own_agency(SON_HA) is None
    assert own_agency(Outlet(slug="en", name="English", homepage="https://en.vietnamplus.vn/")) == "TTXVN"
