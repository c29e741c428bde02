"""Compare and keep: what one capture changes in the record. The one writer's side of the chain."""

import logging
from dataclasses import dataclass, replace

from crawler.capture import Capture, Kind
from crawler.source import Source
from pipelines import requisite_rows, store
from pipelines.archive import stamp
from pipelines.article import Article, Outcome
from pipelines.chain import Result
from pipelines.copies import tell_stories
from pipelines.observations import is_missing, note, settle
from pipelines.readings import prepare
from pipelines.revise import add_reading, revise
from pipelines.search import Document
from pipelines.sqlite import Connection, is_fault
from pipelines.store import Place

log = logging.getLogger(__name__)

NOT_KEPT = f"{Outcome.FAILED}:not-kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How a capture ended, and what it did to the record. *document* is to be indexed; *article* is an article's id."""

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


def keep_or_note(connection: Connection, source: Source, capture: Capture, place: Place, result: Result) -> Kept | None:
    """As ``keep``; a capture whose data cannot be kept leaves nothing behind but its row, as ``failed:not-kept``.

    What is wrong with the database or the machine (a full disk, a damaged file, no memory) is raised.
    """
    connection.execute("SAVEPOINT capture")
    try:
        found = keep(connection, source, capture, place, result)
    except Exception as error:
        if isinstance(error, MemoryError) or is_fault(error):
            raise
        log.exception("%s cannot be kept", capture.final_url)
        connection.execute("ROLLBACK TO capture")
        found = _note_failure(connection, capture, place, error)
    connection.execute("RELEASE capture")
    return found


def _note_failure(connection: Connection, capture: Capture, place: Place, error: Exception) -> Kept:
    """The capture's row with nothing in it that could fail again."""
    url, final_url = (text.encode("utf-8", "replace").decode() for text in (capture.url, capture.final_url))
    status = capture.status if capture.status is not None and 0 <= capture.status <= 999 else None
    plain = replace(capture, url=url, final_url=final_url, status=status)
    detail = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()[:500]
    store.add_capture(connection, plain, place, outcome=NOT_KEPT, detail=detail)
    return Kept(outcome=NOT_KEPT, source=capture.source, url=final_url, run=capture.run)


def keep(connection: Connection, source: Source, capture: Capture, place: Place, result: Result) -> Kept | None:
    """Keep one capture, in the caller's transaction; None where it was kept before."""
    if result.article is not None:
        return _keep_article(connection, source, capture, place, result.article, result)
    if capture.kind is Kind.REQUISITE:
        return _keep_requisite(connection, capture, place, result.outcome)
    known = store.find_article(connection, source.slug, result.key)
    article = known[0] if known else None
    location = capture.header("location") if result.outcome == Outcome.REDIRECT else None
    row = store.add_capture(
        connection, capture, place, outcome=result.outcome, key=result.key, article=article, detail=location
    )
    if row is None:
        return None
    gone = False
    if article and is_missing(result.outcome, capture.final_url, location):
        note(connection, article, stamp(capture.fetched_at), "missing", row)
        gone = settle(connection, article)
    return Kept(
        outcome=result.outcome,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        gone=gone,
    )


def _keep_requisite(connection: Connection, capture: Capture, place: Place, outcome: str) -> Kept | None:
    """Without an identity key: an image may lie at an address that looks like an article's."""
    if capture.refers_to:
        outcome = requisite_rows.outcome_of(connection, capture.refers_to) or outcome
    article = requisite_rows.shown_in(connection, capture)
    via = capture.link.via if capture.link else None
    if store.add_capture(connection, capture, place, outcome=outcome, article=article, detail=via) is None:
        return None
    requisite_rows.link(connection, capture.url)
    return Kept(outcome=outcome, source=capture.source, url=capture.final_url, run=capture.run, article=article)


def _keep_article(
    connection: Connection, source: Source, capture: Capture, place: Place, content: Article, result: Result
) -> Kept | None:
    # The row comes first, since versions point at it; its outcome is known when they are compared.
    row = store.add_capture(connection, capture, place, outcome=Outcome.ARTICLE, key=content.key)
    if row is None:
        return None
    known = store.find_article(connection, source.slug, content.key)
    article, n = known or store.add_article(connection, source, capture, content)
    before = _standing(connection, article)
    if before.state == "withdrawn":  # a tombstone stays one: the capture is noted, its words are not
        connection.execute(
            "UPDATE captures SET article = ?, outcome = ? WHERE id = ?", (article, Outcome.UNCHANGED, row)
        )
        return Kept(
            outcome=Outcome.UNCHANGED,
            source=source.slug,
            url=capture.final_url,
            run=capture.run,
            article=article,
        )
    moment = stamp(capture.fetched_at)
    packed = result.packed or prepare(content.reading)
    reading = add_reading(connection, source.slug, article, content.sha256, packed)
    connection.execute("UPDATE captures SET article = ?, reading = ? WHERE id = ?", (article, reading, row))
    for url in {capture.url, capture.final_url}:
        store.add_address(connection, url, content.key, article, moment)
    if known is None:
        _adopt(connection, source.slug, content.key, article)
    if source.requisites != "none":
        requisite_rows.enlist(connection, source.slug, article, content.metadata.images, result.requisites)
    note(connection, article, moment, "live", row)
    gone = settle(connection, article)
    revised = revise(
        connection, source, article, key=content.key, n=n, fresh={reading: content}, marks=result.fingerprint
    )
    if revised.document is None and moment < before.first_seen_at:
        tell_stories(connection, [article])  # of undated copies, whoever was seen first is the original
    if known is not None and before.rules != content.rules:
        store.update(connection, article, {"rules": None})  # read under rules that are past: to be cleaned again
    begins = row in revised.first_captures
    if not begins:
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (Outcome.UNCHANGED, row))
    return Kept(
        outcome=Outcome.ARTICLE if begins else Outcome.UNCHANGED,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        added=known is None,
        revised=known is not None and revised.versions > before.revision,
        reprint=known is None and _is_reprint(connection, article),
        gone=gone,
        document=revised.document,
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    first_seen_at: str
    revision: int
    rules: str | None
    state: str


def _standing(connection: Connection, article: str) -> _Standing:
    sql = "SELECT first_seen_at, revision, rules, state FROM articles WHERE id = ?"
    return _Standing(*connection.execute(sql, (article,)).fetchone())


def _adopt(connection: Connection, source: str, key: str, article: str) -> None:
    """Captures of the address that came before its article was known: an import may bring the removal first."""
    sql = (
        "SELECT id, outcome, final_url, detail, fetched_at FROM captures"
        " WHERE source = ? AND key = ? AND article IS NULL"
    )
    for row, outcome, final_url, detail, moment in connection.execute(sql, (source, key)).fetchall():
        connection.execute("UPDATE captures SET article = ? WHERE id = ?", (article, row))
        if is_missing(outcome, final_url, detail):
            note(connection, article, moment, "missing", row)


def _is_reprint(connection: Connection, article: str) -> bool:
    row = connection.execute("SELECT relation FROM articles WHERE id = ?", (article,)).fetchone()
    return bool(row[0] == "reprint")
