"""MinHash signatures for finding copies: 96 minima over 2-shingles of folded syllables, in 32 bands of 3 rows; behind
them the text's anchors (pipelines/copies/anchors.py), which find what is little of the other.

The sizes are measured (recall 1, .994, 1, 1 for a 5 % edit, a 20 % edit, a cut to 70 %, a third more text; datasketch's
usual 128 × 3-shingles finds .17 of the 20 % edits). Universal hashing after Dietzfelbinger et al. (1997): the high half
of a·x + b modulo 2^64.
"""

import zlib
from collections.abc import Collection, Sequence

import numpy as np

from pipelines.article import Fingerprint
from pipelines.copies.anchors import anchors, pack, unpack
from pipelines.copies.prepared import Outline, prepare
from pipelines.vietnamese import syllables

BANDS, ROWS = 32, 3
ROWS_ALL = BANDS * ROWS
_MINIMA_BYTES = 4 * ROWS_ALL
# Rows of a key: three, and ever more where too many articles share the shorter one, up to the whole signature.
LEVELS = (ROWS, 2 * ROWS, 4 * ROWS, 8 * ROWS, ROWS_ALL)
# Below this many distinct shingles a text is all boilerplate and chance ("Thông báo" notices): never a candidate.
MIN_SHINGLES = 20

# Of as many different figures it is worth saying which: daily prices share their sentences, not their figures.
MIN_FIGURES, FIGURE_ROWS = 10, 24
# Minima in common, of so many, at which two texts still have other figures: who shares one of some eighteen by chance
# has more in 3 of 100, who shares a third in 199 of 200.
OTHER_FIGURES = 2

# Words of a text whose outline is kept with its signature, a kilobyte at most: of a form of short notices there are
# thousands, and to read the texts of some hundred for each new one took half of its time. Of longer ones few are so
# alike.
OUTLINED = 256

# Fixed for ever: another seed would part every stored signature from every new one.
_RANDOM = np.random.Generator(np.random.PCG64(20250701))
_A = _RANDOM.integers(1, 2**63, size=(ROWS_ALL, 1), dtype=np.uint64) | np.uint64(1)
_B = _RANDOM.integers(0, 2**63, size=(ROWS_ALL, 1), dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def shingle_set(words: Sequence[str], size: int) -> frozenset[str]:
    """Runs of *size* words; a shorter text is one shingle."""
    if len(words) <= size:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


def fingerprint(text: str) -> Fingerprint:
    """The signature of *text*; ``bands`` is empty for a text too short to be compared."""
    words = syllables(text)
    shingles = shingle_set(words, 2)
    if len(shingles) < MIN_SHINGLES:
        return Fingerprint(signature=b"", bands=(), shingles=len(shingles))
    minima, figures = _minima(shingles, ROWS_ALL), {word for word in words if word[0].isdecimal()}
    signature = minima.tobytes() + pack(anchors(words))
    outline = outlined(text) if len(shingles) < OUTLINED else None
    return Fingerprint(
        signature=signature,
        bands=bands_of(signature),
        shingles=len(shingles),
        figures=_minima(figures, FIGURE_ROWS).tobytes() if len(figures) >= MIN_FIGURES else None,
        words=None if outline is None else outline.packed,
        runs=None if outline is None else outline.fives,
    )


def outlined(text: str) -> Outline | None:
    """The outline of *text* where it is short."""
    made = prepare(text).outline
    return made if len(made) <= OUTLINED else None


def _minima(members: Collection[str], rows: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint32]]":
    hashes = np.fromiter((zlib.crc32(s.encode()) for s in members), dtype=np.uint64, count=len(members))
    minima: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]
    minima = ((_A[:rows] * hashes + _B[:rows]) >> np.uint64(32)).min(axis=1).astype("<u4")
    return minima


def bands_of(signature: bytes, level: int = 0) -> tuple[int, ...]:
    """The band keys of a stored signature, and behind them its anchors; of a higher *level* longer keys, which begin
    with the same rows, and no anchors.
    """
    (keys,) = all_bands_of([signature], level)
    return keys


def all_bands_of(signatures: Sequence[bytes], level: int = 0) -> list[tuple[int, ...]]:
    """``bands_of`` each of *signatures*."""
    rows = table(signatures).astype(np.uint64)
    rows = np.concatenate((rows, rows), axis=1)  # a key of the last bands goes on with the first rows
    keys = np.tile(np.arange(1, BANDS + 1, dtype=np.uint64) * _MIX, (len(rows), 1))
    for row in range(LEVELS[level]):
        keys = (keys ^ rows[:, row : row + ROWS_ALL : ROWS]) * _MIX
    found = map(tuple, (keys >> np.uint64(1)).tolist())
    if level:
        return [*found]
    return [(*bands, *unpack(anchors_of(signature))) for bands, signature in zip(found, signatures, strict=True)]


def anchors_of(signature: bytes) -> bytes:
    """As packed."""
    return signature[_MINIMA_BYTES:]


def estimate(a: bytes, b: bytes) -> float:
    """The Jaccard similarity of two texts' 2-shingles, estimated from their signatures: standard error 0.05 at most."""
    return float((table([a]) == table([b])).sum() / ROWS_ALL)


def table(signatures: Sequence[bytes]) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint32]]":
    """The minima of each, a row each."""
    joined = b"".join([signature[:_MINIMA_BYTES] for signature in signatures])
    return np.frombuffer(joined, dtype="<u4").reshape(-1, ROWS_ALL)
