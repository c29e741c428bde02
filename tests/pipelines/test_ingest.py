"""Ingest: WARC in, rows out, whatever is in the WARC and whatever becomes of the database meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from record_side import CATALOGUE, SOURCES, Shot, one, open_memory, record, result_of, take

from crawler.errors import ArchiveError
from pipelines import search, sqlite
from pipelines.archive import Archive, create, open_archive
from pipelines.chain import Result
from pipelines.ingest import Entry, Ingest
from pipelines.keep import Kept
from pipelines.store import Place

TEXT = tuple(f"Đoạn {n} " + " ".join(f"chữ{n}{m}" for m in range(12)) + "." for n in range(4))
SHOTS = (
    Shot(page="a", lines=TEXT),
    Shot(page="b", lines=(*TEXT, "Theo một tờ báo khác."), source="nui"),
    Shot(page="a", hour=2, lines=(*TEXT[:3], "Đoạn cuối đã sửa.")),
    Shot(page="a", hour=3),
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def entries(archive: Archive, shots: tuple[Shot, ...], change: Callable[[Result], Result] = lambda r: r) -> list[Entry]:
    return [
        Entry(
            file="w",
            end=100 * number,
            capture=shot.capture,
            source=SOURCES[shot.source],
            place=Place(file="w", offset=0, length=1),
            result=change(result_of(archive.connection, shot)),
        )
        for number, shot in enumerate(shots, 1)
    ]


def commit(archive: Archive, batch: list[Entry]) -> list[Kept]:
    heard: list[Kept] = []
    ingest = Ingest(archive, CATALOGUE, on_kept=heard.append)
    ingest._commit(batch)
    return heard


def with_title(title: str) -> Callable[[Result], Result]:
    def change(result: Result) -> Result:
        if result.article is None:
            return result
        metadata = replace(result.article.metadata, title=title)
        reading = replace(result.article.reading, metadata=metadata)
        return replace(result, packed=None, article=replace(result.article, metadata=metadata, reading=reading))

    return change


@pytest.mark.parametrize(
    "title", ["\ud800 lẻ loi", "NUL \0 ở giữa", "x" * 10_000_000, "", "\u202e\ufffe", "'; DROP TABLE"]
)
def test_odd_titles_stop_nothing(archive: Archive, title: str) -> None:
    bad = entries(archive, SHOTS[:1], with_title(title))
    kept = commit(archive, bad + entries(archive, SHOTS[1:2]))
    assert kept[0].outcome in ("article", "failed:not-kept")
    assert kept[1].outcome == "article"
    assert one(archive, "SELECT count(*) FROM captures") == 2
    record(archive)


def test_a_capture_that_cannot_be_kept_leaves_only_its_row(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    bad = entries(archive, SHOTS[:1], with_title("\ud800"))
    kept = commit(archive, [*bad, *entries(archive, SHOTS[1:2])])
    assert [k.outcome for k in kept] == ["failed:not-kept", "article"]
    assert one(archive, "SELECT outcome, article FROM captures WHERE source = 'song'") == ("failed:not-kept", None)
    assert "surrogates" in one(archive, "SELECT detail FROM captures WHERE source = 'song'")
    assert one(archive, "SELECT count(*) FROM articles") == 1
    assert one(archive, "SELECT count(*) FROM readings") == 1
    assert one(archive, "SELECT read_to FROM warc_files") == 100
    assert "cannot be kept" in caplog.text


def test_odd_exchanges_stop_nothing(archive: Archive) -> None:
    batch = entries(archive, SHOTS)
    for entry, odd in zip(
        batch, ({"status": 10**30}, {"url": "http://a/\ud800"}, {"final_url": "//[", "body": b""}), strict=False
    ):
        assert entry.capture is not None
        entry.capture = replace(entry.capture, **odd)  # type: ignore[arg-type]
    kept = commit(archive, batch)
    assert len(kept) == 4
    assert one(archive, "SELECT count(*) FROM captures") == 4
    record(archive)


class Faulty:
    """A connection whose statement number *at* fails and every later one but ROLLBACK, as on a bad disk."""

    def __init__(self, connection: sqlite.Connection, at: int) -> None:
        self._connection, self.left, self.memory = connection, at, connection.memory
        self.unfinished = connection.unfinished

    def execute(self, sql: str, *values: Any) -> Any:
        if not sql.startswith("ROLLBACK"):
            self._count()
        return self._connection.execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> Any:
        self._count()
        return self._connection.executemany(sql, *values)

    def _count(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise sqlite.OperationalError("disk I/O error")


def test_a_fault_at_any_statement_keeps_all_or_nothing(tmp_path: Path) -> None:
    expected_archive = open_memory(tmp_path)
    commit(expected_archive, entries(expected_archive, SHOTS))
    expected = record(expected_archive)
    archive = open_memory(tmp_path)
    nothing = record(archive)
    connection, at, done = archive.connection, 0, False
    while not done:
        at += 1
        batch = entries(archive, SHOTS)
        archive.connection = Faulty(connection, at)
        try:
            commit(archive, batch)
            done = True
        except (sqlite.OperationalError, ArchiveError):
            assert not connection.in_transaction, at
            archive.connection = connection
            if at % 10 == 0:
                assert record(archive) == nothing, at
        archive.connection = connection
    assert at > 100
    assert record(archive) == expected
    expected_archive.connection.close()
    connection.close()


def test_a_full_disk_stops_the_batch_and_the_next_try_succeeds(tmp_path: Path) -> None:
    archive = create(tmp_path / "archive.db")
    pages = archive.connection.execute("PRAGMA page_count").fetchone()[0]
    archive.connection.execute(f"PRAGMA max_page_count = {pages}")
    large = (*SHOTS, Shot(page="c", lines=TEXT * 100))
    with pytest.raises(ArchiveError, match="full"):
        commit(archive, entries(archive, large))
    assert one(archive, "SELECT count(*) FROM captures") == 0
    archive.close()
    archive = open_archive(tmp_path / "archive.db")
    commit(archive, entries(archive, large))
    assert one(archive, "SELECT count(*) FROM captures") == len(large)
    archive.close()


def test_a_batch_indexes_the_last_words_of_each_article(archive: Archive) -> None:
    commit(archive, entries(archive, SHOTS))
    sql = "SELECT d.text FROM search_docs d JOIN articles a ON a.n = d.docid WHERE a.source = 'song'"
    assert one(archive, sql) == "\n".join((*TEXT[:3], "Đoạn cuối đã sửa."))
    assert [hit.source for hit in search.search(archive.connection, "đã sửa")] == ["song"]


def test_one_transaction_or_many_is_the_same(archive: Archive, tmp_path: Path) -> None:
    commit(archive, entries(archive, SHOTS))
    other = open_memory(tmp_path)
    take(other, SHOTS, learn=False)
    assert record(other) == record(archive)
    other.connection.close()
