"""Crowds: keys that more articles have than a key can say anything of, and the longer ones that stand for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.copies.sketches import sketch_of
from pipelines.copies.standing import ENTER, LAST, Place, Row
from pipelines.fingerprint import BANDS, all_bands_of
from pipelines.sqlite import Connection, select_in

# More than nearly any story has copies, so that no pair of theirs is lost; 32 keys find 2,048 articles at most.
CROWD = 64
LONGER = "SELECT key, article, sketch FROM bands WHERE key IN ({})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The articles, with the signature of each, that have *key*, which stands at *place*."""

    key: int
    place: Place
    signatures: Mapping[int, bytes] = field(repr=False)

    @property
    def has_longer(self) -> bool:
        band, level = self.place
        return level < LAST and band < BANDS

    def rows(self) -> list[Row]:
        """Where they stand, by this key: who has one of the shortest is told by keys.py."""
        held = self.signatures.items() if self.place[1] else ()
        return [(~self.key, n, sketch_of(signature)) for n, signature in held]


def form(connection: Connection, crowds: Sequence[Crowd]) -> set[int]:
    """Keys have become crowded: a longer one for each of their articles, who are returned."""
    formed = {n for crowd in crowds for n in crowd.signatures}
    drop_whole(connection, [crowd.key for crowd in crowds if crowd.place[1]])
    rows = list[Row]()
    while crowds:
        connection.executemany("INSERT INTO crowded (key) VALUES (?)", [(crowd.key,) for crowd in crowds])
        rows += [row for crowd in crowds for row in crowd.rows()]
        longer = _by_longer(crowd for crowd in crowds if crowd.has_longer)
        crowds = [crowd for crowd in longer if len(crowd.signatures) > CROWD]
        for crowd in longer:
            if len(crowd.signatures) <= CROWD:
                rows += [(crowd.key, n, sketch_of(signature)) for n, signature in crowd.signatures.items()]
    connection.executemany(ENTER, sorted(rows))
    return formed


def _by_longer(crowds: Iterable[Crowd]) -> list[Crowd]:
    """Their articles by the longer keys that they have instead."""
    at_level = defaultdict[int, list[Crowd]](list)
    for crowd in crowds:
        at_level[crowd.place[1] + 1].append(crowd)
    longer = defaultdict[tuple[int, Place], dict[int, bytes]](dict)
    for level, some in at_level.items():
        signatures = {n: signature for crowd in some for n, signature in crowd.signatures.items()}
        keys = dict(zip(signatures, all_bands_of([*signatures.values()], level), strict=True))
        for crowd in some:
            band, _ = crowd.place
            for n, signature in crowd.signatures.items():
                longer[keys[n][band], (band, level)][n] = signature
    return [Crowd(key=key, place=place, signatures=found) for (key, place), found in longer.items()]


def unite(connection: Connection, crowd: Crowd) -> None:
    """Its key is crowded no more: the longer ones of its articles go."""
    band, level = crowd.place
    connection.execute("DELETE FROM crowded WHERE key = ?", (crowd.key,))
    if level:
        drop_whole(connection, [~crowd.key])
        rows = [(crowd.key, n, sketch_of(signature)) for n, signature in crowd.signatures.items()]
        connection.executemany(ENTER, rows)
    if crowd.has_longer:
        longer = all_bands_of([*crowd.signatures.values()], level + 1)
        drop(connection, [(keys[band], n) for keys, n in zip(longer, crowd.signatures, strict=True)])


def drop(connection: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """*rows*: a key and an article each."""
    connection.executemany("DELETE FROM bands WHERE key = ? AND article = ?", rows)


def drop_whole(connection: Connection, keys: Sequence[int]) -> None:
    connection.executemany("DELETE FROM bands WHERE key = ?", [(key,) for key in keys])


def by_id(connection: Connection, key: int) -> list[int]:
    """The articles that have the crowded *key*, by their ids: the numbers of rows depend on who came first."""
    sql = "SELECT b.article FROM bands b JOIN articles a ON a.n = b.article WHERE b.key = ? ORDER BY a.id"
    return [n for (n,) in connection.execute(sql, (~key,))]


def holders_of(connection: Connection, keys: Sequence[int]) -> defaultdict[int, dict[int, bytes]]:
    """Who has the longer *keys*, with the sketch of each."""
    holders = defaultdict[int, dict[int, bytes]](dict)
    for key, n, sketch in select_in(connection, LONGER, keys):
        holders[key][n] = sketch
    return holders
