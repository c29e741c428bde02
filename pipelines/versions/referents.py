"""What a revisit record of somebody else's refers to, among the captures that are kept: recorders name it in several
ways, and few in all (wget: the record's id; Heritrix and Browsertrix: address and time, or address and digest).
"""

from crawler.identity import key as identity_key
from crawler.records.exchanges import parse_date
from crawler.records.warcrecord import Record
from crawler.source import Source
from pipelines.archive import stamp
from pipelines.sqlite import Connection

SECOND = len("2026-01-01T00:00:00")


def find_referent(connection: Connection, source: Source, revisit: Record, noted: str | None = None) -> str | None:
    """The record id that *revisit* refers to, None where it is not kept. *noted*: what an earlier import found."""
    for named in (noted, revisit.refers_to):
        if named and (found := _by_id(connection, named)):
            return found
    url = revisit.refers_to_url or revisit.url
    # Nearest before the revisit first: of two with the same payload it is the one that was there.
    sql = (
        "SELECT record_id, fetched_at, payload_digest, final_url FROM captures WHERE source = ? AND key = ?"
        " AND refers_to IS NULL ORDER BY fetched_at > ?, fetched_at DESC, record_id"
    )
    moment = stamp(parse_date(revisit.date))
    rows = connection.execute(sql, (source.slug, identity_key(url, source), moment)).fetchall()
    second, digest = _second(revisit.refers_to_date), _plain(revisit.payload_digest)
    same = [row[0] for row in rows if digest and _plain(row[2]) == digest]
    # A time alone will do where one of the two states no digest.
    then = [row[0] for row in rows if row[1][:SECOND] == second and (row[0] in same or not (digest and row[2]))]
    return next(iter((*then, *same)), None)


def _by_id(connection: Connection, named: str) -> str | None:
    """Some write the id without its brackets."""
    bare = named.strip("<>")
    sql = "SELECT record_id FROM captures WHERE record_id IN (?, ?)"
    row = connection.execute(sql, (bare, f"<{bare}>")).fetchone()
    return None if row is None else str(row[0])


def _second(date: str | None) -> str | None:
    try:
        return stamp(parse_date(date))[:SECOND] if date else None
    except ValueError:
        return None


def _plain(digest: str | None) -> str | None:
    """Some write a digest without its padding, or in small letters."""
    return digest.strip().rstrip("=").lower() if digest else None
