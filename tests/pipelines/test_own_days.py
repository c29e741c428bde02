"""An older archive's days of UTC become the newspapers' own (pipelines/migrations/own_days.py)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from pipelines.schema import migrations

COLUMNS = "source, day, discovered, fetched, kept, expected, why"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    db = sqlite_utils.Database(tmp_path / "archive.db")
    migrations.apply(db, stop_before="m004_what_changed")
    for slug, zone in (("bao", "Asia/Ho_Chi_Minh"), ("tap-chi", "Europe/Berlin"), ("web", "")):
        row = {"slug": slug, "name": slug, "homepage": f"http://{slug}.test/", "status": "unverified"}
        insert(db, "sources", {**row, "definition": json.dumps({"slug": slug, "timezone": zone})})
    insert(db, "sources", {"slug": "warc", "name": "warc", "homepage": "http://w.test/", "status": "imported"})
    insert(db, "warc_files", {"name": "w"})
    db.conn.commit()
    yield db
    db.close()


def insert(db: sqlite_utils.Database, table: str, row: dict[str, Any]) -> None:
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def ran(db: sqlite_utils.Database, ended: str, discovered: int, fetched: int, kept: int, **more: Any) -> None:
    """A run of every source, and what it left in ``coverage`` by the day of UTC. *own*: when its part ended."""
    own, cause = more.get("own", ended), more.get("cause")
    insert(db, "runs", {"id": ended, "kind": "crawl", "started_at": own, "ended_at": ended, "state": "done"})
    for slug in ("bao", "tap-chi", "web", "warc"):
        row = {"run": ended, "source": slug, "ended_at": own, "discovered": discovered, "added": kept, "cause": cause}
        insert(db, "source_runs", row)
        for number in range(fetched):
            capture = {"record_id": f"{ended}{slug}{number}", "run": ended, "source": slug, "status": 200}
            capture |= dict.fromkeys(("url", "final_url"), "http://a.test/") | {"fetched_at": own, "warc_file": "w"}
            capture |= {"kind": "article", "outcome": "article", "warc_offset": 0, "warc_length": 9}
            insert(db, "captures", capture)
        db.execute(
            f"INSERT INTO coverage ({COLUMNS}) VALUES (?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (source, day) DO UPDATE SET"
            " discovered = discovered + excluded.discovered, fetched = fetched + excluded.fetched,"
            " kept = kept + excluded.kept, why = coalesce(excluded.why, why)",
            (slug, ended[:10], discovered, fetched, kept, cause),
        )
    db.conn.commit()


def covered(db: sqlite_utils.Database, slug: str) -> list[tuple[Any, ...]]:
    return list(db.execute(f"SELECT {COLUMNS} FROM coverage WHERE source = ? ORDER BY day", (slug,)))


def test_each_run_counts_on_the_day_that_it_was_where_the_newspaper_is(old: sqlite_utils.Database) -> None:
    ran(old, "2025-12-31T09:00:00.000Z", 10, 5, 4)
    ran(old, "2025-12-31T16:59:59.000Z", 3, 2, 1, cause="timeout")
    ran(old, "2025-12-31T17:00:00.000Z", 7, 1, 1)
    ran(old, "2026-01-01T02:00:00.000Z", 8, 3, 2, own="2025-12-31T23:30:00.000Z")
    by_utc = [("2025-12-31", 20, 8, 6, None, "timeout"), ("2026-01-01", 8, 3, 2, None, None)]
    assert [row[1:] for row in covered(old, "bao")] == by_utc
    migrations.apply(old)
    assert covered(old, "bao") == [
        ("bao", "2025-12-31", 13, 7, 5, None, "timeout"),
        ("bao", "2026-01-01", 15, 4, 3, None, None),
    ]
    assert [row[1:] for row in covered(old, "tap-chi")] == by_utc
    # As its part of the last run ended: before the midnight of UTC.
    assert [row[1:] for row in covered(old, "web")] == [("2025-12-31", 28, 11, 8, None, "timeout")]
    assert covered(old, "warc") == [("warc", *row[1:]) for row in covered(old, "web")]


def test_no_count_is_lost_or_made_up_where_the_record_says_less(old: sqlite_utils.Database) -> None:
    ran(old, "2025-06-30T09:00:00.000Z", 10, 5, 4)
    ran(old, "2025-06-30T18:00:00.000Z", 3, 2, 1)
    old.execute("UPDATE coverage SET discovered = 9, fetched = 20, expected = 6 WHERE source = 'bao'")
    old.execute("INSERT INTO coverage (source, day, kept, why) VALUES ('bao', '2024-01-01', 3, 'timeout')")
    old.conn.commit()
    migrations.apply(old)
    assert covered(old, "bao") == [
        ("bao", "2024-01-01", 0, 0, 3, None, "timeout"),
        ("bao", "2025-06-30", 9, 5, 4, 6, None),
        ("bao", "2025-07-01", 0, 15, 1, 6, None),
    ]


def test_an_archive_that_never_ran_has_no_days(old: sqlite_utils.Database) -> None:
    migrations.apply(old)
    assert covered(old, "bao") == []
