"""What a run leaves in the record: on which day it counts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.source import Source
from pipelines.archive import Archive, create
from pipelines.tally import Tally
from schedules import records
from schedules.crawling import Crawled
from schedules.terms import Summary, Terms

TERMS = Terms(contact="https://example.org/")
VIETNAM = Source(slug="bao", name="Báo Sơn Hà", homepage="http://bao.vn/")
ABROAD = Source(slug="tap-chi", name="Tạp chí Sơn Hà", homepage="http://tap-chi.de/", timezone="Europe/Berlin")
UNKNOWN = Source(slug="web", name="web", homepage="http://web.test/", timezone="")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(create(tmp_path / "archive.db")) as archive:
        yield archive


def ran(archive: Archive, ended_at: str, *sources: Source, added: int = 1, **more: Any) -> None:
    report = {"started_at": "2026-11-20T16:30:00+00:00", "ended_at": ended_at, "discovered": 3, "fetched": 2, **more}
    summary = Summary(
        run=records.begin(archive, sources, TERMS),
        sources=sources,
        crawled=Crawled(reports={source.slug: {"slug": source.slug, **report} for source in sources}),
        total=Tally(),
        by_source={source.slug: Tally(added=added) for source in sources},
        recleaned=0,
    )
    records.end(archive, summary, TERMS)


def covered(archive: Archive) -> list[tuple[Any, ...]]:
    sql = "SELECT source, day, discovered, fetched, kept, why FROM coverage ORDER BY source, day"
    return list(archive.connection.execute(sql))


def test_what_was_kept_counts_on_the_day_that_it_was_where_the_newspaper_is(archive: Archive) -> None:
    ran(archive, "2026-11-20T17:30:00+00:00", VIETNAM, ABROAD, UNKNOWN)
    days = {source: day for source, day, *_ in covered(archive)}
    assert days == {"bao": "2026-11-21", "tap-chi": "2026-11-20", "web": "2026-11-20"}
    ran(archive, "2026-11-20T23:00:00+00:00", VIETNAM, ABROAD, UNKNOWN)
    assert [row[1] for row in covered(archive)] == ["2026-11-21", "2026-11-20", "2026-11-21", "2026-11-20"]


def test_runs_of_one_own_day_are_added_up_across_the_midnight_of_utc(archive: Archive) -> None:
    ran(archive, "2026-11-20T16:59:59.999+00:00", VIETNAM, added=4)
    ran(archive, "2026-11-20T17:00:00+00:00", VIETNAM, added=2)
    ran(archive, "2026-11-21T16:59:59+00:00", VIETNAM, cause="timeout")
    assert covered(archive) == [("bao", "2026-11-20", 3, 2, 4, None), ("bao", "2026-11-21", 6, 4, 3, "timeout")]


def test_a_source_without_a_report_is_of_the_day_on_which_the_run_ends(archive: Archive) -> None:
    sources = (VIETNAM,)
    summary = Summary(
        run=records.begin(archive, sources, TERMS), sources=sources, crawled=Crawled(), total=Tally(), by_source={},
        recleaned=0,
    )  # fmt: skip
    records.end(archive, summary, TERMS)
    sql = "SELECT datetime(ended_at, '-1 minute', '+7 hours'), datetime(ended_at, '+7 hours') FROM runs"
    earliest, latest = archive.connection.execute(sql).fetchone()
    ((source, day, *counts),) = covered(archive)
    assert earliest[:10] <= day <= latest[:10]
    assert (source, counts) == ("bao", [0, 0, 0, None])
