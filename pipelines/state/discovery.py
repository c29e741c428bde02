"""What the crawl learned of listings, addresses and robots.txt, as rows: the network side's memory between runs.

Every function works inside the caller's transaction. Asked for again by pipelines/state/memory.py.
"""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crawler.links import Link
from crawler.notes import Answer, Found, Listed, Note, Refused, RobotsRead, Stepped, Steps, Tried, WentBack
from pipelines.archive import stamp
from pipelines.belongings import requisite_rows
from pipelines.sqlite import Connection
from pipelines.state import backfill
from pipelines.state.polling import LONGEST, SHORTEST, next_look, next_try

# A page's outcome that says nothing lasting of it: it is asked for again.
PASSING = """(
    outcome LIKE 'failed:%' OR outcome IN ('challenge', 'redirect') OR outcome = 'not-modified' AND reading IS NULL
)"""
# A page that robots.txt forbids, that leads elsewhere or is too large: site and rules may change, if not soon.
DECIDED = timedelta(days=30)
# A second look that failed: an outage of a night passes in the meantime.
RELOOK = timedelta(hours=6)
NEVER = "9999"


def take(connection: Connection, notes: Iterable[Note]) -> None:
    for note in notes:
        match note:
            case Found():
                _found(connection, note)
            case Listed():
                _listed(connection, note)
            case Tried():
                _tried(connection, note)
            case RobotsRead():
                _robots(connection, note)
            case Steps():
                backfill.add(connection, note)
            case Stepped():
                backfill.done(connection, note)
            case WentBack():
                backfill.end(connection, note)
            case Refused():
                requisite_rows.refused(connection, note.url, note.at, note.outcome)


def fetched(connection: Connection, source: str, keys: Iterable[str]) -> None:
    """The pages with these identity keys are kept: they wait no longer."""
    connection.executemany("DELETE FROM frontier WHERE source = ? AND key = ?", [(source, key) for key in keys])


def _found(connection: Connection, note: Found) -> None:
    now = stamp(datetime.now(UTC))
    rows = [_row(note.source, key, link, now, note.backfill) for key, link in note.links]
    # Its page may have been kept before this note of it came through; what a listing shows is no backfill's any more.
    connection.executemany(
        "INSERT INTO frontier (source, key, url, title, section, published_at, via, via_kind, found_at, backfill)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (SELECT 1 FROM captures"
        f" WHERE source = ?1 AND key = ?2 AND kind = 'page' AND NOT {PASSING})"
        " AND NOT EXISTS (SELECT 1 FROM tombstone_marks WHERE kind = 'key' AND mark = ?1 || ' ' || ?2)"
        " ON CONFLICT (source, key) DO UPDATE SET backfill = min(backfill, excluded.backfill)",
        rows,
    )


def _row(source: str, key: str, link: Link, now: str, backfill: bool) -> tuple[object, ...]:
    date = link.published_at or link.changed_at
    return (source, key, link.url, link.title, link.section, date, link.via, link.via_kind, now, int(backfill))


def _listed(connection: Connection, note: Listed) -> None:
    sql = "SELECT changed_at, interval, complete FROM endpoints WHERE source = ? AND url = ?"
    before = connection.execute(sql, (note.source, note.url)).fetchone() or (None, None, 1)
    # One that was never read counts from now: nothing says for how long it has been quiet.
    changed = note.at if note.fresh or before[0] is None else datetime.fromisoformat(before[0])
    wait = _wait(note, changed, *before[1:])
    moment = stamp(note.at)
    values = {
        "source": note.source,
        "url": note.url,
        "via": note.via,
        "asked_at": moment,
        "changed_at": stamp(changed),
        "interval": int(wait.total_seconds()),
        "next_at": stamp(note.at + wait),
    }
    if note.answer is Answer.READ:
        values |= _validators(note)
        values |= {"complete": int(note.complete), "settled_at": moment, "links": note.links, "fresh": note.fresh}
    elif note.answer is Answer.FAILED:
        values |= {"complete": 0}
    if note.parent is not None:
        values |= {"parent": note.parent}
    if note.stated is not None and note.complete:  # else the next run must not take it for read
        values |= {"stated": note.stated}
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("source", "url"))
    connection.execute(
        f"INSERT INTO endpoints ({columns}) VALUES ({marks}) ON CONFLICT (source, url) DO UPDATE SET {updates}",
        tuple(values.values()),
    )


def _wait(note: Listed, changed: datetime, interval: int | None, complete: int) -> timedelta:
    """What could not be read, or not to its end, is looked at by the next run; ever later if it stays so."""
    if note.complete:
        return next_look(note.at - changed)
    return SHORTEST if complete or interval is None else min(timedelta(seconds=interval) * 2, LONGEST)


def _validators(note: Listed) -> dict[str, str | None]:
    prior = note.prior
    return {
        "record_id": prior.record_id if prior else None,
        "fetched_at": stamp(prior.fetched_at) if prior else None,
        "payload_digest": prior.payload_digest if prior else None,
        "etag": prior.etag if prior else None,
        "last_modified": prior.last_modified if prior else None,
    }


def _tried(connection: Connection, note: Tried) -> None:
    row = connection.execute(
        "SELECT tries FROM frontier WHERE source = ? AND key = ?", (note.source, note.key)
    ).fetchone()
    if row is None:
        _look_later(connection, note)
        return
    tries = row[0] + 1
    wait = DECIDED if note.decided else next_try(tries)
    next_at = stamp(note.at + wait) if wait else NEVER
    connection.execute(
        "UPDATE frontier SET tries = ?, next_at = ?, outcome = ? WHERE source = ? AND key = ?",
        (tries, next_at, note.outcome, note.source, note.key),
    )


def _look_later(connection: Connection, note: Tried) -> None:
    """A second look that failed is due again when others have had their turn: those that fail must not use up all."""
    connection.execute(
        "UPDATE articles SET next_visit_at = ?1 WHERE source = ?2 AND key = ?3 AND next_visit_at < ?1",
        (stamp(note.at + RELOOK), note.source, note.key),
    )


def _robots(connection: Connection, note: RobotsRead) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO robots (site, fetched_at, status, body) VALUES (?, ?, ?, ?)",
        (note.site, stamp(note.file.fetched_at), note.file.status, zlib.compress(note.file.body)),
    )
