"""What stays of a withheld article: a row without words. Inside the caller's transaction.

Its id and addresses, when it was published and seen: what it says follows from the decision, and from the sightings.
"""

from datetime import date

from crawler.provinces import as_of
from crawler.source import Source
from pipelines import search, store
from pipelines.copies.edges import forget, settle, tell_stories
from pipelines.geography.placing import day_of
from pipelines.sqlite import Connection
from pipelines.versions import translations
from pipelines.withholding.decisions.tombstones import Tombstone

# Tables whose rows of an article go, and the column that names it. Observations and addresses stay: they cite it.
EMPTIED = (
    *(("revisions", "article"), ("renditions", "article"), ("readings", "article"), ("changes", "article")),
    *(("edits", "article"), ("copies", "a"), ("copies", "b"), ("images", "article"), ("article_places", "article")),
    *(("requisites", "article"), ("alternates", "article"), ("handles", "article"), ("search_docs", "article")),
    *(("site_blocks", "article"), ("site_places", "article")),
)
# Columns of its row that stay; all others are as if nothing had ever been read of it.
KEPT = frozenset(
    ("n", "id", "source", "key", "url", "published_at", "published_precision", "year", "month", "language", "province")
) | frozenset(("first_seen_at", "last_seen_at", "gone_since", "state"))
_PRECISION = {4: "year", 7: "month", 10: "day", 16: "minute", 22: "minute"}


def raise_stone(connection: Connection, source: Source, tomb: Tombstone, moment: str) -> None:
    """The row of *tomb*'s article, seen first at *moment*: a new one, or in the place of the one that had its words."""
    row = connection.execute("SELECT n, state FROM articles WHERE id = ?", (tomb.article,)).fetchone()
    if row is None:
        made = {"id": tomb.article, "source": tomb.source, "key": tomb.key, "state": "withdrawn", "revision": 0}
        seen = {"first_seen_at": moment, "last_seen_at": moment}
        store.insert(connection, "articles", {**made, **seen, **_facts(source, tomb)})
        return
    n, state = row
    if state != "withdrawn":
        _empty(connection, tomb.article, n)
    values = {**_blank(connection), "key": tomb.key, "state": "withdrawn", "revision": 0}
    store.update(connection, tomb.article, {**values, **_facts(source, tomb)})


def _empty(connection: Connection, article: str, n: int) -> None:
    settle(connection)
    (story,) = connection.execute("SELECT story FROM articles WHERE id = ?", (article,)).fetchone()
    sql = "SELECT id FROM articles WHERE (story = ?1 OR reprint_of = ?2) AND id <> ?2"
    members = {member for (member,) in connection.execute(sql, (story, article))}
    (source,) = connection.execute("SELECT source FROM articles WHERE id = ?", (article,)).fetchone()
    forget(connection, article, n)
    search.remove(connection, [n])
    translations.forget(connection, article)
    blank_boilerplate(connection, source, article)
    for table, column in EMPTIED:
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (article,))
    store.leave_unlearned(connection, source)
    store.update(connection, article, _blank(connection) | {"state": "withdrawn", "revision": 0})
    if members:
        tell_stories(connection, members)
    if connection.execute("SELECT 1 FROM articles WHERE story = ?", (story,)).fetchone() is None:
        connection.execute("DELETE FROM stories WHERE id = ?", (story,))


def _blank(connection: Connection) -> dict[str, object]:
    """Every column that doesn't stay, at its default: one that a later schema adds is emptied without a word here."""
    found: dict[str, object] = {}
    for _, name, kind, notnull, _, _ in connection.execute("PRAGMA table_info(articles)").fetchall():
        if name not in KEPT:
            found[name] = None if not notnull else 0 if kind == "INTEGER" else "original"
    return found


def _facts(source: Source, tomb: Tombstone) -> dict[str, object]:
    """What the row says of the article still: of the decision alone, so that it doesn't hang on the captures."""
    day = tomb.published_at
    return {
        "url": tomb.url,
        "published_at": day,
        "published_precision": _PRECISION.get(len(day), "second") if day else None,
        "year": int(day[:4]) if day else None,
        "month": day[:7] if day and len(day) >= 7 else None,
        "language": tomb.language,
        "province": tomb.province or _province(source, tomb),
    }


def _province(source: Source, tomb: Tombstone) -> str | None:
    """Of a decision that does not say: somebody has written it by hand."""
    before = date.fromisoformat(tomb.at[:10]) if tomb.at else None
    return as_of(source, tomb.url, day_of(tomb.published_at), before=before)


def blank_boilerplate(connection: Connection, source: str, article: str) -> None:
    """What the site repeats may be printed as it stands in this article; it is printed anew from others'."""
    for table, name in (("site_blocks", "key"), ("site_places", "place")):
        connection.execute(
            f"UPDATE boilerplate SET text = '' WHERE source = ?1"
            f" AND key IN (SELECT {name} FROM {table} WHERE source = ?1 AND article = ?2)",
            (source, article),
        )
    store.leave_unlearned(connection, source)
