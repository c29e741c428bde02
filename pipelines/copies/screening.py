"""Which of many texts can be copies of one at all, from all of them at once. Pure.

A short notice has the form of a hundred others, and says something else: one by one, the numbers that settle it would
take most of the time that its article takes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.copies.lines import WORD_BYTES
from pipelines.copies.prepared import RUN, Hashes, Numbered, Outline, hashes, stretches
from pipelines.copies.similarity import (
    COPY_ALIGNED,
    COPY_CONTAINMENT,
    COPY_JACCARD,
    COPY_PASSAGE,
    LONGEST,
    PASSAGE_RUNS,
)

# Fewer are compared one by one in as little time.
WORTH_IT = 4
# Texts that are looked at together: of so many of 400 words a table takes a megabyte, of the longest that are aligned
# ten.
AT_ONCE = 128
# Here it is multiplied where ``likeness`` divides.
ROUNDING = 1e-6
# 64 kB; of a hundred values in so many slots two meet in one text of four.
_SLOT_BITS = 14
_SLOT = np.uint64(64 - _SLOT_BITS)
_MIX = np.uint64(0x9E3779B97F4A7C15)

Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def possible(one: Numbered, others: Sequence[Outline]) -> list[bool]:
    """Of each of *others* whether ``similarity.likeness`` of *one* and it may find anything: never too few."""
    if min([len(one), *map(len, others)]) < RUN:
        return [True] * len(others)
    parts = (_possible(one, others[at : at + AT_ONCE]) for at in range(0, len(others), AT_ONCE))
    return [each for part in parts for each in part.tolist()]


def _possible(one: Numbered, others: Sequence[Outline]) -> Bools:
    shared = Shared(one, others)
    both, mine, theirs = shared.fives(), len(one.fives), np.array([other.fives for other in others])
    some = both + ROUNDING
    possible: Bools
    possible = (some >= COPY_JACCARD * (mine + theirs - both)) | (some >= COPY_CONTAINMENT * np.minimum(mine, theirs))
    longer = np.maximum(shared.lengths, len(one))
    are_passages = some >= PASSAGE_RUNS * np.maximum(mine, theirs)
    words = shared.words() + ROUNDING
    are_aligned = longer <= LONGEST
    possible |= are_aligned & (words >= COPY_ALIGNED * longer)
    rest = np.flatnonzero(~possible & are_aligned & are_passages & (words >= COPY_PASSAGE * longer))
    if len(rest):
        possible[rest] = shared.stretches(rest) >= COPY_PASSAGE * longer[rest]
    return possible


class Shared:
    """What *others* have of *one*. All have RUN words at least."""

    def __init__(self, one: Numbered, others: Sequence[Outline]) -> None:
        self._one = one
        packed = [other.packed for other in others]
        self.lengths = np.array([*map(len, packed)]) // WORD_BYTES
        self._numbers: Hashes = np.frombuffer(b"".join(packed), dtype="<u4").astype(np.uint64)
        self._owners = np.arange(len(others)).repeat(self.lengths)
        runs, self._had = _places(hashes(self._numbers), one.fives)
        self._had &= self._owners[: 1 - RUN] == self._owners[RUN - 1 :]  # of one text
        # A row for each of the others: which of the runs of *one* it has.
        self._of_one = np.zeros((len(others), len(one.fives)), dtype=bool)
        self._of_one[self._owners[: 1 - RUN][self._had], runs[self._had]] = True

    def fives(self) -> Counts:
        """How many runs of five each has that *one* has too: see ``prepared.shared``."""
        counts: Counts = self._of_one.sum(axis=1)
        return counts

    def words(self) -> Counts:
        """How many words, each as often as both have it."""
        vocabulary, own = np.unique(self._one.numbers, return_counts=True)
        places, had = _places(self._numbers, vocabulary)
        at = self._owners[had] * len(vocabulary) + places[had]
        theirs = np.bincount(at, minlength=len(self.lengths) * len(vocabulary)).reshape(-1, len(vocabulary))
        counts: Counts = np.minimum(theirs, own).sum(axis=1)
        return counts

    def stretches(self, some: Counts) -> Counts:
        """``prepared.stretch`` of the longer one of *one* and each of *some*, by their places; of two that are as long
        the larger one.
        """
        found = np.zeros(len(some), dtype=np.int64)
        mine = np.flatnonzero(self.lengths[some] <= len(self._one))
        if len(mine):
            where, _ = _places(self._one.runs, self._one.fives)
            found[mine] = stretches(self._of_one[some[mine]][:, where])
        theirs = np.flatnonzero(self.lengths[some] >= len(self._one))
        if len(theirs):
            had = np.zeros((len(theirs), int(self.lengths[some[theirs]].max()) - RUN + 1), dtype=bool)
            begins = self.lengths.cumsum() - self.lengths
            for row, at in enumerate(some[theirs].tolist()):
                length = int(self.lengths[at]) - RUN + 1
                had[row, :length] = self._had[begins[at] : begins[at] + length]
            found[theirs] = np.maximum(found[theirs], stretches(had))
        return found


def _places(asked: Hashes, among: Hashes) -> tuple[Counts, Bools]:
    """Where each of *asked* stands *among* those, in order, if it does: by a table, in a quarter of the time that it
    takes to look for each among a hundred.
    """
    slots = (among * _MIX) >> _SLOT
    table = np.zeros(1 << _SLOT_BITS, dtype=np.int32)
    table[slots] = np.arange(len(among))
    asked_slots = (asked * _MIX) >> _SLOT
    places: Counts = table[asked_slots].astype(np.int64)
    had: Bools = among[places] == asked
    if len(hidden := np.flatnonzero(table[slots] != np.arange(len(among)))):  # by others in their slots
        some = np.flatnonzero(~had & np.isin(asked_slots, slots[hidden]))
        places[some] = np.minimum(among.searchsorted(asked[some]), len(among) - 1)
        had[some] = among[places[some]] == asked[some]
    return places, had
