"""What a reprint has and the article that it repeats has not: whole sentences, a paragraph's together. Pure."""

import re
from collections.abc import Iterator, Sequence

from pipelines.fingerprint import shingle_set
from pipelines.vietnamese import syllables

# Runs of words that both have are the original's; shorter ones are the language's.
RUN = 4
# A sentence is the reprint's own where less than this share of it stands in such runs: with more it was reworded,
# which the similarity says.
COMMON = 0.5
# A shorter one ("Theo TTXVN.") is a credit or a heading.
FEWEST_WORDS = 4
# Behind two letters or fewer a full stop shortens ("TP. Sơn Hà").
_SENTENCE_END = re.compile(r"(?<=[^\W_][^\W_][^\W_][.!?…])[\"”’»)\]]*\s+(?=\S)")
_OPENING = '"“‘«([–- '


def added(text: str, original: str) -> str | None:
    """The passages, a line each; None where there is nothing."""
    known = shingle_set(syllables(original), RUN)
    passages = [passage for line in text.splitlines() for passage in _passages(line, known)]
    return "\n".join(passages) or None


def _passages(line: str, known: frozenset[str]) -> Iterator[str]:
    passage: list[str] = []
    for sentence in _sentences(line):
        words = syllables(sentence)
        if words and _common(words, known) < COMMON * len(words):
            passage.append(sentence)
        elif words:
            yield from _long_enough(passage)
            passage = []
    yield from _long_enough(passage)


def _long_enough(passage: Sequence[str]) -> Iterator[str]:
    text = " ".join(passage)
    if len(syllables(text)) >= FEWEST_WORDS:
        yield text


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if not line[end.end() :].lstrip(_OPENING)[:1].islower():
            yield line[start : end.end()].strip()
            start = end.end()
    yield line[start:].strip()


def _common(words: Sequence[str], known: frozenset[str]) -> int:
    """How many of *words* stand in runs that are *known*."""
    if len(words) < RUN:
        text = f" {' '.join(words)} "
        return len(words) if any(text in f" {run} " for run in known) else 0
    covered: set[int] = set()
    for at in range(len(words) - RUN + 1):
        if " ".join(words[at : at + RUN]) in known:
            covered.update(range(at, at + RUN))
    return len(covered)
