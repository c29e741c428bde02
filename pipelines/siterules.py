"""A site's rules in the archive: learned at the end of a batch; the articles that they read differently, cleaned again.

``articles.rules`` names the rules that an article was cleaned with; one that differs from the site's is work to be
done. That work is done before anything new is kept, so that a crash in the middle never makes a revision out of a rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipelines import search, store
from pipelines.archive import Archive
from pipelines.boilerplate import MIN_ARTICLES, PageBlocks, Rules, learn, sample
from pipelines.catalogue import Catalogue
from pipelines.clean import clean
from pipelines.sqlite import Connection
from pipelines.versions.readings import unpack
from pipelines.versions.revise import revise

# Articles cleaned again in one transaction: some 3 ms each, so the lock is held for a third of a second.
CHUNK = 100


def relearn(archive: Archive, sources: Iterable[str], catalogue: Catalogue) -> int:
    """Learn the rules of *sources* from their articles, clean again what they change. How many articles that was."""
    for source in sorted(sources):
        _learn(archive, source)
    return catch_up(archive, catalogue)


def _learn(archive: Archive, source: str) -> None:
    connection = archive.connection
    counts = learn(_pages(connection, source))
    old, new = store.rules_of(connection, source), Rules(frozenset(counts))
    flipped = old.removed ^ new.removed
    affected = _carriers(connection, source, flipped) if flipped else set()
    texts = _printed(connection, source, new.removed)
    rows = {(key, texts[key], count, new.version) for key, count in counts.items()}
    sql = "SELECT key, text, articles, rules FROM boilerplate WHERE source = ? AND decision = 'remove'"
    if rows == set(connection.execute(sql, (source,))):
        return
    with archive.transaction():
        _write_rules(connection, source, rows)
        # Whoever has none of the flipped blocks reads the same under both: only the others are left to be cleaned.
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected (id TEXT PRIMARY KEY)")
        connection.execute("DELETE FROM affected")
        connection.executemany("INSERT INTO affected VALUES (?)", [(article,) for article in affected])
        for table, its_article in (("articles", "id"), ("revisions", "article")):
            connection.execute(
                f"UPDATE {table} SET rules = ?1 WHERE rules = ?2 AND {its_article} NOT IN (SELECT id FROM affected)"
                f" AND {its_article} IN (SELECT id FROM articles WHERE source = ?3)",
                (new.version, old.version, source),
            )


def _write_rules(connection: Connection, source: str, rows: Iterable[tuple[int, str, int, str]]) -> None:
    connection.execute("DELETE FROM boilerplate WHERE source = ? AND decision = 'remove'", (source,))
    reason = f"on {MIN_ARTICLES} or more different articles"
    connection.executemany(
        "INSERT OR REPLACE INTO boilerplate (source, key, text, articles, rules, decision, reason)"
        " VALUES (?, ?, ?, ?, ?, 'remove', ?)",
        [(source, *row, reason) for row in rows],
    )


def _pages(connection: Connection, source: str) -> Mapping[str, PageBlocks]:
    found: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    sql = "SELECT article, key, removable, telling FROM site_blocks WHERE source = ?"
    for article, key, removable, telling in connection.execute(sql, (source,)):
        if removable:
            found[article][0].add(key)
        if telling:
            found[article][1].add(key)
    return {a: PageBlocks(removable=frozenset(r), telling=frozenset(t)) for a, (r, t) in found.items()}


def _carriers(connection: Connection, source: str, keys: frozenset[int]) -> set[str]:
    sql = "SELECT article, key FROM site_blocks WHERE source = ? AND removable"
    return {article for article, key in connection.execute(sql, (source,)) if key in keys}


def _printed(connection: Connection, source: str, keys: frozenset[int]) -> Mapping[int, str]:
    """Each block of *keys* as it is printed at the first article, by id, that has it."""
    carriers: dict[str, set[int]] = defaultdict(set)
    sql = "SELECT key, min(article) FROM site_blocks WHERE source = ? GROUP BY key"
    for key, article in connection.execute(sql, (source,)):
        if key in keys:
            carriers[article].add(key)
    found: dict[int, str] = {}
    for article, wanted in carriers.items():
        rows = connection.execute("SELECT reading FROM readings WHERE article = ? ORDER BY sha256", (article,))
        found |= sample(([block.text for block in unpack(packed).blocks] for (packed,) in rows), wanted)
    return found


def catch_up(archive: Archive, catalogue: Catalogue) -> int:
    """Clean every article again whose rules are not its site's. How many there were."""
    connection, done = archive.connection, 0
    for (source,) in connection.execute("SELECT slug FROM sources ORDER BY slug").fetchall():
        rules = store.rules_of(connection, source)
        sql = (
            "SELECT id, n FROM articles WHERE source = ?1 AND (rules < ?2 OR rules > ?2 OR rules IS NULL)"
            " AND state <> 'withdrawn' LIMIT ?3"
        )
        while rows := connection.execute(sql, (source, rules.version, CHUNK)).fetchall():
            with archive.transaction():
                for article, n in rows:
                    reclean(connection, catalogue, article, n, rules)
            done += len(rows)
    return done


def reclean(connection: Connection, catalogue: Catalogue, article: str, n: int, rules: Rules) -> None:
    """Every reading of an article under *rules*; its versions, row, copies and full text follow."""
    slug, key, url = connection.execute("SELECT source, key, url FROM articles WHERE id = ?", (article,)).fetchone()
    source = catalogue.source(slug, url)
    readings = connection.execute(
        "SELECT sha256, words, reading FROM readings WHERE article = ?", (article,)
    ).fetchall()
    contents = {}
    for reading, words, packed in readings:
        contents[reading] = clean(unpack(packed), rules, source=slug, key=key, url=url)
        if contents[reading].sha256 != words:
            sql = "UPDATE readings SET words = ? WHERE article = ? AND sha256 = ?"
            connection.execute(sql, (contents[reading].sha256, article, reading))
    document = revise(connection, source, article, key=key, n=n, rules=rules, fresh=contents).document
    store.update(connection, article, {"rules": rules.version})
    connection.execute("UPDATE revisions SET rules = ? WHERE article = ?", (rules.version, article))
    if document:
        search.replace(connection, [document])
