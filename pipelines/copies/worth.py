"""Which candidates are worth confirming: whom a signature, its anchors and figures may call a copy. Pure.

Of an article's candidates most share a key with it by chance, or are other days of its template: reading their texts
would take most of the time that finding copies takes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.article import Fingerprint
from pipelines.copies.anchors import SHARED, overlaps
from pipelines.copies.prepared import Outline
from pipelines.copies.sketches import FAR, LEAST
from pipelines.fingerprint import FIGURE_ROWS, OTHER_FIGURES, ROWS_ALL, anchors_of, table

# Of the shingles of the text with fewer, estimated, below which neither is all of the other, edited: three words in
# four in the same order (similarity.py) are .56 of them, less two and a half standard errors.
CONTAINED = 0.4
# From here on two texts are of like length, and what has other figures is a template's: an excerpt has few of the many
# figures of what it is from.
ALIKE = 39  # .4

Bools = npt.NDArray[np.bool_]


class Mark(NamedTuple):
    """What the index keeps of an article: see ``article.Fingerprint``."""

    signature: bytes
    figures: bytes | None
    shingles: int | None  # not known of what an older version made
    words: bytes | None = None
    runs: int | None = None

    @classmethod
    def of(cls, made: Fingerprint) -> "Mark":
        return cls(made.signature, made.figures, made.shingles, made.words, made.runs)

    @property
    def outline(self) -> Outline | None:
        return None if self.words is None or self.runs is None else Outline(self.words, self.runs)


def worth_confirming(one: Mark, others: Sequence[Mark]) -> list[bool]:
    """Of each of *others* whether it may be a copy, an excerpt or the whole of *one*."""
    return are_worth([one] * len(others), others)


def are_worth(ones: Sequence[Mark], others: Sequence[Mark]) -> list[bool]:
    """Of each of *ones* whether it and who stands at the same place of *others* may be copies."""
    if not ones:
        return []
    mine, theirs = (table([mark.signature for mark in marks]) for marks in (ones, others))
    shares = (theirs == mine).sum(axis=1)
    likely = (shares >= LEAST) & (((theirs ^ mine) & 1).sum(axis=1) <= FAR)
    likely &= _are_contained(shares, ones, others)
    rest = np.flatnonzero(~likely).tolist()
    anchors = ([anchors_of(marks[at].signature) for at in rest] for marks in (ones, others))
    likely[rest] = overlaps(*anchors) >= SHARED
    _take_out_other_figures(likely, shares >= ALIKE, ones, others)
    return likely.tolist()  # type: ignore[no-any-return]


def _are_contained(shares: npt.NDArray[np.int64], ones: Sequence[Mark], others: Sequence[Mark]) -> Bools:
    """Of J, the share of two sets' union that both have, their sizes tell how much it is of the smaller."""
    mine, theirs = (np.array([mark.shingles or 0 for mark in marks]) for marks in (ones, others))
    enough: Bools = shares * (theirs + mine) >= CONTAINED * (ROWS_ALL + shares) * np.minimum(theirs, mine)
    return enough  # where a size is not known, 0 is


def _take_out_other_figures(likely: Bools, alike: Bools, ones: Sequence[Mark], others: Sequence[Mark]) -> None:
    """Two texts with many figures each that have hardly one in common are two days of a template."""
    some = [at for at in np.flatnonzero(likely & alike).tolist() if ones[at].figures and others[at].figures]
    mine, theirs = (
        np.frombuffer(b"".join([marks[at].figures or b"" for at in some]), dtype="<u4").reshape(-1, FIGURE_ROWS)
        for marks in (ones, others)
    )
    likely[some] = (theirs == mine).sum(axis=1) > OTHER_FIGURES
