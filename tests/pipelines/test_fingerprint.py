import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.prepared import Outline, prepare
from pipelines.fingerprint import BANDS, OUTLINED, ROWS_ALL, bands_of, estimate, fingerprint, outlined, shingle_set
from pipelines.vietnamese import fold


def text(seed: int, words: int = 400) -> list[str]:
    chance = random.Random(seed)
    return [f"từ{chance.randrange(5_000)}" for _ in range(words)]


def shared_bands(a: list[str], b: list[str]) -> int:
    return len(set(fingerprint(" ".join(a)).bands) & set(fingerprint(" ".join(b)).bands))


def test_edits_and_cuts_of_a_text_share_a_band() -> None:
    for seed in range(20):
        words = text(seed)
        edited = [word if n % 20 else "khác" for n, word in enumerate(words)]
        assert shared_bands(words, edited) > 0
        assert shared_bands(words, words[: 7 * len(words) // 10]) > 0
        assert shared_bands(words, text(seed + 100)) == 0


def test_marks_and_case_do_not_count() -> None:
    words = " ".join(f"Đường phố số {n} ở Bắc Ninh" for n in range(20))
    assert fingerprint(words) == fingerprint(fold(words).upper())


@pytest.mark.parametrize("short", ["", "một", "một hai ba " * 100])
def test_a_text_with_few_shingles_is_no_candidate(short: str) -> None:
    assert fingerprint(short).bands == ()


@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_text_has_a_fingerprint_that_sqlite_takes(words: str) -> None:
    found = fingerprint(words)
    assert len(found.bands) > BANDS or not found.bands  # and an anchor at least
    assert all(0 <= key < 2**63 for key in found.bands)
    assert len(found.signature) == (4 * ROWS_ALL + 8 * (len(found.bands) - BANDS) if found.bands else 0)


def test_bands_come_back_from_the_stored_signature() -> None:
    found = fingerprint(" ".join(text(1)))
    assert bands_of(found.signature) == found.bands


def test_signatures_are_the_same_for_ever() -> None:
    """Other ones would part every stored signature from every new one."""
    found = fingerprint(" ".join(f"a{n}" for n in range(50)))
    assert found.signature[:8].hex() == "3ca0ff0027103800"
    assert (found.words or b"")[:8].hex() == "b578e61b2348e16c"


@pytest.mark.parametrize("words", [30, OUTLINED, OUTLINED + 1, 2 * OUTLINED])
def test_of_a_short_text_its_words_are_kept_too(words: int) -> None:
    short = " ".join(text(1, words))
    found = fingerprint(short)
    outline = prepare(short).outline
    assert len(outline) == words
    assert (found.words, found.runs) == (outline if words <= OUTLINED else (None, None))
    assert outlined(short) == (outline if words <= OUTLINED else None)
    repeated = fingerprint("\n".join([short] * (2 * OUTLINED // words)))
    assert repeated.words is None or len(repeated.words) <= 4 * OUTLINED


@given(st.text(max_size=300))
def test_what_is_kept_of_a_short_text_is_all_that_it_is_screened_by(words: str) -> None:
    made = prepare(words)
    again = Outline(*made.outline).numbered
    assert again.numbers.tolist() == made.numbers.tolist()
    assert again.fives.tolist() == made.fives.tolist()
    assert again.runs.tolist() == made.runs.tolist()


def test_the_estimate_is_near_the_truth() -> None:
    words = text(3)
    other = [*words[:300], *text(4, 100)]
    a, b = (shingle_set([fold(word) for word in each], 2) for each in (words, other))
    truth = len(a & b) / len(a | b)
    found = estimate(fingerprint(" ".join(words)).signature, fingerprint(" ".join(other)).signature)
    assert abs(found - truth) < 0.2
