"""A site's rules in the archive: learned at the end of a batch, and the articles that they read differently cleaned again.

``articles.rules`` names the rules that an article was cleaned with; one that differs from the site's is work to be done.
That work is done before anything new is kept, so that a crash in the middle never makes a revision out of a rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipelines import search, store
from pipelines.archive import Archive
from pipelines.article import Article, Reading
from pipelines.boilerplate import MIN_ARTICLES, PageBlocks, Rules, learn, sample
from pipelines.catalogue import Catalogue
from pipelines.clean import clean
from pipelines.copies import relate
from pipelines.fingerprint import fingerprint
from pipelines.readings import unpack
from pipelines.sqlite import Connection

# Articles cleaned again in one transaction: some 3 ms each, so the lock is held for a third of a second.
CHUNK = 100


def rules_of(connection: Connection, source: str) -> Rules:
    sql = "SELECT key FROM boilerplate WHERE source = ? AND decision = 'remove'"
    return Rules(frozenset(key for (key,) in connection.execute(sql, (source,))))


def relearn(archive: Archive, sources: Iterable[str], catalogue: Catalogue) -> int:
    """Learn the rules of *sources* from their articles, clean again what they change. How many articles that was."""
    for source in sorted(sources):
        _learn(archive, source)
    return catch_up(archive, catalogue)


def _learn(archive: Archive, source: str) -> None:
    connection = archive.connection
    counts = learn(_pages(connection, source))
    old, new = rules_of(connection, source), Rules(frozenset(counts))
    flipped = old.removed ^ new.removed
    if not flipped:
        return
    affected = _carriers(connection, source, flipped)
    texts = _printed(connection, source, new.removed - old.removed)
    with archive.transaction():
        connection.execute("DELETE FROM boilerplate WHERE source = ? AND decision = 'remove'", (source,))
        for key, articles in counts.items():
            row = {"source": source, "text": texts.get(key) or "", "articles": articles, "decision": "remove"}
            row |= {"reason": f"on {MIN_ARTICLES} or more different articles", "rules": new.version, "key": key}
            store.insert(connection, "boilerplate", row, verb="INSERT OR REPLACE")
        # Whoever has none of the flipped blocks reads the same under both: only the others are left to be cleaned.
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected (id TEXT PRIMARY KEY)")
        connection.execute("DELETE FROM affected")
        connection.executemany("INSERT INTO affected VALUES (?)", [(article,) for article in affected])
        connection.execute(
            "UPDATE articles SET rules = ? WHERE source = ? AND rules = ? AND id NOT IN (SELECT id FROM affected)",
            (new.version, source, old.version),
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
    """The blocks of *keys* as printed, with those known already."""
    known = dict(connection.execute("SELECT key, text FROM boilerplate WHERE source = ?", (source,)).fetchall())
    carriers = sorted(_carriers(connection, source, keys))
    return {**known, **sample(((b.text for b in _reading_of(connection, a).blocks) for a in carriers), keys)}


def _reading_of(connection: Connection, article: str) -> Reading:
    sql = "SELECT reading FROM revisions WHERE article = ? ORDER BY number DESC LIMIT 1"
    return unpack(connection.execute(sql, (article,)).fetchone()[0])


def catch_up(archive: Archive, catalogue: Catalogue) -> int:
    """Clean every article again whose rules are not its site's. How many there were."""
    connection, done = archive.connection, 0
    for (source,) in connection.execute("SELECT slug FROM sources ORDER BY slug").fetchall():
        rules = rules_of(connection, source)
        sql = "SELECT id, n FROM articles WHERE source = ? AND rules IS NOT ? AND state <> 'withdrawn' ORDER BY n LIMIT ?"
        while rows := connection.execute(sql, (source, rules.version, CHUNK)).fetchall():
            with archive.transaction():
                for article, n in rows:
                    reclean(connection, catalogue, article, n, rules)
            done += len(rows)
    return done


def reclean(connection: Connection, catalogue: Catalogue, article: str, n: int, rules: Rules) -> None:
    """Every revision of an article under *rules*, in place; its row, copies and full text follow."""
    rows = connection.execute(
        "SELECT r.sha256, r.reading, r.url, a.source, a.key FROM revisions r JOIN articles a ON a.id = r.article"
        " WHERE r.article = ? ORDER BY r.number",
        (article,),
    ).fetchall()
    contents: dict[str, Article] = {}
    newest: Article | None = None
    for sha256, reading, url, source, key in rows:
        newest = clean(unpack(reading), rules, source=source, key=key, url=url)
        contents[newest.sha256] = newest
        if newest.sha256 != sha256:
            connection.execute("UPDATE captures SET words = ? WHERE article = ? AND words = ?", (newest.sha256, article, sha256))
    if newest is not None and newest.sha256 == rows[-1][0]:
        store.update(connection, article, {"rules": rules.version})
    elif newest is not None:
        _replace(connection, catalogue, article, n, newest, contents)


def _replace(
    connection: Connection, catalogue: Catalogue, article: str, n: int, newest: Article, contents: Mapping[str, Article]
) -> None:
    found = store.write_versions(connection, article, contents)
    columns = store.columns_of(catalogue.source(newest.source, newest.url), newest)
    store.update(connection, article, {**store.keep_date(connection, article, columns), "revision": len(found)})
    relate(connection, article, n, newest.text, fingerprint(newest.text))
    search.replace(connection, [(n, article, newest.metadata.title, newest.text)])
