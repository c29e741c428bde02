"""What each source is seen to edit, and how much disk is left: rows that the plan of revisits is made from.

Every function works inside the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipelines.archive import stamp
from pipelines.sqlite import Connection
from pipelines.state.revisits import HOUR, Rate, Thinning, ages, planned, thinning

# Bytes a day are those of the last week: a day alone is a Sunday or an election.
WEEK = timedelta(days=7)


def ages_of(connection: Connection, article: str) -> Sequence[timedelta]:
    """The ages at which the article's source is looked at."""
    rows = connection.execute(
        "SELECT age, looks, changes FROM edit_rates WHERE source = (SELECT source FROM articles WHERE id = ?)",
        (article,),
    )
    rates = {age * HOUR: Rate(looks=looks, changes=changes) for age, looks, changes in rows}
    return ages(rates, level(connection))


def count(connection: Connection, article: str, looked: datetime, *, changed: bool) -> None:
    """A look at an article that was known; *changed*: it found another version."""
    source, first_seen = connection.execute(
        "SELECT source, first_seen_at FROM articles WHERE id = ?", (article,)
    ).fetchone()
    age = planned(looked - datetime.fromisoformat(first_seen))
    connection.execute(
        "INSERT INTO edit_rates (source, age, looks, changes) VALUES (?, ?, 1, ?) ON CONFLICT (source, age)"
        " DO UPDATE SET looks = looks + 1, changes = changes + excluded.changes",
        (source, age // HOUR, int(changed)),
    )


def level(connection: Connection) -> Thinning:
    row = connection.execute("SELECT max(level) FROM thinning").fetchone()
    return Thinning(row[0] or 0)


def bytes_a_day(connection: Connection, now: datetime) -> float:
    """What the WARC files took in the last week, a day; of a younger archive, since its first file."""
    since = stamp(now - WEEK)
    total, first = connection.execute(
        "SELECT coalesce(sum(bytes), 0), min(closed_at) FROM warc_files WHERE closed_at > ?", (since,)
    ).fetchone()
    if not total:
        return 0.0
    days = (now - datetime.fromisoformat(first)) / timedelta(days=1)
    return float(total) / max(days, 1.0)


def decide(connection: Connection, room: int, now: datetime) -> tuple[Thinning, Thinning]:
    """Settle how far revisits are thinned out with *room* bytes left: the level before, and the one from now on."""
    before = level(connection)
    after = thinning(room, bytes_a_day(connection, now))
    if after is not before:
        connection.execute("DELETE FROM thinning")
        connection.execute("INSERT INTO thinning (level, since) VALUES (?, ?)", (int(after), stamp(now)))
    return before, after
