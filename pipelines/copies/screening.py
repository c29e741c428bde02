"""Which of many texts can be copies of one at all, from all of them at once. Pure.

A short notice has the form of a hundred others, and says something else: one by one, the numbers that settle it would
take most of the time that its article takes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.copies.prepared import Hashes, Prepared
from pipelines.copies.similarity import (
    COPY_ALIGNED,
    COPY_CONTAINMENT,
    COPY_JACCARD,
    COPY_PASSAGE,
    PASSAGE_RUNS,
    by_length,
    may_have_passage,
)

# Fewer are compared one by one in as little time.
WORTH_IT = 4
# Here it is multiplied where ``likeness`` divides.
ROUNDING = 1e-6
_FLAG_BITS = np.uint64(16)

Counts = npt.NDArray[np.int64]


def possible(one: Prepared, others: Sequence[Prepared]) -> list[bool]:
    """Of each of *others* whether ``similarity.likeness`` of *one* and it may find anything: never too few."""
    if len(others) < WORTH_IT:
        return [True] * len(others)
    both, mine = shared_with(one.fives, [other.fives for other in others]), len(one.fives)
    theirs = np.array([len(other.fives) for other in others])
    some = both + ROUNDING
    possible = (some >= COPY_JACCARD * (mine + theirs - both)) | (some >= COPY_CONTAINMENT * np.minimum(mine, theirs))
    words = np.array([len(other) for other in others])
    longer, shorter = np.maximum(words, len(one)), np.minimum(words, len(one))
    least = longer * np.where(some >= PASSAGE_RUNS * np.maximum(mine, theirs), COPY_PASSAGE, COPY_ALIGNED)
    left = np.flatnonzero(~possible & (shorter + ROUNDING >= least)).tolist()
    if left:
        words = shared_with(one.bag, [others[at].bag for at in left]) + ROUNDING
        possible[left] = words >= least[left]
        for at in np.array(left)[(words >= least[left]) & (words < COPY_ALIGNED * longer[left])].tolist():
            possible[at] = may_have_passage(*by_length(one, others[at]))
    return possible.tolist()  # type: ignore[no-any-return]


def shared_with(one: Hashes, others: Sequence[Hashes]) -> Counts:
    """``prepared.shared`` of *one* with each of *others*."""
    joined, ends = np.concatenate(others), np.cumsum([len(each) for each in others])
    if not len(one) or not len(joined):
        return np.zeros(len(others), dtype=np.int64)
    shift = np.uint64(64) - _FLAG_BITS
    flags = np.zeros(1 << int(_FLAG_BITS), dtype=bool)
    flags[one >> shift] = True
    near = np.flatnonzero(flags[joined >> shift])  # of what is not in *one* hardly any is left to be looked for
    found = joined[near]
    same = one[np.minimum(np.searchsorted(one, found), len(one) - 1)] == found
    counts: Counts = np.bincount(np.searchsorted(ends, near[same], side="right"), minlength=len(others))
    return counts
