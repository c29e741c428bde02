"""What a reprint has and its original has not."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.prepared import Prepared, prepare
from pipelines.stories.additions import added

FIRST = "Sáng 3/3, xã Tràng Ngạn khánh thành cây cầu treo dài 120 m bắc qua suối Nậm Lu."
SECOND = "Công trình do bà con góp hơn 900 ngày công, thay cho chiếc bè mảng đã dùng suốt ba mươi năm."
THIRD = "Từ nay, 86 học sinh của bản Pà Khoang không còn phải nghỉ học khi nước lũ về."
OWN = "Phóng viên chúng tôi ghi nhận ngay trong buổi đầu đã có gần hai trăm lượt xe máy qua cầu."
OTHER = "Ông Lò Văn Sướng ở đầu bản kể rằng vụ ngô vừa rồi nhà ông mất một phần ba vì không kịp chở."
ORIGINAL = f"{FIRST} {SECOND}\n{THIRD}"


def more(text: str, original: str = ORIGINAL) -> str | None:
    return added(text, prepare(text), prepare(original))


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        (ORIGINAL, None),
        (f"{FIRST}\n{SECOND}\n{THIRD}", None),  # cut into other paragraphs
        (f"{THIRD} {FIRST}", None),
        (f"{ORIGINAL}\n{OWN}", OWN),
        (f"{FIRST} {OWN} {SECOND}\n{OTHER}\n{THIRD}", f"{OWN}\n{OTHER}"),
        (f"{ORIGINAL}\n{OWN} {OTHER}", f"{OWN} {OTHER}"),  # a passage is of one paragraph
        (f"{ORIGINAL}\nTheo TTXVN.", None),  # a credit, which has its column
        (ORIGINAL.replace("900", "950").replace("86", "91"), None),  # put right, not added
        (OWN, OWN),
        ("", None),
    ],
)
def test_whole_sentences_whose_words_the_original_has_not(text: str, passages: str | None) -> None:
    assert more(text) == passages


def test_how_it_is_spelt_adds_nothing() -> None:
    assert more(ORIGINAL.upper()) is None
    assert more(ORIGINAL.replace("oà", "òa").replace("khánh", "kha\u0301nh")) is None


def test_an_abbreviation_ends_no_sentence() -> None:
    sentence = "Theo UBND TP. Sơn Hà, dự kiến 12 tuyến xe buýt mới sẽ chạy từ đầu quý sau để phục vụ công nhân."
    assert more(f"{ORIGINAL} {sentence}") == sentence


LINES = [ORIGINAL.split("\n")[0], THIRD, FIRST, OWN, OTHER, "", "12.", "Theo TTXVN."]


@given(st.lists(st.sampled_from(LINES), max_size=8), st.lists(st.sampled_from(LINES), max_size=8))
def test_where_the_original_has_all_lines_nothing_is_looked_for_and_nothing_would_be_found(
    lines: list[str], others: list[str]
) -> None:
    text, original = "\n".join(lines), "\n".join(others)
    found = more(text, original)
    with patch.object(Prepared, "without", lambda *_: [None]):
        assert more(text, original) == found


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD, OWN, OTHER, "", "12.", "…"]), max_size=8), st.booleans())
def test_every_passage_is_the_reprints_own(lines: list[str], is_empty: bool) -> None:
    text = "\n".join(lines)
    for passage in (more(text, "" if is_empty else ORIGINAL) or "").splitlines():
        assert passage in text
        assert is_empty or passage not in ORIGINAL
