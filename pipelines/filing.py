"""One capture of an article, filed: its article's rows brought in line with it, and with those that stand for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.capture import Capture
from crawler.source import Source
from pipelines import search, store
from pipelines.archive import stamp
from pipelines.article import Article, Outcome
from pipelines.belongings import requisite_rows
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.copies import edges
from pipelines.fingerprint import fingerprint
from pipelines.search import Document
from pipelines.sqlite import Connection
from pipelines.store import Known
from pipelines.versions.adopting import adopt
from pipelines.versions.division import Filed, Fresh
from pipelines.versions.observations import settle
from pipelines.versions.readings import Packed, prepare, unpack
from pipelines.versions.regroup import belongs, reattribute, regroup
from pipelines.versions.revise import add_reading, revise
from pipelines.versions.unmodified import Follower, Referent, followers, referent_of, sight
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.attribution import is_withheld
from pipelines.withholding.words.redacting import ByKey, names_for, redact_reading


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
    later = followers(connection, capture)
    packed = result.packed or prepare(content.reading)
    known = store.known(connection, source.slug, content.key)
    fresh = Fresh(
        rows=(row, *(follower.row for follower in later if follower.key == content.key)),
        content=content,
        packed=packed,
        marks=result.fingerprint,
    )
    tombs = tombstones.at_key(connection, source.slug, content.key)
    for article in known:
        if article.state == "withdrawn" and article.id not in tombs:  # it comes back: it is read again
            store.update(connection, article.id, {"state": "live"})
    if tombs or (known and (len(known) != 1 or not _is_of(connection, known[0], content, packed))):
        filed = regroup(connection, source, content.key, known, fresh)
        assert filed is not None
    else:
        filed = _add_to(connection, source, known[0] if known else None, capture, later, fresh)
    if source.requisites != "none":
        requisite_rows.enlist(connection, source.slug, filed.article, content.metadata.images, result.requisites)
    revised, outcome = filed.revised, result.outcome
    if outcome == Outcome.ARTICLE and row not in revised.first_captures:
        outcome = Outcome.UNCHANGED
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (outcome, row))
    _copy_all(connection, source, later, content.key, content, result.names)
    return Kept(
        outcome=outcome,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=filed.article,
        added=filed.before is None,
        revised=filed.before is not None and revised.versions > filed.before,
        gone=filed.gone,
        document=revised.document,
    )


def _is_of(connection: Connection, known: Known, content: Article, packed: Packed) -> bool:
    return known.state == "withdrawn" or belongs(connection, known, content, packed.sha256)


def _add_to(
    connection: Connection,
    source: Source,
    known: Known | None,
    capture: Capture,
    later: Sequence[Follower],
    fresh: Fresh,
) -> Filed:
    """The capture as one more of *known*, or as the first of a new article."""
    content = fresh.content
    moment = stamp(capture.fetched_at)
    article, n = (known.id, known.n) if known else store.add_article(connection, source, moment, content)
    reading = add_reading(connection, source.slug, article, content.sha256, fresh.packed)
    if known is None:
        adopt(connection, source.slug, content.key, article)
    _sight_all(connection, fresh.rows[0], capture, later, article, content.key, reading)
    gone = settle(connection, article)
    revised = revise(connection, source, article, key=content.key, n=n, fresh={reading: content}, marks=fresh.marks)
    if known is not None and revised.document is None:
        _tell_if_earlier(connection, article, known.first_seen_at)
    if known is not None and known.rules != content.rules:
        store.update(connection, article, {"rules": None})  # read under rules that are past: to be cleaned again
    return Filed(article=article, before=known.revision if known else None, gone=gone, revised=revised)


def file_again(
    connection: Connection, source: Source, capture: Capture, row: int, result: Result, referent: Referent
) -> Kept:
    """What a capture without a payload shows is what *referent* showed, at another time."""
    key, names = result.key, result.names
    assert referent.article is not None and referent.reading is not None
    article, reading = referent.article, referent.reading
    if (
        key != referent.key
        or len(store.known(connection, source.slug, key)) > 1
        or tombstones.at_key(connection, source.slug, key)
    ):
        content = _read_again(connection, source, key, capture.final_url, article, reading, names)
        return file_article(connection, source, capture, row, content, _result(content, names))
    sql = "SELECT n, key, revision, first_seen_at FROM articles WHERE id = ?"
    n, own, versions, first_seen_at = connection.execute(sql, (article,)).fetchone()
    later = followers(connection, capture)
    _sight_all(connection, row, capture, later, article, own, reading)
    gone = settle(connection, article)
    revised = revise(connection, source, article, key=own, n=n)
    if revised.document is None:
        _tell_if_earlier(connection, article, first_seen_at)
    if any(follower.key != key for follower in later):
        content = _read_again(connection, source, key, capture.final_url, article, reading, names)
        _copy_all(connection, source, later, key, content, names)
    return Kept(
        outcome=Outcome.NOT_MODIFIED,
        source=source.slug,
        url=capture.final_url,
        run=capture.run,
        article=article,
        revised=revised.versions > versions,
        gone=gone,
        document=revised.document,
    )


def _read_again(
    connection: Connection, source: Source, key: str, url: str, article: str, reading: str, names: ByKey | None
) -> Article:
    sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
    (packed,) = connection.execute(sql, (article, reading)).fetchone()
    found = redact_reading(unpack(packed), names_for(names or {}, key))
    return clean(found, store.rules_of(connection, source.slug), source=source.slug, key=key, url=url)


def _result(content: Article, names: ByKey | None) -> Result:
    marks = fingerprint(content.compared)
    return Result(outcome=Outcome.NOT_MODIFIED, key=content.key, article=content, fingerprint=marks, names=names)


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


def _copy_all(
    connection: Connection,
    source: Source,
    later: Sequence[Follower],
    key: str,
    content: Article,
    names: ByKey | None,
) -> None:
    """The same bytes at another page of the source are another article, unless they are withheld there."""
    is_guarded = tombstones.are_there(connection)
    for follower in later:
        if follower.key == key:
            continue
        if is_guarded and _is_withheld(connection, source, follower):
            reattribute(connection, source, follower.key)
            continue
        copy = replace(content, key=follower.key, url=follower.capture.final_url)
        if own := names_for(names or {}, follower.key):
            rules = store.rules_of(connection, source.slug)
            reading = redact_reading(copy.reading, own)
            copy = clean(reading, rules, source=source.slug, key=copy.key, url=copy.url)
        kept = file_article(connection, source, follower.capture, follower.row, copy, _result(copy, names))
        search.replace(connection, [kept.document] if kept.document else [])


def _is_withheld(connection: Connection, source: Source, follower: Follower) -> bool:
    (refers_to,) = connection.execute("SELECT refers_to FROM captures WHERE id = ?", (follower.row,)).fetchone()
    urls = (follower.capture.url, follower.capture.final_url)
    return is_withheld(connection, source, follower.key, urls, referent_of(connection, refers_to))


def _tell_if_earlier(connection: Connection, article: str, before: str) -> None:
    (first_seen_at,) = connection.execute("SELECT first_seen_at FROM articles WHERE id = ?", (article,)).fetchone()
    if first_seen_at < before:
        edges.tell_stories(connection, [article])  # of undated copies, whoever was seen first is the original


def tell_reprints(connection: Connection, kept: Sequence[Kept]) -> list[Kept]:
    """*kept*, with what is known only when all of them are there: which of the new articles repeat another."""
    edges.settle(connection)
    return [replace(item, reprint=item.added and _is_reprint(connection, item.article)) for item in kept]


def _is_reprint(connection: Connection, article: str | None) -> bool:
    row = connection.execute("SELECT relation FROM articles WHERE id = ?", (article,)).fetchone()
    return row is not None and bool(row[0] == "reprint")
