import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block
from pipelines.reading.page.captions import split_caption
from pipelines.reading.people.agencies import agency_of
from pipelines.reading.people.credits import parse_byline
from pipelines.reading.people.names import is_name
from pipelines.reading.text.datelines import strip_dateline
from pipelines.reading.text.endings import Ending, read_ending, strip_ending


def ending_of(*texts: str) -> Ending:
    return read_ending([Block(text=text) for text in texts])


PROSE = "The road was opened in the morning, and by noon the first lorries had come down with tea."


@pytest.mark.parametrize(
    ("printed", "byline", "agency", "credit"),
    [
        ("Theo TTXVN", None, "TTXVN", "Theo TTXVN"),
        ("Theo phóng viên TTXVN tại Pháp", None, "TTXVN", "Theo phóng viên TTXVN tại Pháp"),
        ("Source: VNA", None, "TTXVN", "Source: VNA"),
        ("VNA", None, "TTXVN", "VNA"),
        ("Nguồn: Báo Sông Lam", None, "Báo Sông Lam", "Nguồn: Báo Sông Lam"),
        ("Mai Lam - Trần Tú", "Mai Lam; Trần Tú", None, None),
        ("Bài, ảnh: Mai Lam", "Mai Lam", None, None),
        ("Tin, ảnh: Lê Thị Sông, Hà Văn Núi", "Lê Thị Sông; Hà Văn Núi", None, None),
        ("Bài: Mai Lam - Ảnh: Hà Văn Núi", "Mai Lam", None, "Bài: Mai Lam - Ảnh: Hà Văn Núi"),
        ("Trần Tú |", "Trần Tú", None, None),
        ("Mai Lam (TTXVN)", "Mai Lam", "TTXVN", "Mai Lam (TTXVN)"),
        ("By MARY LAKE and John Hill", "Mary Lake; John Hill", None, None),
        ("PV", None, None, None),
        ("admin", None, None, None),
        ("Báo Sông Lam", None, None, None),
        ("news@bao.test", None, None, None),
        ("Translated by N.T", None, None, None),
        ("Read More", None, None, None),
        ("Stone Web Solutions", None, None, None),
        ("Nhóm phóng viên Nông thôn", "Nhóm phóng viên Nông thôn", None, None),
        ("Nhóm phóng viên", None, None, None),
        ("", None, None, None),
    ],
)
def test_bylines(printed: str, byline: str | None, agency: str | None, credit: str | None) -> None:
    found = parse_byline(printed)
    assert (found.byline, found.agency, found.credit) == (byline, agency, credit)


def test_a_single_word_is_a_name_only_in_an_author_field() -> None:
    assert parse_byline("Lam").byline is None
    assert parse_byline("Lam", pen_names=True).byline == "Lam"
    assert parse_byline("Admin", pen_names=True).byline is None


@pytest.mark.parametrize("text", ["Theo TTXVN", "TTXVN", "Reuters", "Vietnam News Agency", "VOV.VN"])
def test_an_agency_is_never_a_person(text: str) -> None:
    assert agency_of(text)
    assert not is_name(text)
    assert parse_byline(text, pen_names=True).byline is None


def test_signature_in_capitals_with_functions() -> None:
    offices = ("Member of the Standing Board of the Party Committee", "Secretary of the Commune")
    ending = ending_of(PROSE, "LE VAN SONG", *offices)
    assert (ending.credits.byline, ending.credits.byline_role) == ("LE VAN SONG", "; ".join(offices))
    assert ending.remaining == 1


@pytest.mark.parametrize(
    ("last", "byline"),
    [
        ("Mai Lam", "Mai Lam"),
        ("MAI LAM", "MAI LAM"),
        ("Bài, ảnh: Mai Lam", "Mai Lam"),
        ("Mai Lam - Trần Tú", "Mai Lam; Trần Tú"),
        ("Read More", None),
        ("What comes next", None),
        ("Mai Lam said so.", None),
        (PROSE, None),
    ],
)
def test_signature_of_one_line(last: str, byline: str | None) -> None:
    ending = ending_of(PROSE, last)
    assert (ending.credits.byline, ending.remaining) == (byline, 1 if byline else 2)


def test_a_name_after_a_heading_is_part_of_a_list_not_a_signature() -> None:
    assert ending_of(PROSE, "The winners", "Mai Lam").remaining == 3


@pytest.mark.parametrize(
    ("tail", "byline", "agency", "credit"),
    [
        (["Mai Lam", "Theo TTXVN"], "Mai Lam", "TTXVN", "Theo TTXVN"),
        (["Theo TTXVN"], None, "TTXVN", "Theo TTXVN"),
        (["(TTXVN)"], None, "TTXVN", "TTXVN"),
        (["Mai Lam"], "Mai Lam", None, None),
        (["PV"], None, None, None),
    ],
)
def test_ending(tail: list[str], byline: str | None, agency: str | None, credit: str | None) -> None:
    ending = ending_of(PROSE, *tail)
    assert ending.remaining == 1
    assert (ending.credits.byline, ending.credits.agency, ending.credits.credit) == (byline, agency, credit)


def test_a_sentence_that_begins_with_theo_stays() -> None:
    last = "Theo ông Lê Văn Sông, giá chè năm nay tăng so với năm trước, bà con rất vui"
    assert ending_of(PROSE, last).remaining == 2


@given(st.lists(st.sampled_from([PROSE, "Mai Lam", "MAI LAM", "Theo TTXVN", "PV", "Secretary of it", ""]), max_size=8))
def test_the_first_block_always_stays(blocks: list[str]) -> None:
    ending = ending_of(*blocks)
    assert min(1, len(blocks)) <= ending.remaining <= len(blocks)


@pytest.mark.parametrize(
    ("text", "dateline", "rest"),
    [
        ("(BGO) - Sáng nay", "BGO", "Sáng nay"),
        ("(BNP) Sáng nay", "BNP", "Sáng nay"),
        ("(Chinhphu.vn) - Sáng nay", "Chinhphu.vn", "Sáng nay"),
        ("(Baosonglam.vn) - Sáng nay", "Baosonglam.vn", "Sáng nay"),
        ("BAC GIANG - With the road", "BAC GIANG", "With the road"),
        ("SÔNG LAM – Đường mới", "SÔNG LAM", "Đường mới"),
        ("BEGIC - Sáng nay", "BEGIC", "Sáng nay"),
        ("Hanoi (VNA) - The road", "Hanoi (VNA)", "The road"),
        ("HANOI, Jan 5 (Xinhua) -- The road", "HANOI, Jan 5 (Xinhua)", "The road"),
        ("COVID-19 is over", None, "COVID-19 is over"),
        ("GDP - chỉ số chính", None, "GDP - chỉ số chính"),
        ("Sông Lam - The road", None, "Sông Lam - The road"),
        ("UBND tỉnh vừa họp", None, "UBND tỉnh vừa họp"),
        ("", None, ""),
    ],
)
def test_dateline(text: str, dateline: str | None, rest: str) -> None:
    assert strip_dateline(text) == (dateline, rest)


@pytest.mark.parametrize(
    ("text", "rest", "agency"),
    [
        ("It opened./.", "It opened.", None),
        ("It opened. /.", "It opened.", None),
        ("It opened.-VNA", "It opened.", "TTXVN"),
        ("It opened. - VNA/.", "It opened.", "TTXVN"),
        ("It opened (TTXVN).", "It opened.", "TTXVN"),
        ("It opened.", "It opened.", None),
        ("tea and/or coffee", "tea and/or coffee", None),
    ],
)
def test_mark_at_the_end(text: str, rest: str, agency: str | None) -> None:
    assert strip_ending(text) == (rest, agency)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Lễ khánh thành. Ảnh: Hà Văn Núi/TTXVN", "Lễ khánh thành.", "Hà Văn Núi/TTXVN"),
        ("Work at the plant (Photo: VNA)", "Work at the plant", "VNA"),
        ("A visit to the plant. Photo by Mai Lam", "A visit to the plant.", "Mai Lam"),
        ("Photo: Mai Lam/VNA", None, "Mai Lam/VNA"),
        ("Con đường mới | Nguồn: Báo Sông Lam", "Con đường mới", "Báo Sông Lam"),
        ("Con đường mới", "Con đường mới", None),
        (" | ", None, None),
    ],
)
def test_caption(text: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(text) == (caption, credit)
