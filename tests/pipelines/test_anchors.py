"""Anchors: whoever holds a passage of a text has chosen the same ones within it."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.anchors import RUN, SHARED, WINDOW, anchors, overlaps, pack, unpack

WORDS = [f"từ{number}" for number in range(600)]
passages = st.integers(0, 200).flatmap(
    lambda start: st.integers(start + WINDOW + RUN - 1, len(WORDS)).map(lambda end: WORDS[start:end])
)


def of(words: Sequence[str]) -> bytes:
    return pack(anchors(words))


@given(passage=passages, before=st.integers(0, 300), after=st.integers(0, 300))
def test_a_passage_as_long_as_a_window_has_an_anchor_in_common_with_whatever_holds_it(
    passage: list[str], before: int, after: int
) -> None:
    holder = [*(f"đầu{n}" for n in range(before)), *passage, *(f"cuối{n}" for n in range(after))]
    assert set(anchors(passage).tolist()) <= set(anchors(holder).tolist())
    assert overlaps([of(passage)], [of(holder)]).tolist() == [1.0]


@given(words=st.lists(st.sampled_from(WORDS), max_size=300))
def test_anchors_are_few_in_order_and_come_back_from_what_is_stored(words: list[str]) -> None:
    found = anchors(words).tolist()
    assert found == sorted(set(found)) == list(unpack(of(words)))
    assert all(0 <= key < 2**63 for key in found)
    assert (len(words) >= RUN) == bool(found)
    assert len(found) <= max(1, len(words) - RUN + 1 - WINDOW + 1)


def test_a_text_of_400_words_has_a_dozen() -> None:
    assert 8 <= len(anchors(WORDS[:400])) <= 18


def test_two_texts_with_one_paragraph_in_common_share_too_few() -> None:
    background = WORDS[:80]
    one = [*(f"a{n}" for n in range(200)), *background, *(f"b{n}" for n in range(200))]
    other = [*(f"c{n}" for n in range(300)), *background, *(f"d{n}" for n in range(100))]
    ones, others = zip((one, other), (one, one), (one, []), ([], one), ([], []), strict=True)
    shares = overlaps([of(each) for each in ones], [of(each) for each in others]).tolist()
    assert 0 < shares[0] < SHARED
    assert shares[1:] == [1.0, 0.0, 0.0, 0.0]


@given(words=st.lists(st.lists(st.sampled_from(WORDS[:40]), max_size=120), min_size=1, max_size=5))
def test_the_overlap_is_that_of_the_two_sets(words: list[list[str]]) -> None:
    one, *others = [set(anchors(each).tolist()) for each in words]
    expected = [len(one & each) / min(len(one), len(each)) if one and each else 0.0 for each in others]
    assert overlaps([of(words[0])] * len(others), [of(each) for each in words[1:]]).tolist() == expected
