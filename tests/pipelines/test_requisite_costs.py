"""What keeping images would cost: from the archive's own averages, else from the file and usual figures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from record_side import SOURCES, open_memory

from crawler.source import Expect, Source
from pipelines.archive import Archive, stamp
from pipelines.belongings.requisites import monthly_bytes
from pipelines.store import insert

SONG = SOURCES["song"]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def fill(archive: Archive, *, days: int, a_day: int) -> None:
    """Articles of two images and one capture of 10,000 bytes each; every image takes 50,000 bytes."""
    now, place = datetime.now(UTC), {"warc_file": "w", "warc_offset": 0, "source": "song", "url": "", "final_url": ""}
    with archive.transaction() as connection:
        for n in range(days * a_day):
            at = stamp(now - timedelta(days=days - n / a_day))
            article = {
                "id": f"a{n}",
                "source": "song",
                "key": str(n),
                "url": "",
                "first_seen_at": at,
                "last_seen_at": at,
            }
            insert(connection, "articles", article)
            shared = {**place, "fetched_at": at, "article": f"a{n}"}
            row = {"record_id": f"p{n}", "kind": "page", "outcome": "article", "warc_length": 10_000, "reading": "r"}
            insert(connection, "captures", {**shared, **row})
            for position in range(2):
                insert(connection, "images", {"article": f"a{n}", "position": position, "url": f"{n}-{position}"})
                row = {
                    "record_id": f"i{n}-{position}",
                    "kind": "requisite",
                    "outcome": "requisite",
                    "warc_length": 50_000,
                }
                insert(connection, "captures", {**shared, **row})


def test_nothing_known_is_said_to_be_an_estimate(archive: Archive) -> None:
    found = monthly_bytes(archive.connection, SONG)
    assert 0 < found.none < found.images < found.page
    assert not found.measured
    assert "for 100 articles a week" in found.sentence("none")
    assert found.sentence("images").startswith("requisites = images takes about ")


def test_what_the_file_expects_is_what_counts_first(archive: Archive) -> None:
    small, large = (
        monthly_bytes(
            archive.connection,
            Source(slug="x", name="X", homepage="http://x.test/", expect=Expect(articles_per_week=n)),
        )
        for n in (10, 1000)
    )
    assert large.page == pytest.approx(100 * small.page, rel=0.001)


def test_measured_where_there_is_enough(archive: Archive) -> None:
    fill(archive, days=20, a_day=5)
    found = monthly_bytes(archive.connection, SONG)
    assert found.measured
    assert found.articles == pytest.approx(35, rel=0.02)
    assert found.none == pytest.approx(5 * 30.44 * 10_000, rel=0.03)
    assert found.images == pytest.approx(found.none + 5 * 30.44 * 2 * 50_000, rel=0.03)
    assert "as measured" in found.sentence("page")


def test_a_first_harvest_is_no_week(archive: Archive) -> None:
    fill(archive, days=5, a_day=40)
    found = monthly_bytes(archive.connection, SONG)
    assert not found.measured
    assert found.articles == 100
