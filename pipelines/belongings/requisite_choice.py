"""A source whose file now asks for more of its pages, or for less, than when its articles were read."""

from collections.abc import Iterable

from crawler.source import Source
from pipelines.archive import Archive
from pipelines.belongings import requisite_rows
from pipelines.versions.readings import unpack

# Articles in one transaction: a third of a millisecond each, so the lock is held for a sixth of a second.
CHUNK = 500


def follow_choice(archive: Archive, sources: Iterable[Source]) -> None:
    """List what the articles show that were kept before their source's file asked for it; take from the list what it
    asks for no more. To be called before the files' definitions are put in force.

    Of pages read before, ``page`` lists the images alone; what else they show, ``reextract`` lists.
    """
    for source in sources:
        before = _in_force(archive, source.slug)
        if before is None or before == source.requisites:
            continue
        if before == "none":
            _list_images(archive, source.slug)
        elif before == "page":
            with archive.transaction() as connection:
                sql = "DELETE FROM requisites WHERE source = ? AND kind = 'page' AND capture IS NULL"
                connection.execute(sql, (source.slug,))


def _in_force(archive: Archive, slug: str) -> str | None:
    """None where the source is new."""
    sql = "SELECT coalesce(json_extract(definition, '$.requisites'), 'none') FROM sources WHERE slug = ?"
    row = archive.connection.execute(sql, (slug,)).fetchone()
    return None if row is None else str(row[0])


def _list_images(archive: Archive, slug: str) -> None:
    """Of every reading, not only of what articles show now: as if they had been read today."""
    last = 0
    sql = "SELECT n, id FROM articles WHERE source = ? AND n > ? AND state <> 'withdrawn' ORDER BY n LIMIT ?"
    while articles := archive.connection.execute(sql, (slug, last, CHUNK)).fetchall():
        with archive.transaction() as connection:
            for _, article in articles:
                readings = connection.execute("SELECT reading FROM readings WHERE article = ?", (article,)).fetchall()
                for (packed,) in readings:
                    requisite_rows.enlist(connection, slug, article, unpack(packed).metadata.images)
        last = articles[-1][0]
