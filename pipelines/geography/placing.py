"""Where an article belongs, as rows: whose newspaper published it (``articles.province``), and what it is about
(``article_places``). Both follow from what is archived of it: a rebuild gives the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crawler.provinces import as_of, last_day
from crawler.source import Source
from pipelines.archive import Archive
from pipelines.catalogue import Catalogue
from pipelines.geography.places import Story, places
from pipelines.sqlite import Connection

# Some 2 ms each: the lock is held for a fifth of a second.
CHUNK = 100


def place(connection: Connection, source: Source, article: str) -> None:
    """Bring the places of *article* in line with what its row says, in the caller's transaction."""
    sql = "SELECT title, summary, dateline, text, language, url, published_at FROM articles WHERE id = ?"
    *words, language, url, published = connection.execute(sql, (article,)).fetchone()
    title, summary, dateline, text = (value or "" for value in words)
    day = day_of(published) or last_day(source, url)
    story = Story(title=title, summary=summary, dateline=dateline, text=text, language=language or "", day=day)
    rows = [(article, unit, method) for unit, method in places(story).items()]
    old = connection.execute("SELECT article, place, method FROM article_places WHERE article = ?", (article,))
    if sorted(old) == sorted(rows):
        return
    connection.execute("DELETE FROM article_places WHERE article = ?", (article,))
    connection.executemany("INSERT INTO article_places (article, place, method) VALUES (?, ?, ?)", rows)


def replace_all(archive: Archive, catalogue: Catalogue, slugs: Sequence[str]) -> None:
    """Every article of *slugs* (default: of all) by today's names: they are learned too, and no text changes by it."""
    marks = f" AND source IN ({', '.join('?' * len(slugs))})" if slugs else ""
    sql = f"SELECT id, source, url FROM articles WHERE state <> 'withdrawn'{marks} ORDER BY n"
    rows = archive.connection.execute(sql, tuple(slugs)).fetchall()
    for start in range(0, len(rows), CHUNK):
        with archive.transaction() as connection:
            for article, slug, url in rows[start : start + CHUNK]:
                place(connection, catalogue.source(slug, url), article)


def province(connection: Connection, source: Source, article: str, versions: Sequence[Mapping[str, Any]]) -> str | None:
    """Whose newspaper published *article*, of which *versions* are rows of revisions, the first one first.

    By the first day that a version states, and where it stood then: neither a new date nor a new address moves an
    article to another province. Undated, it was published before it was first seen.
    """
    for row in versions:
        if day := day_of(row["published_at"]):
            return as_of(source, row["url"], day)
    (published,) = connection.execute("SELECT published_at FROM articles WHERE id = ?", (article,)).fetchone()
    first = versions[0]
    year = int(published) if published and len(published) == 4 else None
    before = date(year, 12, 31) if year else source.day_of(datetime.fromisoformat(first["captured_at"]))
    return as_of(source, first["url"], day_of(published), before=before)


def day_of(published: str | None) -> date | None:
    """The first day that a stated time may mean: provinces changed on the first of a month, though in mid-year."""
    if not published or len(published) < 7:
        return None
    return date.fromisoformat(published[:10] if len(published) >= 10 else f"{published[:7]}-01")
