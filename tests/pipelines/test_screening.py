"""What is screened out is no copy, and the numbers are those one by one."""

from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies import screening
from pipelines.copies.prepared import RUN, Outline, Prepared, prepare, shared, stretch
from pipelines.copies.screening import Shared, _places, possible
from pipelines.copies.similarity import likeness

WORDS = "bà con các xã ven sông gặt lúa sớm trước mùa lũ năm nay nhờ có máy mới của hợp tác xã".split()  # noqa: SIM905
texts = st.lists(
    st.one_of(
        st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
        st.integers(0, 60).map(lambda cut: " ".join((WORDS * 4)[cut:])),
        st.integers(0, 60).map(lambda at: " ".join([*(WORDS * 4)[:at], "mưa", "to", *(WORDS * 4)[at + 3 :]])),
    ),
    min_size=2,
    max_size=9,
)


def outlines(texts: Sequence[Prepared]) -> list[Outline]:
    return [text.outline for text in texts]


@given(texts, st.integers(1, 9))
def test_nothing_that_is_a_copy_is_screened_out(made: list[str], at_once: int) -> None:
    one, *others = map(prepare, made)
    kinds = [likeness(one, other) for other in others]
    with patch.object(screening, "AT_ONCE", at_once):
        found = possible(one, outlines(others))
    for is_possible, like in zip(found, kinds, strict=True):
        assert is_possible or (like.kind is None and like.reason is None)


@given(texts)
def test_what_many_share_with_one_is_what_each_does(made: list[str]) -> None:
    one, *others = (text for text in map(prepare, [*made, " ".join(WORDS), " ".join(WORDS[::-1])]) if len(text) >= RUN)
    found = Shared(one, outlines(others))
    assert found.fives().tolist() == [shared(one.fives, other.fives) for other in others]
    assert found.words().tolist() == [shared(one.bag, other.bag) for other in others]
    either = [(stretch(one, other), stretch(other, one)) for other in others]
    lengths = [len(other) - len(one) for other in others]
    assert found.stretches(np.arange(len(others))).tolist() == [
        max(both) if not more else both[more > 0] for both, more in zip(either, lengths, strict=True)
    ]


@given(st.integers(0, 99), st.sampled_from([1, 2, 100, 5_000, 40_000]), st.sampled_from([32, 64]))
def test_what_stands_among_many_is_found_whoever_has_its_slot(seed: int, count: int, bits: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    among = np.unique(rng.integers(0, 2**bits, count, dtype=np.uint64))
    asked = rng.permutation(np.concatenate([rng.choice(among, 300), rng.integers(0, 2**bits, 300, dtype=np.uint64)]))
    places, had = _places(asked, among)
    assert had.tolist() == np.isin(asked, among).tolist()
    assert among[places[had]].tolist() == asked[had].tolist()


BASE = [f"từ{n}" for n in range(100)]
ALIGNED = [f"khác{n}" if n % 5 == 4 else word for n, word in enumerate(BASE)]
PASSAGE = [f"khác{n}" if n in (20, 50) else word for n, word in enumerate(BASE[:70])]


@pytest.mark.parametrize("more", [28, 30, 32])
def test_what_is_a_copy_by_its_one_passage_alone_is_none_that_is_screened_out(more: int) -> None:
    one, other = prepare(" ".join(BASE)), prepare(" ".join([*PASSAGE, *(f"mới{n}" for n in range(more))]))
    found = likeness(one, other)
    assert (found.kind, found.jaccard < 0.5, found.containment < 0.8) == ("copy", True, True)
    assert found.aligned is not None and found.aligned < 0.75
    assert possible(one, [other.outline]) == possible(other, [one.outline]) == [True]
    among = [word for n, word in enumerate(BASE[46:70]) for word in (f"mới{n}", word)]
    apart = prepare(" ".join([*BASE[:46], *among, *(f"mới{n}" for n in range(24, more))]))
    assert likeness(one, apart).kind is None
    assert possible(one, [apart.outline]) == [False]


@pytest.mark.parametrize("more", [0, 3])
def test_what_is_a_copy_by_the_order_of_its_words_alone_is_none_that_is_screened_out(more: int) -> None:
    one, other = prepare(" ".join(BASE)), prepare(" ".join([*ALIGNED, *(f"mới{n}" for n in range(more))]))
    found = likeness(one, other)
    assert (found.kind, found.jaccard) == ("copy", 0)
    assert possible(one, [other.outline]) == possible(other, [one.outline]) == [True]
    assert possible(one, [prepare(" ".join(ALIGNED[:70])).outline]) == [False]


def test_notices_of_one_form_are_screened_out() -> None:
    form = "Công ty điện lực thông báo lịch ngừng cấp điện để sửa chữa lưới điện tại các xã trong tuần tới như sau: {}"
    made = [prepare(form.format(" ".join(f"thôn{a}{n}" for n in range(12)))) for a in range(20)]
    assert possible(made[0], outlines(made[1:])) == [False] * 19
    assert possible(made[0], outlines([*made[1:5], made[0]])) == [False] * 4 + [True]
