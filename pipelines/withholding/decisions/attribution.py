"""Which captures of pages are withheld, and which withheld article each of them is of.

Both follow from the decisions and from the capture alone (of one that stands for another: from both), never from what
else is known: so whatever comes first, the same is withheld. Who shares an identity or an address with a withheld
article is told apart from it by what the decision notes: its addresses, its payloads and digests of its titles.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from crawler.identity import canonical
from crawler.source import Source
from pipelines.article import Outcome
from pipelines.sqlite import Connection
from pipelines.versions.conflicts import Look, title_form
from pipelines.versions.readings import unpack
from pipelines.versions.unmodified import Referent, referent_of
from pipelines.withholding.decisions.marks import by_digest, by_identity, home

# How the mark of a title begins.
TITLE = "title "


def title_mark(title: str | None) -> str | None:
    """A title as a mark that tells apart: no word of it, since its article may be withdrawn later. None without one."""
    form = title_form(title)
    return f"{TITLE}{hashlib.sha256(form.encode()).hexdigest()[:24]}" if form else None


def withholder(
    connection: Connection, source: Source, key: str, urls: Iterable[str], digest: str | None, title: str | None
) -> str | None:
    """The withheld article for whose sake a page of this identity *key*, addresses, payload *digest* and *title* is
    withheld; None where it is not.
    """
    found = by_digest(connection, digest)
    return found or by_identity(connection, source, key, urls, digest, title_mark(title))


def is_withheld(
    connection: Connection, source: Source, key: str, urls: Iterable[str], referent: Referent | None
) -> bool:
    """Whether a page that stands for *referent* (a 304, the same bytes) is withheld. At one identity it is whose that
    one is; elsewhere it shows the same words at another page.
    """
    if referent is None or referent.source != source.slug:
        return False
    if referent.outcome == Outcome.WITHHELD or referent.key == key or referent.reading is None:
        return referent.outcome == Outcome.WITHHELD
    title = title_of(connection, referent.article, referent.reading)
    return withholder(connection, source, key, urls, referent.digest, title) is not None


def title_of(connection: Connection, article: str | None, reading: str) -> str | None:
    sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
    row = connection.execute(sql, (article, reading)).fetchone()
    return unpack(row[0]).metadata.title if row else None


def stone_looks(connection: Connection, source: Source, key: str) -> Mapping[str, Sequence[Look]]:
    """The captures with this *key* that are sightings of withheld articles, by article, in order of time.

    Whatever is withheld there counts, refused pages too: of a record whose words were taken out nobody can tell.
    """
    sql = (
        "SELECT id, record_id, fetched_at, url, final_url, payload_digest, outcome, refers_to FROM captures"
        " WHERE source = ? AND key = ? AND kind = 'page' AND reading IS NULL"
        f" AND (outcome = '{Outcome.WITHHELD}' OR outcome = '{Outcome.NOT_MODIFIED}' AND refers_to IS NOT NULL)"
        " ORDER BY fetched_at, record_id"
    )
    found: dict[str, list[Look]] = {}
    for row, record_id, at, asked, url, digest, outcome, refers_to in connection.execute(
        sql, (source.slug, key)
    ).fetchall():
        urls = {asked, url}
        if outcome != Outcome.WITHHELD:
            referent = referent_of(connection, refers_to)
            if referent is None or not is_withheld(connection, source, key, urls, referent):
                continue
            digest = referent.digest
            urls = {referent.asked, referent.url} if referent.key == key else urls
        if article := home(connection, source, key, urls, digest):
            look = Look(
                row=row, record_id=record_id, at=at, asked=asked, url=url, address=canonical(url, source), reading=""
            )
            found.setdefault(article, []).append(look)
    return found


def title_marks(connection: Connection, article: str) -> frozenset[str]:
    """Of all titles that *article* ever had."""
    rows = connection.execute("SELECT DISTINCT title FROM revisions WHERE article = ?", (article,))
    return frozenset(mark for (title,) in rows if (mark := title_mark(title)))
