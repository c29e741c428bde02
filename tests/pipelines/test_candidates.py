"""The index of candidates: who shares what, whoever came first, however large the crowd."""

import shutil
import tempfile
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import open_memory

from pipelines.article import Fingerprint
from pipelines.copies import crowds, keys
from pipelines.copies.candidates import Pair, enter, leave, unfounded
from pipelines.copies.entering import enter_all
from pipelines.copies.signatures import are_entered
from pipelines.copies.sketches import BYTES, FAR, LEAST, are_far, are_near, lowest, rows_of, sketch_of
from pipelines.fingerprint import (
    BANDS,
    LEVELS,
    ROWS,
    ROWS_ALL,
    all_bands_of,
    bands_of,
)
from pipelines.sqlite import Connection

Signature = tuple[int, ...]


def packed(signature: Sequence[int]) -> bytes:
    """The minima, and behind them two anchors."""
    minima, anchors = signature[:ROWS_ALL], np.array([9_000, 9_100]) + np.array(signature[ROWS_ALL:] or (0, 0))
    return np.array(minima, dtype="<u4").tobytes() + anchors.astype("<u8").tobytes()


def prefix(signature: Signature, band: int, level: int) -> tuple[int, ...]:
    minima = signature[:ROWS_ALL]
    return (minima + minima)[ROWS * band : ROWS * band + LEVELS[level]]


def far(one: Signature, other: Signature) -> int:
    return sum((x ^ y) & 1 for x, y in zip(one[:ROWS_ALL], other[:ROWS_ALL], strict=True))


def near(one: Signature, other: Signature) -> bool:
    alike = sum(x % 256 == y % 256 for x, y in zip(one[:ROWS_ALL], other[:ROWS_ALL], strict=True))
    return far(one, other) <= FAR and alike >= LEAST


def by_the_book(held: dict[int, Signature], ids: dict[int, str], crowd: int) -> set[Pair]:
    """The candidates as the module's docstring tells it, without an index."""
    found = set()
    for a, b in combinations(sorted(held), 2):
        for place in (ROWS_ALL, ROWS_ALL + 1):
            sharing = [n for n, signature in held.items() if signature[place] == held[a][place]]
            if b in sharing and len(sharing) <= crowd:
                found.add((a, b))
        for band in range(BANDS):
            for level in range(len(LEVELS)):
                mine = prefix(held[a], band, level)
                if mine != prefix(held[b], band, level):
                    break
                sharing = [n for n, minima in held.items() if prefix(minima, band, level) == mine]
                twins = level == len(LEVELS) - 1 and min(sharing, key=ids.__getitem__) in (a, b)
                if (len(sharing) <= crowd and near(held[a], held[b])) or twins:
                    found.add((a, b))
    return found


# Few values, so that many share a row and some share all.
SIGNATURES = [
    tuple(int(value) for value in rng.integers(0, spread, ROWS_ALL))
    for seed, spread in ((1, 2), (2, 2), (3, 3), (4, 1), (5, 1), (6, 1), (7, 4))
    for rng in [np.random.Generator(np.random.PCG64(seed))]
]
assert {far(a, b) > FAR for a, b in combinations(SIGNATURES, 2)} == {True, False}
SIGNATURES += [minima[:60] + other[60:] for minima, other in combinations(SIGNATURES[:4], 2)]
# Two anchors each, which some share that no band unites, and twins may have others.
signatures = st.tuples(st.sampled_from(SIGNATURES), st.tuples(st.integers(0, 2), st.integers(0, 2))).map(
    lambda drawn: drawn[0] + drawn[1]
)


def rows(connection: Connection) -> list[tuple[int, int, str]]:
    crowded = connection.execute("SELECT key, 0, '' FROM crowded").fetchall()
    return sorted([*crowded, *connection.execute("SELECT key, article, hex(sketch) FROM bands")])


def made_of(minima: Signature) -> Fingerprint:
    signature = packed(minima)
    return Fingerprint(signature=signature, bands=bands_of(signature), shingles=ROWS_ALL)


@settings(max_examples=10)
@given(
    chosen=st.lists(signatures, min_size=2, max_size=9),
    crowd=st.integers(1, 4),
    fresh=st.integers(1, 4),
    data=st.data(),
)
def test_it_says_what_the_docstring_says_after_any_coming_and_going(
    chosen: list[Signature], crowd: int, fresh: int, data: st.DataObject
) -> None:
    """However much of it is in memory, put by or merged; whether it goes on, was opened again or has lost its files."""
    ids = dict(zip(range(1, len(chosen) + 1), data.draw(st.permutations("abcdefghi"[: len(chosen)])), strict=True))
    moves = data.draw(st.lists(st.sampled_from(sorted(ids)), max_size=16))
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(crowds, "CROWD", crowd),
        patch.multiple(keys, FRESH=fresh, RATIO=2, folder_of=lambda _: Path(folder) / "archive-keys"),
    ):
        connection = with_articles(Path(folder), ids)
        held: dict[int, Signature] = {}
        pairs: set[Pair] = set()
        for n in [*ids, *moves]:
            match data.draw(st.sampled_from(["on", "on", "again", "lost"])):
                case "again":
                    connection.memory.clear()
                case "lost":
                    connection.memory.clear()
                    shutil.rmtree(Path(folder) / "archive-keys", ignore_errors=True)
            if n in held:
                del held[n]
                found = leave(connection, n)
                assert found is not None and leave(connection, n) is None
                pairs = {pair for pair in pairs if n not in pair} | found
            else:
                held[n] = chosen[n - 1]
                entered = enter(connection, n, made_of(held[n]))
                assert entered is not None and enter(connection, n, made_of(held[n])) is None
                pairs -= set(unfounded(connection, {pair for pair in pairs if pair in entered.parted}))
                pairs |= {(min(n, other), max(n, other)) for other in entered.found}
            assert pairs == by_the_book(held, ids, crowd)
            assert not unfounded(connection, pairs)
        now = rows(connection)
        connection.executescript("DELETE FROM bands; DELETE FROM crowded")
        connection.execute("DELETE FROM signatures")
        for n in sorted(held, key=ids.__getitem__):
            enter(connection, n, made_of(held[n]))
        assert rows(connection) == now
        for n in held:
            leave(connection, n)
        assert rows(connection) == []
        connection.close()


@settings(max_examples=25)
@given(
    chosen=st.lists(signatures, min_size=2, max_size=10),
    crowd=st.integers(1, 4),
    fresh=st.integers(1, 4),
    data=st.data(),
)
def test_those_who_enter_together_find_whom_they_would_find_one_by_one(
    chosen: list[Signature], crowd: int, fresh: int, data: st.DataObject
) -> None:
    numbers = range(1, len(chosen) + 1)
    ids = dict(zip(numbers, data.draw(st.permutations("abcdefghij"[: len(chosen)])), strict=True))
    cuts = data.draw(st.sets(st.integers(1, len(chosen) - 1)))
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(crowds, "CROWD", crowd),
        patch.multiple(keys, FRESH=fresh, RATIO=2, folder_of=lambda _: Path(folder) / "archive-keys"),
    ):
        connection = with_articles(Path(folder), ids)
        held: dict[int, Signature] = {}
        pairs: set[Pair] = set()
        for start, end in pairwise([0, *sorted(cuts), len(chosen)]):
            some = {n: chosen[n - 1] for n in numbers[start:end]}
            held |= some
            entered = enter_all(connection, {n: made_of(minima) for n, minima in some.items()})
            pairs |= {(min(n, other), max(n, other)) for n, others in entered.found.items() for other in others}
            pairs -= set(unfounded(connection, {pair for pair in pairs if pair in entered.parted}))
            assert pairs == by_the_book(held, ids, crowd)
            assert are_entered(connection, [*numbers]) == {*held}
        together = rows(connection)
        connection.executescript("DELETE FROM bands; DELETE FROM crowded")
        connection.execute("DELETE FROM signatures")
        for n in held:
            enter(connection, n, made_of(held[n]))
        assert rows(connection) == together
        connection.close()


def test_twins_that_enter_together_stand_in_the_crowd_of_their_own_anchor_too(tmp_path: Path) -> None:
    """They enter alone, after the crowds that all who enter make."""
    chosen = {n: SIGNATURES[0] + ((0, 0) if n == 1 else (1, 1)) for n in (1, 2, 3, 4)}
    with patch.object(crowds, "CROWD", 1):
        connection = with_articles(tmp_path, dict(zip(chosen, "abcd", strict=True)))
        enter_all(connection, {1: made_of(chosen[1])})
        enter_all(connection, {n: made_of(chosen[n]) for n in (2, 3, 4)})
        together = rows(connection)
        connection.executescript("DELETE FROM bands; DELETE FROM crowded")
        connection.execute("DELETE FROM signatures")
        for n, signature in chosen.items():
            enter(connection, n, made_of(signature))
        assert rows(connection) == together
        connection.close()


def test_an_index_that_is_made_while_somebody_leaves_knows_who_stays_after_all(tmp_path: Path) -> None:
    """What is rolled back to a savepoint: the next entry has a number of its own, and everybody is found."""
    with patch.object(crowds, "CROWD", 2):
        connection = with_articles(tmp_path, dict(zip(range(1, 6), "abcde", strict=True)))
        chosen = {1: (0, 0), 2: (0, 0), 3: (1, 1), 4: (1, 1)}
        for n in (1, 2, 3):
            enter(connection, n, made_of(SIGNATURES[0] + chosen[n]))
        connection.memory.clear()
        connection.execute("SAVEPOINT one")
        assert leave(connection, 3) is not None
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        entered = enter(connection, 4, made_of(SIGNATURES[1] + chosen[4]))
        assert entered is not None and 3 in entered.found
        connection.close()


def with_articles(folder: Path, ids: dict[int, str]) -> Connection:
    connection = open_memory(folder).connection
    for n, id_ in ids.items():
        connection.execute(
            "INSERT INTO articles (n, id, source, key, url, first_seen_at, last_seen_at)"
            " VALUES (?1, ?2, 'song', ?2, '', '', '')",
            (n, id_),
        )
    return connection


def test_a_longer_key_begins_with_the_shorter_ones_rows() -> None:
    one, other = list(range(ROWS_ALL)), list(range(ROWS_ALL))
    other[ROWS + 1] = 999
    for level, size in enumerate(LEVELS):
        a, b = (bands_of(packed(minima), level) for minima in (one, other))
        spoilt = {(ROWS + 1 - offset) % ROWS_ALL for offset in range(size)}
        assert [x != y for x, y in zip(a[:BANDS], b[:BANDS], strict=True)] == [
            ROWS * band in spoilt for band in range(BANDS)
        ]
    assert len({key for level in range(len(LEVELS)) for key in bands_of(packed(one), level)}) == BANDS * len(LEVELS) + 2


def test_a_key_of_many_signatures_at_once_is_theirs() -> None:
    signatures = [packed(minima) for minima in SIGNATURES]
    for level in range(len(LEVELS)):
        assert all_bands_of(signatures, level) == [bands_of(each, level) for each in signatures]


def test_a_sketch_says_who_is_near() -> None:
    for a, b in combinations([*SIGNATURES, tuple(300 + n for n in SIGNATURES[0])], 2):
        one, other = (rows_of([sketch_of(packed(minima))]) for minima in (a, b))
        assert one.shape == (1, BYTES)
        assert are_far(lowest(one), lowest(other)).tolist() == [far(a, b) > FAR]
        assert are_near(one, other).tolist() == [near(a, b)]


def test_strangers_that_share_a_band_are_mostly_far_and_copies_hardly_ever() -> None:
    rng = np.random.Generator(np.random.PCG64(5))

    def pairs(share: float) -> list[int]:
        found = []
        for _ in range(2_000):
            one, other = (rng.integers(0, 2**32, ROWS_ALL) for _ in range(2))
            same = rng.random(ROWS_ALL) < share
            at = ROWS * int(rng.integers(0, BANDS))
            same[at : at + ROWS] = True
            found.append(far(tuple(one.tolist()), tuple(np.where(same, one, other).tolist())))
        return found

    assert np.mean([distance > FAR for distance in pairs(0.03)]) > 0.9
    assert np.mean([distance > FAR for distance in pairs(0.4)]) < 0.015
