"""Backfills as rows: what the operator asked for, which listings were read, how far back it has come.

Every function works inside the caller's transaction, but ``state``, which reads.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crawler.links import Via
from crawler.listings.backfill import Step
from crawler.notes import Stepped, Steps, WentBack
from pipelines.archive import stamp
from pipelines.sqlite import Connection

# A listing that failed is read again by the next slices, so often.
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """*reached*: the day down to which all listings were read, None before the first. *addresses* and *listings* are
    those still to be asked for; *unread*: listings that were given up.
    """

    since: date
    state: str
    reached: str | None
    listings: int
    addresses: int
    found: int
    given_up: int
    unread: int

    def __str__(self) -> str:
        if self.state == "done":
            left_out = f", {self.given_up} of them never answered" if self.given_up else ""
            unread = f"; {self.unread} listings could not be read" if self.unread else ""
            return f"gone back to {self.since}: {self.found} addresses found{left_out}{unread}"
        reached = f"has come back to {self.reached}" if self.reached else "has begun"
        return (
            f"backfill to {self.since} {reached}: {self.found} addresses found,"
            f" {self.addresses} to be fetched, {self.listings} listings to be read"
        )


def want(connection: Connection, source: str, since: date, now: datetime) -> None:
    """The operator wants *source* back to *since*. What is under way goes on; what reached less far begins anew."""
    row = connection.execute("SELECT since FROM backfills WHERE source = ?", (source,)).fetchone()
    if row is not None and row[0] <= since.isoformat():
        return
    connection.execute("DELETE FROM backfill_listings WHERE source = ?", (source,))
    connection.execute(
        "INSERT OR REPLACE INTO backfills (source, since, state, started_at) VALUES (?, ?, 'running', ?)",
        (source, since.isoformat(), stamp(now)),
    )


def add(connection: Connection, note: Steps) -> None:
    rows = [(note.source, step.url, _form(step), step.via, step.rank, step.page) for step in note.steps]
    connection.executemany(
        "INSERT OR IGNORE INTO backfill_listings (source, url, form, via, rank, page) VALUES (?, ?, ?, ?, ?, ?)", rows
    )


def done(connection: Connection, note: Stepped) -> None:
    place = (note.source, note.step.url, _form(note.step))
    where = "WHERE source = ? AND url = ? AND form = ?"
    if note.failed:
        connection.execute(
            f"UPDATE backfill_listings SET tries = tries + 1,"
            f" state = CASE WHEN tries + 1 >= {TRIES} THEN 'failed' ELSE 'waiting' END {where}",
            place,
        )
        return
    connection.execute(f"UPDATE backfill_listings SET state = 'done' {where}", place)
    connection.execute(
        "UPDATE backfills SET listings = listings + 1, found = found + ? WHERE source = ?", (note.found, note.source)
    )


def end(connection: Connection, note: WentBack) -> None:
    """Unless something has come up meanwhile."""
    sql = (
        "UPDATE backfills SET state = 'done', ended_at = ?2 WHERE source = ?1 AND state = 'running' AND NOT EXISTS"
        " (SELECT 1 FROM backfill_listings WHERE source = ?1 AND state = 'waiting')"
    )
    connection.execute(sql, (note.source, stamp(note.at)))


def state(connection: Connection, source: str) -> State | None:
    row = connection.execute("SELECT since, state, found FROM backfills WHERE source = ?", (source,)).fetchone()
    if row is None:
        return None
    listings, newest = connection.execute(
        "SELECT count(*), max(rank) FROM backfill_listings WHERE source = ? AND state = 'waiting'", (source,)
    ).fetchone()
    (unread,) = connection.execute(
        "SELECT count(*) FROM backfill_listings WHERE source = ? AND state = 'failed'", (source,)
    ).fetchone()
    addresses, given_up = connection.execute(
        "SELECT coalesce(sum(next_at IS NULL OR next_at < '9999'), 0), coalesce(sum(next_at >= '9999'), 0)"
        " FROM frontier WHERE source = ? AND backfill = 1 AND (published_at IS NULL OR published_at >= ?)",
        (source, row[0]),
    ).fetchone()
    return State(
        since=date.fromisoformat(row[0]),
        state=row[1],
        reached=newest if newest and newest < "9999" else None,
        listings=listings,
        addresses=addresses,
        found=row[2],
        given_up=given_up,
        unread=unread,
    )


def states(connection: Connection, sources: Iterable[str]) -> dict[str, State]:
    return {source: found for source in sources if (found := state(connection, source))}


def steps(connection: Connection, source: str, limit: int) -> list[Step]:
    rows = connection.execute(
        "SELECT url, form, via, rank, page FROM backfill_listings WHERE source = ? AND state = 'waiting'"
        " ORDER BY rank DESC, page LIMIT ?",
        (source, limit),
    )
    return [
        Step(url=url, form=tuple(map(tuple, json.loads(form or "[]"))), via=Via(via), rank=rank, page=page)
        for url, form, via, rank, page in rows
    ]


def _form(step: Step) -> str:
    return json.dumps(step.form) if step.form else ""
