"""Which articles may be copies of one another: they share a key of their signatures (pipelines/fingerprint.py).

A key that more than CROWD articles have (a daily template, a phrase of every report) says little and would make each
new one dearer than the last. So it finds nothing; its articles have a longer key each instead, and so on up to the
whole signature, where all are candidates of the smallest id alone. What is crowded follows from the set of articles,
whoever came first: an article that makes a crowd parts pairs, one that leaves one may bring pairs back.

An anchor that is crowded (a phrase of every report) has no longer key, and finds nothing at all.

In ``bands`` a crowded key has a row for article 0, and its articles stand under the key's complement: one question
answers which of an article's keys are crowded and who shares the others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

from pipelines.fingerprint import BANDS, LEVELS, bands_of, keys_of
from pipelines.sqlite import Connection

# More than nearly any story has copies, so that no pair of theirs is lost; 32 keys find 2,048 articles at most.
CROWD = 64
_LAST = len(LEVELS) - 1
AT_ONCE = 900  # values in a statement

Pair = tuple[int, int]


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

    open: dict[int, tuple[int, int]] = field(default_factory=dict)
    crowded: dict[int, tuple[int, int]] = field(default_factory=dict)
    sharing: list[tuple[int, int]] = field(default_factory=list)

    @property
    def twins(self) -> int | None:
        """A key of all whose signature is the same, where they are a crowd."""
        return next((key for key, (_, level) in self.crowded.items() if level == _LAST), None)

    def rows(self, n: int) -> list[tuple[int, int]]:
        """Where article *n*, whose keys these are, stands in ``bands``."""
        return [*((key, n) for key in self.open), *((~key, n) for key in self.crowded)]


def enter(connection: Connection, n: int, signature: bytes, bands: Sequence[int]) -> Entered:
    """Put article *n*, which is not there, into the index."""
    keys = _keys(connection, signature, bands)
    rows = keys.rows(n)
    marks = ", ".join(["(?, ?)"] * len(rows))
    connection.execute(f"INSERT OR IGNORE INTO bands VALUES {marks}", [*chain.from_iterable(rows)])
    counts = Counter(key for key, _ in keys.sharing) if len(keys.sharing) >= CROWD else Counter[int]()
    full = [key for key, count in counts.items() if count >= CROWD]
    if not full and keys.twins is None:
        return Entered(found=frozenset(other for _, other in keys.sharing))
    parted = {holder for key in full for holder in _part(connection, key, *keys.open[key])}
    if keys.twins is not None:
        first, second, *_ = _by_id(connection, keys.twins)
        parted |= {second} if first == n else set()  # who was the smallest until now
    return Entered(found=_candidates(connection, n, signature), parted=frozenset(parted - {n}))


def leave(connection: Connection, n: int, signature: bytes) -> set[Pair]:
    """Take article *n* out; the pairs of others that are candidates now and may not have been before."""
    keys = _keys(connection, signature, bands_of(signature))
    smallest = keys.twins is not None and _by_id(connection, keys.twins)[0] == n
    # A search for the article would look at every band there is.
    connection.executemany("DELETE FROM bands WHERE key = ? AND article = ?", keys.rows(n))
    pairs: set[Pair] = set()
    for key, (band, level) in sorted(keys.crowded.items(), key=lambda item: -item[1][1]):  # the longest first
        sql = "SELECT article FROM bands WHERE key = ? ORDER BY article LIMIT ?"
        holders = [holder for (holder,) in connection.execute(sql, (~key, CROWD + 1))]
        if len(holders) <= CROWD:
            _unite(connection, key, holders, band, level)
            pairs.update(combinations(holders, 2))
            smallest &= key != keys.twins
    if smallest and keys.twins is not None:
        first, *others = _by_id(connection, keys.twins)
        pairs.update((min(first, other), max(first, other)) for other in others)
    return pairs


def unfounded(connection: Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of *pairs* that are no candidates, or no longer."""
    known: dict[int, tuple[frozenset[int], int | None, int | None]] = {}

    def keys_of(n: int) -> tuple[frozenset[int], int | None, int | None]:
        if n not in known:
            signature = signatures(connection, [n])[n]
            keys = _keys(connection, signature, bands_of(signature))
            first = None if keys.twins is None else _by_id(connection, keys.twins)[0]
            known[n] = frozenset(keys.open), keys.twins, first
        return known[n]

    def is_founded(pair: Pair) -> bool:
        (mine, twins, first), (theirs, others, _) = map(keys_of, pair)
        return bool(mine & theirs) or (twins is not None and twins == others and first in pair)

    return [pair for pair in pairs if not is_founded(pair)]


def signatures(connection: Connection, articles: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for marks, some in _chunks(articles):
        found |= dict(connection.execute(f"SELECT article, signature FROM signatures WHERE article IN ({marks})", some))
    return found


def _keys(connection: Connection, signature: bytes, bands: Sequence[int]) -> _Keys:
    keys, at = _Keys(), {key: (band, 0) for band, key in enumerate(bands)}
    for level in range(len(LEVELS)):
        marks = ", ".join("?" * len(at))
        found = connection.execute(f"SELECT key, article FROM bands WHERE key IN ({marks})", [*at]).fetchall()
        crowded = {key for key, article in found if article == 0}
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
    found = {holder for _, holder in keys.sharing}
    if keys.twins is not None:
        first, *others = _by_id(connection, keys.twins)
        found.update(others if first == n else [first])
    return frozenset(found - {n})


def _by_id(connection: Connection, key: int) -> list[int]:
    """The articles that have the crowded *key*, by their ids: the numbers of rows depend on who came first."""
    sql = "SELECT b.article FROM bands b JOIN articles a ON a.n = b.article WHERE b.key = ? ORDER BY a.id"
    return [n for (n,) in connection.execute(sql, (~key,))]


def _part(connection: Connection, key: int, band: int, level: int) -> set[int]:
    """*key* has become crowded: a longer one for each of its articles, who are returned."""
    holders = [n for (n,) in connection.execute("SELECT article FROM bands WHERE key = ?", (key,))]
    connection.execute("DELETE FROM bands WHERE key = ?", (key,))
    rows = [(key, 0), *((~key, n) for n in holders)]
    connection.executemany("INSERT INTO bands VALUES (?, ?)", rows)
    if level == _LAST or band >= BANDS:
        return set(holders)
    longer = _longer(connection, holders, band, level)
    connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", longer)
    for new, count in Counter(key for key, _ in longer).items():
        if count > CROWD:
            _part(connection, new, band, level + 1)
    return set(holders)


def _unite(connection: Connection, key: int, holders: Sequence[int], band: int, level: int) -> None:
    """*key* is crowded no more: the longer ones of its articles go."""
    connection.executemany("DELETE FROM bands WHERE key = ?", [(key,), (~key,)])
    connection.executemany("INSERT INTO bands VALUES (?, ?)", [(key, n) for n in holders])
    if level < _LAST and band < BANDS:
        longer = _longer(connection, holders, band, level)
        connection.executemany("DELETE FROM bands WHERE key = ? AND article = ?", longer)


def _longer(connection: Connection, holders: Sequence[int], band: int, level: int) -> list[tuple[int, int]]:
    found = signatures(connection, holders)
    return list(zip(keys_of([*found.values()], band, level + 1), found, strict=True))


def _chunks(values: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    for at in range(0, len(values), AT_ONCE):
        some = values[at : at + AT_ONCE]
        yield ", ".join("?" * len(some)), some
