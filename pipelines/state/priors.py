"""What a revisit's request may refer to: the last full answer of the address, under the names it has today."""

from datetime import datetime
from typing import Any

from crawler.memory import Prior
from pipelines.sqlite import Connection

# After so many answers of 304 in a row the page itself is asked for: some servers give one ETag to all that they ever
# said, and one look in four at the full page costs no disk where it is the same.
TRUSTED = 3


def prior_of(connection: Connection, article: str, url: str) -> Prior | None:
    """The Prior of an article's address; without ETag and Last-Modified where the next look is to be a full one."""
    # The newest look, itself perhaps one that found nothing new, says what is there now.
    sql = (
        "SELECT record_id, refers_to, status, etag, last_modified FROM captures"
        " WHERE article = ? AND final_url = ? AND reading IS NOT NULL ORDER BY fetched_at DESC, record_id DESC LIMIT ?"
    )
    looks = connection.execute(sql, (article, url, TRUSTED)).fetchall()
    there = looks[0][1] or looks[0][0] if looks else None
    looks = [look for look in looks if there in look[:2]]
    full = _full(connection, there, url)
    if full is None:
        return None
    record_id, fetched_at, digest, etag, last_modified = full
    if all(status == 304 for _, _, status, _, _ in looks) and len(looks) == TRUSTED:
        etag, last_modified = None, None
    else:
        etag, last_modified = _names(looks, etag, last_modified)
    if not (digest or etag or last_modified):
        return None
    return prior(record_id, url, fetched_at, digest, etag, last_modified)


def prior(
    record_id: str, url: str, fetched_at: str, digest: str | None, etag: str | None, last_modified: str | None
) -> Prior:
    """A Prior from columns as they stand in captures and endpoints."""
    return Prior(
        record_id=record_id,
        url=url,
        fetched_at=datetime.fromisoformat(fetched_at),
        payload_digest=digest,
        etag=etag,
        last_modified=last_modified,
    )


def _full(connection: Connection, record_id: str | None, url: str) -> Any:
    """The capture that has the payload, where it came from this very address."""
    sql = (
        "SELECT record_id, fetched_at, payload_digest, etag, last_modified FROM captures"
        " WHERE record_id = ? AND final_url = ? AND refers_to IS NULL"
    )
    return connection.execute(sql, (record_id, url)).fetchone()


def _names(looks: list[Any], etag: str | None, last_modified: str | None) -> tuple[str | None, str | None]:
    """The latest answer with a body names its version anew; a 304 since then may, and need not."""
    newer: list[tuple[str | None, str | None]] = []
    for _, _, status, *names in looks:
        if status != 304:
            etag, last_modified = names
            break
        newer.append((names[0], names[1]))
    for said in reversed(newer):
        etag, last_modified = said[0] or etag, said[1] or last_modified
    return etag, last_modified
