"""A text as it is compared with others: its words, their runs, its lines. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.copies.figures import Form
from pipelines.copies.lines import WORD_BYTES, Line, form_of, line_of

Hashes = npt.NDArray[np.uint64]

RUN = 5
_RANDOM = np.random.Generator(np.random.PCG64(20250701))
_FACTORS = _RANDOM.integers(1, 2**63, size=RUN, dtype=np.uint64) | np.uint64(1)


class Outline(NamedTuple):
    """Of a text: its words' numbers, 32 bits each, and how many different runs of five it has."""

    packed: bytes
    fives: int

    def __len__(self) -> int:
        """In words."""
        return len(self.packed) // WORD_BYTES

    @property
    def numbered(self) -> "Numbered":
        return number(self.packed)


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: what only some comparisons need is made for the first one
class Numbered:
    """A text as numbers: its words, as ``vietnamese.syllables`` splits them, and *fives*, the hashes of their runs of
    five, each once, in order.
    """

    numbers: Hashes = field(repr=False)
    fives: Hashes = field(repr=False)

    def __len__(self) -> int:
        """In words."""
        return len(self.numbers)

    @cached_property
    def runs(self) -> Hashes:
        """The hashes of its runs of five, as they follow in it; none of a shorter text."""
        return hashes(self.numbers) if len(self.numbers) >= RUN else self.numbers[:0]

    @property
    def outline(self) -> Outline:
        return Outline(self.numbers.astype("<u4").tobytes(), len(self.fives))


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared(Numbered):
    """A text as it is compared. *lines*: shared with other texts that have them."""

    lines: tuple[Line, ...] = field(repr=False)

    @cached_property
    def words(self) -> tuple[int, ...]:
        """*numbers*, as Python compares them quicker."""
        return tuple(self.numbers.tolist())

    @cached_property
    def bag(self) -> Hashes:
        """Each word with the number of its occurrence behind it, so that those of two texts intersect as multisets."""
        ordered = np.sort(self.numbers)
        places = np.arange(len(ordered), dtype=np.uint64)
        first = np.searchsorted(ordered, ordered).astype(np.uint64)
        return (ordered << np.uint64(32)) | (places - first)

    @cached_property
    def form(self) -> Form:
        return form_of(self.lines)

    def without(self, other: "Prepared") -> list[Line]:
        """The lines that *other* has not, or not as often; some that it has may be among them."""
        return [*(Counter(self.lines) - Counter(other.lines)).elements()]


def prepare(text: str) -> Prepared:
    lines = tuple([line_of(each) for each in text.split("\n")])
    made = number(b"".join([line.packed for line in lines]))
    return Prepared(numbers=made.numbers, fives=made.fives, lines=lines)


def number(packed: bytes) -> Numbered:
    """*packed*: as in ``Outline``."""
    numbers = np.frombuffer(packed, dtype="<u4").astype(np.uint64)
    return Numbered(numbers=numbers, fives=_runs(numbers))


def _runs(words: Hashes) -> Hashes:
    """Hashes of the runs of five words, each once, in order; a shorter text is one run."""
    if len(words) < RUN:
        return np.array([(words * _FACTORS[: len(words)]).sum()] if len(words) else [], dtype=np.uint64)
    found = hashes(words)
    found.sort()
    runs: Hashes = found[np.append(found[1:] != found[:-1], True)]  # np.unique takes five times as long
    return runs


def hashes(words: Hashes) -> Hashes:
    """A hash of each five words, as they follow in the text."""
    count = len(words) - RUN + 1
    found: Hashes = words[:count] * _FACTORS[0]
    for at in range(1, RUN):
        found += words[at : at + count] * _FACTORS[at]
    return found


def shared(a: Hashes, b: Hashes) -> int:
    """How many of two texts' runs, or of their words, both have. Both are in order, each value once."""
    if not len(a) or not len(b):
        return 0
    places = np.minimum(np.searchsorted(b, a), len(b) - 1)
    return int((b[places] == a).sum())  # np.intersect1d takes three times as long


def stretch(text: Prepared, other: Prepared) -> int:
    """How many words long the stretch of *text* is in which more words than not stand in runs that *other* has: more,
    if anything, than an alignment finds in one passage.
    """
    if not len(text.runs) or not len(other.fives):
        return 0
    places = np.minimum(np.searchsorted(other.fives, text.runs), len(other.fives) - 1)
    return int(stretches((other.fives[places] == text.runs)[np.newaxis])[0])


def stretches(had: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """``stretch`` of texts, a row each: of each of their runs whether the other has it."""
    stands = np.zeros((len(had), had.shape[1] + RUN - 1), dtype=bool)
    for at in range(RUN):
        stands[:, at : at + had.shape[1]] |= had
    score = np.zeros((len(had), stands.shape[1] + 1), dtype=np.int32)
    np.cumsum(np.where(stands, np.int32(1), np.int32(-1)), axis=1, out=score[:, 1:])
    least = np.minimum.accumulate(score, axis=1)
    ends = (score - least).argmax(axis=1)
    lowest = least[np.arange(len(had)), ends]
    found: npt.NDArray[np.int64] = ends - (score == lowest[:, np.newaxis]).argmax(axis=1)
    return found
