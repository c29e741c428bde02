"""Many articles into the index at once: what each shares with what is there already, and they with one another.

One by one, most of the time would go into asking. Which keys are crowded when all are there is seen to first; who is
one of a crowd of twins enters alone, after the others (candidates.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, compress

import numpy as np
import numpy.typing as npt

from pipelines.article import Fingerprint
from pipelines.copies import crowds, signatures
from pipelines.copies.candidates import Pair, Parted, enter
from pipelines.copies.crowds import Crowd, holders_of
from pipelines.copies.keyfile import Counts, Keys
from pipelines.copies.keys import Asked, Index, Sharing, index_of
from pipelines.copies.sketches import are_near, rows_of, sketch_of
from pipelines.copies.standing import ENTER, LAST, Place, Row, crowded_of, standings
from pipelines.copies.worth import Mark
from pipelines.sqlite import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAll:
    """*found*: of each article that has some, its candidates, and what the index keeps of each; a pair once."""

    found: Mapping[int, Mapping[int, Mark]]
    parted: Parted


def enter_all(connection: Connection, made: Mapping[int, Fingerprint]) -> EnteredAll:
    """Put articles, by their numbers, into the index; none is there."""
    index, numbers = index_of(connection), [*made]
    sketches = [sketch_of(made[n].signature) for n in numbers]
    asked = Asked.of([made[n].bands for n in numbers], rows_of(sketches))
    sharing = index.sharing(asked)
    _, group, sizes = np.unique(asked.keys, return_inverse=True, return_counts=True)
    can_be = sharing.counts + sizes[group] > crowds.CROWD
    bands = [each.bands for each in made.values()]
    full, crowded_now = _full(connection, bands, sharing, np.flatnonzero(can_be), sizes[group])
    crowded = np.isin(asked.keys, full)
    places = np.unique(asked.owners[crowded]).tolist()
    shared, more = _enter_crowds(connection, {numbers[each]: made[numbers[each]] for each in places}, full)
    alone = np.zeros(len(numbers), dtype=bool)
    alone[[place for place in places if numbers[place] not in shared]] = True
    parted = Parted(crowded=frozenset(crowded_now | more))
    together = ~alone[asked.owners] & ~crowded
    found = _known(connection, numbers, *sharing.near(together))
    for other, one in _among(asked, together & (sizes[group] > 1)):  # the later one finds the earlier, as below
        found[numbers[one]][numbers[other]] = Mark.of(made[numbers[other]])
    quick = [place for place, is_alone in enumerate(alone.tolist()) if not is_alone]
    _put(connection, index, {numbers[each]: made[numbers[each]] for each in quick}, [sketches[each] for each in quick])
    marks = signatures.marks(connection, {*chain.from_iterable(shared.values())})
    for n, others in shared.items():
        found[n].update((other, marks[other]) for other in others)
    for place in alone.nonzero()[0].tolist():
        entered = enter(connection, numbers[place], made[numbers[place]])
        if entered is not None:
            found[numbers[place]].update(entered.found)
            parted |= entered.parted
    return EnteredAll(found={n: others for n, others in found.items() if others}, parted=parted)


def _full(
    connection: Connection, bands: Sequence[tuple[int, ...]], sharing: Sharing, places: Counts, entering: Counts
) -> tuple[Keys, set[int]]:
    """Which of the keys asked for at *places* are crowded, together with those who enter; and who of the others shares
    one that only now is. *entering*: how many of those have each key.
    """
    keys, asked = sharing.asked.keys, {int(sharing.asked.keys[at]): at for at in places.tolist()}
    crowded, new = crowded_of(connection, [*asked]), list[Crowd]()
    holders = {key: sharing.holders(at) for key, at in asked.items() if key not in crowded}
    marks = signatures.marks_of(connection, sorted({*chain.from_iterable(holders.values())}))
    for key, entries in holders.items():
        live = {n: mark.signature for n, mark in (marks[entry] for entry in entries if entry in marks)}
        if len(live) + entering[asked[key]] > crowds.CROWD:
            band = bands[sharing.asked.owners[asked[key]]].index(key)
            new.append(Crowd(key=key, place=(band, 0), signatures=live))
    parted = crowds.form(connection, new)
    return np.array([*crowded, *(crowd.key for crowd in new)], dtype=keys.dtype), parted


def _enter_crowds(
    connection: Connection, made: Mapping[int, Fingerprint], crowded: Keys
) -> tuple[dict[int, list[int]], set[int]]:
    """Articles into the crowds of their keys; of each who shares its longer ones and is near. Who is left out is not
    entered: it shares all of its signature with a crowd. And who of the others shares a longer key that only now is
    crowded.
    """
    known, forming = {*crowded.tolist()}, _Forming(connection)
    found = standings(connection, {n: each.signature for n, each in made.items()}, known, forming)
    entered, rows = dict[int, dict[int, bytes]](), list[Row]()
    for n, keys in found.items():
        theirs = [forming.holders[key] for key in keys.longer]
        if keys.twins is None and max(map(len, theirs), default=0) < crowds.CROWD:
            entered[n] = dict(chain.from_iterable(some.items() for some in theirs))
            for some in theirs:
                some[n] = keys.sketch
            rows += keys.rows(n)
    connection.executemany(ENTER, sorted(rows))
    own = rows_of(found[n].sketch for n, others in entered.items() for _ in others)
    near = iter(are_near(rows_of(chain.from_iterable(others.values() for others in entered.values())), own).tolist())
    return {n: [other for other in others if next(near)] for n, others in entered.items()}, forming.parted


class _Forming:
    """Makes longer keys crowded that are when all have entered. *holders*: of each of the others, with the sketch of
    each; *parted*: who has one of those that are crowded now.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.holders: dict[int, dict[int, bytes]] = {}
        self.parted: set[int] = set()

    def __call__(self, at: Mapping[int, Mapping[int, Place]]) -> set[int]:
        """See ``standing.Crowding``."""
        counts = Counter(chain.from_iterable(at.values()))
        places = {key: place for own in at.values() for key, place in own.items()}
        held = holders_of(self._connection, [*counts])
        # Whole signatures are none of them: who comes last of such a crowd enters alone, and sees to it.
        full = {key for key, count in counts.items() if len(held[key]) + count > crowds.CROWD and places[key][1] < LAST}
        signed = signatures.signatures(self._connection, {n for key in full for n in held[key]})
        some = [Crowd(key=key, place=places[key], signatures={n: signed[n] for n in held[key]}) for key in full]
        self.parted |= crowds.form(self._connection, some)
        self.holders |= {key: held[key] for key in counts if key not in full}
        return full


def _known(
    connection: Connection, numbers: Sequence[int], owners: npt.NDArray[np.int64], entries: npt.NDArray[np.int64]
) -> defaultdict[int, dict[int, Mark]]:
    found = defaultdict[int, dict[int, Mark]](dict)
    if len(entries):
        marks = signatures.marks_of(connection, np.unique(entries).tolist())
        for owner, entry in {*zip(owners.tolist(), entries.tolist(), strict=True)}:
            if entry in marks:  # some are no more
                n, mark = marks[entry]
                found[numbers[owner]][n] = mark
    return found


def _among(asked: Asked, shared: npt.NDArray[np.bool_]) -> Iterator[Pair]:
    """The candidates among those who enter, by their places. *shared*: the keys to be looked at."""
    holders = defaultdict[int, list[tuple[int, bool]]](list)
    (places,) = shared.nonzero()
    for key, owner, is_anchor in zip(
        asked.keys[places].tolist(), asked.owners[places].tolist(), asked.are_anchors[places].tolist(), strict=True
    ):
        holders[key].append((owner, is_anchor))
    pairs = defaultdict[Pair, bool](bool)
    for some in holders.values():
        for (one, is_anchor), (other, _) in combinations(sorted(some), 2):
            pairs[one, other] |= is_anchor
    if pairs:
        ones, others = (np.array(some) for some in zip(*pairs, strict=True))
        near = are_near(asked.sketches[ones], asked.sketches[others]) | np.array([*pairs.values()])
        yield from compress(pairs, near.tolist())


def _put(connection: Connection, index: Index, made: Mapping[int, Fingerprint], sketches: Sequence[bytes]) -> None:
    signatures.enter(connection, index.next, made)
    for each, sketch in zip(made.values(), sketches, strict=True):
        index.add(index.next, each.bands, sketch)
    index.settle(connection)
