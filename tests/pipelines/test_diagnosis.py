"""What a run is compared with: the past of the source in the archive. Whole runs: tests/crawler/test_causes.py."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.source import Expect, Source
from pipelines.archive import Archive, create, stamp
from pipelines.store import ensure_source, insert
from pipelines.verdicts.diagnosis import diagnose, naming
from pipelines.verdicts.template import Seen, _lacking

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SOURCE = Source(slug="bao", name="Báo", homepage="http://bao.vn/")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(create(tmp_path / "archive.db")) as archive:
        with archive.transaction() as connection:
            ensure_source(connection, SOURCE)
        yield archive


def ran(archive: Archive, hours: int, outcomes: Mapping[str, int], **more: Any) -> None:
    """A run *hours* ago."""
    at = stamp(NOW - timedelta(hours=hours))
    with archive.transaction() as connection:
        insert(connection, "runs", {"id": at, "kind": "crawl", "started_at": at, "state": "done"})
        row = {"run": at, "source": "bao", "started_at": at, "captures": 1, "outcomes": json.dumps(outcomes), **more}
        insert(connection, "source_runs", row)


def listed(archive: Archive, url: str, links: int, via: str = "section") -> None:
    with archive.transaction() as connection:
        row = {"source": "bao", "url": url, "via": via, "links": links, "settled_at": stamp(NOW)}
        insert(connection, "endpoints", row, verb="INSERT OR REPLACE")


def cause(archive: Archive, named: frozenset[tuple[str, str]] = frozenset(), **report: Any) -> str | None:
    source = replace(SOURCE, expect=report.pop("expect", Expect()))
    report = {"cause": None, "evidence": None, "suggestion": None, **report}
    diagnose(archive.connection, "r", [source], {"bao": report}, named, NOW)
    assert (report["cause"] is None) == (report["suggestion"] is None)
    found: str | None = report["cause"]
    return found


def test_a_source_of_which_nothing_was_due_is_well(archive: Archive) -> None:
    ran(archive, 1, {"article": 20})
    assert cause(archive) is None


def test_pages_that_come_one_a_day_are_judged_together(archive: Archive) -> None:
    ran(archive, 100, {"article": 20})
    for day in range(5):
        assert cause(archive) is None or day >= 4
        ran(archive, 99 - day * 24, {"rejected:no-text": 1, "not-modified": 3, "robots": 1})
    ran(archive, 1, {"rejected:no-text": 1})
    assert cause(archive) == "template-changed"


def test_what_was_always_so_is_no_change(archive: Archive) -> None:
    for hour in range(6):
        ran(archive, hour + 1, {"article": 2, "rejected:too-short": 5})
    assert cause(archive) == "no-articles"


def test_what_a_national_outlet_is_not_kept_for_is_no_trouble(archive: Archive) -> None:
    ran(archive, 1, {"article": 1, "rejected:off-topic": 50})
    assert cause(archive) is None


def test_a_listing_that_is_empty_stays_in_trouble_until_it_names_articles(archive: Archive) -> None:
    listed(archive, "http://bao.vn/a", 9)
    listed(archive, "http://bao.vn/b", 9)
    named = naming(archive.connection)
    assert cause(archive, named) is None
    listed(archive, "http://bao.vn/b", 0)
    assert cause(archive, named) == "empty-listing"
    assert cause(archive, naming(archive.connection)) is None  # it may never have named one
    ran(archive, 9, {"listing": 1}, cause="empty-listing", evidence="http://bao.vn/b names no article")
    ran(archive, 5, {}, cause="timeout", evidence="x")
    assert cause(archive, naming(archive.connection)) == "empty-listing"
    listed(archive, "http://bao.vn/b", 1)
    assert cause(archive, naming(archive.connection)) is None


def test_a_sitemap_of_the_last_two_days_may_be_empty(archive: Archive) -> None:
    listed(archive, "http://bao.vn/news.xml", 9, via="sitemap")
    named = naming(archive.connection)
    listed(archive, "http://bao.vn/news.xml", 0, via="sitemap")
    assert cause(archive, named) is None


def test_that_one_listing_had_nothing_says_nothing_of_those_that_were_not_due(archive: Archive) -> None:
    listed(archive, "http://bao.vn/a", 9)
    listed(archive, "http://bao.vn/b", 0)
    assert cause(archive, cause="empty-listing", suggestion="look") is None
    listed(archive, "http://bao.vn/a", 0)
    assert cause(archive, cause="empty-listing", suggestion="look") == "empty-listing"


def test_what_the_crawl_says_comes_first_but_that_it_had_to_stop_last(archive: Archive) -> None:
    for hour in range(3):
        ran(archive, hour + 1, {"rejected:soft-404": 5})
    assert cause(archive, cause="timeout", suggestion="look") == "timeout"
    assert cause(archive, cause="stopped", suggestion="wait") == "soft-404"


def articles(archive: Archive, *published: str | None, seen: str = "2026-08-01") -> None:
    with archive.transaction() as connection:
        for number, at in enumerate(published):
            row = {"id": f"{seen}{number}{at}", "source": "bao", "key": f"{seen}{number}{at}", "url": "http://bao.vn/1"}
            moment = f"{seen}T00:00:00.000Z"
            insert(connection, "articles", {**row, "published_at": at, "first_seen_at": moment, "last_seen_at": moment})


def test_a_silence_is_measured_by_the_newspapers_own_dates(archive: Archive) -> None:
    articles(archive, *(f"2026-11-{day:02}T08:00:00+07:00" for day in range(1, 11)), "2099-01-01", "2026-11")
    assert cause(archive) == "nothing-new"
    articles(archive, "2026-11-21")
    assert cause(archive) is None


def test_undated_articles_count_when_they_come(archive: Archive) -> None:
    articles(archive, *(f"2026-11-{day:02}" for day in range(1, 11)))
    articles(archive, None, seen="2026-11-21")
    assert cause(archive) is None


@pytest.mark.parametrize(
    ("now", "days"),
    [("2026-11-21T16:59:59Z", 10), ("2026-11-21T17:00:00Z", 11), ("2026-11-22T16:59:59Z", 11)],
)
def test_a_day_is_the_newspapers_from_its_midnight_to_the_next(archive: Archive, now: str, days: int) -> None:
    articles(archive, *(f"2026-11-{day:02}T08:00:00+07:00" for day in range(1, 10)), None)
    with archive.transaction() as connection:
        connection.execute("UPDATE articles SET first_seen_at = '2026-11-10T17:30:00.000Z' WHERE published_at IS NULL")
    report: dict[str, Any] = {"cause": None, "evidence": None, "suggestion": None}
    diagnose(archive.connection, "r", [SOURCE], {"bao": report}, frozenset(), datetime.fromisoformat(now))
    assert report["evidence"].startswith(f"the last article is of 2026-11-11, {days} days ago;")


def test_what_a_backfill_brings_is_not_new(archive: Archive) -> None:
    articles(archive, *(f"2026-11-{day:02}" for day in range(1, 11)))
    articles(archive, None, "2019-01-01", seen="2026-11-21")
    row = {"source": "bao", "since": "2019-01-01", "state": "running", "started_at": stamp(NOW)}
    with archive.transaction() as connection:
        insert(connection, "backfills", row)
    assert cause(archive) == "nothing-new"


def test_few_are_those_that_are_less_than_half_of_what_the_file_promises(archive: Archive) -> None:
    expect = Expect(articles_per_week=20)
    articles(archive, *(f"2026-11-{day}T08:00:00+07:00" for day in range(15, 22)))
    assert cause(archive, expect=expect) is None  # nobody looked
    with archive.transaction() as connection:
        for day in range(15, 22):
            connection.execute("INSERT INTO coverage (source, day) VALUES ('bao', ?)", (f"2026-11-{day}",))
    assert cause(archive, expect=expect) == "few-new"
    assert cause(archive, expect=Expect(articles_per_week=14)) is None


def seen(number: int, **more: Any) -> Seen:
    given: dict[str, Any] = {"url": "u", "title": f"Tin {number}", "published_at": "2026-11-01", "words": 400}
    return Seen(**{**given, **more})


PAST = [seen(n) for n in range(20)]


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        ([seen(n) for n in range(30, 33)], None),
        ([seen(n, published_at=None) for n in range(30, 33)], "have no date"),
        ([seen(30), *(seen(n, published_at=None) for n in range(31, 36))], None),
        ([seen(n, title="Báo Sông") for n in range(3)], "are all called 'Báo Sông'"),
        ([seen(n, title=None) for n in range(3)], "have no title"),
        ([seen(n, words=79) for n in range(3)], "have 79 words, and those before them had 400"),
        ([seen(n, words=81) for n in range(3)], None),
    ],
)
def test_what_articles_lack(fresh: list[Seen], words: str | None) -> None:
    found = _lacking(fresh, PAST)
    assert found is None if words is None else words in (found or "")


def test_what_they_never_had_is_not_lacking() -> None:
    bare = [seen(n, published_at=None, title=None, words=30) for n in range(20)]
    assert _lacking(bare[:3], bare) is None
    assert (
        _lacking([seen(n, title="Giá vàng") for n in range(3)], [seen(n, title="Giá vàng") for n in range(20)]) is None
    )
