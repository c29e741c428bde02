import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.words import count_words, weigh_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n ", 0),
        ("Con đường mới – 12,5 km", 5),
        ("“Tea,” she said… it's late", 5),
        ("- | *", 0),
        ("山路", 2),
        ("山路。", 2),
        ("山路 km 12", 4),
        ("かなカナ", 4),
        ("ถนน", 3),
        ("ที่", 1),  # one letter with a vowel sign and a tone mark
        ("ផ្លូវ", 3),
        ("도로가 열렸다", 2),
        ("tie\u0302\u0301ng", 1),
    ],
)
def test_count(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_paragraph_of_chinese_is_as_long_as_it_is() -> None:
    paragraph = "新路在早上开通，茶农们说他们从来没有想过会有这一天。" * 5
    assert len(paragraph.split()) == 1
    assert count_words(paragraph) > 100
    assert 50 < weigh_words(paragraph) < count_words(paragraph)


@given(st.text())
def test_no_more_words_than_characters(text: str) -> None:
    assert 0 <= weigh_words(text) <= count_words(text) <= len(text)


@given(st.lists(st.text("abcxyzăđ", min_size=1, max_size=8), max_size=20))
def test_where_spaces_part_words_it_is_their_number(words: list[str]) -> None:
    assert count_words(" ".join(words)) == weigh_words(" ".join(words)) == len(words)
