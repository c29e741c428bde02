"""What a reprint has and the article that it repeats has not: whole sentences, a paragraph's together. Pure."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from pipelines.copies.lines import Line, line_of
from pipelines.copies.prepared import Hashes, Prepared

# Runs of words that both have are the original's; shorter ones are the language's.
RUN = 4
# A sentence is the reprint's own where less than this share of it stands in such runs: with more it was reworded,
# which the similarity says.
COMMON = 0.5
# A shorter one ("Theo TTXVN.") is a credit or a heading.
FEWEST_WORDS = 4
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=\S)")
# A full stop that ends no sentence: "TP. Sơn Hà", "ông A. Tuấn".
_SHORTENED = re.compile(r"(?<!\w)[^\W\d_]{1,3}\.$")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_OPENING = '"“‘«([–- '


def added(text: str, own: Prepared, original: Prepared) -> str | None:
    """The passages, a line each; None where there is nothing. *own*: the article's title, summary and *text*, as they
    are compared.
    """
    if not own.without(original):  # as of half of them
        return None
    words = own.numbers
    known = _known(words, original.numbers)
    if known.all():
        return None
    sums = np.concatenate(([0], np.cumsum(known))).tolist()
    lines = [(said, len(line_of(said))) for said in text.splitlines()]
    at, passages = len(words) - sum(length for _, length in lines), list[str]()
    for said, words_of_line in lines:
        end = at + words_of_line
        if sums[end] - sums[at] == words_of_line:  # as most: nothing of it is the reprint's own
            at = end
            continue
        told: list[tuple[bool, str, int]] = []
        for sentence in _sentences(said):
            if length := len(Line(sentence)):
                told.append((sums[at + length] - sums[at] < COMMON * length, sentence, length))
                at += length
        for is_own, some in groupby(told, key=itemgetter(0)):
            _, sentences, lengths = zip(*some, strict=True)
            if is_own and sum(lengths) >= FEWEST_WORDS:
                passages.append(" ".join(sentences))
    return "\n".join(passages) or None


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if not _goes_on(line[start : end.start()], line[end.end() :]):
            yield line[start : end.end()].strip()
            start = end.end()
    yield line[start:].strip()


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on behind what looks like its end."""
    shortened = _SHORTENED.search(before[-5:])
    return after.lstrip(_OPENING)[:1].islower() or (shortened is not None and not shortened[0][1:-1].islower())


def _known(words: Hashes, original: Hashes) -> npt.NDArray[np.bool_]:
    """Of each of *words* whether it stands in a run that *original* has too."""
    known = np.zeros(len(words) + RUN, dtype=bool)
    runs, others = _runs(words), np.sort(_runs(original))
    if len(others):
        found = np.flatnonzero(others[np.minimum(np.searchsorted(others, runs), len(others) - 1)] == runs)
        for offset in range(RUN):
            known[found + offset] = True
    return known[: len(words)]


def _runs(words: Hashes) -> Hashes:
    """A number for each run, in order."""
    count = max(0, len(words) - RUN + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for offset in range(RUN):
        runs = runs * _FACTOR + words[offset : offset + count]
    return runs
