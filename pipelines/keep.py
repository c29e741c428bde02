"""Compare and keep: what one capture changes in the record. The one writer's side of the chain."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.capture import Capture, Kind
from crawler.source import Source
from pipelines import requisite_rows, search, store
from pipelines.archive import stamp
from pipelines.article import Article, Outcome
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.copies import tell_stories
from pipelines.fingerprint import fingerprint
from pipelines.observations import is_missing, note, settle
from pipelines.readings import prepare, unpack
from pipelines.revise import add_reading, revise
from pipelines.search import Document
from pipelines.sqlite import Connection, is_fault
from pipelines.store import Place
from pipelines.unmodified import Follower, Referent, followers, problem_of, referent_of, sight

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
    referent = referent_of(connection, capture.refers_to)
    row = store.add_capture(
        connection,
        capture,
        place,
        outcome=result.outcome,
        key=result.key,
        article=article,
        detail=_detail(capture, result, referent),
    )
    if row is None:
        return None
    if referent and referent.reading and referent.source == source.slug and capture.kind is Kind.PAGE:
        return _keep_again(connection, source, capture, row, result.key, referent)
    location = capture.header("location")
    is_gone = referent.is_missing if referent else is_missing(result.outcome, capture.final_url, location)
    gone = _miss(connection, row, capture, article, is_gone)
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
    return capture.header("location") if result.outcome == Outcome.REDIRECT else None


def _keep_article(
    connection: Connection, source: Source, capture: Capture, place: Place, content: Article, result: Result
) -> Kept | None:
    # The row comes first, since versions point at it; its outcome is known when they are compared.
    row = store.add_capture(connection, capture, place, outcome=Outcome.ARTICLE, key=content.key)
    return None if row is None else _file(connection, source, capture, row, content, result)


def _file(connection: Connection, source: Source, capture: Capture, row: int, content: Article, result: Result) -> Kept:
    """Make the capture *row* one of its article's."""
    known = store.find_article(connection, source.slug, content.key)
    article, n = known or store.add_article(connection, source, capture, content)
    before, later = _standing(connection, article), followers(connection, capture)
    if before.state == "withdrawn":
        return _entomb(connection, capture, row, article, result.outcome)
    packed = result.packed or prepare(content.reading)
    reading = add_reading(connection, source.slug, article, content.sha256, packed)
    if known is None:
        _adopt(connection, source.slug, content.key, article)
    if source.requisites != "none":
        requisite_rows.enlist(connection, source.slug, article, content.metadata.images, result.requisites)
    _sight_all(connection, row, capture, later, article, content.key, reading)
    gone = settle(connection, article)
    revised = revise(
        connection, source, article, key=content.key, n=n, fresh={reading: content}, marks=result.fingerprint
    )
    if revised.document is None:
        _tell_if_earlier(connection, article, before)
    if known is not None and before.rules != content.rules:
        store.update(connection, article, {"rules": None})  # read under rules that are past: to be cleaned again
    outcome = result.outcome
    if outcome == Outcome.ARTICLE and row not in revised.first_captures:
        outcome = Outcome.UNCHANGED
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (outcome, row))
    _copy_all(connection, source, later, content.key, content)
    return Kept(
        outcome=outcome,
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


def _entomb(connection: Connection, capture: Capture, row: int, article: str, outcome: str) -> Kept:
    """A tombstone stays one: the capture is noted, its words are not."""
    outcome = Outcome.UNCHANGED if outcome == Outcome.ARTICLE else outcome
    connection.execute("UPDATE captures SET article = ?, outcome = ? WHERE id = ?", (article, outcome, row))
    return Kept(outcome=outcome, source=capture.source, url=capture.final_url, run=capture.run, article=article)


def _keep_again(
    connection: Connection, source: Source, capture: Capture, row: int, key: str, referent: Referent
) -> Kept:
    """What a capture without a payload shows is what *referent* showed, at another time."""
    assert referent.article is not None and referent.reading is not None
    article, reading = referent.article, referent.reading
    if key != referent.key:
        content = _read_again(connection, source, key, capture.final_url, article, reading)
        return _file(connection, source, capture, row, content, _result(content))
    before, later = _standing(connection, article), followers(connection, capture)
    if before.state == "withdrawn":
        return _entomb(connection, capture, row, article, Outcome.NOT_MODIFIED)
    n, own = connection.execute("SELECT n, key FROM articles WHERE id = ?", (article,)).fetchone()
    _sight_all(connection, row, capture, later, article, own, reading)
    gone = settle(connection, article)
    revised = revise(connection, source, article, key=own, n=n)
    if revised.document is None:
        _tell_if_earlier(connection, article, before)
    if any(follower.key != key for follower in later):
        content = _read_again(connection, source, key, capture.final_url, article, reading)
        _copy_all(connection, source, later, key, content)
    return Kept(
        outcome=Outcome.NOT_MODIFIED,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        revised=revised.versions > before.revision,
        gone=gone,
        document=revised.document,
    )


def _read_again(connection: Connection, source: Source, key: str, url: str, article: str, reading: str) -> Article:
    sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
    (packed,) = connection.execute(sql, (article, reading)).fetchone()
    return clean(unpack(packed), store.rules_of(connection, source.slug), source=source.slug, key=key, url=url)


def _result(content: Article) -> Result:
    marks = fingerprint(content.text)
    return Result(outcome=Outcome.NOT_MODIFIED, key=content.key, article=content, fingerprint=marks)


def _sight_all(
    connection: Connection,
    row: int,
    capture: Capture,
    later: Sequence[Follower],
    article: str,
    key: str,
    reading: str,
) -> None:
    """The capture shows the article, and so do those that stand for it at the same page."""
    sight(connection, row, capture, article, key, reading)
    for follower in later:
        if follower.key == key:
            sight(connection, follower.row, follower.capture, article, key, reading)


def _copy_all(connection: Connection, source: Source, later: Sequence[Follower], key: str, content: Article) -> None:
    """The same bytes at another page of the source are another article."""
    for follower in later:
        if follower.key != key:
            copy = replace(content, key=follower.key, url=follower.capture.final_url)
            kept = _file(connection, source, follower.capture, follower.row, copy, _result(copy))
            search.replace(connection, [kept.document] if kept.document else [])


def _tell_if_earlier(connection: Connection, article: str, before: "_Standing") -> None:
    if _standing(connection, article).first_seen_at < before.first_seen_at:
        tell_stories(connection, [article])  # of undated copies, whoever was seen first is the original


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
        "SELECT id, outcome, final_url, detail, fetched_at, refers_to FROM captures"
        " WHERE source = ? AND key = ? AND article IS NULL"
    )
    for row, outcome, final_url, detail, moment, refers_to in connection.execute(sql, (source, key)).fetchall():
        connection.execute("UPDATE captures SET article = ? WHERE id = ?", (article, row))
        referent = referent_of(connection, refers_to)
        if referent.is_missing if referent else is_missing(outcome, final_url, detail):
            note(connection, article, moment, "missing", row)


def _is_reprint(connection: Connection, article: str) -> bool:
    row = connection.execute("SELECT relation FROM articles WHERE id = ?", (article,)).fetchone()
    return bool(row[0] == "reprint")
