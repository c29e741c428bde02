import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish import words
from pipelines.publish.prose import Block, blocks, paragraphs

markdown = st.text(st.one_of(st.sampled_from("\n\n#->| ab"), st.characters()), max_size=200)


def letters(*texts: str) -> str:
    return "".join(re.findall(r"\w", "".join(texts)))


def said(found: list[Block]) -> str:
    return letters(*(text for block in found for text in (*block.lines, *(cell for row in block.rows for cell in row))))


@given(markdown)
def test_no_word_is_lost_or_moved(text: str) -> None:
    assert said(blocks(text)) == letters(text)
    assert said(paragraphs(text)) == letters(text)


def test_kinds_of_blocks() -> None:
    text = "Mở đầu.\n\n## Một\n\n- a\n- b\n\n> lời\n\n| x | y |\n| --- | --- |\n| 1 | - |\n\n2021. Năm ấy"
    assert blocks(text) == [
        Block("p", ("Mở đầu.",)),
        Block("h", ("Một",)),
        Block("ul", ("a", "b")),
        Block("quote", ("lời",)),
        Block("table", rows=(("x", "y"), ("1", "-"))),
        Block("p", ("2021. Năm ấy",)),
    ]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2024-05-12T09:55+07:00", "12 May 2024, 09:55"),
        ("2024-05-12T09:55:31+07:00", "12 May 2024, 09:55"),
        ("2024-05-12", "12 May 2024"),
        ("2022-02", "February 2022"),
        ("2019", "2019"),
        (None, "undated"),
        ("", "undated"),
        ("2024-13-01", "2024-13-01"),
        ("soon", "soon"),
    ],
)
def test_dates_are_said_as_long_as_they_are_known(at: str | None, said: str) -> None:
    assert words.paper_date(at) == said


def test_methods_are_said_in_words() -> None:
    assert words.method("json-ld") == "the page's JSON-LD"
    assert words.method("text relative") == "the head of the article, counted from the capture"
    assert words.method("oracle") == "oracle"
