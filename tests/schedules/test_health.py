"""Silence must be trustworthy: a source that failed is said, until it is well again."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from crawler import catalog
from pipelines.archive import open_archive
from pipelines.decisions import FILE
from pipelines.store import ensure_source, insert
from schedules.health import broken_into, problems, troubled

NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)


def ran(path: Path, slug: str, at: str, cause: str | None, scheduled: int = 1) -> None:
    with closing(open_archive(path)) as archive, archive.transaction() as connection:
        ensure_source(connection, catalog.load(None).sources[slug])
        insert(connection, "runs", {"id": at, "kind": "crawl", "started_at": at, "ended_at": at, "state": "done"})
        row = {"run": at, "source": slug, "started_at": at, "cause": cause, "scheduled": scheduled}
        row |= {"evidence": "https://x/robots.txt dns", "suggestion": "see whether the domain moved"} if cause else {}
        insert(connection, "source_runs", row)


def test_a_source_that_failed_is_said_with_what_shows_it(archive: Path) -> None:
    ran(archive, "baohatinh", "2026-11-01T00:00:00.000Z", "dns")
    said = (
        "baohatinh: dns in the last run: its name leads to no server (https://x/robots.txt dns);"
        " see whether the domain moved"
    )
    assert troubled(archive, NOW) == [said]
    assert said in problems(archive, NOW)


def test_since_when_it_has_been_so(archive: Path) -> None:
    for day in ("10", "28", "29", "30"):
        ran(archive, "baohatinh", f"2026-10-{day}T00:00:00.000Z", "timeout" if day == "10" else "dns")
    (said,) = troubled(archive, NOW)
    assert said.startswith("baohatinh: dns in the last 3 runs, since 2026-10-28: ")


def test_a_run_in_which_nothing_was_due_says_nothing(archive: Path) -> None:
    ran(archive, "baohatinh", "2026-11-01T00:00:00.000Z", "dns")
    ran(archive, "baohatinh", "2026-11-01T01:00:00.000Z", None, scheduled=0)
    assert len(troubled(archive, NOW)) == 1


def test_a_run_that_had_to_stop_is_said_when_it_always_has_to(archive: Path) -> None:
    for hour in range(3):
        assert troubled(archive, NOW) == []
        ran(archive, "baohatinh", f"2026-11-01T0{hour}:00:00.000Z", "stopped")
    assert troubled(archive, NOW)[0].startswith("baohatinh: stopped in the last 3 runs")


def test_one_that_is_well_again_is_not(archive: Path) -> None:
    ran(archive, "baohatinh", "2026-11-01T00:00:00.000Z", "dns")
    ran(archive, "baohatinh", "2026-11-01T01:00:00.000Z", None)
    assert troubled(archive, NOW) == []


def test_nor_one_that_is_no_longer_enabled(archive: Path) -> None:
    ran(archive, "hanoimoi", "2026-11-01T00:00:00.000Z", "timeout")
    assert troubled(archive, NOW) == []


def test_a_site_that_was_broken_into_is_said_for_a_month(archive: Path) -> None:
    with closing(open_archive(archive)) as opened, opened.transaction() as connection:
        ensure_source(connection, catalog.load(None).sources["baohatinh"])
        insert(connection, "warc_files", {"name": "w"})
        for day in (5, 20, 21):
            url, moment = f"https://baohatinh.vn/kuwin-{day}", f"2026-10-{day:02}T00:00:00.000Z"
            row = {"record_id": url, "kind": "page", "source": "baohatinh", "url": url, "final_url": url}
            row |= {"fetched_at": moment, "warc_file": "w", "warc_offset": 0, "warc_length": 1}
            insert(connection, "captures", {**row, "outcome": "rejected:gambling" if day > 5 else "article"})
    (said,) = broken_into(archive, NOW)
    assert said.startswith("baohatinh: pages that advertise gambling, 2 in 30 days (https://baohatinh.vn/kuwin-21)")
    assert said in problems(archive, NOW)
    assert broken_into(archive, NOW.replace(month=12)) == []


def test_a_file_of_decisions_that_is_wrong_is_said(archive: Path) -> None:
    (archive.parent / FILE).write_text("[[decision]]", encoding="utf-8")
    assert any(FILE in said for said in problems(archive, NOW))
