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
# A dozen anchors for 400 words. Of half the size, twice as many: each is a row that is written and looked for.
WINDOW = 64
# Of the anchors of the text with fewer, two that are worth comparing share this much: of a brief with scattered edits
# some are left, of two reports with one background paragraph in common few are the same.
SHARED = 1 / 3
_DTYPE, _BYTES = "<u8", 8

Anchors = npt.NDArray[np.uint64]

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


def overlaps(packed: bytes, others: Sequence[bytes]) -> npt.NDArray[np.float64]:
    """How many of the anchors of the text with fewer the other has, 0 to 1: of a text with each of *others*, packed."""
    held, found = (np.frombuffer(each, dtype=_DTYPE) for each in (packed, b"".join(others)))
    counts = np.array([len(each) for each in others]) // _BYTES
    if not len(held) or not len(found):
        return np.zeros(len(others))
    same = held[np.minimum(np.searchsorted(held, found), len(held) - 1)] == found
    sums, ends = np.concatenate(([0], np.cumsum(same))), np.cumsum(counts)
    shares: npt.NDArray[np.float64] = (sums[ends] - sums[ends - counts]) / np.maximum(np.minimum(counts, len(held)), 1)
    return shares
