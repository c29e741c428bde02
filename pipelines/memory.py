"""What the archive answers the network side (crawler.memory.Memory), from a read-only connection."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.links import Link
from crawler.memory import Endpoint, Prior, Revisit, RobotsFile
from pipelines import requisite_rows
from pipelines.archive import open_readonly, stamp

# What failed, or was withheld by a bot challenge, is asked for again; any other outcome of a page is lasting.
_LASTING = "outcome NOT LIKE 'failed:%' AND outcome NOT IN ('challenge', 'redirect')"


class ArchiveMemory:
    """*ahead*: whatever is due within this time of now counts as due (the demo's year passes in a second)."""

    def __init__(self, path: Path, ahead: timedelta = timedelta(0)) -> None:
        self._connection = open_readonly(path)
        self._ahead = ahead

    def known(self, source: str, key: str) -> bool:
        sql = f"SELECT 1 FROM captures WHERE source = ? AND key = ? AND kind = 'page' AND {_LASTING} LIMIT 1"
        return self._connection.execute(sql, (source, key)).fetchone() is not None

    def due(self, source: str, now: datetime, limit: int) -> Sequence[Revisit]:
        sql = (
            "SELECT a.url, EXISTS (SELECT 1 FROM observations o WHERE o.article = a.id AND o.state = 'missing'"
            " AND o.at > a.last_seen_at) AS missing FROM articles a"
            " WHERE a.source = ? AND a.next_visit_at <= ? AND a.state <> 'withdrawn'"
            " ORDER BY missing DESC, a.next_visit_at LIMIT ?"
        )
        rows = self._connection.execute(sql, (source, stamp(now + self._ahead), limit))
        return tuple(Revisit(url=url, missing=bool(missing)) for url, missing in rows)

    def caught_up(self, source: str) -> bool:
        # The run that asks is itself among the runs, as "running"; one that died left no word of its sources.
        sql = (
            "SELECT 1 FROM source_runs s WHERE source = ?1 AND state = 'done' AND outcomes NOT LIKE '%\"failed:%'"
            " AND started_at = (SELECT max(started_at) FROM source_runs WHERE source = ?1) AND NOT EXISTS"
            " (SELECT 1 FROM runs WHERE started_at > s.started_at AND state NOT IN ('done', 'running'))"
        )
        return self._connection.execute(sql, (source,)).fetchone() is not None

    def endpoint(self, source: str, url: str, now: datetime) -> Endpoint | None:
        return None

    def waiting(self, source: str, now: datetime, limit: int) -> Sequence[Link]:
        return ()

    def robots(self, site: str, now: datetime) -> RobotsFile | None:
        return None

    def requisites(self, source: str, limit: int) -> Sequence[Link]:
        return requisite_rows.waiting(self._connection, source, datetime.now(UTC) + self._ahead, limit)

    def same_payload(self, digest: str) -> Prior | None:
        return requisite_rows.same_payload(self._connection, digest)

    def close(self) -> None:
        self._connection.close()
