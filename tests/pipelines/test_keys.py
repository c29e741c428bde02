"""The keys beside the archive: whatever becomes of their files, the same articles share the same keys."""

import logging
import shutil
import tracemalloc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.archive import Archive, create, open_archive
from pipelines.article import Fingerprint
from pipelines.copies import crowds, keyfile, keys
from pipelines.copies.anchors import SHARED
from pipelines.copies.entering import enter_all
from pipelines.copies.keyfile import DamagedKeysError, KeyFile, merge, write
from pipelines.copies.keys import index_of, keys_folder
from pipelines.copies.sketches import BYTES
from pipelines.copies.standing import crowded_of
from pipelines.copies.worth import Mark, worth_confirming
from pipelines.fingerprint import ROWS_ALL, bands_of
from pipelines.sqlite import Connection

Found = Mapping[int, set[int]]
SEEN = "2026-03-01T00:00:00.000Z"


def made(n: int) -> Fingerprint:
    """Each even number and the next one are as alike as two copies; nobody else is."""
    rng = np.random.Generator(np.random.PCG64(n // 2))
    minima = rng.integers(0, 2**32, ROWS_ALL, dtype=np.uint64)
    if n % 2:
        minima[::4] += 1
    anchors = np.array([10**12 + n], dtype="<u8")
    signature = minima.astype("<u4").tobytes() + anchors.tobytes()
    return Fingerprint(signature=signature, bands=bands_of(signature), shingles=ROWS_ALL)


def enter(archive: Archive, numbers: range) -> Found:
    """In one transaction; whom each finds."""
    with archive.transaction() as connection:
        return put(connection, numbers)


def put(connection: Connection, numbers: Iterable[int], made: Callable[[int], Fingerprint] = made) -> Found:
    for n in numbers:
        connection.execute(
            "INSERT INTO articles (n, id, source, key, url, first_seen_at, last_seen_at)"
            " VALUES (?1, ?2, 'song', ?2, ?2, ?3, ?3)",
            (n, f"a{n:06}", SEEN),
        )
    found = enter_all(connection, {n: made(n) for n in numbers}).found
    return {n: {*others} for n, others in found.items()}


def empty(path: Path) -> Archive:
    made = create(path)
    with made.transaction() as connection:
        connection.execute(
            "INSERT INTO sources (slug, name, homepage) VALUES ('song', 'Báo Sông', 'http://song.test/')"
        )
    return made


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setattr(keys, "FRESH", 8)
    made = empty(tmp_path / "archive.db")
    yield made
    made.close()


def names(archive: Archive) -> set[str]:
    return {name for (name,) in archive.connection.execute("SELECT name FROM key_files")}


def test_who_came_before_is_found_wherever_its_keys_are_by_now(archive: Archive) -> None:
    for at in range(0, 600, 3):
        enter(archive, range(2 * at + 2, 2 * at + 8, 2))
    assert 1 < len(index_of(archive.connection).files) <= 4
    for at in range(0, 600, 50):
        numbers = range(2 * at + 3, 2 * at + 23, 2)
        assert enter(archive, numbers) == {n: {n - 1} for n in numbers}
    kept = {path.name for path in keys_folder(archive.path).iterdir()}
    assert names(archive) <= kept
    enter(archive, range(5_000, 5_100))
    assert names(archive) <= {path.name for path in keys_folder(archive.path).iterdir()} != kept


def test_a_new_process_finds_what_the_last_one_had_in_files_and_in_memory(archive: Archive) -> None:
    enter(archive, range(2, 40, 2))
    enter(archive, range(40, 48, 2))
    again = open_archive(archive.path)
    assert index_of(again.connection).next == index_of(archive.connection).next
    assert enter(again, range(3, 47, 2)) == {n: {n - 1} for n in range(3, 47, 2)}
    again.close()


@pytest.mark.parametrize("harm", ["gone", "cut", "empty", "other"])
def test_files_that_are_missing_or_damaged_are_made_again(
    archive: Archive, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    enter(archive, range(2, 100, 2))
    for path in keys_folder(archive.path).iterdir():
        match harm:
            case "gone":
                path.unlink()
            case "cut":
                path.write_bytes(path.read_bytes()[:-5])
            case "empty":
                path.write_bytes(b"")
            case "other":
                path.write_bytes(b"<html>" * 100)
    again = open_archive(archive.path)
    with caplog.at_level(logging.WARNING):
        assert enter(again, range(3, 99, 2)) == {n: {n - 1} for n in range(3, 99, 2)}
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "the keys that copies are found by are made again"
    ]
    for name in names(again):
        assert len(KeyFile(keys_folder(again.path) / name)) > 0
    again.close()


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 200), max_size=300), min_size=1, max_size=4), st.data())
def test_a_file_says_of_each_key_where_it_begins_and_how_many_have_it(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], data: st.DataObject
) -> None:
    """Written at once or merged, a few keys at a time."""
    folder, low, files = tmp_path_factory.mktemp("keys"), 1, list[KeyFile]()
    held = [(key, entry) for entry, some in enumerate(parts, 1) for key in sorted(some)]
    for at, some in enumerate(parts):
        keys_, entries = np.array(some, dtype=np.uint64), np.full(len(some), low)
        write(folder / f"{at}.keys", low, [bytes([at]) * BYTES], np.array([300 * at]), keys_, entries)
        files.append(KeyFile(folder / f"{at}.keys"))
        low += 1
    with patch.object(keyfile, "_AT_ONCE", data.draw(st.integers(1, 100))):
        merge(folder / "all.keys", files)
    file = KeyFile(folder / "all.keys")
    assert [*zip(file.keys.tolist(), (file.holders + file.low).tolist(), strict=True)] == sorted(held)
    assert file.anchors.tolist() == [min(300 * at, 255) for at in range(len(parts))]
    assert [row[0] for row in file.sketches.tolist()] == [*range(len(parts))]
    asked = np.arange(202, dtype=np.uint64)
    begins, counts = file.spans(asked)
    assert counts.tolist() == [sum(key == each for key, _ in held) for each in range(202)]
    assert (begins[counts > 0] == file.keys.searchsorted(asked)[counts > 0]).all()
    found = (file.of(begins[counts > 0], counts[counts > 0]) + file.low).tolist() if held else []
    assert found == [entry for _, entry in sorted(held)]


def test_merging_holds_a_slice_of_the_keys_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "_AT_ONCE", 4_096)
    count, files = 200_000, list[KeyFile]()
    for low in (1, 2):
        some = np.random.Generator(np.random.PCG64(low)).integers(0, 2**63, count, dtype=np.uint64)
        write(tmp_path / f"{low}.keys", low, [bytes(BYTES)], np.array([0]), some, np.full(count, low))
        files.append(KeyFile(tmp_path / f"{low}.keys"))
    tracemalloc.start()
    merge(tmp_path / "all.keys", files)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(KeyFile(tmp_path / "all.keys")) == 2 * count
    assert most < 2 * count * 8 / 4  # of the keys alone


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(DamagedKeysError, match=r"^none\.keys: .*No such file"):
        KeyFile(tmp_path / "none.keys")


def test_what_another_process_wrote_is_found(archive: Archive) -> None:
    other = open_archive(archive.path)
    for at in range(0, 60, 4):
        enter(archive, range(at + 2, at + 4, 2))
        enter(other, range(at + 4, at + 6, 2))
    assert enter(archive, range(3, 33, 2)) == {n: {n - 1} for n in range(3, 33, 2)}
    assert enter(other, range(33, 61, 2)) == {n: {n - 1} for n in range(33, 61, 2)}
    other.close()


def test_what_was_rolled_back_is_found_by_nobody(archive: Archive) -> None:
    enter(archive, range(2, 8, 2))
    with pytest.raises(ZeroDivisionError), archive.transaction() as connection:
        put(connection, range(8, 60, 2))  # more than stays in memory
        raise ZeroDivisionError
    assert enter(archive, range(9, 61, 2)) == {}
    assert enter(archive, range(3, 9, 2)) == {3: {2}, 5: {4}, 7: {6}}
    assert enter(archive, range(8, 12, 2)) == {8: {9}, 10: {11}}


def test_an_older_copy_of_the_archive_believes_no_newer_files(archive: Archive, tmp_path: Path) -> None:
    enter(archive, range(2, 30, 2))
    archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = shutil.copy(archive.path, tmp_path / "copy")
    for at in range(30, 400, 10):
        enter(archive, range(at, at + 10, 2))
    archive.close()
    shutil.move(copy, archive.path)
    restored = open_archive(archive.path)
    assert enter(restored, range(31, 61, 2)) == {}  # whose even ones are in the newer files alone
    assert enter(restored, range(3, 29, 2)) == {n: {n - 1} for n in range(3, 29, 2)}
    restored.close()


def test_where_files_cannot_be_written_they_stay_in_memory_until_they_can(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    folder = keys_folder(archive.path)
    folder.write_text("no folder")
    with caplog.at_level(logging.WARNING):
        enter(archive, range(2, 40, 2))
        assert enter(archive, range(3, 13, 2)) == {n: {n - 1} for n in range(3, 13, 2)}
    assert "cannot be put by" in caplog.text
    assert names(archive) == set()
    folder.unlink()
    assert enter(archive, range(13, 41, 2)) == {n: {n - 1} for n in range(13, 41, 2)}
    assert names(archive) == {path.name for path in folder.iterdir()} != set()


def test_files_that_were_let_go_are_made_again_without_a_word(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    enter(archive, range(2, 60, 2))
    before = {path.name for path in keys_folder(archive.path).iterdir()}
    with archive.transaction() as connection:
        keys.discard(connection)
    assert before and not [*keys_folder(archive.path).iterdir()]
    with caplog.at_level(logging.WARNING):
        assert enter(archive, range(3, 59, 2)) == {n: {n - 1} for n in range(3, 59, 2)}
    assert not caplog.records


def with_anchors(n: int, anchors: Collection[int]) -> Fingerprint:
    """Like nobody else, but for its *anchors*."""
    minima = np.random.Generator(np.random.PCG64(n)).integers(0, 2**32, ROWS_ALL, dtype=np.uint64)
    signature = minima.astype("<u4").tobytes() + np.array(sorted(anchors), dtype="<u8").tobytes()
    return Fingerprint(signature=signature, bands=bands_of(signature), shingles=ROWS_ALL)


@settings(max_examples=25)
@given(
    st.lists(st.sets(st.integers(1, 30), min_size=1, max_size=12), min_size=2, max_size=30),
    st.integers(2, 9),
    st.integers(1, 9),
)
def test_whoever_shares_enough_anchors_is_found_and_nobody_with_too_few(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[set[int]], crowd: int, at_once: int
) -> None:
    """Of the text with fewer, a third; one that a crowd has finds nobody, and may be shared or not."""
    made = {n: with_anchors(n, {10**12 + anchor for anchor in anchors}) for n, anchors in enumerate(chosen, 1)}
    with patch.object(crowds, "CROWD", crowd), patch.multiple(keys, FRESH=4, RATIO=2):
        archive = empty(tmp_path_factory.mktemp("anchors") / "archive.db")
        for at in range(0, len(made), at_once):
            some = {n: made[n] for n in [*made][at : at + at_once]}
            others = [n for n in made if n <= at]
            with archive.transaction() as connection:
                found = put(connection, some, made.__getitem__)
                crowded = {10**12 + anchor for anchor in range(31)} & crowded_of(
                    connection, [10**12 + anchor for anchor in range(31)]
                )
            for n in some:
                for other in others:
                    mine, theirs = ({10**12 + anchor for anchor in chosen[each - 1]} for each in (n, other))
                    fewest = min(len(mine), len(theirs))
                    if (mine & theirs) - crowded and len(mine & theirs) >= SHARED * fewest:
                        assert other in found.get(n, {})
                        assert worth_confirming(Mark.of(made[n]), [Mark.of(made[other])]) == [True]
                    elif len((mine & theirs) | (mine & crowded)) < SHARED * fewest:
                        assert other not in found.get(n, {})
        archive.close()
