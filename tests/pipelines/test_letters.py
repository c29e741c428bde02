"""What is counted for all blocks of a page at once is what the patterns that it stands for count in each."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.body.letters import Letters

CHINESE = "\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(f"[{CHINESE}]|[^\\W{CHINESE}]+")
SENTENCE = re.compile(r"[.!?…。！？;:]['\"”»’)\]]*(?=\s|$)|[。！？]")
ENDING = tuple('.!?…:;。！？"”»’)]')
TELLING = " abÂđ_12٣.!?…。！？;:'\"”»’)],-東京かĐỨẠ́\u200bⒶⅨ𝐀𠮷😀\ud800"

texts = st.lists(
    (st.text(TELLING, max_size=40) | st.text(max_size=20) | st.text("ABc ", min_size=150, max_size=200))
    .map(lambda text: " ".join(text.split()))
    .filter(bool),
    min_size=1,
    max_size=8,
)


@given(texts=texts)
@example(texts=['Ông nói: "Được." Rồi đi?!', "Hết…", '"“Thật.”)', "完。」続", "1.250,5 ha;"])
def test_letters_are_counted_as_the_patterns_do(texts: list[str]) -> None:
    read = Letters(texts)
    for block, text in enumerate(texts):
        assert read.letters[block] == len(text)
        assert read.words[block] == len(WORD.findall(text))
        assert read.figures[block] == len(re.findall(r"\d", text))
        assert read.commas[block] == text.count(",")
        assert read.sentences[block] == len(SENTENCE.findall(text))
        assert read.ends[block] == text.endswith(ENDING)
        sample = text[:160]
        assert read.capitals[block] == pytest.approx(sum(map(str.isupper, sample)) / len(sample))


def test_a_page_of_one_letter_is_counted() -> None:
    assert Letters(["x"]).words.tolist() == [1.0]
    assert np.isfinite(Letters(["x"] * 3).capitals).all()
