"""Anchors: a few runs of words of a text, chosen so that whoever holds a passage of it has chosen the same ones. Pure.

A signature (pipelines/fingerprint.py) says how much of two texts is the same; a brief, or an item in a round-up, is
little of the other and found by chance. So of every window of WINDOW runs the one with the smallest hash is kept
("winnowing": Schleimer, Wilkerson, Aiken 2003): a passage of WINDOW + RUN - 1 words that two texts share verbatim is
sure to give both an anchor in common.
"""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Of real news, runs of five are phrases that a crowd of articles has (eight candidates an article among 4,000), runs of
# nine bring fewer than the signatures do.
RUN = 9
# A dozen anchors for 400 words. Of half the size, twice as many: each is a key that is written and looked for.
WINDOW = 64
# Of the anchors of the text with fewer, two that are worth comparing share this much: of a brief with scattered edits
# some are left, of two reports with one background paragraph in common few are the same.
SHARED = 1 / 3
_DTYPE, _BYTES = "<u8", 8

# A tenth of the flags are set where a thousand texts with ten candidates each are looked at.
_FLAG_BITS = 20

Anchors = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

# Fixed for ever, as those of the signatures.
_FACTORS = np.random.Generator(np.random.PCG64(20261122)).integers(1, 2**63, size=RUN, dtype=np.uint64) | np.uint64(1)
_MIX = np.uint64(0xD6E8FEB86659FD93)


def anchors(words: Sequence[str]) -> Anchors:
    """Keys of 63 bits, in order, each once; none of a text of fewer than RUN words."""
    count = len(words) - RUN + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    sums = np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint64, count=len(words))
    runs = sums[:count] * _FACTORS[0]
    for at in range(1, RUN):
        runs += sums[at : at + count] * _FACTORS[at]
    runs = ((runs ^ (runs >> np.uint64(32))) * _MIX) >> np.uint64(1)  # the order is to be by chance, in all bits
    if count <= WINDOW:
        return np.array([runs.min()])
    windows = np.lib.stride_tricks.sliding_window_view(runs, WINDOW)
    found: Anchors = np.unique(windows.min(axis=1))
    return found


def pack(found: Anchors) -> bytes:
    return found.astype(_DTYPE).tobytes()


def unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // _BYTES}Q", packed)  # of a dozen, in a third of NumPy's time


def overlaps(ones: Sequence[bytes], others: Sequence[bytes]) -> npt.NDArray[np.float64]:
    """How many of the anchors of the text with fewer the other has, 0 to 1: of each of *ones*, packed, with who stands
    at the same place of *others*.
    """
    (mine, owners, counts), (theirs, _, others_have) = _told_apart(ones), _told_apart(others)
    theirs = theirs[_may_be_in(mine, theirs)]
    left = _may_be_in(theirs, mine)
    same = np.bincount(owners[left][np.isin(mine[left], theirs)], minlength=len(ones))
    return share_of(same, counts, others_have)


def share_of(same: Counts, ones: Counts, others: Counts) -> npt.NDArray[np.float64]:
    """Of so many anchors of two texts so many are the *same*: how much of the text with fewer, 0 to 1."""
    shares: npt.NDArray[np.float64] = same / np.maximum(np.minimum(ones, others), 1)
    return shares


def _may_be_in(held: Anchors, asked: Anchors) -> npt.NDArray[np.bool_]:
    """Of each of *asked*, in a tenth of the time that it takes to be sure: most are in no other text."""
    flags = np.zeros(1 << _FLAG_BITS, dtype=bool)
    flags[held >> np.uint64(64 - _FLAG_BITS)] = True
    found: npt.NDArray[np.bool_] = flags[asked >> np.uint64(64 - _FLAG_BITS)]
    return found


def _told_apart(packed: Sequence[bytes]) -> tuple[Anchors, Counts, Counts]:
    """The anchors of texts, those of two texts never the same; of each whose it is; how many each text has."""
    counts = np.array([len(each) // _BYTES for each in packed], dtype=np.int64)
    owners = np.arange(len(packed)).repeat(counts)
    found = np.frombuffer(b"".join(packed), dtype=_DTYPE)
    return found ^ (owners.astype(np.uint64) * _MIX), owners, counts
