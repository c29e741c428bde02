"""Reading again: an archive that an older extractor read ends as one that today's has read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from record_side import check_index, one, record
from test_rebuild import write

from pipelines.archive import Archive, create
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.reextract import reextract
from pipelines.siterules import catch_up
from pipelines.versions.readings import prepare, unpack


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = create(tmp_path / "archive.db")
    archive.warc_folder.mkdir(exist_ok=True)
    for run in range(2):
        write(archive.warc_folder, run)
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
        recover(archive, ingest)
    yield archive
    archive.close()


def make_old(archive: Archive) -> None:
    """As if an extractor that misses the last paragraph had read every page."""
    connection = archive.connection
    with archive.transaction():
        rows = connection.execute("SELECT article, sha256, reading FROM readings").fetchall()
        for article, sha256, packed in rows:
            reading = unpack(packed)
            old = prepare(replace(reading, extractor="old", blocks=reading.body[:-1]))
            connection.execute(
                "UPDATE readings SET sha256 = ?, reading = ? WHERE article = ? AND sha256 = ?",
                (old.sha256, old.data, article, sha256),
            )
            sql = "UPDATE captures SET reading = ? WHERE article = ? AND reading = ?"
            connection.execute(sql, (old.sha256, article, sha256))
        connection.execute("UPDATE articles SET rules = NULL")
        connection.execute("UPDATE captures SET read_by = 'old' WHERE reading IS NOT NULL")
    catch_up(archive, Catalogue.beside(archive.path))


def test_what_reads_the_same_is_left_alone(archive: Archive) -> None:
    before = record(archive)
    found = reextract(archive, (), dry_run=False, everything=True)
    assert (found.read, found.changed, found.failed) == (one(archive, "SELECT count(reading) FROM captures"), 0, 0)
    assert record(archive) == before
    assert one(archive, "SELECT count(*) FROM renditions") == 0


def test_an_older_reading_is_replaced_and_kept_as_a_rendition(archive: Archive) -> None:
    fresh = record(archive)
    make_old(archive)
    old = record(archive)
    assert old["articles"] != fresh["articles"]
    dry = reextract(archive, (), dry_run=True)
    assert dry.changed == dry.read > 0
    assert dry.sample
    assert record(archive) == old
    assert reextract(archive, (), dry_run=False).changed == dry.changed
    assert record(archive) == fresh
    renditions = archive.connection.execute("SELECT article, number, text FROM renditions ORDER BY 1, 2").fetchall()
    assert renditions == [(row["article"], row["number"], row["text"]) for row in old["revisions"]]
    check_index(archive)


def test_only_the_sources_that_were_asked_for(archive: Archive) -> None:
    make_old(archive)
    assert reextract(archive, ("nui",), dry_run=True).read == 1
