"""What the archive says of itself: when each schedule last ran, what is in it, what needs attention."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines import sqlite

# A clock that was wrong once may have left runs "in the future"; they must not silence a schedule until then.
FUTURE = timedelta(hours=1)

# Both kinds of run say which schedules they served: a run of several names them all, separated by spaces or commas.
LAST_RUNS = """
    SELECT schedule, max(started_at) FROM (
        SELECT schedule, started_at FROM runs UNION ALL SELECT schedule, started_at FROM source_runs
    ) WHERE schedule IS NOT NULL AND started_at <= ? GROUP BY schedule
"""


def last_runs(archive: Path, now: datetime | None = None) -> Mapping[str, datetime]:
    """When each schedule's last run started (aware UTC), whatever came of it."""
    horizon = (now or datetime.now(UTC)) + FUTURE
    connection = sqlite.connect_readonly(archive)
    try:
        rows = connection.execute(LAST_RUNS, (horizon.strftime("%Y-%m-%dT%H:%M:%SZ"),)).fetchall()
    finally:
        connection.close()
    found: dict[str, datetime] = {}
    for names, started in rows:
        moment = datetime.fromisoformat(started).astimezone(UTC)
        for name in names.replace(",", " ").split():
            found[name] = max(moment, found.get(name, moment))
    return found


def wal_reset(version: str) -> str:
    """What SQLite *version* means for the WAL-reset bug: ``fixed`` or ``exposed`` (docs/decisions.md).

    Present in 3.7.0-3.51.2; fixed in 3.51.3, and back-ported to 3.50.7 and 3.44.6.
    """
    number = tuple(int(part) for part in version.split("."))[:3]
    fixed = (
        number < (3, 7, 0) or number >= (3, 51, 3) or (3, 50, 7) <= number < (3, 51) or (3, 44, 6) <= number < (3, 45)
    )
    return "fixed" if fixed else "exposed"
