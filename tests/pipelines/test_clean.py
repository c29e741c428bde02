"""From a reading to an article: what leaves the text, what stays, and that it is always the same."""

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from record_side import Shot

from pipelines.article import Article, Block, Reading
from pipelines.boilerplate import NO_RULES, Rules, block_key
from pipelines.clean import clean, markdown

FIRST, SECOND = "Sáng nay, cầu mới qua sông đã thông xe.", "Người dân hai bờ đi lại dễ dàng hơn trước."


def reading(*lines: str, title: str = "Cầu mới thông xe", noise: tuple[str, ...] = ()) -> Reading:
    found = Shot(lines=lines, title=title).reading
    return replace(found, metadata=replace(found.metadata, noise=noise))


def article(found: Reading, rules: Rules = NO_RULES) -> Article:
    return clean(found, rules, source="song", key="k", url="http://song.test/a")


def test_title_noise_and_boilerplate_leave_the_text() -> None:
    lines = ("Cầu mới thông xe", FIRST, "Ảnh cầu mới", SECOND, "Đường dây nóng 113")
    plain = reading(*lines, noise=("Ảnh cầu mới",))
    rules = Rules(frozenset({block_key("Đường dây nóng 114")}))
    assert article(plain, rules).text == f"{FIRST}\n{SECOND}"
    assert article(plain, rules).rules == rules.version


def test_what_only_looks_like_noise_stays() -> None:
    assert FIRST in article(reading(FIRST, SECOND, noise=("cầu mới",))).text


def test_the_digest_is_of_the_words() -> None:
    found = reading(FIRST, SECOND)
    same = replace(found, published=replace(found.published, at="2026-03-01"), language="en")
    assert article(found).sha256 == article(same).sha256
    assert article(found).sha256 != article(reading(FIRST)).sha256
    assert article(found).sha256 != article(reading(FIRST, SECOND, title="Khác")).sha256


def test_composed_and_decomposed_letters_are_the_same_words() -> None:
    loose = unicodedata.normalize("NFD", FIRST)
    assert article(reading(loose, SECOND)).sha256 == article(reading(FIRST, SECOND)).sha256
    assert article(reading(loose, SECOND)).text == f"{FIRST}\n{SECOND}"


def test_markdown_marks_what_a_block_is() -> None:
    blocks = [
        Block(text="Mở đầu", kind="p"),
        Block(text="Mục", kind="h"),
        Block(text="một", kind="li"),
        Block(text="hai", kind="li"),
        Block(text="Lúa | 1 ha", kind="table"),
        Block(text="Ngô | 2 ha", kind="table"),
        Block(text="Lời nói", kind="quote"),
    ]
    assert markdown(blocks).split("\n") == [
        "Mở đầu",
        "",
        "## Mục",
        "",
        "- một",
        "- hai",
        "",
        "| Lúa | 1 ha |",
        "| --- | --- |",
        "| Ngô | 2 ha |",
        "",
        "> Lời nói",
    ]


lines = st.lists(st.text(st.characters(exclude_categories=[]), max_size=40), max_size=6)


@given(found=lines, noise=lines, title=st.text(max_size=20))
def test_any_reading_is_an_article_and_always_the_same_one(found: list[str], noise: list[str], title: str) -> None:
    read = reading(*found, title=title, noise=tuple(noise))
    first = article(read)
    assert article(read) == first
    assert first.reading is read
    first.text.encode()
