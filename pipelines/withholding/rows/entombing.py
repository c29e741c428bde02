"""A withheld article's words out of the rows, and its captures noted without any. Inside the caller's transaction.

The same rows come of a withdrawal whether it is decided before its captures arrive, between them or afterwards, and
whatever articles they stand under by then.
"""

import json
from collections.abc import Iterable

from crawler.records.recorded import from_json
from crawler.source import Source
from pipelines.article import Outcome
from pipelines.catalogue import Catalogue
from pipelines.sqlite import Connection
from pipelines.versions.regroup import reattribute
from pipelines.versions.unmodified import read_after
from pipelines.withholding.decisions import reach, tombstones
from pipelines.withholding.decisions.attribution import TITLE
from pipelines.withholding.decisions.reach import WORDLESS, Page
from pipelines.withholding.decisions.tombstones import Tombstone
from pipelines.withholding.rows.stones import EMPTIED, blank_boilerplate


def counts(connection: Connection, article: str) -> dict[str, int]:
    """How many rows of each table are *article*'s and would go."""
    found: dict[str, int] = {}
    for table, column in EMPTIED:
        sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        found[table] = found.get(table, 0) + connection.execute(sql, (article,)).fetchone()[0]
    return {table: count for table, count in found.items() if count}


def entomb(connection: Connection, tomb: Tombstone) -> bool:
    """Take *tomb*'s article out of the rows, as far as it is there, and note the tombstone. Repeatable: whether there
    was anything to take out.
    """
    tombstones.put(connection, tomb)
    source = _source(connection, tomb.source, tomb.url)
    pages = list(reach.pages(connection, source, tomb))
    _withhold(connection, pages)
    waiting = [row for page in pages for row, _ in read_after(connection, page.row)]
    waiting += [page.row for page in reach.followers(connection, source, tomb)]
    _forget_readings(connection, waiting)
    unread = [*pages, *reach.by_rows(connection, waiting)]
    lost = frozenset(page.article for page in unread if page.article)
    for article in sorted(lost):
        _purge(connection, article)
    _withhold_others(connection, tomb)
    shared = tomb.source, tombstones.plain(tomb.key)
    for (slug, key), url in sorted(
        ({(page.source, page.key): page.url for page in unread} | {shared: tomb.url}).items()
    ):
        reattribute(connection, _source(connection, slug, url), key, lost)
    frontier = [shared, (tomb.source, tomb.key)]
    connection.executemany("DELETE FROM frontier WHERE source = ? AND key = ?", frontier)
    return bool(unread)


def entomb_again(connection: Connection, source: str) -> bool:
    """As ``entomb``, of all of *source*, after its pages were read again: those that were told apart by their titles
    may have others now. Whether any are withheld for that.
    """
    tombs = [each for each in tombstones.carried_out(connection).values() if each.source == source]
    told = [each for each in tombs if any(kind == "spared" and mark.startswith(TITLE) for kind, mark in each.marks)]
    found = [entomb(connection, each) for each in told]
    return any(found)


def part_again(connection: Connection, tomb: Tombstone) -> None:
    """What shares an identity with *tomb*'s article, which is lifted, and what could be read of it again."""
    reattribute(connection, _source(connection, tomb.source, tomb.url), tombstones.plain(tomb.key))


def _source(connection: Connection, slug: str, url: str) -> Source:
    """As it was last in force here: withholding waits for no source file."""
    row = connection.execute("SELECT definition FROM sources WHERE slug = ?", (slug,)).fetchone()
    return from_json(row[0]) if row and row[0] else Catalogue({}).source(slug, url)


def _withhold(connection: Connection, pages: Iterable[Page]) -> None:
    sql = (
        f"UPDATE captures SET outcome = '{Outcome.WITHHELD}', article = NULL, detail = NULL, reading = NULL,"
        " read_by = NULL WHERE id = ?"
    )
    connection.executemany(sql, [(page.row,) for page in pages])


def _forget_readings(connection: Connection, rows: Iterable[int]) -> None:
    sql = "UPDATE captures SET detail = NULL, reading = NULL, read_by = NULL WHERE id = ?"
    connection.executemany(sql, [(row,) for row in rows])


def _purge(connection: Connection, article: str) -> None:
    """What was made of withheld captures, out of *article*, whosever it is: it is made anew of those that are left."""
    (source,) = connection.execute("SELECT source FROM articles WHERE id = ?", (article,)).fetchone()
    blank_boilerplate(connection, source, article)
    for table in ("revisions", "renditions", "changes", "edits", "images"):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
    connection.execute("DELETE FROM requisites WHERE article = ? AND kind = 'image'", (article,))


def _withhold_others(connection: Connection, tomb: Tombstone) -> None:
    """What is no page and has one of its payloads: images, feeds and listings that print its text."""
    connection.execute(
        f"UPDATE captures SET outcome = '{Outcome.WITHHELD}', detail = iif(kind = 'requisite', detail, NULL),"
        " read_by = NULL WHERE kind IN ('requisite', 'listing', 'feed') AND refers_to IS NULL"
        f" AND (kind = 'requisite' OR outcome = kind) AND outcome NOT IN ({', '.join('?' * len(WORDLESS))})"
        " AND payload_digest IN (SELECT value FROM json_each(?))",
        (*WORDLESS, json.dumps([mark for kind, mark in tomb.marks if kind == "digest"])),
    )
