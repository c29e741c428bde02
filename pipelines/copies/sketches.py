"""Sketches: the lowest byte of each minimum of a signature, by which strangers are told from copies before anything
else of them is read ("b-bit minwise hashing": Li, König 2010). Pure.

Of a hundred thousand articles some hundred share a key of three minima with a new one by chance, of a million ten times
as many. Their lowest bits tell most of them, all that a cache line has to be read for; the bytes tell the rest.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipelines.fingerprint import ROWS_ALL

Sketches = npt.NDArray[np.uint8]  # a row each
Bits = npt.NDArray[np.uint32]  # a row each
Bools = npt.NDArray[np.bool_]

BYTES, BIT_WORDS = ROWS_ALL, ROWS_ALL // 32
# Lowest bits in which near ones differ at most. Two texts that have nothing to do with one another differ in half of
# the 96 (48, standard deviation 4.9), two of which four in ten 2-shingles are the same in three tenths (29, 3.8): of
# strangers, who share a band's three rows anyway, 11 in 12 are far, of such copies 1 in 100.
FAR = 38
# Minima in common, of the 96, of near ones at least: an estimated Jaccard of .18 of the 2-shingles (measured: .25, less
# one and a half standard errors of the estimate). Of other minima one byte in 256 is the same.
LEAST = 18


def sketch_of(signature: bytes) -> bytes:
    return signature[: 4 * ROWS_ALL : 4]


def rows_of(packed: Iterable[bytes]) -> Sketches:
    return np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, BYTES)


def lowest(sketches: Sketches) -> Bits:
    return np.packbits(sketches & 1, axis=1).view("<u4")


def are_far(some: Bits, others: Bits) -> Bools:
    far: Bools = np.bitwise_count(some ^ others).sum(axis=1) > FAR
    return far


def share_enough(some: Sketches, others: Sketches) -> Bools:
    enough: Bools = (some == others).sum(axis=1) >= LEAST
    return enough


def are_near(some: Sketches, others: Sketches) -> Bools:
    near: Bools = ~are_far(lowest(some), lowest(others)) & share_enough(some, others)
    return near
