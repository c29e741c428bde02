"""What a site repeats, and which of its places hold articles: found whatever the order, and only that."""

import unicodedata
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import Block
from pipelines.boilerplate import (
    HELP,
    MAX_GROUP,
    MAX_WORDS,
    NO_RULES,
    SURE,
    Learned,
    Rules,
    block_key,
    learn,
    page_blocks,
    place_key,
    sample,
)
from pipelines.decisions import Verdict
from pipelines.siterules import rules_from

FOOTER = "Văn bản, chính sách mới"
RATES = "Tỷ giá USD {} đồng"
LONG = " ".join(f"nền{n}" for n in range(MAX_WORDS + 5))
GENUINE = " ".join(f"lời{n}" for n in "abcdefghijklmnopqrstuvwxyzabcdefghijklmn")  # 40 words
BODY, BOX = "div.content/p", "div.box/p"


def letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0))


def article(number: int) -> list[str]:
    """Five sentences that no other article has; in letters, since figures do not count."""
    return [" ".join(f"{letters(number)}{letters(line)}{letters(word)}" for word in range(12)) for line in range(5)]


def as_blocks(texts: Sequence[str], sure: int = SURE - 1) -> list[Block]:
    return [Block(text=text, sure=sure) for text in texts]


def learned(site: Mapping[str, Sequence[str]]) -> Learned:
    return learn({name: page_blocks(as_blocks(texts)) for name, texts in site.items()})


def removed(site: Mapping[str, Sequence[str]]) -> set[int]:
    return set(learned(site).removed)


def test_footers_and_rates_go_and_prose_stays() -> None:
    site = {f"a{n}": [*article(n), FOOTER, RATES.format(26_000 + n), LONG] for n in range(4)}
    assert removed(site) == {block_key(FOOTER), block_key(RATES.format(1))}


def test_daily_bulletins_keep_their_sentence_and_its_figures() -> None:
    site = {f"a{n:02}": [*article(n), FOOTER] for n in range(30)}
    for n in range(5):
        site[f"a{n:02}"].append(f"Trong ngày toàn tỉnh ghi nhận {n + 3} ca mắc mới.")
    assert removed(site) == {block_key(FOOTER)}


def test_a_genuine_paragraph_that_one_article_in_twenty_shares_is_never_lost() -> None:
    site = {f"a{n:04}": [*article(n), FOOTER, *([GENUINE] if n % 20 == 0 else [])] for n in range(5000)}
    found = learned(site)
    assert set(found.removed) == {block_key(FOOTER)}
    rules = rules_from(found, {})
    kept = [name for name, texts in site.items() if GENUINE in texts and rules.keeps(Block(text=GENUINE))]
    assert len(kept) == 250
    assert not rules.keeps(Block(text=FOOTER))


def test_a_heading_that_comes_again_on_a_large_site_stays_and_a_label_of_no_article_goes() -> None:
    heading, label = "Kết quả cuộc thi", "Ảnh minh họa internet"
    pages = {f"a{n:03}": page_blocks(as_blocks(article(n))) for n in range(200)}
    for n in range(0, 200, 40):
        blocks = [*as_blocks(article(n)), Block(text=heading, sure=SURE), Block(text=label, sure=SURE - 1)]
        pages[f"a{n:03}"] = page_blocks(blocks)
    assert set(learn(pages).removed) == {block_key(label)}


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
    assert learned(site).removed == {block_key(f"{FOOTER} " * 3): MAX_GROUP + 10}


def test_a_place_decides_what_a_page_leaves_open() -> None:
    pages = {
        f"a{n}": page_blocks(
            [
                *(Block(text=text, path=BODY, sure=40) for text in article(n)),
                *(Block(text=text, path=BOX, sure=-20) for text in article(n + 100)),
            ]
        )
        for n in range(3)
    }
    found = learn(pages)
    assert found.places == {place_key(BODY): 1.0, place_key(BOX): 0.0}
    rules = rules_from(found, {})
    assert rules.keeps(Block(text="x", path=BODY, sure=-HELP))
    assert not rules.keeps(Block(text="x", path=BODY, sure=-HELP - 1))
    assert not rules.keeps(Block(text="x", path=BOX, sure=HELP - 1))
    assert rules.keeps(Block(text="x", path=BOX, sure=HELP))
    assert [rules.keeps(Block(text="x", path="elsewhere", sure=sure)) for sure in (-1, 0)] == [False, True]


blocks = st.builds(
    Block,
    text=st.sampled_from([FOOTER, RATES.format(1), RATES.format(2), LONG, *article(0), *article(1), "x", ""]),
    sure=st.integers(-30, 40),
    path=st.sampled_from(["", BODY, BOX]),
)
sites = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.lists(blocks, max_size=8), max_size=10)


@given(site=sites, data=st.data())
def test_order_does_not_matter(site: dict[str, list[Block]], data: st.DataObject) -> None:
    shuffled = {name: data.draw(st.permutations(site[name])) for name in data.draw(st.permutations(sorted(site)))}
    first, second = ({k: page_blocks(v) for k, v in s.items()} for s in (site, shuffled))
    assert learn(first) == learn(second)


@given(block=blocks, keys=st.sets(st.sampled_from(["removed", "trusted", "doubted", "kept"])))
def test_the_operators_word_comes_first(block: Block, keys: set[str]) -> None:
    own = {name: frozenset({block_key(block.text), place_key(block.path)}) for name in keys}
    rules = Rules(**own)
    if "kept" in keys:
        assert rules.keeps(block)
    elif "removed" in keys:
        assert not rules.keeps(block)
    elif abs(block.sure) > HELP:
        assert rules.keeps(block) == (block.sure >= 0)


@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_text_has_a_key_that_sqlite_takes(text: str) -> None:
    assert 0 <= block_key(text) < 2**63
    assert 0 <= place_key(text) < 2**63


def test_figures_case_and_space_do_not_count() -> None:
    assert block_key("Lượt xem:  52") == block_key("LƯỢT XEM: 1234")
    assert block_key("Lượt xem: 52") != block_key("Lượt xem")


def test_a_version_names_a_set_of_rules() -> None:
    assert NO_RULES.version == "0"
    assert Rules(frozenset({1, 2})).version == Rules(frozenset({2, 1})).version != Rules(frozenset({1})).version
    assert len({Rules(**{name: frozenset({1})}).version for name in ("removed", "trusted", "doubted", "kept")}) == 4


@given(pages=st.lists(st.lists(st.sampled_from(["A 1", "a 2", "A 3", "b"])), max_size=4))
def test_the_sample_is_the_first_of_the_alphabet(pages: list[list[str]]) -> None:
    texts = [text for page in pages for text in page]
    found = sample(as_blocks(texts), [block_key("a 0")])
    own = [text for text in texts if text != "b"]
    assert found == ({block_key("a 0"): min(own)} if own else {})


def test_verse_at_three_addresses_is_one_witness_whatever_teasers_stand_beside_it() -> None:
    verse = [Block(text=f"Câu thơ {letters(n)} bên sông {letters(n + 40)}", sure=40) for n in range(8)]
    site = {f"a{n}": page_blocks([*verse, *(Block(text=text, sure=-20) for text in article(n))]) for n in range(3)}
    assert learn(site).removed == {}
    site |= {f"b{n}": page_blocks([*as_blocks(article(n + 10), 40), Block(text=FOOTER, sure=5)]) for n in range(3)}
    assert set(learn(site).removed) == {block_key(FOOTER)}


def test_an_article_at_three_addresses_is_one_witness_whatever_teasers_stand_beside_it() -> None:
    own = as_blocks(article(0)[:2], 60)
    site = {f"a{n}": page_blocks([*own, *(Block(text=t, sure=-20) for t in article(n + 1))]) for n in range(3)}
    assert learn(site).removed == {}


def test_letters_in_parts_and_invisible_ones_do_not_count() -> None:
    loose = unicodedata.normalize("NFD", FOOTER).replace(" ", "\u200b ")
    assert loose != FOOTER
    assert block_key(loose) == block_key(FOOTER)
    found = learned({f"a{n}": [*article(n), loose] for n in range(3)})
    assert not rules_from(found, {}).keeps(Block(text=FOOTER))


def test_the_operator_decides_on_a_place_too() -> None:
    pages = {f"a{n}": page_blocks([Block(text=t, path=BOX, sure=-5) for t in article(n)]) for n in range(3)}
    found, key = learn(pages), place_key(BOX)
    assert not rules_from(found, {}).keeps(Block(text="x", path=BOX, sure=-5))
    rules = rules_from(found, {str(key): Verdict.KEEP})
    assert rules.keeps(Block(text="x", path=BOX, sure=-5))
    assert sum(key in part for part in rules.parts) == 1
    assert not rules_from(found, {str(key): Verdict.REMOVE}).keeps(Block(text="x", path=BOX, sure=HELP - 1))
