"""What the archive answers the crawl."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from record_side import CATALOGUE, SOURCES, START, Shot, result_of

from pipelines import store
from pipelines.archive import Archive, create
from pipelines.keep import keep
from pipelines.memory import ArchiveMemory

LINES = ("Một bài viết ngắn.",)
HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = create(tmp_path / "archive.db")
    yield archive
    archive.close()


def take(archive: Archive, *shots: Shot) -> None:
    with archive.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO warc_files (name) VALUES ('w')")
        for source in SOURCES.values():
            store.ensure_source(connection, source)
        for shot in shots:
            place = store.Place(file="w", offset=0, length=1)
            keep(connection, CATALOGUE.sources[shot.source], shot.capture, place, result_of(connection, shot))


@pytest.fixture
def memory(archive: Archive) -> Iterator[ArchiveMemory]:
    memory = ArchiveMemory(archive.path)
    yield memory
    memory.close()


@pytest.mark.parametrize(
    ("outcome", "known"),
    [
        ("missing", True),
        ("rejected:too-short", True),
        ("failed:timeout", False),
        ("challenge", False),
        ("redirect", False),
    ],
)
def test_a_lasting_outcome_is_known(archive: Archive, memory: ArchiveMemory, outcome: str, known: bool) -> None:
    assert not memory.known("song", "url:http://song.test/a")
    take(archive, Shot(page="a", outcome=outcome))
    assert memory.known("song", "url:http://song.test/a") is known
    assert not memory.known("nui", "url:http://song.test/a")


def test_revisits_fall_due_those_missing_first(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Shot(page="a", lines=LINES), Shot(page="b", lines=LINES), Shot(page="b", hour=0.5))
    assert memory.due("song", START + 0.9 * HOUR, 10) == ()
    found = memory.due("song", START + 2 * HOUR, 10)
    assert [(visit.url[-1], visit.missing) for visit in found] == [("b", True), ("a", False)]
    assert len(memory.due("song", START + 2 * HOUR, 1)) == 1
    assert memory.due("nui", START + 2 * HOUR, 10) == ()


def test_a_withdrawn_article_is_not_asked_for(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Shot(page="a", lines=LINES))
    with archive.transaction() as connection:
        connection.execute("UPDATE articles SET state = 'withdrawn'")
    assert memory.due("song", START + 9 * HOUR, 10) == ()


def test_looking_ahead(archive: Archive) -> None:
    take(archive, Shot(page="a", lines=LINES))
    ahead = ArchiveMemory(archive.path, ahead=365 * 24 * HOUR)
    assert len(ahead.due("song", START, 10)) == 1
    ahead.close()


def ran(archive: Archive, at: str, state: str, outcomes: str | None = '{"article": 1}', run: str = "done") -> None:
    with archive.transaction() as connection:
        for source in SOURCES.values():
            store.ensure_source(connection, source)
        store.insert(connection, "runs", {"id": at, "kind": "crawl", "started_at": at, "state": run})
        if outcomes is not None:
            row = {"run": at, "source": next(iter(SOURCES)), "started_at": at, "state": state, "outcomes": outcomes}
            store.insert(connection, "source_runs", row)


@pytest.mark.parametrize(
    ("runs", "caught_up"),
    [
        ([], False),
        ([("1", "done")], True),
        ([("1", "partial")], False),
        ([("1", "attention")], False),
        ([("1", "done"), ("2", "attention"), ("3", "done")], True),
        ([("1", "done", '{"article": 1, "failed:timeout": 1}')], False),
        ([("1", "done"), ("2", "", None, "died")], False),
        ([("1", "done"), ("2", "", None, "running")], True),
        ([("1", "", None, "died"), ("2", "done")], True),
    ],
)
def test_a_source_is_caught_up_when_its_last_run_left_nothing_behind(
    archive: Archive, memory: ArchiveMemory, runs: list[tuple[str, ...]], caught_up: bool
) -> None:
    for run in runs:
        ran(archive, *run)
    assert memory.caught_up(next(iter(SOURCES))) is caught_up
