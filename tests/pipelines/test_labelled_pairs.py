"""Copies are found, and what looks like one is told apart, kind by kind, on a small labelled set (tests/benchmarks)."""

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from labelled.archived import Archived, archived
from labelled.methods import archive_way
from labelled.scores import EXCERPTS, Score, score, truth
from labelled.sets import PRINTED, ROUND_UP, Text, build

# Of the pairs of a kind, at least so many are found. Candidates of a text much shorter or longer are found by chance
# where they share too little for an anchor: 32 bands of 3 find .68 of those whose pairs of words have a Jaccard
# similarity of .33.
FLOOR, EXCERPT_FLOOR = 0.99, 0.95
FLOORS = dict.fromkeys(EXCERPTS, EXCERPT_FLOOR)


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return build(seed=5, articles=3, events=2)


@pytest.fixture(scope="module")
def real(texts: list[Text], tmp_path_factory: pytest.TempPathFactory) -> Archived:
    order = random.Random(5).sample(range(len(texts)), len(texts))
    return archived(texts, tmp_path_factory.mktemp("labelled"), order)


@pytest.fixture(scope="module")
def found(texts: list[Text], real: Archived) -> Score:
    return score(truth(texts), real.found.pairs)


def test_copies_are_found_whatever_became_of_them(found: Score) -> None:
    assert len(found.copies) >= 16
    shares = {kind: hits / every for kind, (hits, every) in found.copies.items()}
    assert {kind: share for kind, share in shares.items() if share < FLOORS.get(kind, FLOOR)} == {}
    assert found.recall >= 0.99


def test_what_looks_alike_and_is_no_copy_is_told_apart(texts: list[Text], found: Score) -> None:
    assert sum(every for kind, (_, every) in found.others.items() if kind.startswith("the same event")) > 300
    assert [f"{texts[a].family} is no copy of {texts[b].family}" for a, b in found.wrong] == []


def test_a_story_holds_one_text_in_all_its_forms_and_no_other(texts: list[Text], real: Archived) -> None:
    families = [{texts[n].family for n in story if texts[n].kind != ROUND_UP} for story in real.stories]
    assert [each for each in families if len(each) > 1] == []
    assert [
        texts[n].family for story in real.stories for n in story if texts[n].kind == ROUND_UP and len(story) > 1
    ] == []
    story = {n: at for at, every in enumerate(real.stories) for n in every}
    printed = {text.family: story[n] for n, text in enumerate(texts) if text.kind == PRINTED}
    forms = [n for n, text in enumerate(texts) if text.kind not in (PRINTED, *EXCERPTS)]
    outside = [texts[n].kind for n in forms if story[n] != printed[texts[n].family]]
    assert len(outside) <= 0.01 * len(forms), outside


def test_the_archive_finds_what_its_method_finds_in_any_order(texts: list[Text], real: Archived) -> None:
    assert real.found.pairs == archive_way([text.text for text in texts]).pairs
