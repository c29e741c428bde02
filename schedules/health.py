"""What the archive says of itself: when each schedule last ran, what is due, what is in it, what needs attention."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import catalog, config
from pipelines import archive as archives
from pipelines import locks, sqlite
from schedules import files, plan
from schedules.console import operator_folder

# A clock that was wrong once may have left runs "in the future"; they must not silence a schedule until then.
FUTURE = timedelta(hours=1)
# A slot that is this late has not merely waited for the run before it, which ends within the hour.
LATE = timedelta(hours=3)
COUNTED = ("articles", "revisions", "captures", "stories", "warc_files", "sources", "runs", "events")
RUN = ("id", "kind", "schedule", "started_at", "ended_at", "state", "captures", "added", "revised", "reprints")

# Both tables say which schedules a run served, one or more, separated by spaces or commas.
LAST_RUNS = """
    SELECT schedule, max(started_at) FROM (
        SELECT schedule, started_at FROM runs UNION ALL SELECT schedule, started_at FROM source_runs
    ) WHERE schedule IS NOT NULL AND started_at <= ? GROUP BY schedule
"""


def last_runs(archive: Path, now: datetime | None = None) -> Mapping[str, datetime]:
    """When each schedule's last run started (aware UTC), whatever came of it."""
    horizon = archives.stamp((now or datetime.now(UTC)) + FUTURE)
    connection = sqlite.connect_readonly(archive)
    try:
        rows = connection.execute(LAST_RUNS, (horizon,)).fetchall()
    finally:
        connection.close()
    found: dict[str, datetime] = {}
    for names, started in rows:
        moment = datetime.fromisoformat(started).astimezone(UTC)
        for name in names.replace(",", " ").split():
            found[name] = max(moment, found.get(name, moment))
    return found


def used_schedules(archive: Path) -> Mapping[str, plan.Schedule]:
    """The schedules of the enabled sources; those that there are no files of are left out."""
    folder = operator_folder(archive)
    known, enabled = files.load(folder / "schedules"), config.load(folder).enabled
    sources = catalog.load(folder / "sources").sources
    used = {source.schedule for slug, source in sources.items() if slug in enabled}
    return {name: known[name] for name in sorted(used & known.keys())}


def due_now(archive: Path, now: datetime) -> Sequence[str]:
    """The schedules that an enabled source uses and that are due at *now*."""
    return plan.due(used_schedules(archive), last_runs(archive, now), now)


def overdue(archive: Path, now: datetime) -> Sequence[str]:
    """The schedules whose slot passed so long ago that nobody seems to be running them."""
    return plan.due(used_schedules(archive), last_runs(archive, now), now - LATE)


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
    late = overdue(archive, now)
    if late and report["locks"]["crawl"] is None:
        found.append(f"due for more than {LATE // timedelta(hours=1)} hours, and not run: {', '.join(late)}")
    return found


def _held(archive: Path) -> dict[str, str | None]:
    paths = {
        "crawl": locks.crawl_lock(archive),
        "daemon": locks.daemon_lock(archive),
        "write": locks.write_lock(archive),
    }
    return {name: str(found) if (found := locks.holder(path)) else None for name, path in paths.items()}
