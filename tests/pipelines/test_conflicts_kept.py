"""One address that shows several articles, from the WARC files: taken in, rebuilt, and read again, they stay parted."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from look_files import write_each
from record_side import check_index, one, record
from test_rebuild import rebuilt
from warc_samples import MOMENT, exchange

from crawler.warc import Exchange
from pipelines.archive import Archive, create
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.reextract import reextract
from pipelines.versions.readings import prepare, unpack
from pipelines.versions.regroup import regroup_source

URL = "http://song.test/moi-nhat.html"


def page(subject: str, visitors: int = 40) -> bytes:
    lines = "".join(
        f"<p>Ngày thứ {day}, {subject} {' '.join(f'{subject}{day}{word}' for word in range(12))}, có"
        f" {visitors + day} người đến xem.</p>"
        for day in range(1, 7)
    )
    title = f"Chuyện về {subject} ở xã"
    return f"<html lang='vi'><title>{title}</title><article><h1>{title}</h1>{lines}</article></html>".encode()


def looks() -> list[Exchange]:
    """The page shows another article than before, which is edited; it is missing; it shows the first one again."""
    bodies = (page("cầu"), page("lúa"), page("lúa", 55), None, page("cầu"))
    found = []
    for hour, body in enumerate(bodies):
        made = exchange(payload=body or b"<html></html>")
        if body is None:
            made = replace(made, status=404, response_head=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n")
        fields = (("source", "song"), ("kind", "page"), ("via-kind", "feed"))
        found.append(replace(made, url=URL, date=MOMENT + timedelta(hours=hour), metadata=fields))
    return found


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = create(tmp_path / "first" / "archive.db")
    write_each(made.warc_folder, looks(), range(5))
    with Ingest(made, Catalogue({}), workers=1) as ingest:
        recover(made, ingest)
    yield made
    made.close()


def test_taken_in_at_once_and_rebuilt_in_another_order_they_are_the_same(archive: Archive, tmp_path: Path) -> None:
    assert one(archive, "SELECT count(*) FROM articles") == 2
    rows = archive.connection.execute("SELECT key, title, revision, state FROM articles ORDER BY key").fetchall()
    assert rows == [
        (f"url:{URL}", "Chuyện về cầu ở xã", 1, "live"),
        (f"url:{URL}#chuyen-ve-lua-o-xa", "Chuyện về lúa ở xã", 2, "gone"),
    ]
    check_index(archive)
    write_each(tmp_path / "archive-warc", looks(), (4, 2, 3, 1, 0))
    again, first = rebuilt(tmp_path), record(archive)
    assert again == first


def test_read_again_they_are_parted_by_what_is_read_now(archive: Archive) -> None:
    """As if an older extractor had taken the site's name for the title of every page."""
    fresh, connection = record(archive), archive.connection
    source = Catalogue({}).source("song", URL)
    with archive.transaction():
        for article, sha256, packed in connection.execute("SELECT article, sha256, reading FROM readings").fetchall():
            reading = unpack(packed)
            old = prepare(replace(reading, metadata=replace(reading.metadata, title="Cổng thông tin")))
            sql = "UPDATE readings SET sha256 = ?, reading = ? WHERE article = ? AND sha256 = ?"
            connection.execute(sql, (old.sha256, old.data, article, sha256))
            connection.execute("UPDATE captures SET reading = ? WHERE reading = ?", (old.sha256, sha256))
        regroup_source(connection, source)
    assert one(archive, "SELECT count(*), min(key) FROM articles") == (1, f"url:{URL}")
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'identity-conflict'") == 0
    found = reextract(archive, (), dry_run=False, everything=True)
    assert (found.read, found.failed) == (4, 0)
    assert record(archive) == fresh
