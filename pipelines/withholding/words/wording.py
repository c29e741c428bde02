"""What an article says, looked for where it is not at home: headlines, teasers that end anywhere, sentences. Pure.

A run of its words counts by how long it is and where it begins: other articles have some of its words, too. Words in
an address ("ong-giang-ben-con-dap") are left: an archive is asked for by addresses.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.withholding.words.letters import Codes, Letters, codes, letters_of, plain, quick
from pipelines.withholding.words.spans import Span, merged

# Letters by which a run is found: about four words. What is shorter is not looked for.
SEED = 16
# Letters of a run that begins as a headline, sapo or caption does, or a sentence; of one that begins within it.
LEAST_BEGUN, LEAST_WITHIN = (20, 40), (40, 80)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?…:;])\s+|\n+")
_IN_ADDRESS = re.compile(r"[-_.]")
_BITS = 18
_PRIME = np.uint64(1_000_003)

Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """*letters*, and where in them words begin; *is_said*: a sentence of the text, and no headline, sapo or caption."""

    letters: str
    words: frozenset[int]
    is_said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where *letters* of a phrase stand in a source."""

    span: Span
    letters: str
    is_said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is looked for: *seeds* lead to phrases and places in them. *said*: the letters of longer sentences."""

    seeds: dict[str, list[tuple[Phrase, int]]] = field(repr=False)
    said: tuple[str, ...] = field(repr=False)
    bits: "np.ndarray[tuple[int], np.dtype[np.bool_]]" = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.seeds)


def wording(named: Iterable[str], said: Iterable[str]) -> Wording:
    """Of headlines, sapos and captions (*named*) and texts (*said*)."""
    phrases = {_phrase(text, is_said=False) for text in named if text}
    phrases |= {_phrase(one, is_said=True) for text in said for one in _SENTENCE.split(text or "")}
    seeds: dict[str, list[tuple[Phrase, int]]] = {}
    for phrase in sorted(phrases, key=lambda one: (one.is_said, one.letters)):
        for at in phrase.words:
            if at + SEED <= len(phrase.letters):
                seeds.setdefault(phrase.letters[at : at + SEED], []).append((phrase, at))
    bits = np.zeros(1 << _BITS, dtype=np.bool_)
    for seed in seeds:
        bits[_places(hashes(codes(seed)))] = True
    said = tuple(sorted(one.letters for one in phrases if one.is_said and len(one.letters) >= LEAST_WITHIN[0]))
    return Wording(seeds=seeds, said=said, bits=bits)


def _phrase(text: str, *, is_said: bool) -> Phrase:
    letters, words = "", set()
    for word in _WORD.findall(text):
        words.add(len(letters))
        letters += plain(word)
    return Phrase(letters, frozenset(words - {len(letters)}), is_said)


def is_there(wanted: Wording, source: str) -> bool:
    """Whether *source* may have any of it; where not, it has not."""
    return bool(wanted) and any(next(_hits(wanted, text), None) is not None for text in quick(source))


def _hits(wanted: Wording, text: Codes) -> Iterator[int]:
    if len(text) >= SEED:
        for place in np.flatnonzero(wanted.bits[_places(hashes(text))]).tolist():
            if "".join(map(chr, text[place : place + SEED])) in wanted.seeds:
                yield place


def _places(found: Hashes) -> Hashes:
    return found >> np.uint64(64 - _BITS)


def hashes(text: Codes) -> Hashes:
    """Of each ``SEED`` letters that follow one another."""
    found = text.astype(np.uint64)
    factor, size = _PRIME, 1
    with np.errstate(over="ignore"):
        while size < SEED:
            found = found[:-size] * factor + found[size:]
            factor, size = factor * factor, size * 2
        return found * np.uint64(0x9E3779B97F4A7C15)


def spans(wanted: Wording, source: str, spared: frozenset[str] = frozenset()) -> list[Span]:
    """Where in *source* it stands, in order and apart from one another; but for runs whose letters are *spared*."""
    return merged({run.span for run in runs(wanted, source) if run.letters not in spared})


def runs(wanted: Wording, source: str) -> Iterator[Run]:
    for tags in (True, False):
        yield from _runs(wanted, letters_of(source, tags=tags))


def _runs(wanted: Wording, letters: Letters) -> Iterator[Run]:
    done: dict[Phrase, int] = {}
    for place in _hits(wanted, codes(letters.text)):
        if not letters.begins_word(place):
            continue
        for phrase, at in wanted.seeds[letters.text[place : place + SEED]]:
            if place < done.get(phrase, 0):
                continue
            size = _extent(letters, place, phrase, at)
            if _counts(phrase, at, size) and not _is_address(letters, place, size, phrase, at):
                done[phrase] = place + size
                span = letters.starts[place], letters.ends[place + size - 1]
                yield Run(span=span, letters=phrase.letters[at : at + size], is_said=phrase.is_said)


def _extent(letters: Letters, place: int, phrase: Phrase, at: int) -> int:
    """How many letters are alike from here on, to the end of a word: of the phrase's, or one that is cut off."""
    size, most = SEED, min(len(phrase.letters) - at, len(letters.text) - place)
    while size < most and letters.text[place + size] == phrase.letters[at + size]:
        size += 1
    end = at + size
    if end < len(phrase.letters) and end not in phrase.words and not letters.ends_word(place + size):
        end = max((word for word in phrase.words if at < word < end), default=end)
    return end - at


def _counts(phrase: Phrase, at: int, size: int) -> bool:
    least = LEAST_WITHIN if phrase.is_said else LEAST_BEGUN
    whole = size == len(phrase.letters)
    return whole or size >= (least[0] if at == 0 else least[1])


def _is_address(letters: Letters, place: int, size: int, phrase: Phrase, at: int) -> bool:
    """Whether words that the phrase sets apart hang together here, as in an address."""
    gaps = [letters.gap(place + word - at) for word in phrase.words if at < word < at + size]
    return len(gaps) > 1 and all(_IN_ADDRESS.fullmatch(gap) for gap in gaps)


def begun(phrases: Sequence[str]) -> tuple[str, ...]:
    """Those that are long enough to be looked for."""
    return tuple(sorted({" ".join(text.split()) for text in phrases if text and len(plain(text)) >= SEED}))
