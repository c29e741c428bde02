"""An article's words out of the rows, and its captures noted without any. Inside the caller's transaction.

What stays of an article: its id and addresses, when it was published and seen, and its captures' fixity. The same rows
come of a withdrawal whether it is decided before its captures arrive, between them or afterwards.
"""

import json

from pipelines import search, store
from pipelines.article import Outcome
from pipelines.copies import forget, tell_stories
from pipelines.sqlite import Connection
from pipelines.versions import translations
from pipelines.withholding import tombstones
from pipelines.withholding.tombstones import Tombstone

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
# How captures end that had words: pages that were read or refused. What is said of an absence has none.
_WORDLESS = ("missing", "redirect", "challenge", "not-modified", f"{Outcome.REJECTED}:soft-404")
_FAILURES = (f"{Outcome.FAILED}:extraction", f"{Outcome.FAILED}:not-kept")
WITH_WORDS = (Outcome.ARTICLE, Outcome.UNCHANGED, Outcome.REJECTED, *_FAILURES, Outcome.WITHHELD)
_PRECISION = {4: "year", 7: "month", 10: "day", 16: "minute", 22: "minute"}


def has_words(outcome: str) -> bool:
    return outcome.startswith(WITH_WORDS) and outcome not in _WORDLESS


def counts(connection: Connection, article: str) -> dict[str, int]:
    """How many rows of each table are *article*'s and would go."""
    found: dict[str, int] = {}
    for table, column in EMPTIED:
        sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        found[table] = found.get(table, 0) + connection.execute(sql, (article,)).fetchone()[0]
    return {table: count for table, count in found.items() if count}


def entomb(connection: Connection, tomb: Tombstone) -> None:
    """Take *tomb*'s article out of the rows, as far as it is there, and note the tombstone. Repeatable."""
    row = connection.execute("SELECT n, story FROM articles WHERE id = ?", (tomb.article,)).fetchone()
    tombstones.put(connection, tomb)
    if row is not None:
        _empty(connection, tomb, *row)
    _withhold_captures(connection, tomb)
    keys = [(tomb.source, tombstones.plain(tomb.key)), (tomb.source, tomb.key)]
    connection.executemany("DELETE FROM frontier WHERE source = ? AND key = ?", keys)


def _empty(connection: Connection, tomb: Tombstone, n: int, story: str | None) -> None:
    article = tomb.article
    sql = "SELECT id FROM articles WHERE story = ? AND id <> ?"
    members = {member for (member,) in connection.execute(sql, (story, article))}
    members |= {m for (m,) in connection.execute("SELECT id FROM articles WHERE reprint_of = ?", (article,))}
    forget(connection, article, n)
    search.remove(connection, [n])
    translations.forget(connection, article)
    _blank_boilerplate(connection, tomb.source, article)
    for table, column in EMPTIED:
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (article,))
    store.leave_unlearned(connection, tomb.source)
    store.update(connection, article, _blank(connection) | {"state": "withdrawn", "revision": 0} | facts(tomb))
    if members:
        tell_stories(connection, members - {article})
    if connection.execute("SELECT 1 FROM articles WHERE story = ?", (story,)).fetchone() is None:
        connection.execute("DELETE FROM stories WHERE id = ?", (story,))


def _blank(connection: Connection) -> dict[str, object]:
    """Every column that doesn't stay, at its default: one that a later schema adds is emptied without a word here."""
    found: dict[str, object] = {}
    for _, name, kind, notnull, _, _ in connection.execute("PRAGMA table_info(articles)").fetchall():
        if name not in KEPT:
            found[name] = None if not notnull else 0 if kind == "INTEGER" else "original"
    return found


def facts(tomb: Tombstone) -> dict[str, object]:
    """What the row says of the article still: of the decision alone, so that it doesn't hang on the captures."""
    day = tomb.published_at
    return {
        "url": tomb.url,
        "published_at": day,
        "published_precision": _PRECISION.get(len(day), "second") if day else None,
        "year": int(day[:4]) if day else None,
        "month": day[:7] if day and len(day) >= 7 else None,
        "language": tomb.language,
    }


def _blank_boilerplate(connection: Connection, source: str, article: str) -> None:
    """What the site repeats may be printed as it stands in this article; it is printed anew from others'."""
    for table, name in (("site_blocks", "key"), ("site_places", "place")):
        connection.execute(
            f"UPDATE boilerplate SET text = '' WHERE source = ?1"
            f" AND key IN (SELECT {name} FROM {table} WHERE source = ?1 AND article = ?2)",
            (source, article),
        )


def _withhold_captures(connection: Connection, tomb: Tombstone) -> None:
    """Captures that showed the article, and those that have one of its payloads, whosever they are."""
    outcomes = " OR ".join(f"outcome LIKE '{outcome}%'" for outcome in WITH_WORDS)
    wordless = ", ".join(f"'{outcome}'" for outcome in _WORDLESS)
    connection.execute(
        f"UPDATE captures SET outcome = '{Outcome.WITHHELD}', detail = NULL, reading = NULL, read_by = NULL"
        " WHERE (article = ?1 OR (source = ?2 AND key = ?3 AND article IS NULL)) AND kind = 'page'"
        f" AND refers_to IS NULL AND ({outcomes}) AND outcome NOT IN ({wordless})",
        (tomb.article, tomb.source, tombstones.plain(tomb.key)),
    )
    connection.execute(
        "UPDATE captures SET detail = NULL, reading = NULL, read_by = NULL"
        " WHERE article = ? AND kind = 'page' AND refers_to IS NOT NULL",
        (tomb.article,),
    )
    digests = json.dumps([mark for kind, mark in tomb.marks if kind == "digest"])
    connection.execute(
        f"UPDATE captures SET outcome = '{Outcome.WITHHELD}'"
        " WHERE kind = 'requisite' AND refers_to IS NULL AND payload_digest IN (SELECT value FROM json_each(?))",
        (digests,),
    )
    connection.execute(  # feeds that print its text, pages that were refused and do
        f"UPDATE captures SET outcome = '{Outcome.WITHHELD}', detail = NULL, read_by = NULL"
        " WHERE kind IN ('page', 'listing', 'feed') AND reading IS NULL AND refers_to IS NULL"
        f" AND ({outcomes} OR kind <> 'page' AND outcome = kind) AND outcome NOT IN ({wordless})"
        " AND payload_digest IN (SELECT value FROM json_each(?))",
        (digests,),
    )
