"""Compare and keep: what one capture changes in the record. The one writer's side of the chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.capture import Capture
from crawler.source import Source
from pipelines import store
from pipelines.archive import stamp
from pipelines.article import Article, Fingerprint, Outcome
from pipelines.boilerplate import page_blocks
from pipelines.chain import Result
from pipelines.copies import relate
from pipelines.revisits import SIGHTINGS, next_visit
from pipelines.search import Document
from pipelines.sqlite import Connection
from pipelines.store import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How a capture ended, and what it did to the record. *document* is to be indexed; *article* is the article's id."""

    outcome: str
    source: str
    url: str
    run: str | None = None
    article: str | None = None
    added: bool = False
    revised: bool = False
    reprint: bool = False
    gone: bool = False
    document: Document | None = None


def keep(connection: Connection, source: Source, capture: Capture, place: Place, result: Result) -> Kept | None:
    """Keep one capture, in the caller's transaction; None where it was kept before."""
    if result.article is not None and result.fingerprint is not None:
        return _keep_article(connection, source, capture, place, result.article, result.fingerprint)
    known = store.find_article(connection, source.slug, result.key)
    article = known[0] if known else None
    row = store.add_capture(connection, capture, place, outcome=result.outcome, key=result.key, article=article)
    if row is None:
        return None
    gone = False
    if article and is_missing(capture, result.outcome, source):
        gone = observe(connection, article, capture, row, "missing")
    return Kept(outcome=result.outcome, source=source.slug, url=capture.final_url, run=capture.run, article=article, gone=gone)


def _keep_article(
    connection: Connection, source: Source, capture: Capture, place: Place, content: Article, fingerprint: Fingerprint
) -> Kept | None:
    known = store.find_article(connection, source.slug, content.key)
    # The row comes first, since versions point at it; its outcome is known when they are compared.
    row = store.add_capture(
        connection, capture, place, outcome=Outcome.ARTICLE, key=content.key, words=content.sha256
    )
    if row is None:
        return None
    article, n = known or store.add_article(connection, source, capture, content)
    before = 0 if known is None else _version_count(connection, article)
    connection.execute("UPDATE captures SET article = ? WHERE id = ?", (article, row))
    found = store.write_versions(connection, article, {content.sha256: content})
    fresh = any(version.capture == row for version in found)
    if not fresh:
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (Outcome.UNCHANGED, row))
    newest = fresh and found[-1].capture == row
    if newest:
        _show(connection, source, article, n, content, fingerprint, row, first=known is None)
    store.update(connection, article, {"revision": len(found)})
    moment = stamp(capture.fetched_at)
    for url in {capture.url, capture.final_url}:
        store.add_address(connection, url, content.key, article, moment)
    observe(connection, article, capture, row, "live")
    return Kept(
        outcome=Outcome.ARTICLE if fresh else Outcome.UNCHANGED,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        added=known is None,
        revised=known is not None and len(found) > before,
        reprint=known is None and _is_reprint(connection, article),
        document=(n, article, content.metadata.title, content.text) if newest else None,
    )


def _show(
    connection: Connection, source: Source, article: str, n: int, content: Article, fingerprint: Fingerprint, row: int, *, first: bool
) -> None:
    """Make *content* what the article's row, images, copies and blocks show."""
    if not first:
        columns = store.keep_date(connection, article, store.columns_of(source, content))
        store.update(connection, article, columns)
    store.write_images(connection, article, content, row)
    remember_blocks(connection, source.slug, article, content)
    relate(connection, article, n, content.text, fingerprint)


def remember_blocks(connection: Connection, source: str, article: str, content: Article) -> None:
    """What the site's rules are learned from: the blocks as read, before any rule."""
    blocks = page_blocks(block.text for block in content.reading.blocks)
    connection.execute("DELETE FROM site_blocks WHERE source = ? AND article = ?", (source, article))
    rows = [(source, article, key, int(key in blocks.removable), int(key in blocks.telling)) for key in blocks.removable | blocks.telling]
    connection.executemany("INSERT INTO site_blocks VALUES (?, ?, ?, ?, ?)", rows)


def _version_count(connection: Connection, article: str) -> int:
    return int(connection.execute("SELECT count(*) FROM revisions WHERE article = ?", (article,)).fetchone()[0])


def _is_reprint(connection: Connection, article: str) -> bool:
    row = connection.execute("SELECT relation FROM articles WHERE id = ?", (article,)).fetchone()
    return bool(row[0] == "reprint")


def is_missing(capture: Capture, outcome: str, source: Source) -> bool:
    """Whether a capture of an article's address shows that the article is not there."""
    if outcome in (Outcome.MISSING, f"{Outcome.REJECTED}:soft-404"):
        return True
    if outcome != Outcome.REDIRECT:
        return False
    target = urlsplit(urljoin(capture.final_url, capture.header("location") or ""))
    return target.path in ("", "/") and not target.query


def observe(connection: Connection, article: str, capture: Capture, row: int, state: str) -> bool:
    """Note a sighting and bring the article's state in line with all of them; whether it has just become ``gone``."""
    values: dict[str, Any] = {"article": article, "at": stamp(capture.fetched_at), "state": state, "evidence": row}
    store.insert(connection, "observations", values, verb="INSERT OR IGNORE")
    sql = "SELECT at, state FROM observations WHERE article = ? ORDER BY at"
    seen = connection.execute(sql, (article,)).fetchall()
    first, last, was = connection.execute(
        "SELECT first_seen_at, last_seen_at, state FROM articles WHERE id = ?", (article,)
    ).fetchone()
    lives = [at for at, seen_state in seen if seen_state == "live"]
    missing = [at for at, seen_state in seen if seen_state == "missing" and (not lives or at > lives[-1])]
    is_gone = len(missing) >= SIGHTINGS
    now = "withdrawn" if was == "withdrawn" else "gone" if is_gone else "live"
    first, last = min([first, *lives]), max([last, *lives])
    visit = next_visit(_time(first), _time(max(at for at, _ in seen)), len(missing))
    store.update(
        connection,
        article,
        {
            "state": now,
            "gone_since": missing[0] if is_gone else None,
            "first_seen_at": first,
            "last_seen_at": last,
            "next_visit_at": stamp(visit),
        },
    )
    return now == "gone" and was != "gone"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
