"""What the archive says of itself: what is in it, what ran, what needs attention."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

from crawler import catalog, config
from crawler.errors import ConfigError
from crawler.failure import Failure
from crawler.remedies import ANYTHING_ELSE, REMEDIES
from pipelines import archive as archives
from pipelines import decisions, locks, sqlite
from pipelines.state import backfill, habits
from schedules.console import operator_folder
from schedules.due import LATE, overdue

COUNTED = ("articles", "revisions", "captures", "stories", "warc_files", "sources", "runs", "events")
RUN = ("id", "kind", "schedule", "started_at", "ended_at", "state", "captures", "added", "revised", "reprints")

# A month of hourly runs: who looks once a month need not know more exactly since when.
MOST_LOOKS = 744
LOOKS = f"""
    SELECT started_at, cause, evidence, suggestion FROM source_runs
    WHERE source = ? AND started_at IS NOT NULL AND (scheduled > 0 OR cause IS NOT NULL)
    ORDER BY started_at DESC LIMIT {MOST_LOOKS}
"""
# Who looks once a month hears of it once or twice.
LATELY = timedelta(days=30)
# So many runs in a row that had to stop: the source needs more time than it gets.
STOPS = 3


def wal_reset(version: str) -> str:
    """What SQLite *version* means for the WAL-reset bug: ``fixed`` or ``exposed`` (docs/decisions.md).

    Present in 3.7.0-3.51.2; fixed in 3.51.3, and back-ported to 3.50.7 and 3.44.6.
    """
    number = tuple(int(part) for part in version.split("."))[:3]
    fixed = (
        number < (3, 7, 0) or number >= (3, 51, 3) or (3, 50, 7) <= number < (3, 51) or (3, 44, 6) <= number < (3, 45)
    )
    return "fixed" if fixed else "exposed"


def status(archive: Path) -> dict[str, Any]:
    """What `status --json` prints; times are ISO 8601 in UTC."""
    connection = archives.open_readonly(archive)
    try:
        rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}
        outcomes = dict(connection.execute("SELECT outcome, count(*) FROM captures GROUP BY 1 ORDER BY 2 DESC, 1"))
        runs = connection.execute(f"SELECT {', '.join(RUN)} FROM runs ORDER BY started_at DESC LIMIT 5").fetchall()
        wanted = [slug for (slug,) in connection.execute("SELECT source FROM backfills ORDER BY source").fetchall()]
        past = {slug: str(state) for slug, state in backfill.states(connection, wanted).items()}
        thinned = habits.level(connection).name.lower()
    finally:
        connection.close()
    return {
        "archive": str(archive),
        "bytes": archive.stat().st_size,
        "sqlite": sqlite.SQLITE_VERSION,
        "wal_reset_bug": wal_reset(sqlite.SQLITE_VERSION),
        "rows": rows,
        "outcomes": outcomes,
        "locks": _held(archive),
        "backfills": past,
        "revisits_thinned_out": thinned,
        "runs": [dict(zip(RUN, run, strict=True)) for run in runs],
    }


def problems(archive: Path, now: datetime) -> list[str]:
    """What needs attention, a sentence each; empty where all is well."""
    report = status(archive)
    found = [str(error) for error in catalog.load(operator_folder(archive) / "sources").errors.values()]
    if report["wal_reset_bug"] == "exposed":
        found.append(f"SQLite {report['sqlite']} has the WAL-reset bug: 3.51.3 or later is needed")
    ended = [run for run in report["runs"] if run["ended_at"]]
    if ended and ended[0]["state"] != "done":
        found.append(f"the last run, {ended[0]['id']}, ended as {ended[0]['state']}")
    found += [*_wrong_decisions(archive), *troubled(archive, now), *broken_into(archive, now)]
    late = overdue(archive, now)
    if late and report["locks"]["crawl"] is None:
        found.append(f"due for more than {LATE // timedelta(hours=1)} hours, and not run: {', '.join(late)}")
    return found


def _wrong_decisions(archive: Path) -> list[str]:
    try:
        decisions.load(operator_folder(archive))
    except ConfigError as error:  # no run begins with it
        return [str(error)]
    return []


def broken_into(archive: Path, now: datetime) -> list[str]:
    """The sources on whose sites somebody else has lately put advertisements for gambling."""
    sql = (
        "SELECT source, count(*), final_url, max(fetched_at) FROM captures"
        " WHERE outcome = 'rejected:gambling' AND fetched_at >= ? GROUP BY source ORDER BY source"
    )
    connection = archives.open_readonly(archive)
    try:
        rows = connection.execute(sql, (archives.stamp(now - LATELY),)).fetchall()
    finally:
        connection.close()
    return [
        f"{slug}: pages that advertise gambling, {count} in {LATELY.days} days ({url}): its site was broken into; tell"
        f" the publisher, and see `newsarchive refused {slug} --code gambling`"
        for slug, count, url, _ in rows
    ]


def troubled(archive: Path, now: datetime) -> list[str]:
    """The enabled sources whose last run had a cause for concern: since when, what it means, what shows it, what to do.

    A run in which nothing was due of a source says nothing of it.
    """
    enabled = config.load(operator_folder(archive)).enabled
    connection = archives.open_readonly(archive)
    try:
        looks = {slug: connection.execute(LOOKS, (slug,)).fetchall() for slug in sorted(enabled)}
    finally:
        connection.close()
    return [_trouble(slug, rows, now) for slug, rows in looks.items() if rows and _is_trouble(rows)]


def _is_trouble(rows: Sequence[tuple[Any, ...]]) -> bool:
    """One run that had to stop is made good by the next."""
    causes = [row[1] for row in rows[:STOPS]]
    return causes[0] is not None and (causes[0] != Failure.STOPPED or causes == [Failure.STOPPED] * STOPS)


def _trouble(slug: str, rows: Sequence[tuple[Any, ...]], now: datetime) -> str:
    _, cause, evidence, suggestion = rows[0]
    streak = list(takewhile(lambda row: row[1] == cause, rows))
    more = "more than " if len(streak) == len(rows) == MOST_LOOKS else ""
    runs = "in the last run" if len(streak) == 1 else f"in the last {more}{len(streak)} runs"
    days = (now - datetime.fromisoformat(streak[-1][0])).days
    since = f", since {streak[-1][0][:10]}" if days else ""
    means = REMEDIES[cause].means if cause in REMEDIES else "the server's answer"
    shown = f" ({evidence})" if evidence else ""
    return f"{slug}: {cause} {runs}{since}: {means}{shown}; {suggestion or ANYTHING_ELSE}"


def _held(archive: Path) -> dict[str, str | None]:
    paths = {
        "crawl": locks.crawl_lock(archive),
        "daemon": locks.daemon_lock(archive),
        "write": locks.write_lock(archive),
    }
    return {name: str(found) if (found := locks.holder(path)) else None for name, path in paths.items()}
