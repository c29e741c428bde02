"""Captures that stand for another one: a 304, or a page whose bytes are kept already (WARC ``revisit`` records).

Such a capture is read as the one that its ``refers_to`` names was read. Either may arrive first.
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.capture import Capture, Kind
from pipelines import store
from pipelines.archive import stamp
from pipelines.sqlite import Connection
from pipelines.versions.observations import is_missing, note

UNKNOWN = "refers to no capture that is kept here"
FOREIGN = "refers to a page of another source"
_COLUMNS = "c.id, c.article, c.key, c.record_id, c.source, c.kind, c.url, c.final_url, c.fetched_at, c.status, c.run"
_WAITING = "WHERE c.outcome = 'not-modified' AND c.reading IS NULL"


@dataclass(frozen=True, slots=True)
class Referent:
    """The capture that another one refers to. *asked* is the address asked for, *url* the one that answered, *digest*
    its payload's; *location* is where it leads to, of a redirect.
    """

    source: str
    article: str | None
    key: str | None
    reading: str | None
    outcome: str
    asked: str
    url: str
    digest: str | None
    location: str | None

    @property
    def is_missing(self) -> bool:
        return is_missing(self.outcome, self.url, self.location)


@dataclass(frozen=True, slots=True)
class Follower:
    """A capture that came before the one it refers to. *capture* has of it what its row says."""

    row: int
    article: str | None
    key: str
    capture: Capture


def referent_of(connection: Connection, refers_to: str | None) -> Referent | None:
    """What has the payload that the record *refers_to* stands for, itself perhaps one that stands for another."""
    passed: set[str] = set()
    while refers_to is not None and refers_to not in passed:
        passed.add(refers_to)
        sql = (
            "SELECT source, article, key, reading, outcome, url, final_url, payload_digest, detail, refers_to"
            " FROM captures WHERE record_id = ?"
        )
        row = connection.execute(sql, (refers_to,)).fetchone()
        if row is None:
            return None
        *found, refers_to = row
        if refers_to is None:
            return Referent(*found)
    return None


def problem_of(capture: Capture, referent: Referent | None) -> str | None:
    """What there is to say of a capture that stands for nothing here."""
    if referent is None:
        return UNKNOWN
    return FOREIGN if referent.reading and referent.source != capture.source else None


def _family(record_id: str) -> tuple[str, tuple[str, ...]]:
    """All that refers to a record, or to what refers to it, as a table of the ids of captures."""
    table = (
        "WITH RECURSIVE family (id, record_id) AS ("
        " SELECT id, record_id FROM captures WHERE refers_to = ?"
        " UNION SELECT c.id, c.record_id FROM captures c JOIN family f ON c.refers_to = f.record_id)"
    )
    return table, (record_id,)


def followers(connection: Connection, capture: Capture) -> list[Follower]:
    """The captures that refer to *capture* and were waiting for it; from now on they need not."""
    table, values = _family(capture.record_id)
    sql = (
        f"{table} SELECT {_COLUMNS} FROM captures c JOIN family USING (id) {_WAITING}"
        " ORDER BY c.fetched_at, c.record_id"
    )
    found = [_follower(*row) for row in connection.execute(sql, values).fetchall()]
    same = [follower for follower in found if follower.capture.source == capture.source]
    marks = [(FOREIGN if follower not in same else None, follower.row) for follower in found]
    connection.executemany("UPDATE captures SET detail = ? WHERE id = ?", marks)
    return same


def follower_at(connection: Connection, row: int) -> Follower | None:
    """The capture *row* as one that waits for what it refers to, None where it does not wait."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM captures c {_WAITING} AND c.id = ?", (row,)).fetchone()
    return _follower(*found) if found else None


def _follower(
    row: int,
    article: str | None,
    key: str,
    record_id: str,
    source: str,
    kind: str,
    url: str,
    final_url: str,
    fetched_at: str,
    status: int | None,
    run: str | None,
) -> Follower:
    capture = Capture(
        record_id=record_id,
        source=source,
        kind=Kind(kind),
        url=url,
        final_url=final_url,
        fetched_at=datetime.fromisoformat(fetched_at),
        status=status,
        run=run,
    )
    return Follower(row, article, key, capture)


def read_after(connection: Connection, row: int) -> list[tuple[int, str]]:
    """(row, article) of the captures that are read as the capture *row* is."""
    (record_id,) = connection.execute("SELECT record_id FROM captures WHERE id = ?", (row,)).fetchone()
    table, values = _family(record_id)
    sql = f"{table} SELECT c.id, c.article FROM captures c JOIN family USING (id) WHERE c.reading IS NOT NULL"
    return [(row, article) for row, article in connection.execute(sql, values)]


def sight(connection: Connection, row: int, capture: Capture, article: str, key: str, reading: str) -> None:
    """Note that the capture *row* shows *article* as *reading*; what follows from that is the caller's."""
    moment = stamp(capture.fetched_at)
    sql = "UPDATE captures SET article = ?, reading = ?, detail = NULL WHERE id = ?"
    connection.execute(sql, (article, reading, row))
    for url in {capture.url, capture.final_url}:
        store.add_address(connection, url, key, article, moment)
    note(connection, article, moment, "live", row)
