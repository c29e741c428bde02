"""``translation_of``, as rows: told anew for an article, and for whatever it is related with, each time it changes.

What an article translates follows from the archive's articles alone (pipelines/versions/kinship.py), so their order of
arrival has no say. What an article is related with is looked up, never searched for, and what more than ``MOST``
articles share or name relates none of them: so the cost doesn't grow with the archive.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from crawler.identity import canonical
from crawler.source import Source
from pipelines.archive import Archive
from pipelines.reading.page.editions import is_edition
from pipelines.sqlite import Connection
from pipelines.versions.handles import handles
from pipelines.versions.kinship import Evidence, Kin, Relation, original_of
from pipelines.versions.parallel import alike, marks

# More than any newspaper has languages: an address that more articles name is the site's, a number that more have none.
MOST = 16
# Articles in one transaction: half a millisecond each, so the lock is held for a quarter of a second.
CHUNK = 500
Stated = Iterable[tuple[str, str, str]]
_NAMERS = "SELECT DISTINCT article FROM alternates WHERE key = ?1 LIMIT ?2"
_HOLDERS = "SELECT article FROM handles WHERE handle = ?1 LIMIT ?2"
_KEYS = "SELECT DISTINCT key FROM alternates WHERE article = ?"
_HANDLES = "SELECT handle FROM handles WHERE article = ?"


def tell(connection: Connection, source: Source, article: str) -> None:
    """Bring what finds *article* in line with its addresses, then its links and those that hang on it."""
    sql = "SELECT key, translation_of FROM articles WHERE id = ?"
    key, translates = connection.execute(sql, (article,)).fetchone()
    urls = _column(connection, "SELECT url FROM addresses WHERE article = ?", article)
    old, new = set(_column(connection, _HANDLES, article)), handles(source, key, urls)
    concerned: set[str] = set()
    if old != new:
        concerned = around(connection, article) if old else set()
        rows = [(handle, article) for handle in old - new]
        connection.executemany("DELETE FROM handles WHERE handle = ? AND article = ?", rows)
        connection.executemany("INSERT INTO handles VALUES (?, ?)", [(handle, article) for handle in new - old])
    concerned |= around(connection, article)
    if concerned or translates:
        decide(connection, {article, *concerned})


def state(connection: Connection, article: str, stated: Stated) -> None:
    """Note what a page of *article* says of its translations, besides what others of its pages said."""
    rows = [(article, url, canonical(url), language or None, method) for language, url, method in stated]
    connection.executemany(
        "INSERT INTO alternates VALUES (?, ?, ?, ?, ?) ON CONFLICT (article, url) DO UPDATE"
        " SET language = excluded.language, method = excluded.method"
        " WHERE (excluded.method, coalesce(excluded.language, '')) < (method, coalesce(language, ''))",
        rows,
    )


def restate(connection: Connection, article: str, stated: Stated) -> None:
    """As ``state``, with all that its pages say: what they no longer say goes."""
    stated = list(stated)
    if not stated and not _column(connection, _KEYS, article):
        return
    concerned = around(connection, article)
    connection.execute("DELETE FROM alternates WHERE article = ?", (article,))
    state(connection, article, stated)
    decide(connection, concerned)


def forget(connection: Connection, article: str) -> None:
    """Take out what finds *article*, whose row is about to go; what it was linked with is told anew."""
    concerned = around(connection, article)
    connection.execute("DELETE FROM alternates WHERE article = ?", (article,))
    connection.execute("DELETE FROM handles WHERE article = ?", (article,))
    decide(connection, concerned)


def tell_all(archive: Archive, source: Source) -> None:
    """Every article of *source*: what finds them is learned too, and no text changes by it."""
    sql = "SELECT id FROM articles WHERE source = ? ORDER BY n"
    articles = _column(archive.connection, sql, source.slug)
    for start in range(0, len(articles), CHUNK):
        with archive.transaction() as connection:
            for article in articles[start : start + CHUNK]:
                tell(connection, source, article)


def around(connection: Connection, article: str) -> set[str]:
    """The other articles whose links may depend on *article*. Where it is one of more than ``MOST`` with or without it,
    nothing depends on it.
    """
    found = set(_column(connection, "SELECT id FROM articles WHERE translation_of = ?", article))
    for handle in _column(connection, _HANDLES, article):
        found |= {*_few(connection, _NAMERS if _is_address(handle) else _HOLDERS, handle, MOST + 1)}
    for key in _column(connection, _KEYS, article):
        if targets := _few(connection, _HOLDERS, key):
            found |= {*targets, *_few(connection, _NAMERS, key, MOST + 1)}
    return found - {article}


def decide(connection: Connection, articles: Iterable[str]) -> None:
    """Set what each of *articles* translates."""
    kin: dict[str, Kin] = {}
    for article in sorted(articles):
        original = original_of(_kin(connection, article, kin), _relations(connection, article, kin))
        sql = "UPDATE articles SET translation_of = ?1 WHERE id = ?2 AND translation_of IS NOT ?1"
        connection.execute(sql, (original, article))


def _relations(connection: Connection, article: str, kin: dict[str, Kin]) -> Iterator[Relation]:
    own = _column(connection, _HANDLES, article)
    for key in _column(connection, _KEYS, article):
        alone = _alone(connection, _few(connection, _NAMERS, key), kin)
        for other in _few(connection, _HOLDERS, key):
            is_mutual = not set(own).isdisjoint(_column(connection, _KEYS, other))
            evidence = Evidence.MUTUAL if is_mutual else Evidence.STATED
            yield Relation(other=_kin(connection, other, kin), evidence=evidence, alone=article in alone)
    for handle in own:
        group = _few(connection, _NAMERS if _is_address(handle) else _HOLDERS, handle)
        alone = _alone(connection, group, kin)
        for other in group:
            evidence, known = _evidence(handle), _kin(connection, other, kin)
            is_alone = ({other} if evidence is Evidence.STATED else {article, other}) <= alone
            asked = evidence is Evidence.NUMBER and is_alone and other != article
            like = alike(_marks(connection, article), _marks(connection, other)) if asked else None
            yield Relation(other=known, evidence=evidence, alone=is_alone, alike=like)


def _is_address(handle: str) -> bool:
    return handle.startswith("http://")


def _evidence(handle: str) -> Evidence:
    """What speaks for those who name an article by *handle*, or share it with one."""
    if _is_address(handle):
        return Evidence.STATED
    return Evidence.SLUG if handle.startswith("slug ") else Evidence.NUMBER


def _alone(connection: Connection, group: Iterable[str], kin: dict[str, Kin]) -> set[str]:
    """The members of *group* that are its only one in their language."""
    members = [member for member in (_kin(connection, id_, kin) for id_ in group) if member.is_open]
    languages = Counter(member.language for member in members)
    return {member.id for member in members if languages[member.language] == 1}


def _marks(connection: Connection, article: str) -> frozenset[str]:
    sql = "SELECT title, summary, text FROM articles WHERE id = ?"
    return marks("\n".join(part or "" for part in connection.execute(sql, (article,)).fetchone()))


def _kin(connection: Connection, article: str, kin: dict[str, Kin]) -> Kin:
    if article not in kin:
        sql = "SELECT key, url, language, machine_translated, published_at, state FROM articles WHERE id = ?"
        key, url, language, translated, published_at, state = connection.execute(sql, (article,)).fetchone()
        kin[article] = Kin(
            id=article,
            key=key,
            is_edition=is_edition(url),
            language=language,
            machine_translated=bool(translated),
            published_at=published_at,
            state=state,
        )
    return kin[article]


def _few(connection: Connection, sql: str, value: str, most: int = MOST) -> list[str]:
    """What is asked for; none where that is more than *most*."""
    found = [row[0] for row in connection.execute(sql, (value, most + 1))]
    return found if len(found) <= most else []


def _column(connection: Connection, sql: str, value: str) -> list[str]:
    return [row[0] for row in connection.execute(sql, (value,))]
