"""What belongs to articles' pages, as rows: listed when a page is read, linked when it was fetched, in whatever order.

An address is asked for once, whichever articles show it: all rows that name it stand alike. Every function works inside
the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler import requisites
from crawler.capture import Capture
from crawler.links import Link, Via
from crawler.memory import Prior
from pipelines.archive import Archive, stamp
from pipelines.article import Image, Outcome
from pipelines.sqlite import Connection
from pipelines.state.priors import prior

# Some image hosts are down for a day; one that refused three times in a week means it.
RETRIES = (timedelta(days=1), timedelta(days=7))
AT_ONCE = "1970-01-01T00:00:00.000Z"
# Asked again it would be as large again.
_TOO_LARGE = f"{Outcome.FAILED}:too-large"
# Of crawler.failures.Failure (that module needs Scrapy): what asking again would not change.
FOR_GOOD = frozenset({"offsite", "too-many-redirects"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an address is. *next_at*: when it is to be asked for (again); None: never."""

    capture: int | None = None
    outcome: str | None = None
    tries: int = 0
    next_at: str | None = AT_ONCE


def enlist(
    connection: Connection, source: str, article: str, images: Iterable[Image], others: Iterable[str] = ()
) -> None:
    """An article shows *images*, its page *others* as well (addresses as crawler.requisites has them)."""
    kinds = dict.fromkeys(others, "page") | dict.fromkeys(requisites.images(image.url for image in images), "image")
    for url, kind in kinds.items():
        now = standing(connection, url)
        connection.execute(
            "INSERT INTO requisites (article, url, source, kind, capture, outcome, tries, next_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article, url) DO UPDATE SET kind = min(kind, excluded.kind)",
            (article, url, source, kind, now.capture, now.outcome, now.tries, now.next_at),
        )
        connection.execute(
            "UPDATE captures SET article = ?1 WHERE url = ?2 AND kind = 'requisite' AND article IS NULL"
            " AND detail IN (SELECT url FROM addresses WHERE article = ?1)",
            (article, url),
        )


def complete(archive: Archive, source: str, article: str, others: Sequence[str]) -> None:
    """As ``enlist``, in a transaction of its own, if any of *others* is not listed yet."""
    rows = archive.connection.execute("SELECT url FROM requisites WHERE article = ?", (article,))
    if new := set(others) - {url for (url,) in rows}:
        with archive.transaction() as connection:
            enlist(connection, source, article, (), [url for url in others if url in new])


def standing(connection: Connection, url: str) -> Standing:
    """From all captures of *url*: the first good one is it; failures are counted once a run."""
    rows = connection.execute(
        "SELECT id, outcome, fetched_at, coalesce(run, record_id) FROM captures WHERE url = ? AND kind = 'requisite'"
        " AND outcome <> 'redirect' ORDER BY fetched_at, record_id",
        (url,),
    ).fetchall()
    good = next((row[0] for row in rows if row[1] == Outcome.REQUISITE), None)
    if good is not None:
        return Standing(capture=good, outcome=Outcome.REQUISITE, next_at=None)
    lasting = [outcome for _, outcome, _, _ in rows if not _is_passing(outcome)]
    failed = {run: moment for _, outcome, moment, run in rows if _is_passing(outcome)}
    if lasting:
        return Standing(outcome=lasting[-1], tries=len(failed), next_at=None)
    if not rows:
        return Standing()
    next_at = _after(max(failed.values()), len(failed))
    return Standing(outcome=rows[-1][1], tries=len(failed), next_at=next_at)


def _is_passing(outcome: str) -> bool:
    return outcome == Outcome.CHALLENGE or (outcome.startswith(Outcome.FAILED) and outcome != _TOO_LARGE)


def _after(moment: str, tries: int) -> str | None:
    """When an address is tried again that was tried in vain so often, at last at *moment*."""
    return stamp(datetime.fromisoformat(moment) + RETRIES[tries - 1]) if tries <= len(RETRIES) else None


def link(connection: Connection, url: str) -> None:
    """A capture of *url* was kept: whoever shows it learns what came of it."""
    now = standing(connection, url)
    if now.outcome is None:
        return  # a redirect that led nowhere: the crawl says what became of that
    connection.execute(
        "UPDATE requisites SET capture = ?, outcome = ?, tries = ?, next_at = ? WHERE url = ?",
        (now.capture, now.outcome, now.tries, now.next_at, url),
    )
    connection.execute("UPDATE images SET capture = ? WHERE url = ?", (now.capture, url))


def refused(connection: Connection, url: str, moment: datetime, code: str) -> None:
    """The crawl decided not to ask for *url* (*code* is a Failure), so no capture tells of it."""
    sql = "SELECT max(tries) FROM requisites WHERE url = ? AND next_at IS NOT NULL"
    tries = connection.execute(sql, (url,)).fetchone()[0]
    if tries is not None:
        next_at = None if code in FOR_GOOD else _after(stamp(moment), tries + 1)
        sql = "UPDATE requisites SET outcome = ?, tries = ?, next_at = ? WHERE url = ?"
        connection.execute(sql, (f"{Outcome.FAILED}:{code}", tries + 1, next_at, url))


def shown_in(connection: Connection, capture: Capture) -> str | None:
    """The article on whose behalf *capture* was asked for, if it is known yet."""
    via = capture.link.via if capture.link else None
    sql = "SELECT min(d.article) FROM addresses d JOIN articles a ON a.id = d.article WHERE d.url = ? AND a.source = ?"
    row = connection.execute(sql, (via, capture.source)).fetchone()
    return None if row is None else row[0]


def outcome_of(connection: Connection, record_id: str) -> str | None:
    """How the capture ended that a revisit record refers to: an error page that comes again is one again."""
    sql = "SELECT outcome FROM captures WHERE record_id = ? AND kind = 'requisite'"
    row = connection.execute(sql, (record_id,)).fetchone()
    return None if row is None else str(row[0])


def correct(connection: Connection, record_id: str, outcome: str) -> None:
    """What refers to this record and came before it was taken for a file; it is what this one is."""
    sql = "SELECT id, url FROM captures WHERE refers_to = ? AND kind = 'requisite' AND outcome <> ?"
    for row, url in connection.execute(sql, (record_id, outcome)).fetchall():
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (outcome, row))
        link(connection, url)


def capture_of(connection: Connection, url: str) -> int | None:
    return standing(connection, url).capture


def waiting(connection: Connection, source: str, now: datetime, limit: int) -> Sequence[Link]:
    """At most *limit* addresses to be asked for now, those of the newest articles first, each once."""
    sql = (
        "SELECT r.url, a.url, max(coalesce(a.published_at, a.first_seen_at)) AS at, r.kind, r.rowid FROM requisites r"
        " JOIN articles a ON a.id = r.article WHERE r.source = ? AND r.next_at <= ? AND a.state <> 'withdrawn'"
        " GROUP BY r.url ORDER BY at DESC, a.n DESC, r.kind, r.rowid LIMIT ?"
    )
    rows = connection.execute(sql, (source, stamp(now), limit))
    return tuple(Link(url=url, via=via, via_kind=Via.ARTICLE) for url, via, *_ in rows)


def same_payload(connection: Connection, digest: str) -> Prior | None:
    """A requisite that is kept with this payload digest."""
    row = connection.execute(
        "SELECT record_id, final_url, fetched_at, payload_digest, etag, last_modified FROM captures"
        " WHERE kind = 'requisite' AND payload_digest = ? AND outcome = 'requisite' AND refers_to IS NULL"
        " ORDER BY id LIMIT 1",
        (digest,),
    ).fetchone()
    return prior(*row) if row else None
