"""Captures that come in of what is withheld: each has its row and its outcome, and none of the words.

Whether one is withheld follows from the decisions and the capture (decisions/attribution.py), not from what came before
it. Inside the caller's transaction.
"""

from crawler.capture import Capture, Kind
from crawler.source import Source
from pipelines.belongings import requisite_rows
from pipelines.chain import Result
from pipelines.sqlite import Connection
from pipelines.versions.regroup import reattribute
from pipelines.versions.unmodified import followers
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.attribution import withholder
from pipelines.withholding.decisions.reach import has_words


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
    title = result.article.metadata.title if result.article else None
    urls = (capture.url, capture.final_url)
    return withholder(connection, source, result.key, urls, capture.payload_digest, title)


def keep_withheld(connection: Connection, source: Source, capture: Capture, row: int, key: str) -> str | None:
    """Note the capture *row*, which has words that are withheld. The article that it is of, if of one."""
    if capture.kind is Kind.REQUISITE:
        article = requisite_rows.shown_in(connection, capture)
        via = capture.link.via if capture.link else None
        connection.execute("UPDATE captures SET article = ?, detail = ? WHERE id = ?", (article, via, row))
        return article
    keys = {key, *(follower.key for follower in followers(connection, capture))}
    for each in sorted(keys):
        if tombstones.at_key(connection, source.slug, each):
            reattribute(connection, source, each)
    return article_of(connection, row)


def article_of(connection: Connection, row: int) -> str | None:
    """The article that the capture *row* is of, as its row says."""
    (article,) = connection.execute("SELECT article FROM captures WHERE id = ?", (row,)).fetchone()
    return None if article is None else str(article)
