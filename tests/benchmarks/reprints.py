"""`make bench-copies`: how well copies are found on a labelled set, beside SimHash and datasketch's MinHashLSH.

The set (tests/benchmarks/labelled) is the same from the same seed, in Vietnamese and English: articles written by hand,
each with another paper's own report of the same event, and composed ones; of each what newsrooms make of it; and what
looks alike and is none: notices and bulletins on one template, old background in new reports, round-ups. A missed
target is a line that begins with `MISSED` and exit code 1.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from labelled.archived import archived
from labelled.grammar import LANGUAGES
from labelled.methods import METHODS, Found
from labelled.scores import EXCERPTS, Score, Truth, score, truth
from labelled.sets import PRINTED, Text, build

from pipelines.copies.similarity import likeness
from pipelines.fingerprint import fingerprint

TARGET = 0.99
OURS = next(iter(METHODS))


def table(scores: Mapping[str, Score]) -> None:
    """Recall by kind, false pairs by kind, and what they come to."""
    columns, first = list(scores), next(iter(scores.values()))
    print(f"{'':48}{'pairs':>8}" + "".join(f"{name:>18}" for name in columns))
    for kind, (_, every) in first.copies.items():
        share = "".join(f"{each.copies[kind][0] / every:>18.3f}" for each in scores.values())
        print(f"{'found: ' + kind:48}{every:>8}{share}")
    for kind, (_, every) in first.others.items():
        count = "".join(f"{each.others[kind][0]:>18}" for each in scores.values())
        print(f"{'wrong: ' + kind:48}{every:>8}{count}")
    summary("in all", scores)


def summary(what: str, scores: Mapping[str, Score]) -> None:
    """*what* says of which texts."""
    for name, figures in (
        ("recall, excerpts and round-ups apart", [each.recall for each in scores.values()]),
        ("recall with them", [each.recall_of_all for each in scores.values()]),
        ("precision", [each.precision for each in scores.values()]),
    ):
        print(f"{what + ': ' + name:56}" + "".join(f"{figure:>18.4f}" for figure in figures))


def in_language(texts: Sequence[Text], language: str, found: Found) -> Score:
    places = {n: place for place, n in enumerate(n for n, text in enumerate(texts) if text.language == language)}
    pairs = [(places[a], places[b]) for a, b in found.pairs if a in places and b in places]
    return score(truth([texts[n] for n in places]), pairs)


def times(found: Mapping[str, Found], count: int) -> None:
    for name, each in found.items():
        steps = ", ".join(f"{step} {1000 * seconds / count:.2f}" for step, seconds in each.seconds.items())
        print(f"ms CPU an article, {name}: {steps}")


def verdict(good: bool, text: str) -> bool:
    print(f"{'ok    ' if good else 'MISSED'} {text}")
    return good


def stories(texts: Sequence[Text], members: Sequence[Sequence[int]]) -> tuple[int, int]:
    """How many stories hold more than one text, and how many forms but excerpts are not in their text's story."""
    story = {n: at for at, every in enumerate(members) for n in every}
    printed = {text.family: story[n] for n, text in enumerate(texts) if text.kind == PRINTED}
    glued = sum(len({texts[n].family for n in every}) > 1 for every in members)
    apart = sum(
        text.kind not in (PRINTED, *EXCERPTS) and story[n] != printed[text.family] for n, text in enumerate(texts)
    )
    return glued, apart


def show(texts: Sequence[Text], known: Truth, each: Score) -> None:
    """Each pair that the archive's way gets wrong, with its values."""
    for word, pairs in (("wrong", each.wrong), ("missed", each.missed)):
        for one, other in ((texts[a], texts[b]) for a, b in pairs):
            marks = [fingerprint(text.text) for text in (one, other)]
            bands = len(set(marks[0].bands) & set(marks[1].bands))
            like = likeness(one.text, other.text)
            print(
                f"{word}: {one.family} {one.kind} | {other.family} {other.kind}: {bands} bands,"
                f" jaccard {like.jaccard}, containment {like.containment}, aligned {like.aligned}, {like.reason or ''}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=30, help="composed ones in each language")
    parser.add_argument("--events", type=int, help="of those written by hand, the first so many in each language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="each pair that the archive's way gets wrong")
    given = parser.parse_args()
    texts = build(given.seed, articles=given.articles, events=given.events)
    known = truth(texts)
    print(f"{len(texts)} texts, {len(texts) * (len(texts) - 1) // 2} pairs, seed {given.seed}")
    found = {name: method([text.text for text in texts]) for name, method in METHODS.items()}
    order = random.Random(given.seed).sample(range(len(texts)), len(texts))
    with tempfile.TemporaryDirectory() as folder:
        real = archived(texts, Path(folder), order)
    scores = {name: score(known, each.pairs) for name, each in found.items()}
    table(scores)
    spoken = {
        language: {name: in_language(texts, language, each) for name, each in found.items()} for language in LANGUAGES
    }
    for language, each in spoken.items():
        summary(language, each)
    times({**found, "in SQLite": real.found}, len(texts))
    if given.show:
        show(texts, known, scores[OURS])
    good, (glued, apart) = True, stories(texts, real.stories)
    for language, each in spoken.items():
        ours = each[OURS]
        recall, precision = min(ours.recall, ours.recall_of_all), ours.precision
        good &= verdict(recall >= TARGET, f"{language}: recall {recall:.4f}, with excerpts or without, >= {TARGET}")
        good &= verdict(precision >= TARGET, f"{language}: precision {precision:.4f}, target >= {TARGET}")
    same = real.found.pairs == found[OURS].pairs
    good &= verdict(same, f"{len(real.found.pairs)} edges in SQLite, {len(found[OURS].pairs)} without, the same ones")
    good &= verdict(glued == 0, f"{len(real.stories)} stories, {glued} of them of more than one text, target 0")
    forms = sum(text.kind not in (PRINTED, *EXCERPTS) for text in texts)
    good &= verdict(apart <= (1 - TARGET) * forms, f"{apart} of {forms} forms are not in their text's story")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
