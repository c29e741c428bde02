"""A site's rules in the archive: learned at the end of a batch; the articles that they read differently, cleaned again.

``articles.rules`` names the rules that an article was cleaned with; one that differs from the site's is work to be
done. That work is done before anything new is kept, so that a crash in the middle never makes a revision out of a rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipelines import decisions, search, store
from pipelines.archive import Archive
from pipelines.boilerplate import DOUBTED, TRUSTED, Learned, PageBlocks, Rules, learn, sample
from pipelines.catalogue import Catalogue
from pipelines.clean import clean
from pipelines.decisions import Verdict
from pipelines.sqlite import Connection
from pipelines.versions.dating import stated
from pipelines.versions.readings import unpack
from pipelines.versions.revise import revise

# Articles cleaned again in one transaction: some 3 ms each, so the lock is held for a third of a second.
CHUNK = 100
BY_OPERATOR = "the operator's decision"


def unlearned(archive: Archive) -> set[str]:
    """The sources whose rules are not those of their articles and of what is decided: something came in, or somebody
    edited decisions.toml. Raises ConfigError where that file is wrong.
    """
    connection = archive.connection
    decided = decisions.load(archive.folder)
    ruled: dict[str, dict[str, str]] = defaultdict(dict)
    sql = "SELECT source, key, decision FROM boilerplate WHERE reason LIKE ?"
    for source, key, decision in connection.execute(sql, (f"{BY_OPERATOR}%",)):
        ruled[source][str(key)] = decision
    known = {slug for (slug,) in connection.execute("SELECT slug FROM sources")}
    found = {source for (source,) in connection.execute("SELECT source FROM unlearned")}
    asked = {each.source for each in decided.all if each.kind is decisions.Kind.BLOCK} | ruled.keys()
    found |= {source for source in asked if decided.of(decisions.Kind.BLOCK, source) != ruled.get(source, {})}
    return found & known


def relearn(archive: Archive, sources: Iterable[str], catalogue: Catalogue) -> int:
    """Learn the rules of *sources* from their articles, clean again what they change. How many articles that was."""
    decided = decisions.load(archive.folder)
    for source in sorted(sources):
        _learn(archive, source, decided.of(decisions.Kind.BLOCK, source))
    return catch_up(archive, catalogue)


def _learn(archive: Archive, source: str, decided: Mapping[str, Verdict]) -> None:
    connection = archive.connection
    pages = _pages(connection, source)
    learned = learn(pages)
    old, new = store.rules_of(connection, source), rules_from(learned, decided)
    texts = _printed(connection, source, new.removed | new.kept | new.trusted | new.doubted)
    rows = {
        (key, texts.get(key, ""), _count(key, learned, pages), decision, _reason(key, learned, decided), new.version)
        for decision, keys in zip(store.DECISIONS, new.parts, strict=True)
        for key in keys
    }
    sql = "SELECT key, text, articles, decision, reason, rules FROM boilerplate WHERE source = ?"
    if rows == set(connection.execute(sql, (source,))):
        with archive.transaction():
            connection.execute("DELETE FROM unlearned WHERE source = ?", (source,))
        return
    affected = _carriers(connection, source, old, new)
    with archive.transaction():
        connection.execute("DELETE FROM unlearned WHERE source = ?", (source,))
        connection.execute("DELETE FROM boilerplate WHERE source = ?", (source,))
        connection.executemany(
            "INSERT INTO boilerplate (source, key, text, articles, decision, reason, rules)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(source, *row) for row in rows],
        )
        if new.version == old.version:  # other counts, the same rules
            return
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


def rules_from(learned: Learned, decided: Mapping[str, Verdict]) -> Rules:
    """What was learned, and the operator's word before it, of blocks and of places."""
    kept = frozenset(int(key) for key, verdict in decided.items() if verdict is Verdict.KEEP)
    removed = frozenset(int(key) for key, verdict in decided.items() if verdict is Verdict.REMOVE)
    return Rules(
        removed=frozenset(learned.removed) - kept | removed,
        trusted=frozenset(place for place, share in learned.places.items() if share >= TRUSTED) - kept - removed,
        doubted=frozenset(place for place, share in learned.places.items() if share <= DOUBTED) - kept - removed,
        kept=kept,
    )


def _count(key: int, learned: Learned, pages: Mapping[str, PageBlocks]) -> int:
    """On how many articles the block *key* is; of one that nothing but the operator speaks of, copies count too."""
    if key in learned.removed or key in learned.places:
        return learned.removed.get(key, 0)
    return sum(key in page.removable or key in page.telling for page in pages.values())


def _reason(key: int, learned: Learned, decided: Mapping[str, Verdict]) -> str:
    seen = f"on {learned.removed[key]} of {learned.articles} articles" if key in learned.removed else ""
    if key in learned.places:
        seen = f"{learned.places[key]:.0%} of what stands at this place is the article's"
    return "; ".join(filter(None, (BY_OPERATOR if str(key) in decided else "", seen)))


def _pages(connection: Connection, source: str) -> Mapping[str, PageBlocks]:
    blocks: dict[str, tuple[set[int], set[int], set[int]]] = defaultdict(lambda: (set(), set(), set()))
    sql = "SELECT article, key, removable, telling, sure FROM site_blocks WHERE source = ?"
    for article, key, *marks in connection.execute(sql, (source,)):
        for keys, mark in zip(blocks[article], marks, strict=True):
            if mark:
                keys.add(key)
    places: dict[str, dict[int, tuple[int, int, bool]]] = defaultdict(dict)
    sql = "SELECT article, place, kept, words, open FROM site_places WHERE source = ?"
    for article, place, kept, words, is_open in connection.execute(sql, (source,)):
        places[article][place] = kept, words, bool(is_open)
    return {
        article: PageBlocks(
            removable=frozenset(removable), telling=frozenset(telling), sure=frozenset(sure), places=places[article]
        )
        for article, (removable, telling, sure) in blocks.items()
    }


def _carriers(connection: Connection, source: str, old: Rules, new: Rules) -> set[str]:
    """The articles that *new* may read otherwise than *old*."""
    keys = frozenset[int]().union(*(before ^ after for before, after in zip(old.parts, new.parts, strict=True)))
    found: set[str] = set()
    for sql in (
        "SELECT article, key FROM site_blocks WHERE source = ?",
        "SELECT article, place FROM site_places WHERE source = ? AND open",
    ):
        found |= {article for article, key in connection.execute(sql, (source,)) if key in keys}
    return found


def _printed(connection: Connection, source: str, keys: frozenset[int]) -> Mapping[int, str]:
    """Each block and place of *keys* as it is printed at the first article, by id, that has it."""
    carriers: dict[str, set[int]] = defaultdict(set)
    for table, name in (("site_blocks", "key"), ("site_places", "place")):
        sql = f"SELECT {name}, min(article) FROM {table} WHERE source = ? GROUP BY {name}"
        for key, article in connection.execute(sql, (source,)):
            if key in keys:
                carriers[article].add(key)
    found: dict[int, str] = {}
    for article, wanted in carriers.items():
        rows = connection.execute("SELECT reading FROM readings WHERE article = ? ORDER BY sha256", (article,))
        found |= sample((block for (packed,) in rows.fetchall() for block in unpack(packed).blocks), wanted)
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
        "SELECT sha256, reading, words, stated, updated FROM readings WHERE article = ?", (article,)
    ).fetchall()
    contents = {}
    for reading, packed, *said in readings:
        content = contents[reading] = clean(unpack(packed), rules, source=slug, key=key, url=url)
        published = content.reading.published
        says = [content.sha256, stated(published), published.updated_at]
        if says != said:
            sql = "UPDATE readings SET words = ?, stated = ?, updated = ? WHERE article = ? AND sha256 = ?"
            connection.execute(sql, (*says, article, reading))
    document = revise(connection, source, article, key=key, n=n, rules=rules, fresh=contents).document
    store.update(connection, article, {"rules": rules.version})
    connection.execute("UPDATE revisions SET rules = ? WHERE article = ?", (rules.version, article))
    if document:
        search.replace(connection, [document])
