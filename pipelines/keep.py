"""Compare and keep: what one capture changes in the record. The one writer's side of the chain."""

import logging
from dataclasses import replace

from crawler.capture import Capture, Kind
from crawler.links import Via
from crawler.source import Source
from pipelines import store
from pipelines.archive import stamp
from pipelines.article import Article, Outcome
from pipelines.belongings import requisite_rows
from pipelines.chain import ACCEPTED, Result
from pipelines.copies.edges import wait_again, waiting
from pipelines.filing import Kept, file_again, file_article
from pipelines.program import read_by
from pipelines.sqlite import Connection, is_fault
from pipelines.state import habits
from pipelines.store import Place
from pipelines.versions.observations import is_missing, note, settle
from pipelines.versions.regroup import owner_of, reattribute
from pipelines.versions.unmodified import Referent, followers, problem_of, referent_of
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.attribution import is_withheld
from pipelines.withholding.rows.arriving import article_of, holder, keep_withheld
from pipelines.withholding.words.redacting import names_for

log = logging.getLogger(__name__)

__all__ = ["NOT_KEPT", "Kept", "keep", "keep_or_note"]

BY_OPERATOR = f"{Outcome.REJECTED}:operator"
NOT_KEPT = f"{Outcome.FAILED}:not-kept"


def keep_or_note(connection: Connection, source: Source, capture: Capture, place: Place, result: Result) -> Kept | None:
    """As ``keep``; a capture whose data cannot be kept leaves nothing behind but its row, as ``failed:not-kept``.

    What is wrong with the database or the machine (a full disk, a damaged file, no memory) is raised.
    """
    before = waiting(connection)
    connection.execute("SAVEPOINT capture")
    try:
        found = keep(connection, source, capture, place, result)
        if found and found.article and not found.added and capture.link and capture.link.via_kind is Via.REVISIT:
            habits.count(connection, found.article, capture.fetched_at, changed=found.revised)
    except Exception as error:
        if isinstance(error, MemoryError) or is_fault(error):
            raise
        log.exception("%s cannot be kept", capture.final_url)
        connection.execute("ROLLBACK TO capture")
        wait_again(connection, before)
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
    if holder(connection, source, capture, result) is not None:
        return _keep_withheld(connection, source, capture, place, result)
    if result.article is not None:
        return _keep_article(connection, source, capture, place, result.article, result)
    if capture.kind is Kind.REQUISITE:
        return _keep_requisite(connection, capture, place, result.outcome)
    article = owner_of(connection, source, store.known(connection, source.slug, result.key), capture)
    # One with the same bytes as another's, and a status of its own (404, a redirect), says what its status says.
    referent = referent_of(connection, capture.refers_to) if result.outcome == Outcome.NOT_MODIFIED else None
    row = store.add_capture(
        connection,
        capture,
        place,
        outcome=result.outcome,
        key=result.key,
        article=article,
        detail=_detail(capture, result, referent),
        read_by=_read_by(source, capture, result),
    )
    if row is None:
        return None
    is_guarded = capture.kind is Kind.PAGE and tombstones.are_there(connection)
    if referent and referent.reading and referent.source == source.slug and capture.kind is Kind.PAGE:
        urls = (capture.url, capture.final_url)
        if not is_guarded or not is_withheld(connection, source, result.key, urls, referent):
            return file_again(connection, source, capture, row, result, referent)
    location = capture.header("location")
    is_gone = referent.is_missing if referent else is_missing(result.outcome, capture.final_url, location)
    gone = _miss(connection, row, capture, article, is_gone)
    if is_guarded and tombstones.at_key(connection, source.slug, result.key):
        reattribute(connection, source, result.key)
        article = article_of(connection, row)
    return Kept(
        outcome=result.outcome,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        gone=gone,
    )


def _keep_withheld(
    connection: Connection, source: Source, capture: Capture, place: Place, result: Result
) -> Kept | None:
    """A capture with words that are withheld: its row, and none of them."""
    row = store.add_capture(connection, capture, place, outcome=Outcome.WITHHELD, key=_key_of(capture, result))
    if row is None:
        return None
    article = keep_withheld(connection, source, capture, row, result.key)
    return Kept(outcome=Outcome.WITHHELD, source=source.slug, url=capture.final_url, run=capture.run, article=article)


def _key_of(capture: Capture, result: Result) -> str | None:
    return None if capture.kind is Kind.REQUISITE else result.key


def _keep_requisite(connection: Connection, capture: Capture, place: Place, outcome: str) -> Kept | None:
    """Without an identity key: an image may lie at an address that looks like an article's."""
    if capture.refers_to:
        outcome = requisite_rows.outcome_of(connection, capture.refers_to) or outcome
    article = requisite_rows.shown_in(connection, capture)
    via = capture.link.via if capture.link else None
    if store.add_capture(connection, capture, place, outcome=outcome, article=article, detail=via) is None:
        return None
    requisite_rows.link(connection, capture.url)
    requisite_rows.correct(connection, capture.record_id, outcome)
    return Kept(outcome=outcome, source=capture.source, url=capture.final_url, run=capture.run, article=article)


def _miss(connection: Connection, row: int, capture: Capture, article: str | None, is_gone: bool) -> bool:
    """Note what a capture without an article, and those that stand for it, say of one; whether it is ``gone`` now."""
    seen = [(article, capture, row)] + [(f.article, f.capture, f.row) for f in followers(connection, capture)]
    missed = {known for known, _, _ in seen if known and is_gone}
    for known, at, evidence in seen:
        if known in missed:
            note(connection, known, stamp(at.fetched_at), "missing", evidence)
    became = [settle(connection, known) for known in sorted(missed)]
    return any(became)


def _detail(capture: Capture, result: Result, referent: Referent | None) -> str | None:
    if result.outcome == Outcome.NOT_MODIFIED:
        return problem_of(capture, referent)
    return capture.header("location") if result.outcome == Outcome.REDIRECT else result.detail


def _read_by(source: Source, capture: Capture, result: Result) -> str | None:
    """With what a page was read, so that reading it again can be left out (pipelines/reextract.py)."""
    if capture.kind is not Kind.PAGE:
        return None
    decided = {ACCEPTED: True, BY_OPERATOR: False}
    accepted = decided.get(result.detail or "", decided.get(result.outcome))
    return read_by(source, accepted, names_for(result.names or {}, result.key).mark)


def _keep_article(
    connection: Connection, source: Source, capture: Capture, place: Place, content: Article, result: Result
) -> Kept | None:
    # The row comes first, since versions point at it; its outcome is known when they are compared.
    noted = {"detail": result.detail, "read_by": _read_by(source, capture, result)}
    row = store.add_capture(connection, capture, place, outcome=Outcome.ARTICLE, key=content.key, **noted)
    return None if row is None else file_article(connection, source, capture, row, content, result)
