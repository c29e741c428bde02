"""One capture of an article, filed: its article's rows brought in line with it, and with those that stand for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.capture import Capture
from crawler.source import Source
from pipelines import requisite_rows, search, store
from pipelines.article import Article, Outcome
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.copies import tell_stories
from pipelines.fingerprint import fingerprint
from pipelines.observations import is_missing, note, settle
from pipelines.readings import prepare, unpack
from pipelines.revise import add_reading, revise
from pipelines.search import Document
from pipelines.sqlite import Connection
from pipelines.unmodified import Follower, Referent, followers, referent_of, sight


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


def file_article(
    connection: Connection, source: Source, capture: Capture, row: int, content: Article, result: Result
) -> Kept:
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
    _sight_all(connection, row, capture, later, article, content.key, reading)
    if source.requisites != "none":
        requisite_rows.enlist(connection, source.slug, article, content.metadata.images, result.requisites)
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


def file_again(
    connection: Connection, source: Source, capture: Capture, row: int, key: str, referent: Referent
) -> Kept:
    """What a capture without a payload shows is what *referent* showed, at another time."""
    assert referent.article is not None and referent.reading is not None
    article, reading = referent.article, referent.reading
    if key != referent.key:
        content = _read_again(connection, source, key, capture.final_url, article, reading)
        return file_article(connection, source, capture, row, content, _result(content))
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
            kept = file_article(connection, source, follower.capture, follower.row, copy, _result(copy))
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
