"""Which candidates are worth confirming: whom a signature, its anchors and figures may call a copy. Pure.

Of an article's candidates most share a key with it by chance, or are other days of its template: reading their texts
would take most of the time that finding copies takes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.copies.anchors import SHARED, overlaps
from pipelines.fingerprint import FAR, FIGURE_ROWS, OTHER_FIGURES, ROWS_ALL, SKETCH_ROWS, anchors_of, table

# Minima in common, of the 96, below which a candidate is not worth confirming: an estimated Jaccard of .18 of the
# 2-shingles (measured: .25, less one and a half standard errors of the estimate).
WORTH_CONFIRMING = 18
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


def worth_confirming(one: Mark, others: Sequence[Mark]) -> list[bool]:
    """Of each of *others* whether it may be a copy, an excerpt or the whole of *one*."""
    if not others:
        return []
    signatures = [other.signature for other in others]
    mine, theirs = table([one.signature]), table(signatures)
    shares = (theirs == mine).sum(axis=1)
    likely = (shares >= WORTH_CONFIRMING) & (((theirs ^ mine)[:, :SKETCH_ROWS] & 1).sum(axis=1) <= FAR)
    likely &= _are_contained(shares, one, others)
    likely |= overlaps(anchors_of(one.signature), [anchors_of(each) for each in signatures]) >= SHARED
    if one.figures is not None:
        _take_out_other_figures(likely, shares >= ALIKE, one.figures, others)
    return likely.tolist()  # type: ignore[no-any-return]


def _are_contained(shares: npt.NDArray[np.int64], one: Mark, others: Sequence[Mark]) -> Bools:
    """Of J, the share of two sets' union that both have, their sizes tell how much it is of the smaller."""
    if one.shingles is None:
        return np.ones(len(others), dtype=bool)
    sizes = np.array([other.shingles or 0 for other in others])
    smaller = np.minimum(sizes, one.shingles)
    enough: Bools = shares * (sizes + one.shingles) >= CONTAINED * (ROWS_ALL + shares) * smaller
    return enough  # where the size is not known, 0 is


def _take_out_other_figures(likely: Bools, alike: Bools, one: bytes, others: Sequence[Mark]) -> None:
    """Two texts with many figures each that have hardly one in common are two days of a template."""
    some = [n for n in np.flatnonzero(likely & alike).tolist() if others[n].figures]
    theirs = np.frombuffer(b"".join([others[n].figures or b"" for n in some]), dtype="<u4").reshape(-1, FIGURE_ROWS)
    same = (theirs == np.frombuffer(one, dtype="<u4")).sum(axis=1)
    likely[some] = same > OTHER_FIGURES
