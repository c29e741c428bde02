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
    key = "url:http://song.test/a"
    assert memory.unknown("song", [key], put_off=True) == {key}
    take(archive, Shot(page="a", outcome=outcome))
    assert memory.unknown("song", [key, "url:http://song.test/b"], put_off=True) - {key} == {"url:http://song.test/b"}
    assert (key not in memory.unknown("song", [key], put_off=True)) is known
    assert memory.unknown("nui", [key], put_off=True) == {key}


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
