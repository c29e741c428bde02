"""Captures that come in of what is withheld: each has its row and its outcome, and none of the words.

Whether one is withheld follows from the decisions and the capture, not from what came before it; only among articles
that share an identity do living ones keep what is seen to be theirs. Inside the caller's transaction.
"""

from datetime import date
from urllib.parse import urlsplit

from crawler.capture import Capture, Kind
from crawler.provinces import as_of
from crawler.source import Source
from pipelines import store
from pipelines.archive import stamp
from pipelines.article import Article, Outcome
from pipelines.belongings import requisite_rows
from pipelines.chain import Result
from pipelines.sqlite import Connection
from pipelines.versions.adopting import adopt
from pipelines.versions.observations import note, settle
from pipelines.versions.readings import prepare
from pipelines.versions.regroup import belongs
from pipelines.versions.unmodified import Referent, followers
from pipelines.withholding import tombstones
from pipelines.withholding.entombing import facts, has_words


def holder(connection: Connection, source: Source, capture: Capture, result: Result) -> str | None:
    """The withheld article whose words *capture* has, "" where it is not known; None: it has none of such."""
    if capture.withheld is not None:
        return tombstones.by_digest(connection, capture.payload_digest) or capture.withheld
    if not tombstones.are_there(connection) or capture.refers_to:
        return None
    if capture.kind is Kind.REQUISITE or result.outcome == capture.kind:  # a listing or a feed
        return tombstones.by_digest(connection, capture.payload_digest)
    if capture.kind is not Kind.PAGE or not has_words(result.outcome):
        return None
    if found := tombstones.by_digest(connection, capture.payload_digest):
        return found
    urls = (capture.url, capture.final_url)
    found = tombstones.by_identity(connection, source, result.key, urls, capture.payload_digest)
    return None if found and result.article and _is_anothers(connection, source, result.article, result) else found


def _is_anothers(connection: Connection, source: Source, content: Article, result: Result) -> bool:
    """Whether a living article of the same identity shows that it is its: the withheld one's words are no more."""
    living = [each for each in store.known(connection, source.slug, content.key) if each.state != "withdrawn"]
    reading = (result.packed or prepare(content.reading)).sha256 if living else ""
    return any(belongs(connection, each, content, reading) for each in living)


def keep_withheld(
    connection: Connection, source: Source, capture: Capture, row: int, result: Result, held: str
) -> str | None:
    """Note the capture *row*, which has words of the withheld article *held*. The article that it is of, if of one."""
    if capture.kind is Kind.REQUISITE:
        article = requisite_rows.shown_in(connection, capture)
        via = capture.link.via if capture.link else None
        connection.execute("UPDATE captures SET article = ?, detail = ? WHERE id = ?", (article, via, row))
        return article
    key = result.key
    held = _at(connection, source, capture, key) or held
    tomb = tombstones.of(connection, held)
    if tomb is None or tomb.source != source.slug or tombstones.plain(tomb.key) != key:
        article = None  # its words stand at another page, too
    elif not (result.article or tombstones.by_digest(connection, capture.payload_digest)):
        return _file_under(connection, row, held)  # what was refused is no sighting of it
    else:
        _see(connection, source, tomb, capture, row, key)
        article = held
    for follower in followers(connection, capture):
        stand_in(connection, source, follower.capture, follower.row, follower.key)
    return article


def _at(connection: Connection, source: Source, capture: Capture, key: str) -> str | None:
    return tombstones.by_identity(connection, source, key, (capture.url, capture.final_url), None)


def _file_under(connection: Connection, row: int, article: str) -> str | None:
    sql = "UPDATE captures SET article = (SELECT id FROM articles WHERE id = ?) WHERE id = ? RETURNING article"
    (found,) = connection.execute(sql, (article, row)).fetchone()
    return None if found is None else str(found)


def sight_again(
    connection: Connection, source: Source, capture: Capture, row: int, key: str, referent: Referent
) -> str | None:
    """Note the capture *row*, which stands for *referent*'s payload; the withheld article that it is of, if of one."""
    if referent.outcome != Outcome.WITHHELD and (referent.reading is None or not tombstones.are_there(connection)):
        return None
    if referent.outcome == Outcome.WITHHELD and referent.article is None:
        return None
    return stand_in(connection, source, capture, row, key)


def stand_in(connection: Connection, source: Source, capture: Capture, row: int, key: str) -> str | None:
    """As ``sight_again``, of a payload that is known to have words."""
    article = _at(connection, source, capture, key)
    tomb = tombstones.of(connection, article) if article else None
    if tomb is None or tomb.source != source.slug:
        return None
    _see(connection, source, tomb, capture, row, key)
    return article


def _see(
    connection: Connection, source: Source, tomb: tombstones.Tombstone, capture: Capture, row: int, key: str
) -> None:
    is_new = connection.execute("SELECT 1 FROM articles WHERE id = ?", (tomb.article,)).fetchone() is None
    if is_new:
        _raise_stone(connection, source, tomb, stamp(capture.fetched_at))
    _sight(connection, capture, row, tomb.article, key)
    if is_new:
        adopt(connection, source.slug, key, tomb.article)
    settle(connection, tomb.article)


def _sight(connection: Connection, capture: Capture, row: int, article: str, key: str) -> None:
    """The newspaper still has it: where, and when."""
    moment = stamp(capture.fetched_at)
    connection.execute("UPDATE captures SET article = ?, reading = NULL, detail = NULL WHERE id = ?", (article, row))
    for url in {capture.url, capture.final_url}:
        store.add_address(connection, url, key, article, moment)
    note(connection, article, moment, "live", row)
    connection.execute(
        "UPDATE captures SET article = ?1 WHERE kind = 'requisite' AND article IS NULL"
        " AND detail IN (SELECT url FROM addresses WHERE article = ?1)",
        (article,),
    )


def _raise_stone(connection: Connection, source: Source, tomb: tombstones.Tombstone, moment: str) -> None:
    """The row of an article that was withheld before anything of it was kept."""
    day = tomb.published_at
    published = date.fromisoformat(day[:10]) if day and len(day) >= 10 else None
    row = {
        "id": tomb.article,
        "source": tomb.source,
        "key": tomb.key,
        "first_seen_at": moment,
        "last_seen_at": moment,
        "state": "withdrawn",
        "revision": 0,
        "province": as_of(source, urlsplit(tomb.url).hostname or "", published),
        **facts(tomb),
    }
    store.insert(connection, "articles", row)
