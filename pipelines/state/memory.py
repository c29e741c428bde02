"""What the archive answers the network side (crawler.memory.Memory), from a read-only connection."""

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crawler.links import Link, Via
from crawler.listings.backfill import Step
from crawler.memory import Backfill, Endpoint, Prior, Revisit, RobotsFile
from pipelines.archive import open_readonly, stamp
from pipelines.belongings import requisite_rows
from pipelines.state.backfill import steps
from pipelines.state.discovery import PASSING
from pipelines.state.habits import level
from pipelines.state.priors import prior, prior_of

# RFC 9309, 2.4: a copy of robots.txt is good for a day.
ROBOTS_AGE = timedelta(hours=24)

# By identity key. A redirect is known by what it led to: the capture of the same request at another address.
UNKNOWN = f"""
    SELECT value FROM json_each(?2) WHERE NOT EXISTS (
        SELECT 1 FROM captures WHERE source = ?1 AND key = value AND kind = 'page' AND NOT {PASSING}
    ) AND NOT EXISTS (SELECT 1 FROM tombstone_marks
        WHERE kind = 'key' AND mark = ?1 || ' ' || value
    ) AND NOT EXISTS (SELECT 1 FROM tombstone_marks WHERE kind = 'address' AND mark = substr(value, 5)
    ) AND NOT EXISTS (SELECT 1 FROM frontier WHERE source = ?1 AND key = value AND backfill <= ?3
    ) AND NOT EXISTS (
        SELECT 1 FROM captures r JOIN captures t ON t.url = r.url AND t.source = ?1
        WHERE r.source = ?1 AND r.key = value AND r.kind = 'page' AND r.outcome = 'redirect'
        AND t.outcome <> 'redirect' AND t.outcome NOT LIKE 'failed:%' AND t.outcome <> 'challenge'
    )
"""
# A run that died left no word of what it read after this was noted. The run that asks is itself "running".
ENDPOINT = """
    SELECT record_id, url, fetched_at, payload_digest, etag, last_modified, stated, next_at, complete AND NOT EXISTS (
        SELECT 1 FROM runs WHERE started_at > e.settled_at AND state NOT IN ('done', 'running')
    ) FROM endpoints e WHERE source = ? AND url = ?
"""
WAITING = """
    SELECT url, title, section, published_at, via, via_kind FROM frontier
    WHERE source = ? AND backfill = 0 AND (next_at IS NULL OR next_at <= ?) ORDER BY published_at DESC LIMIT ?
"""
PUT_OFF = """
    SELECT url, title, section, published_at, via, via_kind FROM frontier
    WHERE source = ? AND backfill = 1 AND (next_at IS NULL OR next_at <= ?)
    AND (published_at IS NULL OR published_at >= ?) ORDER BY published_at DESC LIMIT ?
"""


class ArchiveMemory:
    """*ahead*: whatever is due within this time of now counts as due (the demo's year passes in a second).
    *revisits_per_day*: of one source, at the most.
    """

    def __init__(self, path: Path, ahead: timedelta = timedelta(0), revisits_per_day: int = 1000) -> None:
        self._connection = open_readonly(path)
        self._ahead, self._per_day = ahead, revisits_per_day

    def unknown(self, source: str, keys: Sequence[str], *, put_off: bool) -> set[str]:
        rows = self._connection.execute(UNKNOWN, (source, json.dumps(list(keys)), 0 if put_off else 1))
        return {key for (key,) in rows}

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        sql = (
            "SELECT a.id, a.url, EXISTS (SELECT 1 FROM observations o WHERE o.article = a.id AND o.state = 'missing'"
            " AND o.at > a.last_seen_at) AS missing FROM articles a"
            " WHERE a.source = ? AND a.next_visit_at <= ? AND a.state <> 'withdrawn'"
            " ORDER BY missing DESC, a.next_visit_at LIMIT ?"
        )
        most = min(limit, self._per_day - self._looked(source, now)) >> level(self._connection)
        rows = self._connection.execute(sql, (source, stamp(now + self._ahead), max(0, most)))
        return tuple(self._revisit(*row) for row in rows.fetchall())

    def _looked(self, source: str, now: datetime) -> int:
        """Second looks in the day before *now*."""
        sql = (
            "SELECT count(*) FROM (SELECT 1 FROM captures WHERE source = ? AND fetched_at > ? AND kind = 'page'"
            " AND outcome IN ('unchanged', 'not-modified', 'missing') LIMIT ?)"
        )
        since = stamp(now - timedelta(days=1))
        looked: int = self._connection.execute(sql, (source, since, self._per_day)).fetchone()[0]
        return looked

    def _revisit(self, article: str, url: str, missing: int) -> Revisit:
        """What was not there is asked for without conditions: the page may be back as it was."""
        prior = None if missing else prior_of(self._connection, article, url)
        return Revisit(url=url, missing=bool(missing), prior=prior)

    def endpoint(self, source: str, url: str, now: datetime) -> Endpoint | None:
        row = self._connection.execute(ENDPOINT, (source, url)).fetchone()
        if row is None:
            return None
        *answer, stated, next_at, complete = row
        return Endpoint(
            url=url,
            prior=prior(*answer) if answer[0] else None,
            complete=bool(complete),
            due=next_at is None or next_at <= stamp(now + self._ahead),
            stated=stated,
            further=self._further(source, url),
        )

    def _further(self, source: str, url: str) -> tuple[tuple[Via, str], ...]:
        """What an index states the dates of changes only when it does itself."""
        sql = "SELECT via, url FROM endpoints WHERE source = ? AND parent = ? AND (stated IS NULL OR NOT complete)"
        return tuple((Via(via), child) for via, child in self._connection.execute(sql, (source, url)))

    def waiting(self, source: str, now: datetime, limit: int) -> Sequence[Link]:
        return self._links(WAITING, (source, stamp(now + self._ahead), limit))

    def _links(self, sql: str, values: tuple[object, ...]) -> tuple[Link, ...]:
        rows = self._connection.execute(sql, values)
        return tuple(
            Link(url=url, title=title, section=section, published_at=date, via=via, via_kind=Via(kind))
            for url, title, section, date, via, kind in rows
        )

    def backfill(self, source: str) -> Backfill | None:
        sql = (
            "SELECT since, EXISTS (SELECT 1 FROM backfill_listings l WHERE l.source = b.source) FROM backfills b"
            " WHERE source = ? AND state = 'running'"
        )
        row = self._connection.execute(sql, (source,)).fetchone()
        return Backfill(since=date.fromisoformat(row[0]), begun=bool(row[1])) if row else None

    def steps(self, source: str, limit: int) -> Sequence[Step]:
        return steps(self._connection, source, limit)

    def put_off(self, source: str, since: date, now: datetime, limit: int) -> Sequence[Link]:
        now = now if now.year > 9000 else now + self._ahead
        return self._links(PUT_OFF, (source, stamp(now), since.isoformat(), limit))

    def days(self, source: str, keys: Sequence[str]) -> Sequence[str]:
        sql = (
            "SELECT substr(published_at, 1, 10) FROM articles WHERE source = ? AND published_at IS NOT NULL"
            " AND key IN (SELECT value FROM json_each(?))"
        )
        return [day for (day,) in self._connection.execute(sql, (source, json.dumps(list(keys))))]

    def robots(self, site: str, now: datetime) -> RobotsFile | None:
        sql = "SELECT status, fetched_at, body FROM robots WHERE site = ? AND fetched_at > ?"
        row = self._connection.execute(sql, (site, stamp(now + self._ahead - ROBOTS_AGE))).fetchone()
        if row is None:
            return None
        return RobotsFile(status=row[0], fetched_at=datetime.fromisoformat(row[1]), body=zlib.decompress(row[2]))

    def requisites(self, source: str, limit: int) -> Sequence[Link]:
        return requisite_rows.waiting(self._connection, source, datetime.now(UTC) + self._ahead, limit)

    def same_payload(self, digest: str) -> Prior | None:
        return requisite_rows.same_payload(self._connection, digest)

    def close(self) -> None:
        self._connection.close()
