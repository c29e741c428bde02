"""Who has which key: what finds an article's candidates, forty keys at a time, in a tenth of a millisecond.

In a table each key would be a row, on a page of its own, to be looked for and written: most of the time that finding
copies takes. So the keys of the newest entries are in memory, and those of all others in files beside the archive
(keyfile.py), few and ever larger ("log-structured merge": O'Neil et al. 1996). Both are made of ``signatures``: who
finds no file, or a damaged one, makes it again, and what is newer than the files is read from there at the start.
``key_files`` names the files that are part of this archive: it is written in the transaction that makes them, so that
a copy of archive.db that is put back never believes a file of another history.

An entry is never changed and its number never given again. One whose article has other words by now, or is no more,
stays among the keys, and is not in ``signatures``: the caller, who asks there, takes it out.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.copies.anchors import SHARED, share_of
from pipelines.copies.keyfile import SUFFIX, Counts, DamagedKeysError, KeyFile, Keys, merge, sweep, write
from pipelines.copies.sketches import BYTES, Sketches, are_far, are_near, lowest, rows_of, share_enough, sketch_of
from pipelines.fingerprint import BANDS, all_bands_of
from pipelines.sqlite import Connection

log = logging.getLogger(__name__)

# Entries in memory, 10 MB of them: read again at each start, in some 30 ms.
FRESH = 2_048
# A file is merged with the newer ones unless it is so many times as large: a million articles are in four files.
RATIO = 8
# Nor is one of so many keys merged with others: 25 million articles, minutes.
LARGEST = 1 << 30
_AT_ONCE = 16_384  # entries of a file, where all files are made again
_ENTRY_BITS = 40
_MEMORY = "keys"

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """The *keys* of articles, in order, so that they are found one behind the other; of each whose it is, and whether
    it is an anchor. *sketches*: of each article.
    """

    keys: Keys
    owners: Counts
    are_anchors: Bools
    sketches: Sketches

    @classmethod
    def of(cls, bands: Sequence[Sequence[int]], sketches: Sketches) -> "Asked":
        lengths = [len(some) for some in bands]
        keys = np.fromiter(chain.from_iterable(bands), dtype=np.uint64, count=sum(lengths))
        owners = np.arange(len(bands)).repeat(lengths)
        places = np.arange(len(keys)) - (np.cumsum(lengths, dtype=np.int64) - lengths).repeat(lengths)
        order = keys.argsort(kind="stable")
        return cls(keys[order], owners[order], (places >= BANDS)[order], sketches)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who has the keys that were *asked* for: *counts* of each."""

    asked: Asked
    counts: Counts
    _index: "Index"
    _fresh: tuple[Counts, Counts]  # entries, and the place of the key of each
    _files: Sequence[tuple[KeyFile, Counts, Counts]]

    def near(self, wanted: Bools) -> tuple[Counts, Counts]:
        """By the keys *wanted*: of each who is near, or may share enough anchors, the place of the article, and the
        entry. To be asked before anybody else enters.
        """
        asked, bits = self.asked, lowest(self.asked.sketches)
        # Whether an anchor that is not wanted is shared too is not asked: it may be.
        hidden = np.bincount(asked.owners[asked.are_anchors & ~wanted], minlength=len(bits))
        own = np.bincount(asked.owners[asked.are_anchors], minlength=len(bits))
        entries, at = self._fresh
        entries, at = entries[wanted[at]], at[wanted[at]]
        owners = asked.owners[at]
        kept = are_near(self._index.fresh_sketches(entries), asked.sketches[owners])
        some = np.flatnonzero(asked.are_anchors[at] & ~kept)
        anchors = self._index.fresh_anchors(entries[some])
        kept[some] = _may_overlap(owners[some], entries[some], anchors, own, hidden)
        found = [(owners[kept], entries[kept])]
        for file, begins, counts in self._files:
            (places,) = (wanted & (counts > 0)).nonzero()
            if not len(places):
                continue
            some = counts[places]
            holders, at = file.of(begins[places], some), places.repeat(some)
            owners = asked.owners[at]
            kept = ~are_far(file.bits[holders], bits[owners])
            close = np.flatnonzero(kept)
            kept[close] = share_enough(file.sketches[holders[close]], asked.sketches[owners[close]])
            some = np.flatnonzero(asked.are_anchors[at] & ~kept)
            kept[some] = _may_overlap(
                owners[some], holders[some], file.anchors[holders[some]].astype(np.int64), own, hidden
            )
            found.append((owners[kept], holders[kept] + file.low))
        return np.concatenate([owners for owners, _ in found]), np.concatenate([entries for _, entries in found])

    def holders(self, place: int) -> list[int]:
        """The entries that have the key at *place*."""
        entries, at = self._fresh
        found: list[int] = entries[at == place].tolist()
        for file, begins, counts in self._files:
            if counts[place]:
                found += (file.of(begins[[place]], counts[[place]]) + file.low).tolist()
        return found


def _may_overlap(owners: Counts, holders: Counts, anchors: Counts, own: Counts, hidden: Counts) -> Bools:
    """Of each pair that an anchor was found by, as often as they share one, whether it may be worth confirming by its
    anchors (anchors.py). *anchors*: how many the holder has; *own*: how many each owner has; *hidden*: how many of
    those were not looked for, which may be shared too.
    """
    _, pair, shared = np.unique(owners << _ENTRY_BITS | holders, return_inverse=True, return_counts=True)
    enough: Bools = share_of(shared[pair] + hidden[owners], own[owners], anchors) >= SHARED
    return enough


class Index:
    """The keys of the archive that *connection* is of, as it is at *version* (``PRAGMA data_version``)."""

    def __init__(self, connection: Connection, version: int) -> None:
        self.version = version
        self.files: list[KeyFile] = []
        self._folder = folder_of(connection)
        self.last = 0
        named = connection.execute("SELECT name FROM key_files ORDER BY low").fetchall()
        try:
            self.files = [KeyFile(self._folder / name) for (name,) in named] if self._folder else []
        except DamagedKeysError as error:
            log.warning("the keys that copies are found by are made again: %s", error)
            self.files = []
        self._empty(after=self.files[-1].high if self.files else 0)
        sql = "SELECT entry, signature FROM signatures WHERE entry > ? ORDER BY entry"
        rows = connection.execute(sql, (self.last,))
        while some := rows.fetchmany(_AT_ONCE):
            signatures, held = [signature for _, signature in some], len(self._bands)
            for (entry, signature), bands in zip(some, all_bands_of(signatures), strict=True):
                self._append(entry, bands, sketch_of(signature))
            if len(some) < _AT_ONCE or not self._put_by(connection):
                for entry, bands in enumerate(self._bands[held:], self._first + held):
                    self._hold(entry, bands)

    @property
    def next(self) -> int:
        """The number of the next entry: never one that was given."""
        return self.last + 1

    def add(self, entry: int, bands: tuple[int, ...], sketch: bytes) -> None:
        """*entry* is beyond all others."""
        self._append(entry, bands, sketch)
        self._hold(entry, bands)

    @property
    def _first(self) -> int:
        return self.last - len(self._bands) + 1

    def _append(self, entry: int, bands: tuple[int, ...], sketch: bytes) -> None:
        if gone := entry - self.last - 1:
            self._sketches += [bytes(BYTES)] * gone
            self._bands += [()] * gone
        self._sketches.append(sketch)
        self._bands.append(bands)
        self.last = entry

    def _hold(self, entry: int, bands: tuple[int, ...]) -> None:
        others = {key: self._fresh[key] for key in self._fresh.keys() & {*bands}}
        self._fresh.update(dict.fromkeys(bands, entry))
        for key, held in others.items():
            self._fresh[key] = (*held, entry) if isinstance(held, tuple) else (held, entry)

    def sharing(self, asked: Asked) -> Sharing:
        keys = asked.keys
        entries, at, fresh = list[int](), list[int](), self._fresh
        for place, key in enumerate(keys.tolist()):
            if key in fresh:
                held = fresh[key]
                some = held if isinstance(held, tuple) else (held,)
                entries += some
                at += [place] * len(some)
        places = np.array(at, dtype=np.int64)
        counts, files = np.bincount(places, minlength=len(keys)), []
        for file in self.files:
            begins, held_there = file.spans(keys)
            counts += held_there
            files.append((file, begins, held_there))
        return Sharing(asked, counts, self, (np.array(entries, dtype=np.int64), places), files)

    def fresh_sketches(self, entries: Counts) -> Sketches:
        first = self._first
        return rows_of([self._sketches[entry - first] for entry in entries.tolist()])

    def fresh_anchors(self, entries: Counts) -> Counts:
        """How many each of *entries* has."""
        first = self._first
        return np.array([len(self._bands[entry - first]) - BANDS for entry in entries.tolist()], dtype=np.int64)

    def settle(self, connection: Connection) -> None:
        """Put by what is fresh, where it has become much. In a transaction."""
        if len(self._bands) >= FRESH:
            self._put_by(connection)

    def _put_by(self, connection: Connection) -> bool:
        if self._folder is None:
            return False
        try:
            self._folder.mkdir(exist_ok=True)
            named = (name for (name,) in connection.execute("SELECT name FROM key_files"))
            sweep(self._folder, chain(named, (file.path.name for file in self.files)))
            keys = np.fromiter(chain.from_iterable(self._bands), dtype=np.uint64)
            lengths = np.array([len(bands) for bands in self._bands], dtype=np.int64)
            entries, anchors = np.arange(self._first, self.last + 1).repeat(lengths), np.maximum(lengths - BANDS, 0)
            write(path := self._new_path(), self._first, self._sketches, anchors, keys, entries)
            self.files.append(KeyFile(path))
            self._empty(after=self.last)
            while len(some := self._to_merge()) > 1:
                merge(path := self._new_path(), some)
                self.files[-len(some) :] = [KeyFile(path)]
        except OSError as error:  # a full disk: they stay in memory, and in ``signatures``
            log.warning("the keys that copies are found by cannot be put by: %s", error)
        connection.execute("DELETE FROM key_files")
        rows = [(file.path.name, file.low, file.high) for file in self.files]
        connection.executemany("INSERT INTO key_files (name, low, high) VALUES (?, ?, ?)", rows)
        return not self._bands

    def _to_merge(self) -> list[KeyFile]:
        """The newest files that are better one."""
        some = self.files[-1:]
        for file in reversed(self.files[:-1]):
            size = sum(map(len, some))
            if len(file) >= RATIO * size or len(file) + size > LARGEST:
                break
            some.insert(0, file)
        return some

    def _new_path(self) -> Path:
        assert self._folder is not None
        return self._folder / f"{uuid.uuid4().hex}{SUFFIX}"

    def _empty(self, after: int) -> None:
        self.last = after  # no entry has a higher number
        # A list each would be looked at by every garbage collection.
        self._fresh: dict[int, int | tuple[int, ...]] = {}
        self._bands: list[tuple[int, ...]] = []
        self._sketches: list[bytes] = []


def index_of(connection: Connection) -> Index:
    """As the archive is now, whoever wrote to it."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    index: Index | None = connection.memory.get(_MEMORY)
    if index is None or index.version != version:
        index = connection.memory[_MEMORY] = Index(connection, version)
    return index


def folder_of(connection: Connection) -> Path | None:
    """``archive-keys/`` beside ``archive.db``; none for a database in memory."""
    file = next(file for _, name, file in connection.execute("PRAGMA database_list") if name == "main")
    return keys_folder(Path(file)) if file else None


def discard(connection: Connection) -> None:
    """Let the files go, which have the keys of whom was taken out too: they are made again when they are next asked."""
    connection.execute("DELETE FROM key_files")
    connection.memory.pop(_MEMORY, None)
    if folder := folder_of(connection):
        sweep(folder, ())


def keys_folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}-keys")
