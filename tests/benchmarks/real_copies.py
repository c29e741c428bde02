"""How many of the copies among real news are found, and which pairs are told to be two issues of one form.

``python tests/benchmarks/real_copies.py`` reads the folder that NEWSARCHIVE_PAGES names: ``vietnews.jsonl.gz`` (a
title, a summary and a text each) and ``vietnews.pairs.jsonl`` (every pair with a containment of .3 and more, computed
exactly). True are the pairs with a 5-shingle Jaccard of .5 or a containment of .8, but those that a person took for two
issues of one form: vietnews_templates.json, with the rule by which.
"""

import gzip
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.article import compared
from pipelines.copies.figures import compare
from pipelines.copies.similarity import COPY_CONTAINMENT, COPY_JACCARD, TEMPLATE, Likeness, Prepared, likeness, prepare
from pipelines.copies.worth import Mark, worth_confirming
from pipelines.fingerprint import fingerprint

JUDGED = Path(__file__).with_name("vietnews_templates.json")
LEAST_RECALL, LEAST_PRECISION = 0.99, 0.98

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """*found*: what the archive says of each pair that it confirms, or takes for a template. *true*: without those that
    a person took for templates, *judged*. *candidates*: pairs that were confirmed or not.
    """

    found: Mapping[Pair, Likeness]
    true: frozenset[Pair]
    judged: frozenset[Pair]
    candidates: int

    @property
    def copies(self) -> frozenset[Pair]:
        return frozenset(pair for pair, like in self.found.items() if like.kind)

    @property
    def templates(self) -> frozenset[Pair]:
        return frozenset(pair for pair, like in self.found.items() if like.reason == TEMPLATE)

    @property
    def recall(self) -> float:
        return len(self.copies & self.true) / len(self.true)

    @property
    def precision(self) -> float:
        return len(self.copies & self.true) / len(self.copies)


@cache
def read(folder: Path) -> Mapping[str, str]:
    with gzip.open(folder / "vietnews.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["id"]: compared(row["title"], row["summary"], row["text"]) for row in rows}


@cache
def shares(folder: Path) -> Mapping[Pair, tuple[float, float]]:
    """The exact Jaccard and containment of the pairs that have any to speak of."""
    with (folder / "vietnews.pairs.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {_pair(row["a"], row["b"]): (row["jaccard"], row["containment"]) for row in rows}


def truth(folder: Path) -> frozenset[Pair]:
    pairs = shares(folder).items()
    return frozenset(pair for pair, (j, c) in pairs if j >= COPY_JACCARD or c >= COPY_CONTAINMENT)


def judged() -> frozenset[Pair]:
    return frozenset(_pair(*pair) for pair in json.loads(JUDGED.read_text(encoding="utf-8"))["pairs"])


def measure(folder: Path, *, everything: bool) -> Measured:
    """*everything*: also the texts that share next to nothing with any other, two thirds of them and of the time."""
    texts, found, candidates = read(folder), dict[Pair, Likeness](), 0
    if not everything:
        texts = {name: texts[name] for name in sorted({name for pair in shares(folder) for name in pair})}
    prepared = cache(lambda name: prepare(texts[name]))
    for one, other in near(texts):
        candidates += 1
        like = likeness(prepared(one), prepared(other))
        if like.kind or like.reason:
            found[_pair(one, other)] = like
    forms = judged()
    return Measured(found=found, true=truth(folder) - forms, judged=forms, candidates=candidates)


def near(texts: Mapping[str, str]) -> Iterator[Pair]:
    """The pairs that the archive would look at."""
    bands, marks = defaultdict[int, list[str]](list), dict[str, Mark]()
    for name, text in texts.items():
        found = fingerprint(text)
        marks[name] = Mark.of(found)
        others = sorted({other for key in found.bands for other in bands[key]})
        worth = worth_confirming(marks[name], [marks[other] for other in others])
        yield from ((other, name) for other, is_worth in zip(others, worth, strict=True) if is_worth)
        for key in found.bands:
            bands[key].append(name)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _particulars(one: Prepared, other: Prepared) -> str:
    both = compare(one.form, other.form)
    figures, names = f"{both.other_figures} of {both.figures} figures", f"{both.other_names} of {both.names} names"
    return f"{figures} and {names} side by side differ"


def report(folder: Path) -> Iterator[str]:
    began = time.process_time()
    measured, texts = measure(folder, everything=True), read(folder)
    yield f"{len(texts)} texts, {measured.candidates} candidates in {time.process_time() - began:.1f} s of CPU"
    found = measured.copies & measured.true
    yield f"true pairs: {len(measured.true)}, found: {len(found)}: recall {measured.recall:.4f}"
    yield f"said to be copies: {len(measured.copies)}: precision {measured.precision:.4f}"
    for pair in sorted(measured.true - measured.copies):
        yield f"missed      {pair[0]} {pair[1]}"
    for pair in sorted(measured.copies - measured.true):
        yield f"not in them {pair[0]} {pair[1]}: {_shares(measured.found[pair])}"
    for pair in sorted(measured.templates):
        by_eye = "by eye too" if pair in measured.judged else "NOT by eye"
        differ = _particulars(*(prepare(texts[name]) for name in pair))
        yield f"template    {pair[0]} {pair[1]}: {differ}; {by_eye}; {_shares(measured.found[pair])}"
    for pair in sorted(measured.judged - measured.templates):
        yield f"template by eye alone {pair[0]} {pair[1]}"


def _shares(like: Likeness) -> str:
    aligned = "-" if like.aligned is None else f"{like.aligned:.3f}"
    return f"Jaccard {like.jaccard:.3f}, containment {like.containment:.3f}, aligned {aligned}"


if __name__ == "__main__":
    if not (named := os.environ.get("NEWSARCHIVE_PAGES")):
        sys.exit("NEWSARCHIVE_PAGES must name the folder with vietnews.jsonl.gz and vietnews.pairs.jsonl")
    print(*report(Path(named)), sep="\n")
