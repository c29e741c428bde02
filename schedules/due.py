"""What is due in an archive: the one answer that `run --due`, the daemon and `health` act on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler import catalog, config
from pipelines import sqlite
from pipelines.archive import stamp
from schedules import files, plan
from schedules.console import operator_folder

# A clock that was wrong once may have left runs "in the future"; they must not silence a schedule until then.
FUTURE = timedelta(hours=1)
# A slot that is this late has not merely waited for the run before it, which ends within the hour.
LATE = timedelta(hours=3)

# Both tables say which schedules a run served, one or more, separated by spaces or commas.
LAST_RUNS = """
    SELECT schedule, max(started_at) FROM (
        SELECT schedule, started_at FROM runs UNION ALL SELECT schedule, started_at FROM source_runs
    ) WHERE schedule IS NOT NULL AND started_at <= ? GROUP BY schedule
"""


def last_runs(archive: Path, now: datetime | None = None) -> Mapping[str, datetime]:
    """When each schedule's last run started (aware UTC), whatever came of it."""
    horizon = stamp((now or datetime.now(UTC)) + FUTURE)
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
    schedules = used_schedules(archive)
    # One that never ran is not late before the archive is.
    last = {**dict.fromkeys(schedules, created(archive)), **last_runs(archive, now)}
    return plan.due(schedules, last, now - LATE)


def created(archive: Path) -> datetime:
    """When the archive was made (aware UTC)."""
    connection = sqlite.connect_readonly(archive)
    try:
        row = connection.execute("SELECT min(at) FROM events WHERE kind = 'created'").fetchone()
    finally:
        connection.close()
    return datetime.fromisoformat(row[0]) if row[0] else datetime.min.replace(tzinfo=UTC)
