"""A file of keys in order, each with who has it: made once, never changed, and mapped into memory to be searched.

It holds the keys of a range of entries (``signatures.entry``), low to high. Layout, little-endian: magic, how many keys
there are, low, high; the keys; of each key its entry, less low; of each entry of the range the lowest bits of its
sketch; the sketches; how many of its keys are anchors (MOST_ANCHORS: or more), all 0 for one that is not there; every
STRIDE-th key once more, so few that the processor has them at hand. Nothing in it can't be made again from
``signatures``.
"""

import mmap
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from pipelines.copies.sketches import BIT_WORDS, BYTES, Bits, Sketches, lowest, rows_of

SUFFIX = ".keys"
_MAGIC = b"nwsakey2"
_HEADER = struct.Struct("<8sQQQ")
MOST_ANCHORS = 255
STRIDE = 64
# Keys that are merged at a time: 3 MB, and as much again to put them in order.
_AT_ONCE = 1 << 18

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


class DamagedKeysError(Exception):
    """A file of keys that is not there, or not whole."""


class KeyFile:
    """The keys of entries *low* to *high*. Raises DamagedKeysError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            magic, count, self.low, self.high = _HEADER.unpack_from(held)
        except (OSError, ValueError, struct.error) as error:
            raise DamagedKeysError(f"{path.name}: {error}") from error
        size, signs = self.high - self.low + 1, -(-count // STRIDE)
        if magic != _MAGIC or len(held) != _HEADER.size + 12 * count + (4 * BIT_WORDS + BYTES + 1) * size + 8 * signs:
            raise DamagedKeysError(f"{path.name}: not whole")
        at = _HEADER.size
        self.keys: Keys = np.frombuffer(held, dtype="<u8", count=count, offset=at)
        self.holders = np.frombuffer(held, dtype="<u4", count=count, offset=at + 8 * count)
        at += 12 * count
        self.bits: Bits = np.frombuffer(held, dtype="<u4", count=BIT_WORDS * size, offset=at).reshape(size, BIT_WORDS)
        at += 4 * BIT_WORDS * size
        self.sketches: Sketches = np.frombuffer(held, dtype=np.uint8, count=BYTES * size, offset=at).reshape(-1, BYTES)
        self.anchors = np.frombuffer(held, dtype=np.uint8, count=size, offset=at + BYTES * size)
        self._signs: Keys = np.frombuffer(held, dtype="<u8", offset=len(held) - 8 * signs)

    def __len__(self) -> int:
        return len(self.keys)

    def spans(self, keys: Keys) -> tuple[Counts, Counts]:
        """Where each of *keys* begins, and how many have it."""
        counts = np.zeros(len(keys), dtype=np.int64)
        if not len(self.keys):
            return counts, counts
        begins = self._begins(keys)
        (hits,) = (self.keys[np.minimum(begins, len(self.keys) - 1)] == keys).nonzero()
        counts[hits] = self.keys.searchsorted(keys[hits], side="right") - begins[hits]
        return begins, counts

    def _begins(self, keys: Keys) -> Counts:
        """``searchsorted``, in less than half the time: it would fetch a dozen lines of memory for each key."""
        places: Counts = np.maximum(self._signs.searchsorted(keys) - 1, 0) * STRIDE
        half, last = STRIDE // 2, len(self.keys) - 1
        while half:
            places += half * (self.keys[np.minimum(places + half, last)] < keys)
            half //= 2
        return np.minimum(places + (self.keys[np.minimum(places, last)] < keys), last + 1)

    def of(self, begins: Counts, counts: Counts) -> Counts:
        """Whose such spans are, one after the other: entries less *low*."""
        ends = counts.cumsum()
        found: Counts = self.holders[np.arange(ends[-1]) + (begins - ends + counts).repeat(counts)].astype(np.int64)
        return found


def write(path: Path, low: int, sketches: Sequence[bytes], anchors: Counts, keys: Keys, entries: Counts) -> None:
    """A file of *keys* in any order and *entries* beside them; *sketches*, *anchors*: of each entry from *low* on, and
    how many.
    """
    order = keys.argsort(kind="stable")
    with _made(path) as file:
        file.write(_HEADER.pack(_MAGIC, len(keys), low, low + len(sketches) - 1))
        file.write(keys[order].astype("<u8").tobytes())
        file.write((entries[order] - low).astype("<u4").tobytes())
        file.write(lowest(rows_of(sketches)).tobytes())
        file.writelines(sketches)
        file.write(np.minimum(anchors, MOST_ANCHORS).astype(np.uint8).tobytes())
        file.write(keys[order[::STRIDE]].astype("<u8").tobytes())


def merge(path: Path, files: Sequence[KeyFile]) -> None:
    """One file of *files*, whose ranges follow one another: a slice of all keys at a time."""
    low, count = files[0].low, sum(map(len, files))
    with _made(path) as out:
        out.write(_HEADER.pack(_MAGIC, count, low, files[-1].high))
        keys_at, holders_at = out.tell(), out.tell() + 8 * count
        signs, done = list[Keys](), 0
        for slices in _slices(files):
            parts = [(file, slice(*ends)) for file, ends in zip(files, slices, strict=True)]
            keys = np.concatenate([file.keys[part] for file, part in parts])
            holders = np.concatenate([file.holders[part] + np.uint32(file.low - low) for file, part in parts])
            order = keys.argsort(kind="stable")  # of what is in order in parts: they are merged
            keys = keys[order]
            signs.append(keys[-done % STRIDE :: STRIDE].copy())  # a view would keep all of them
            done += len(keys)
            out.seek(keys_at)
            keys_at += out.write(keys.tobytes())
            out.seek(holders_at)
            holders_at += out.write(holders[order].tobytes())
        for file in files:
            out.write(file.bits.data)  # as it is mapped: of a million entries the sketches are 96 MB
        for file in files:
            out.write(file.sketches.data)
        for file in files:
            out.write(file.anchors.data)
        out.writelines(some.tobytes() for some in signs)


def _slices(files: Sequence[KeyFile]) -> Iterator[list[tuple[int, int]]]:
    """Of each file from where to where, so that a key is in one slice alone."""
    largest = max(files, key=len)
    starts = [0] * len(files)
    for at in range(_AT_ONCE, len(largest), _AT_ONCE):
        ends = [int(file.keys.searchsorted(largest.keys[at])) for file in files]
        yield list(zip(starts, ends, strict=True))
        starts = ends
    yield list(zip(starts, map(len, files), strict=True))


@contextmanager
def _made(path: Path) -> Iterator[BinaryIO]:
    """Under another name until all of it is on the disk."""
    unfinished = path.with_name(path.name + ".new")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def sweep(folder: Path, kept: Iterable[str]) -> None:
    """Take away the files that are no longer of use: merged, or of a transaction that was rolled back."""
    names = {*kept}
    for path in folder.glob(f"*{SUFFIX}*"):
        if path.name not in names:
            path.unlink(missing_ok=True)
