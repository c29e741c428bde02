"""What a site repeats: found whatever the order, and only that."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.boilerplate import MAX_GROUP, MAX_WORDS, NO_RULES, Rules, block_key, learn, page_blocks, sample

FOOTER = "Văn bản, chính sách mới"
RATES = "Tỷ giá USD {} đồng"
LONG = " ".join(f"nền{n}" for n in range(MAX_WORDS + 5))


def letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


def article(number: int) -> list[str]:
    """Five sentences that no other article has; in letters, since figures do not count."""
    return [" ".join(f"{letters(number)}{letters(line)}{letters(word)}" for word in range(12)) for line in range(5)]


def removed(site: Mapping[str, list[str]]) -> set[int]:
    return set(learn({name: page_blocks(texts) for name, texts in site.items()}))


def test_footers_and_rates_go_and_prose_stays() -> None:
    site = {f"a{n}": [*article(n), FOOTER, RATES.format(26_000 + n), LONG] for n in range(4)}
    assert removed(site) == {block_key(FOOTER), block_key(RATES.format(1))}


def test_daily_bulletins_keep_their_sentence_and_its_figures() -> None:
    site = {f"a{n:02}": [*article(n), FOOTER] for n in range(30)}
    for n in range(5):
        site[f"a{n:02}"].append(f"Trong ngày toàn tỉnh ghi nhận {n + 3} ca mắc mới.")
    assert removed(site) == {block_key(FOOTER)}


def test_two_articles_are_no_evidence() -> None:
    assert removed({f"a{n}": [*article(n), FOOTER] for n in range(2)}) == set()


@pytest.mark.parametrize("copies", [3, MAX_GROUP, MAX_GROUP + 15])
def test_copies_of_one_article_are_one_witness(copies: int) -> None:
    site = {f"copy{n:03}": [*article(0), f"Liên kết {n}", FOOTER] for n in range(copies)}
    site["other"] = [*article(1), FOOTER]
    assert removed(site) == set()
    site["third"] = [*article(2), FOOTER]
    assert removed(site) == {block_key(FOOTER)}


def test_long_boilerplate_on_many_articles_does_not_make_them_copies() -> None:
    site = {f"a{n}": [*article(n), f"{FOOTER} " * 3] for n in range(MAX_GROUP + 10)}
    assert learn({k: page_blocks(v) for k, v in site.items()}) == {block_key(f"{FOOTER} " * 3): MAX_GROUP + 10}


blocks = st.sampled_from([FOOTER, RATES.format(1), RATES.format(2), LONG, *article(0), *article(1), "x", ""])
sites = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.lists(blocks, max_size=8), max_size=10)


@given(site=sites, data=st.data())
def test_order_does_not_matter(site: dict[str, list[str]], data: st.DataObject) -> None:
    shuffled = {name: data.draw(st.permutations(site[name])) for name in data.draw(st.permutations(sorted(site)))}
    first, second = ({k: page_blocks(v) for k, v in s.items()} for s in (site, shuffled))
    assert learn(first) == learn(second)


@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_text_has_a_key_that_sqlite_takes(text: str) -> None:
    assert 0 <= block_key(text) < 2**63


def test_figures_case_and_space_do_not_count() -> None:
    assert block_key("Lượt xem:  52") == block_key("LƯỢT XEM: 1234")
    assert block_key("Lượt xem: 52") != block_key("Lượt xem")


def test_a_version_names_a_set_of_rules() -> None:
    assert NO_RULES.version == "0"
    assert Rules(frozenset({1, 2})).version == Rules(frozenset({2, 1})).version != Rules(frozenset({1})).version


@given(pages=st.lists(st.lists(st.sampled_from(["A 1", "a 2", "A 3", "b"])), max_size=4))
def test_the_sample_is_the_first_of_the_alphabet(pages: list[list[str]]) -> None:
    found = sample(pages, [block_key("a 0")])
    texts = [text for page in pages for text in page if text != "b"]
    assert found == ({block_key("a 0"): min(texts)} if texts else {})
