"""Many articles into the index at once: what each shares with what is there already, and they with one another.

One by one, most of the time would go into asking. Only by whom a key becomes crowded (candidates.py), and who is one of
a crowd of twins, enters alone, after the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, compress

import numpy as np
import numpy.typing as npt

from pipelines.article import Fingerprint
from pipelines.copies import candidates, signatures
from pipelines.copies.candidates import (
    ENTER,
    Pair,
    Shared,
    crowded_of,
    enter,
    look_up_longer,
    standing,
)
from pipelines.copies.keyfile import Keys
from pipelines.copies.keys import Asked, Index, index_of
from pipelines.copies.sketches import are_near, rows_of, sketch_of
from pipelines.copies.worth import Mark
from pipelines.sqlite import Connection

Found = dict[int, dict[int, Mark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAll:
    """*found*: of each article that has some, its candidates, and what the index keeps of each; a pair once. *parted*:
    articles that may be candidates of fewer now.
    """

    found: Mapping[int, Mapping[int, Mark]]
    parted: frozenset[int]


def enter_all(connection: Connection, made: Mapping[int, Fingerprint]) -> EnteredAll:
    """Put articles, by their numbers, into the index; none is there."""
    index, numbers = index_of(connection), [*made]
    sketches = [sketch_of(made[n].signature) for n in numbers]
    asked = Asked.of([made[n].bands for n in numbers], rows_of(sketches))
    sharing = index.sharing(asked)
    _, group, sizes = np.unique(asked.keys, return_inverse=True, return_counts=True)
    can_be_crowded = sharing.counts + sizes[group] > candidates.CROWD
    crowded = can_be_crowded & np.isin(asked.keys, _crowded(connection, asked.keys[can_be_crowded]))
    alone = np.zeros(len(numbers), dtype=bool)
    alone[asked.owners[can_be_crowded & ~crowded]] = True
    by_longer = dict[int, set[int]]()
    for place in sorted({*asked.owners[crowded & ~alone[asked.owners]].tolist()}):
        shared = _enter_crowds(connection, numbers[place], made[numbers[place]], asked.keys[crowded])
        if shared is None:
            alone[place] = True
        else:
            by_longer[numbers[place]] = shared
    together = ~alone[asked.owners] & ~crowded
    found = _known(connection, numbers, *sharing.near(together))
    for one, other in _among(asked, together & (sizes[group] > 1)):
        mark = made[numbers[other]]
        found[numbers[one]][numbers[other]] = Mark(mark.signature, mark.figures, mark.shingles)
    quick = [place for place, is_alone in enumerate(alone.tolist()) if not is_alone]
    _put(connection, index, {numbers[each]: made[numbers[each]] for each in quick}, [sketches[each] for each in quick])
    longer = signatures.marks(connection, {*chain.from_iterable(by_longer.values())})
    for n, others in by_longer.items():
        found[n].update((other, longer[other]) for other in others)
    parted = set[int]()
    for place in alone.nonzero()[0].tolist():
        entered = enter(connection, numbers[place], made[numbers[place]])
        if entered is not None:
            found[numbers[place]].update(entered.found)
            parted |= entered.parted
    return EnteredAll(found={n: others for n, others in found.items() if others}, parted=frozenset(parted))


def _crowded(connection: Connection, keys: Keys) -> Keys:
    return np.array([*crowded_of(connection, np.unique(keys).tolist())], dtype=np.uint64)


def _enter_crowds(connection: Connection, n: int, made: Fingerprint, crowded: Keys) -> set[int] | None:
    """Article *n* into the crowds of its keys; who shares its longer ones. None, and nothing done, where one of those
    becomes crowded by it, or has been up to the longest.
    """
    suspects = {*made.bands} & {*crowded.tolist()}
    keys, shared = standing(connection, made.signature, made.bands, [*suspects]), Shared()
    look_up_longer(connection, keys, shared)
    if shared.full or keys.twins is not None:
        return None
    connection.executemany(ENTER, keys.rows(n))
    return shared.articles


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
    rows = [
        (entry, n, each.signature, each.figures, each.shingles)
        for entry, (n, each) in enumerate(made.items(), index.next)
    ]
    connection.executemany(signatures.ENTER, rows)
    for (entry, n, *_), sketch in zip(rows, sketches, strict=True):
        index.add(entry, made[n].bands, sketch)
    index.settle(connection)
