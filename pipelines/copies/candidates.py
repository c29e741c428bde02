"""Which articles may be copies of one another: they share a key of their signatures (pipelines/fingerprint.py).

A key that more than CROWD articles have (a daily template, a phrase of every report) says little and would make each
new one dearer than the last. So it finds nothing; its articles have a longer key each instead, and so on up to the
whole signature, where all are candidates of the smallest id alone. What is crowded follows from the set of articles,
whoever came first: an article that makes a crowd parts pairs, one that leaves one may bring pairs back.

An anchor that is crowded (a phrase of every report) has no longer key, and finds nothing at all.

Of a hundred thousand articles some hundred share a band with a new one by chance, of a million ten times as many. So
each key has its article's sketch beside it (pipelines/fingerprint.py), and only who is near by it is a candidate, or
who may share enough anchors (anchors.py) to be worth confirming.

Who has which key is told by keys.py. ``crowded`` has those that are, ``bands`` who has which longer one: where that is
crowded too, under its complement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, compress, islice

import numpy as np

from pipelines.article import Fingerprint
from pipelines.copies import crowds
from pipelines.copies import signatures as signed
from pipelines.copies.crowds import Crowd, by_id, drop, holders_of
from pipelines.copies.keys import Asked, Index, index_of
from pipelines.copies.sketches import BYTES, are_near, rows_of, sketch_of
from pipelines.copies.standing import ENTER, Place, Standing, crowded_of, standing, standings
from pipelines.copies.worth import Mark
from pipelines.fingerprint import BANDS, all_bands_of
from pipelines.sqlite import Connection

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Who may be candidates no more: two of *crowded*, who have keys that only now are; one of *demoted*, who was the
    smallest of its twins until now, and anybody.
    """

    crowded: frozenset[int] = frozenset()
    demoted: frozenset[int] = frozenset()

    def __or__(self, other: "Parted") -> "Parted":
        return Parted(crowded=self.crowded | other.crowded, demoted=self.demoted | other.demoted)

    def __contains__(self, pair: Pair) -> bool:
        one, other = pair
        return (one in self.crowded and other in self.crowded) or not self.demoted.isdisjoint(pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """*found*: the candidates of who came, and what the index keeps of each."""

    found: Mapping[int, Mark]
    parted: Parted


@dataclass(slots=True)
class _Shared:
    """Who else has an article's open keys. *entries*, *articles*: those near. *full*: its keys that, with it, are a
    crowd now.
    """

    entries: set[int] = field(default_factory=set)
    articles: set[int] = field(default_factory=set)
    full: list[int] = field(default_factory=list)


def enter(connection: Connection, n: int, made: Fingerprint) -> Entered | None:
    """Put article *n* into the index; None where it is there already."""
    index, signature = index_of(connection), made.signature
    entry = index.next
    if not signed.enter(connection, entry, {n: made}):
        return None
    keys, shared = _look_up(connection, index, signature, made.bands)
    if rows := keys.rows(n):
        connection.executemany(ENTER, rows)
    index.add(entry, made.bands, keys.sketch)
    index.settle(connection)
    if not shared.full and keys.twins is None:
        return Entered(found=_marks(connection, shared), parted=Parted())
    full = [_crowd(connection, index, key, keys.open[key]) for key in shared.full]
    crowded, demoted = crowds.form(connection, full), frozenset[int]()
    if keys.twins is not None:
        first, second, *_ = by_id(connection, keys.twins)
        demoted = frozenset([second] if first == n else [])
    parted = Parted(crowded=frozenset(crowded), demoted=demoted)
    return Entered(found=_candidates(connection, index, n, made), parted=parted)


def leave(connection: Connection, n: int) -> set[Pair] | None:
    """Take article *n* out; the pairs of others that are candidates now and may not have been before. None where it is
    not there.
    """
    row = connection.execute("SELECT signature FROM signatures WHERE article = ?", (n,)).fetchone()
    if row is None:
        return None
    (signature,) = row
    index = index_of(connection)  # made before the row goes, which a rollback to a savepoint brings back
    keys = standing(connection, signature)
    smallest = keys.twins is not None and by_id(connection, keys.twins)[0] == n
    drop(connection, [row[:2] for row in keys.rows(n)])
    connection.execute("DELETE FROM signatures WHERE article = ?", (n,))
    pairs: set[Pair] = set()
    for key, (band, level) in sorted(keys.crowded.items(), key=lambda item: -item[1][1]):  # the longest first
        own = _no_crowd(connection, index, key, level)
        if own is not None:
            crowds.unite(connection, Crowd(key=key, place=(band, level), signatures=own))
            united = [*combinations(sorted(own), 2)]
            pairs.update(compress(united, _near(own, united)) if band < BANDS else united)
            smallest &= key != keys.twins
    if smallest and keys.twins is not None:
        first, *others = by_id(connection, keys.twins)
        pairs.update((min(first, other), max(first, other)) for other in others)
    return pairs


def unfounded(connection: Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of *pairs* that are no candidates, or no longer. Any anchor in common is enough here: what was confirmed
    had enough of them.
    """
    some = [*pairs]
    own = signed.signatures(connection, {*chain.from_iterable(some)})
    near = dict(zip(some, _near(own, some), strict=True))
    left = _without_shortest(connection, own, near)
    known = standings(connection, {n: own[n] for n in chain.from_iterable(left)})
    firsts = {key: by_id(connection, key)[0] for key in {keys.twins for keys in known.values()} if key is not None}

    def is_founded(pair: Pair) -> bool:
        one, other = (known[n] for n in pair)
        if near[pair] and not {*one.longer}.isdisjoint(other.longer):
            return True
        return one.twins is not None and one.twins == other.twins and firsts[one.twins] in pair

    return [pair for pair in left if not is_founded(pair)]


def _without_shortest(connection: Connection, own: Mapping[int, bytes], near: Mapping[Pair, bool]) -> list[Pair]:
    """Those of *near*, which says of each pair whether it is, that no open key of the shortest makes candidates; of
    strangers only anchors do. *own*: the signature of each.
    """
    keys = dict(zip(own, all_bands_of([*own.values()]), strict=True))
    held = {pair: [{*keys[n][0 if is_near else BANDS :]} for n in pair] for pair, is_near in near.items()}
    shared = {pair: one & other for pair, (one, other) in held.items()}
    crowded = crowded_of(connection, [*{*chain.from_iterable(shared.values())}])
    return [pair for pair, found in shared.items() if found <= crowded]


def _near(own: Mapping[int, bytes], pairs: Sequence[Pair]) -> list[bool]:
    """Of each of *pairs* whether it is, by the signatures."""
    ones, others = (rows_of(sketch_of(own[pair[end]]) for pair in pairs) for end in (0, 1))
    near: list[bool] = are_near(ones, others).tolist()
    return near


def _look_up(connection: Connection, index: Index, signature: bytes, bands: Sequence[int]) -> tuple[Standing, _Shared]:
    asked = Asked.of([bands], rows_of([sketch_of(signature)]))
    sharing, shared = index.sharing(asked), _Shared()
    keys = standing(connection, signature)  # some may be crowded by those who enter after it
    wanted = np.array([key not in keys.crowded for key in asked.keys.tolist()])
    _look_up_longer(connection, keys, shared)
    shared.entries = {*sharing.near(wanted)[1].tolist()}
    for at in (wanted & (sharing.counts >= crowds.CROWD)).nonzero()[0].tolist():
        if sum(1 for _ in signed.live(connection, sharing.holders(at))) >= crowds.CROWD:
            shared.full.append(int(asked.keys[at]))
    return keys, shared


def _look_up_longer(connection: Connection, keys: Standing, shared: _Shared) -> None:
    holders = holders_of(connection, keys.longer)
    sketches = {n: sketch for held in holders.values() for n, sketch in held.items()}
    near = are_near(rows_of(sketches.values()), rows_of([keys.sketch]))
    shared.articles.update(compress(sketches, near.tolist()))
    shared.full += [key for key, held in holders.items() if len(held) >= crowds.CROWD]


def _crowd(connection: Connection, index: Index, key: int, place: Place) -> Crowd:
    """All who have *key*, which is open."""
    if place[1]:
        found = signed.signatures(connection, holders_of(connection, [key])[key])
    else:
        found = dict(signed.live(connection, _holders(index, key)))
    return Crowd(key=key, place=place, signatures=found)


def _no_crowd(connection: Connection, index: Index, key: int, level: int) -> dict[int, bytes] | None:
    """Who has the crowded *key*, with the signature of each; None where they still are a crowd."""
    most = crowds.CROWD + 1
    if level:
        some = connection.execute("SELECT article FROM bands WHERE key = ? LIMIT ?", (~key, most)).fetchall()
        return signed.signatures(connection, [n for (n,) in some]) if len(some) < most else None
    found = dict(islice(signed.live(connection, _holders(index, key), at_once=2 * most), most))
    return found if len(found) < most else None


def _holders(index: Index, key: int) -> list[int]:
    """The entries that have *key*, one of the shortest."""
    return index.sharing(Asked.of([[key]], rows_of([bytes(BYTES)]))).holders(0)


def _candidates(connection: Connection, index: Index, n: int, made: Fingerprint) -> dict[int, Mark]:
    keys, shared = _look_up(connection, index, made.signature, made.bands)
    if keys.twins is not None:
        first, *others = by_id(connection, keys.twins)
        shared.articles.update(others if first == n else [first])
    found = _marks(connection, shared)
    found.pop(n, None)
    return found


def _marks(connection: Connection, shared: _Shared) -> dict[int, Mark]:
    return signed.marks(connection, shared.articles) | dict(signed.marks_of(connection, shared.entries).values())
