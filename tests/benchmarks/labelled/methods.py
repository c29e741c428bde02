"""Ways to find the pairs of texts that are copies: the archive's own, and two that others use, on the same syllables.

All read folded syllables in lower case, so that what differs is the method and not its idea of a word.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from pipelines.copies.similarity import likeness, prepare
from pipelines.copies.worth import Mark, worth_confirming
from pipelines.fingerprint import fingerprint, shingle_set
from pipelines.vietnamese import syllables

# Bits of 64. Manku, Jain, Das Sarma (2007) allow 3 for web pages; more is kinder to short and edited news.
SIMHASH_DISTANCE = 6
PERMUTATIONS, LSH_SHINGLES, LSH_THRESHOLD = 128, 3, 0.5


@dataclass(slots=True)
class Found:
    """*pairs* of positions, the smaller first, each with what it is said to be; *seconds* of each step, all texts."""

    pairs: dict[tuple[int, int], str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def timed(self, step: str, began: float) -> None:
        self.seconds[step] += time.process_time() - began


Method = Callable[[Sequence[str]], Found]


def archive_way(texts: Sequence[str]) -> Found:
    """Bands, the estimate, the confirmation: what pipelines/copies/edges.py does, without SQLite and crowds."""
    found, bands = Found(), defaultdict[int, list[int]](list)
    marks, prepared = list[Mark](), []
    for n, text in enumerate(texts):
        began = time.process_time()
        mark = fingerprint(text)
        marks.append(Mark.of(mark))
        found.timed("fingerprint", began)
        began = time.process_time()
        candidates = sorted({other for key in mark.bands for other in bands[key]})
        worth = worth_confirming(marks[n], [marks[other] for other in candidates])
        for key in mark.bands:
            bands[key].append(n)
        found.timed("look-up", began)
        began = time.process_time()
        prepared.append(prepare(text))
        for other, is_worth in zip(candidates, worth, strict=True):
            kind = likeness(prepared[other], prepared[n]).kind if is_worth else None
            if kind is not None:
                found.pairs[other, n] = kind
        found.timed("confirmation", began)
    return found


def simhash(text: str) -> int:
    """64 bits over words, each weighing as often as it occurs.

    Of the features tried on this set (words, by tf, its root or tf-idf; pairs, both, runs of three) these are the ones
    that found most at a like precision.
    """
    words = syllables(text)
    hashes = np.frombuffer(b"".join(blake2b(word.encode(), digest_size=8).digest() for word in words), np.uint8)
    bits = np.unpackbits(hashes.reshape(-1, 8), axis=1)
    return int.from_bytes(np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(bits)).tobytes(), "big")


def by_simhash(texts: Sequence[str]) -> Found:
    """Each with every other: exact, where an index would find the same in less time at a million."""
    found, began = Found(), time.process_time()
    hashes = np.array([simhash(text) for text in texts], dtype=np.uint64)
    found.timed("fingerprint", began)
    began = time.process_time()
    for n in range(1, len(texts)):
        near = np.flatnonzero(np.bitwise_count(hashes[:n] ^ hashes[n]) <= SIMHASH_DISTANCE)
        found.pairs.update(((int(other), n), "copy") for other in near)
    found.timed("look-up", began)
    return found


def by_datasketch(texts: Sequence[str]) -> Found:
    """What MinHashLSH answers, as its documentation uses it."""
    from datasketch import MinHash, MinHashLSH  # half a second, and scipy

    found, index = Found(), MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS)
    for n, text in enumerate(texts):
        began = time.process_time()
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in shingle_set(syllables(text), LSH_SHINGLES)])
        found.timed("fingerprint", began)
        began = time.process_time()
        found.pairs.update(((other, n), "copy") for other in index.query(minhash))
        index.insert(n, minhash)
        found.timed("look-up", began)
    return found


METHODS: dict[str, Method] = {
    "the archive": archive_way,
    f"SimHash <= {SIMHASH_DISTANCE}": by_simhash,
    "datasketch LSH": by_datasketch,
}
