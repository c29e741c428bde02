"""A text as it is compared with others: its words, their runs, its figures and names. Pure.

Spelling that differs from paper to paper does not count: marks, case, composed or decomposed letters, where a tone
stands, i or y (kĩ, kỹ), how a figure is punctuated. Words are kept as 32-bit checksums: in one pair of texts of 500
words in 10,000 two other words pass for the same.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipelines.figures import FIGURE, NAME
from pipelines.vietnamese import fold, syllables

Hashes = npt.NDArray[np.uint64]

# A figure is one with its separators, and without a unit or currency that nothing parts it from (19h30, VND7,000).
_SLOT = re.compile("[\u3040-\u30ff\u3400-\u9fff]|\\d+(?:[.,:/–-]\\d+)*|[^\\W\\d_\u3040-\u30ff\u3400-\u9fff]+")
_ENDS = (".", "!", "?", ":", ".”", '."', "…")
# The rhyme i is written y after these by some papers and not by others: kĩ, lí, mĩ, quí, tỉ lệ, bác sĩ, hi vọng.
_ONE_LETTER = {f"{onset}y": f"{onset}i" for onset in ("", "h", "k", "l", "m", "qu", "s", "t", "v")}
# A language that puts spaces between its words has short ones, and few: each is read once.
_LONGEST_KNOWN = 32
_RUN = 5
_RANDOM = np.random.Generator(np.random.PCG64(20250701))
_FACTORS = _RANDOM.integers(1, 2**63, size=_RUN, dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A text as it is compared: some 40 bytes a word, 0.5 ms to make of one of 400 words.

    *words* as ``vietnamese.syllables`` splits them; *slots* the same, but with one FIGURE or NAME for each of *said*;
    *fives* the hashes of the runs of five words, each once, *bag* the words, a word's second occurrence being another
    one; both in order of size.
    """

    words: tuple[int, ...] = field(repr=False)
    slots: tuple[int, ...] = field(repr=False)
    said: tuple[str, ...] = field(repr=False)
    fives: Hashes = field(repr=False)
    bag: Hashes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What stands between two spaces. *name*: it begins with a capital, and may be of a name; *closed*, *ends*: the
    name, the sentence ends with it.
    """

    words: tuple[int, ...]
    slots: tuple[int, ...]
    said: tuple[str, ...]
    name: str
    closed: bool
    ends: bool


def prepare(text: str) -> Prepared:
    words, slots, said = list[int](), list[int](), list[str]()
    for line in text.split("\n"):
        begins, going = True, False  # a sentence, a name
        for chunk in _chunks(line):
            words += chunk.words
            if chunk.name and not begins:
                if going:
                    said[-1] += " " + chunk.name
                else:
                    slots.append(NAME)
                    said.append(chunk.name)
                going = not chunk.closed
            else:
                slots += chunk.slots
                said += chunk.said
                going = False
            begins = chunk.ends or (begins and not chunk.words)
    hashes = np.array(words, dtype=np.uint64)
    return Prepared(
        words=tuple(words), slots=tuple(slots), said=tuple(said), fives=_runs(hashes), bag=_occurrences(hashes)
    )


def _chunks(line: str) -> Iterator[Chunk]:
    return (_known(chunk) if len(chunk) <= _LONGEST_KNOWN else _read(chunk) for chunk in line.split())


def _read(chunk: str) -> Chunk:
    slots, said = list[int](), list[str]()
    folded = fold(chunk)
    words = syllables(folded)
    for token in _SLOT.findall(folded.lower()):
        if token[0].isdecimal():
            slots.append(FIGURE)
            said.append(token)
        else:
            slots.append(_checksum(token))
    first = next(filter(str.isalnum, folded), "")
    return Chunk(
        words=tuple(map(_checksum, words)),
        slots=tuple(slots),
        said=tuple(said),
        name=" ".join(words) if first.isupper() and not said else "",
        closed=not folded[-1:].isalnum(),
        ends=folded.endswith(_ENDS),
    )


_known = lru_cache(maxsize=32_768)(_read)


def _checksum(word: str) -> int:
    return max(zlib.crc32(_ONE_LETTER.get(word, word).encode()), NAME + 1)


def _runs(words: Hashes) -> Hashes:
    """Hashes of the runs of five words; a shorter text is one run."""
    count = len(words) - _RUN + 1
    if count < 1:
        return np.array([(words * _FACTORS[: len(words)]).sum()] if len(words) else [], dtype=np.uint64)
    found = words[:count] * _FACTORS[0]
    for at in range(1, _RUN):
        found = found + words[at : at + count] * _FACTORS[at]
    return np.unique(found)


def _occurrences(words: Hashes) -> Hashes:
    """Each word with the number of its occurrence behind it, so that those of two texts intersect as multisets."""
    ordered = np.sort(words)
    places = np.arange(len(ordered), dtype=np.uint64)
    first = np.searchsorted(ordered, ordered).astype(np.uint64)
    return (ordered << np.uint64(32)) | (places - first)


def shared(a: Hashes, b: Hashes) -> int:
    """How many of two texts' runs, or of their words, both have."""
    return int(np.intersect1d(a, b, assume_unique=True).size)
