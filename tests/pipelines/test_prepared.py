"""A text as it is compared: where the runs of five that another text has stand in it."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.alignment import align, passage
from pipelines.copies.prepared import prepare, stretch


def said(words: list[int]) -> str:
    return " ".join(f"từ{n}" for n in words)


def test_a_stretch_goes_on_over_single_words_and_ends_where_the_other_text_does() -> None:
    words, edited = list(range(100)), [1000 + n if n % 10 == 5 and n < 90 else n for n in range(100)]
    text = prepare(said(words))
    assert stretch(text, text) == 100
    assert stretch(prepare(said([*range(200, 230), *edited, *range(300, 310)])), text) == 100
    assert stretch(prepare(said([*range(200, 260), *words[:60]])), text) == 60
    assert stretch(text, prepare(said(words[::-1]))) == 0
    assert stretch(prepare(said(words[:4])), text) == stretch(text, prepare("")) == 0


@given(st.sets(st.integers(0, 149), max_size=15), st.integers(0, 40), st.integers(0, 40))
def test_a_stretch_is_no_shorter_than_a_passage_edited_in_one_word_of_ten(
    places: set[int], before: int, after: int
) -> None:
    """So that none is overlooked: the edits are never so near one another that most words stand in no run."""
    apart = {place for place in places if place % 10 == 3}
    words = [2000 + n if n in apart else n for n in range(150)]
    one, other = list(range(150)), [*range(3000, 3000 + before), *words, *range(4000, 4000 + after)]
    long, short = (prepare(said(each)) for each in (other, one))
    assert stretch(long, short) >= passage(align(short.words, long.words)) - 2
