"""The longest common subsequence, against the plain dynamic programme."""

from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.copies.alignment import FOREIGN, align, common, passage

words = st.lists(st.integers(0, 5), max_size=150)


def plainly(a: Sequence[int], b: Sequence[int]) -> int:
    row = [0] * (len(b) + 1)
    for word in a:
        new = [0]
        for at, other in enumerate(b):
            new.append(row[at] + 1 if word == other else max(row[at + 1], new[at]))
        row = new
    return row[-1]


@given(words, words)
@example([], [])
@example([1] * 70, [1] * 65)  # a word that both repeat, over more than one machine word
@example([1, 2, 1], [1])  # the ends must not count a word twice
def test_the_length_is_that_of_the_dynamic_programme(a: list[int], b: list[int]) -> None:
    assert common(a, b) == plainly(a, b) == common(b, a)


@given(words, words)
@example([1, 2, 1], [1])
def test_an_alignment_is_a_common_subsequence_of_that_length(a: list[int], b: list[int]) -> None:
    pairs = align(a, b)
    assert len(pairs) == common(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    for (i, j), (k, m) in pairwise(pairs):
        assert i < k
        assert j < m


def test_what_both_texts_have_is_side_by_side() -> None:
    assert align([1, 2, 3, 4], [1, 9, 3, 4, 8]) == [(0, 0), (2, 2), (3, 3)]


@given(words, words)
@example([1, 2, 3], [1, 9, 9, 2, 3])
def test_a_passage_is_the_stretch_of_an_alignment_that_scores_most(a: list[int], b: list[int]) -> None:
    pairs = align(a[:40], b[:40])
    scores = {}
    for first, last in combinations_with_replacement(range(len(pairs)), 2):
        inside = pairs[first : last + 1]
        foreign = sum(max(k - i, m - j) - 1 for (i, j), (k, m) in pairwise(inside))
        scores.setdefault(len(inside) - FOREIGN * foreign, set()).add(len(inside) + foreign)
    assert passage(pairs) in (scores[max(scores)] if scores else {0})


def test_a_passage_bridges_an_edit_but_not_a_paragraph() -> None:
    text = list(range(100))
    edited = [-n if n % 10 == 5 and n < 90 else n for n in text]
    assert passage(align(text, text)) == 100
    assert passage(align(text, edited)) == 100
    assert passage(align(text, [*range(200, 230), *edited, *range(300, 310)])) == 100
    assert passage(align(text, [*text[:60], *range(200, 215), *text[60:]])) == 60
    assert passage([]) == 0
