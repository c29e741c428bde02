"""The labelled set is what it says: its copies are changed as much as they claim, its traps do look alike."""

import random
import subprocess
import sys
import unicodedata
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pytest
from labelled import grammar
from labelled.events import reports
from labelled.methods import METHODS, simhash
from labelled.scores import EXCERPTS, score, truth
from labelled.sets import PRINTED, SAME_EVENT, UNRELATED, Text, build, label
from labelled.vary import VARIATIONS, edited, words_of

from pipelines.fingerprint import shingle_set
from pipelines.vietnamese import syllables

HERE = Path(__file__).parent
TEXT = Text(family="x", kind=PRINTED, language="vi", paragraphs=("Hòa bình.", "Kĩ sư nói về lí do, thủy lợi, quý giá."))


def shared(a: str, b: str) -> float:
    one, other = (shingle_set(syllables(text), 5) for text in (a, b))
    return len(one & other) / min(len(one), len(other))


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return build(seed=2, articles=6, events=2)


def test_the_same_seed_makes_the_same_set(texts: list[Text]) -> None:
    assert texts == build(seed=2, articles=6, events=2) != build(seed=3, articles=6, events=2)


@pytest.mark.parametrize("language", grammar.LANGUAGES)
def test_patterns_leave_nothing_unfilled(language: str) -> None:
    tables = grammar.patterns(language)
    sentences = [*tables["shared"]["sentences"]]
    for lines in (*tables["topics"].values(), *tables["notices"].values(), *tables["daily"].values()):
        sentences += lines
    assert len(sentences) > (180 if language == "vi" else 120)
    for seed in range(3):
        said = [grammar.Writer(random.Random(seed), language).say(sentence) for sentence in sentences]
        assert [line for line in said if set("[]{}|~") & set(line)] == []


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_so_many_words_are_edited(share: float) -> None:
    old = grammar.article(random.Random(1), "vi", "lu", 300)
    new = edited(share)(random.Random(2), "vi", old)
    before, after = (" ".join(each).split() for each in (old, new))
    same = sum(size for _, _, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    assert 1 - same / len(before) == pytest.approx(share, abs=0.35 * share)  # a fifth are put in, which takes none out


def test_each_form_is_another_text_of_the_length_it_says() -> None:
    for language, kinds in VARIATIONS.items():
        old = grammar.article(random.Random(1), language, grammar.topics(language)[0], 300)
        lengths = {}
        for kind, vary in kinds.items():
            new = vary(random.Random(2), language, old)
            assert new != old, kind
            lengths[kind] = words_of(new) / words_of(old)
        assert lengths["cut to 70 %"] == pytest.approx(0.7, abs=0.02)
        assert 1.3 < lengths["a third longer"] < 1.6
        assert 0.05 < lengths["first two paragraphs"] < 0.5


def test_spelling_alone_differs_between_forms_of_letters() -> None:
    forms = {kind: VARIATIONS["vi"][kind](random.Random(1), "vi", TEXT.paragraphs) for kind in VARIATIONS["vi"]}
    assert forms["old tones, i for y"] == ("Hoà bình.", "Kỹ sư nói về lý do, thuỷ lợi, quý giá.")
    assert forms["no diacritics"] == ("Hoa binh.", "Ki su noi ve li do, thuy loi, quy gia.")
    assert forms["NFD"] == tuple(unicodedata.normalize("NFD", line) for line in TEXT.paragraphs) != TEXT.paragraphs


@pytest.mark.parametrize("language", grammar.LANGUAGES)
def test_two_papers_tell_one_event_in_other_words_with_its_names_and_a_quote(language: str) -> None:
    found = reports(language)
    assert len(found) == (10 if language == "vi" else 6)
    for name, pair in found:
        one, other = (" ".join(paragraphs) for paragraphs in pair)
        assert all(150 <= words_of([text]) <= 400 for text in (one, other)), name
        assert 0.01 < shared(one, other) < 0.15, name
        names = [{word.strip(",.") for word in text.split() if word[:1].isupper()} for text in (one, other)]
        assert len(names[0] & names[1]) >= 6, name


def test_the_traps_share_words_and_articles_on_one_topic_do_not(texts: list[Text]) -> None:
    known = truth(texts)
    for prefix, least in (("background", 0.3), ("one template: short", 0.4), ("one template: daily", 0.15)):
        shares = [shared(texts[a].text, texts[b].text) for (a, b), each in known.labels.items()
                  if each.kind.startswith(prefix)]  # fmt: skip
        assert len(shares) >= 6 and sorted(shares)[len(shares) // 2] > least, prefix
    printed = [text for text in texts if text.kind == PRINTED and not (text.event or text.template)]
    pairs = [(a, b) for a, b in combinations(printed, 2) if label(a, b).kind == UNRELATED]
    assert max(shared(a.text, b.text) for a, b in pairs) < 0.25


def test_labels_and_scores(texts: list[Text]) -> None:
    known = truth(texts)
    assert len(known.labels) + known.unrelated == len(texts) * (len(texts) - 1) // 2
    right = {pair for pair, each in known.labels.items() if each.copy}
    hard = next(pair for pair, each in known.labels.items() if each.kind == SAME_EVENT)
    perfect, worse = score(known, right), score(known, {*right, hard, (0, len(texts) - 1)})
    assert (perfect.recall, perfect.precision, perfect.wrong, perfect.missed) == (1, 1, [], [])
    excerpts = {pair for pair in right if known.labels[pair].kind in EXCERPTS}
    less = score(known, right - excerpts)
    assert less.recall == 1 and less.recall_of_all == pytest.approx(1 - len(excerpts) / len(right))
    assert len(worse.wrong) == 2 and worse.precision == pytest.approx(len(right) / (len(right) + 2))
    assert len(score(known, {hard}).missed) == len(right) and score(known, {hard}).precision == 0


def test_a_simhash_is_near_for_like_texts_and_far_for_others(texts: list[Text]) -> None:
    one, other = (grammar.article(random.Random(seed), "vi", "lu", 300) for seed in (1, 2))
    near = edited(0.01)(random.Random(1), "vi", one)
    distances = [(simhash(" ".join(one)) ^ simhash(" ".join(each))).bit_count() for each in (one, near, other)]
    assert distances[0] == 0 and distances[1] <= 6 < distances[2]


def test_the_benchmark_prints_each_kind_for_each_method() -> None:
    command = [sys.executable, str(HERE / "reprints.py"), "--articles", "1", "--events", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[1], check=False)
    assert done.returncode in (0, 1), done.stderr
    assert all(name in done.stdout for name in METHODS), done.stdout
    for kind in (*VARIATIONS["vi"], *VARIATIONS["en"], SAME_EVENT):
        assert kind in done.stdout, kind
    assert "edges in SQLite" in done.stdout
