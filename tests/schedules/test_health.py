"""Silence must be trustworthy: a source that failed is said, until it is well again."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from crawler import catalog
from pipelines.archive import open_archive
from pipelines.store import ensure_source, insert
from schedules.health import problems, troubled


def ran(path: Path, slug: str, at: str, cause: str | None) -> None:
    with closing(open_archive(path)) as archive, archive.transaction() as connection:
        ensure_source(connection, catalog.load(None).sources[slug])
        insert(connection, "runs", {"id": at, "kind": "crawl", "started_at": at, "ended_at": at, "state": "done"})
        row = {"run": at, "source": slug, "started_at": at, "cause": cause}
        row |= {"evidence": "https://x/robots.txt dns", "suggestion": "see whether the domain moved"} if cause else {}
        insert(connection, "source_runs", row)


def test_a_source_that_failed_is_said_with_what_shows_it(archive: Path) -> None:
    ran(archive, "baohatinh", "2026-11-01T00:00:00.000Z", "dns")
    said = "baohatinh: dns (https://x/robots.txt dns); see whether the domain moved"
    assert troubled(archive) == [said]
    assert said in problems(archive, datetime(2026, 11, 1, tzinfo=UTC))


def test_one_that_is_well_again_is_not(archive: Path) -> None:
    ran(archive, "baohatinh", "2026-11-01T00:00:00.000Z", "dns")
    ran(archive, "baohatinh", "2026-11-01T01:00:00.000Z", None)
    assert troubled(archive) == []


def test_nor_one_that_is_no_longer_enabled(archive: Path) -> None:
    ran(archive, "hanoimoi", "2026-11-01T00:00:00.000Z", "timeout")
    assert troubled(archive) == []
