"""Which articles may be copies of one another: they share a key of their signatures (pipelines/fingerprint.py).

A key that more than CROWD articles have (a daily template, a phrase of every report) says little and would make each
new one dearer than the last. So it finds nothing; its articles have a longer key each instead, and so on up to the
whole signature, where all are candidates of the smallest id alone. What is crowded follows from the set of articles,
whoever came first: an article that makes a crowd parts pairs, one that leaves one may bring pairs back.

An anchor that is crowded (a phrase of every report) has no longer key, and finds nothing at all.

Of a hundred thousand articles some hundred share a band with a new one by chance, of a million ten times as many. So
each row of a band has its article's sketch (pipelines/fingerprint.py), and only who is near by it is a candidate; an
anchor in common needs no more.

In ``bands`` a crowded key has a row for article 0, and its articles stand under the key's complement: one question
answers which of an article's keys are crowded and who shares the others.

Keys are hashes: an article's forty stand on forty pages of ``bands``, each of which would be written anew for one row.
So they come into ``new_bands``, which is small, and are moved a slice of all keys at a time, many rows a page
("log-structured merge": O'Neil et al. 1996). What is asked is asked of both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import itemgetter

from pipelines.copies.worth import Mark
from pipelines.fingerprint import BANDS, FAR, LEVELS, bands_of, keys_of, sketch_of
from pipelines.sqlite import Connection

# More than nearly any story has copies, so that no pair of theirs is lost; 32 keys find 2,048 articles at most.
CROWD = 64
_LAST = len(LEVELS) - 1
_TABLES = ("new_bands", "bands")
BOTH = "(SELECT * FROM new_bands UNION ALL SELECT * FROM bands)"
_ENTER = "INSERT INTO new_bands VALUES (?, ?, ?)"
AT_ONCE = 900  # values in a statement
# Every so many articles a slice is moved, and so many slices are all keys: one article in 24 has its keys in
# ``new_bands``, of a small archive 2,048 (3 MB).
MOVE_EVERY, FEWEST_SLICES, SHARE_NEW = 64, 32, 24
_KEYS = 1 << 63

Pair = tuple[int, int]
Row = tuple[int, int, int | None]  # key, article, sketch: none where the key is an anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """*found*: the candidates of who came. *parted*: articles that may be candidates of fewer now."""

    found: frozenset[int]
    parted: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Keys:
    """The keys of an article, each with its (band, level), anchors as further bands; *sharing* has who else is at the
    open ones, and itself.
    """

    sketch: int
    open: dict[int, tuple[int, int]] = field(default_factory=dict)
    crowded: dict[int, tuple[int, int]] = field(default_factory=dict)
    sharing: list[Row] = field(default_factory=list)

    @property
    def twins(self) -> int | None:
        """A key of all whose signature is the same, where they are a crowd."""
        return next((key for key, (_, level) in self.crowded.items() if level == _LAST), None)

    @property
    def near(self) -> frozenset[int]:
        """Who shares an open anchor, or an open key of a band and most of the sketch."""
        sketch = self.sketch
        return frozenset(n for _, n, theirs in self.sharing if theirs is None or (theirs ^ sketch).bit_count() <= FAR)

    def rows(self, n: int) -> list[Row]:
        """Where article *n*, whose keys these are, stands in ``bands``."""
        held = [(key, n, self.sketch if band < BANDS else None) for key, (band, _) in self.open.items()]
        return held + [(~key, n, self.sketch if band < BANDS else None) for key, (band, _) in self.crowded.items()]


def enter(connection: Connection, n: int, signature: bytes, bands: Sequence[int]) -> Entered:
    """Put article *n*, which is not there, into the index."""
    if n % MOVE_EVERY == 0:
        _move(connection, n // MOVE_EVERY)
    keys = _keys(connection, signature, bands)
    connection.executemany(_ENTER, keys.rows(n))
    counts = Counter(map(itemgetter(0), keys.sharing)) if len(keys.sharing) >= CROWD else Counter[int]()
    full = [key for key, count in counts.items() if count >= CROWD]
    if not full and keys.twins is None:
        return Entered(found=keys.near)
    parted = {holder for key in full for holder in _part(connection, key, *keys.open[key])}
    if keys.twins is not None:
        first, second, *_ = _by_id(connection, keys.twins)
        parted |= {second} if first == n else set()  # who was the smallest until now
    return Entered(found=_candidates(connection, n, signature), parted=frozenset(parted - {n}))


def leave(connection: Connection, n: int, signature: bytes) -> set[Pair]:
    """Take article *n* out; the pairs of others that are candidates now and may not have been before."""
    keys = _keys(connection, signature, bands_of(signature))
    smallest = keys.twins is not None and _by_id(connection, keys.twins)[0] == n
    _drop(connection, [row[:2] for row in keys.rows(n)])
    pairs: set[Pair] = set()
    for key, (band, level) in sorted(keys.crowded.items(), key=lambda item: -item[1][1]):  # the longest first
        sql = f"SELECT article, sketch FROM {BOTH} WHERE key = ? ORDER BY article LIMIT ?"
        holders = dict(connection.execute(sql, (~key, CROWD + 1)))
        if len(holders) <= CROWD:
            _unite(connection, key, holders, band, level)
            pairs.update(pair for pair in combinations(holders, 2) if is_near(*(holders[m] for m in pair)))
            smallest &= key != keys.twins
    if smallest and keys.twins is not None:
        first, *others = _by_id(connection, keys.twins)
        pairs.update((min(first, other), max(first, other)) for other in others)
    return pairs


def unfounded(connection: Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of *pairs* that are no candidates, or no longer."""
    known: dict[int, tuple[dict[int, int | None], int | None, int | None]] = {}

    def keys_of(n: int) -> tuple[dict[int, int | None], int | None, int | None]:
        if n not in known:
            signature = signatures(connection, [n])[n]
            keys = _keys(connection, signature, bands_of(signature))
            first = None if keys.twins is None else _by_id(connection, keys.twins)[0]
            known[n] = {key: sketch for key, _, sketch in keys.rows(n) if key in keys.open}, keys.twins, first
        return known[n]

    def is_founded(pair: Pair) -> bool:
        (mine, twins, first), (theirs, others, _) = map(keys_of, pair)
        shared = any(is_near(mine[key], theirs[key]) for key in mine.keys() & theirs.keys())
        return shared or (twins is not None and twins == others and first in pair)

    return [pair for pair in pairs if not is_founded(pair)]


def is_near(one: int | None, other: int | None) -> bool:
    """Whether who shares a key is a candidate, by the sketches that stand beside it."""
    return one is None or other is None or (one ^ other).bit_count() <= FAR


def marks(connection: Connection, articles: Sequence[int]) -> dict[int, Mark]:
    found: dict[int, Mark] = {}
    for holes, some in _chunks(articles):
        sql = f"SELECT article, signature, figures, shingles FROM signatures WHERE article IN ({holes})"
        found |= {n: Mark(*said) for n, *said in connection.execute(sql, some)}
    return found


def signatures(connection: Connection, articles: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for marks, some in _chunks(articles):
        found |= dict(connection.execute(f"SELECT article, signature FROM signatures WHERE article IN ({marks})", some))
    return found


def _keys(connection: Connection, signature: bytes, bands: Sequence[int]) -> _Keys:
    keys, at = _Keys(sketch=sketch_of(signature)), {key: (band, 0) for band, key in enumerate(bands)}
    for level in range(len(LEVELS)):
        marks = ", ".join("?" * len(at))
        sql = f"SELECT key, article, sketch FROM {BOTH} WHERE key IN ({marks})"
        found: list[Row] = connection.execute(sql, [*at]).fetchall()
        crowded = {key for key, article, _ in found if article == 0}
        keys.sharing += [row for row in found if row[0] not in crowded] if crowded else found
        keys.open |= {key: place for key, place in at.items() if key not in crowded} if crowded else at
        if not crowded:
            break
        keys.crowded |= {key: at[key] for key in crowded}
        if level < _LAST:
            longer = bands_of(signature, level + 1)
            at = {longer[at[key][0]]: (at[key][0], level + 1) for key in sorted(crowded) if at[key][0] < BANDS}
    return keys


def _candidates(connection: Connection, n: int, signature: bytes) -> frozenset[int]:
    keys = _keys(connection, signature, bands_of(signature))
    found = {*keys.near}
    if keys.twins is not None:
        first, *others = _by_id(connection, keys.twins)
        found.update(others if first == n else [first])
    return frozenset(found - {n})


def _by_id(connection: Connection, key: int) -> list[int]:
    """The articles that have the crowded *key*, by their ids: the numbers of rows depend on who came first."""
    sql = f"SELECT b.article FROM {BOTH} b JOIN articles a ON a.n = b.article WHERE b.key = ? ORDER BY a.id"
    return [n for (n,) in connection.execute(sql, (~key,))]


def _part(connection: Connection, key: int, band: int, level: int) -> set[int]:
    """*key* has become crowded: a longer one for each of its articles, who are returned."""
    holders = dict(connection.execute(f"SELECT article, sketch FROM {BOTH} WHERE key = ?", (key,)))
    _drop_whole(connection, key)
    rows: list[Row] = [(key, 0, None), *((~key, n, sketch) for n, sketch in holders.items())]
    connection.executemany(_ENTER, rows)
    if level == _LAST or band >= BANDS:
        return set(holders)
    longer = _longer(connection, holders, band, level)
    connection.executemany(_ENTER, longer)
    for new, count in Counter(map(itemgetter(0), longer)).items():
        if count > CROWD:
            _part(connection, new, band, level + 1)
    return set(holders)


def _unite(connection: Connection, key: int, holders: Mapping[int, int | None], band: int, level: int) -> None:
    """*key* is crowded no more: the longer ones of its articles go."""
    _drop_whole(connection, key, ~key)
    connection.executemany(_ENTER, [(key, n, sketch) for n, sketch in holders.items()])
    if level < _LAST and band < BANDS:
        _drop(connection, [row[:2] for row in _longer(connection, holders, band, level)])


def _drop(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    for table in _TABLES:  # a search for the article would look at every band there is
        connection.executemany(f"DELETE FROM {table} WHERE key = ? AND article = ?", rows)


def _drop_whole(connection: Connection, *keys: int) -> None:
    for table in _TABLES:
        connection.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in keys])


def _move(connection: Connection, turn: int) -> None:
    """One slice of all keys, and of their complements, from ``new_bands`` to ``bands``: another one each *turn*."""
    slices = max(FEWEST_SLICES, turn // SHARE_NEW)
    low, high = (_KEYS * at // slices for at in (turn % slices, turn % slices + 1))
    for ends in ((low, high - 1), (~(high - 1), ~low)):
        connection.execute("INSERT INTO bands SELECT * FROM new_bands WHERE key BETWEEN ? AND ? ORDER BY key", ends)
        connection.execute("DELETE FROM new_bands WHERE key BETWEEN ? AND ?", ends)


def _longer(connection: Connection, holders: Mapping[int, int | None], band: int, level: int) -> list[Row]:
    found = signatures(connection, [*holders])
    keys = keys_of([*found.values()], band, level + 1)
    return [(key, n, holders[n]) for key, n in zip(keys, found, strict=True)]


def _chunks(values: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    for at in range(0, len(values), AT_ONCE):
        some = values[at : at + AT_ONCE]
        yield ", ".join("?" * len(some)), some
