"""Which of the articles that share a key a capture is of: worked out from all their captures, so that order has no say.

Asked only where a key leads to several articles or a capture seems to be of another one (pipelines/keep.py).
"""

from collections.abc import Mapping, Sequence

from crawler.capture import Capture
from crawler.identity import canonical
from crawler.source import Source
from pipelines import store
from pipelines.archive import stamp
from pipelines.article import Article
from pipelines.sqlite import Connection
from pipelines.store import Known
from pipelines.versions.conflicts import Look, Page, are_apart, is_same, join, keys_of, owner, title_form, when
from pipelines.versions.division import Division, Filed, Fresh, Target, write
from pipelines.versions.readings import unpack
from pipelines.withholding.decisions import tombstones
from pipelines.withholding.decisions.attribution import stone_looks


def belongs(connection: Connection, article: Known, content: Article, reading: str) -> bool:
    """Whether *content*, whose reading has this digest, is a version of *article*."""
    title = title_form(content.metadata.title)
    if title and not are_apart(article.language, content.reading.language):
        if title == title_form(article.title):
            return True  # as nearly always: nothing is read from the archive for it
        rows = connection.execute("SELECT DISTINCT title FROM revisions WHERE article = ?", (article.id,)).fetchall()
        if title in {title_form(known) for (known,) in rows}:
            return True
    sql = "SELECT sha256, reading FROM readings WHERE article = ? ORDER BY rowid DESC"
    rows = connection.execute(sql, (article.id,)).fetchall()
    page = Page(reading=content.reading)
    return reading in (digest for digest, _ in rows) or any(
        is_same(page, Page(reading=unpack(packed))) for _, packed in rows
    )


def owner_of(connection: Connection, source: Source, articles: Sequence[Known], capture: Capture) -> str | None:
    """Which of the articles with a key a capture without a text is of: its address says so."""
    if len(articles) < 2:
        return articles[0].id if articles else None
    looks = _looks(connection, source, articles)
    if not looks:
        return articles[0].id  # nothing but tombstones
    return owner(canonical(capture.final_url, source), stamp(capture.fetched_at), looks)


def regroup(
    connection: Connection,
    source: Source,
    key: str,
    articles: Sequence[Known],
    fresh: Fresh | None = None,
    *,
    named_anew: bool = False,
    lost: frozenset[str] = frozenset(),
) -> Filed | None:
    """Part the captures of *articles*, which share *key*, and the *fresh* one anew. None without a fresh one.

    How the others were parted is taken for right beside a fresh one; without one (their readings have changed) all are
    compared with all. *named_anew*: though they are parted as before, since their titles, which tell their keys apart,
    are others now. *lost*: articles some of whose captures have just been withheld.
    """
    if fresh:  # a capture that came before the one it stands for has been taken for somebody's
        rows = [(fresh.packed.sha256, row) for row in fresh.rows]
        connection.executemany("UPDATE captures SET article = NULL, reading = ?, detail = NULL WHERE id = ?", rows)
    before = _looks(connection, source, articles)
    pages = _pages(connection, articles)
    if fresh:
        pages.setdefault(fresh.packed.sha256, Page(reading=fresh.content.reading))
    groups = _groups(before, pages, fresh)
    tombs = tombstones.at_key(connection, source.slug, key)
    were = {frozenset(look.reading for look in looks) for looks in before.values()}
    is_as_it_was = were == set(groups) and len(before) == len(articles)
    if is_as_it_was and fresh is None and not named_anew and not tombs and not lost:
        return None
    seen = [look for looks in before.values() for look in looks]
    if fresh:
        seen += _looks_at(connection, source, f"id IN ({', '.join('?' * len(fresh.rows))})", fresh.rows)[None]
    parts = [sorted((look for look in seen if look.reading in group), key=when) for group in groups]
    known = {article.key: article for article in articles if article.id not in tombs}
    named = keys_of(parts, key, pages, frozenset(tombs.values()))
    division = Division(
        source=source,
        key=key,
        articles=articles,
        before=before,
        targets=[_target(known.get(name), name, looks, pages) for name, looks in named.items()],
        fresh=fresh,
        tombs=frozenset(tombs),
        stones=stone_looks(connection, source, key) if tombs else {},
        lost=lost,
    )
    return write(connection, division)


def reattribute(connection: Connection, source: Source, key: str, lost: frozenset[str] = frozenset()) -> None:
    """Which of the articles with *key*, withheld ones among them, each capture is of: worked out from all of them."""
    regroup(connection, source, key, store.known(connection, source.slug, key), lost=lost)


def _target(known: Known | None, key: str, looks: Sequence[Look], pages: Mapping[str, Page]) -> Target:
    readings = tuple(pages[reading].reading for reading in dict.fromkeys(look.reading for look in looks))
    return Target(key=key, known=known, looks=looks, readings=readings)


def _groups(
    before: Mapping[str, Sequence[Look]], pages: Mapping[str, Page], fresh: Fresh | None
) -> list[frozenset[str]]:
    """The digests of the readings of each article."""
    groups: list[frozenset[str]] = []
    if fresh:
        groups = [frozenset(look.reading for look in looks) for looks in before.values()]
        names = {fresh.packed.sha256}
    else:
        names = {look.reading for looks in before.values() for look in looks}
    for name in sorted(names):
        if not any(name in group for group in groups):
            groups = join(groups, name, pages)
    return groups


def _looks(connection: Connection, source: Source, articles: Sequence[Known]) -> dict[str, list[Look]]:
    """The captures that showed each of *articles*: a withheld one's show nothing any more."""
    ids = [article.id for article in articles]
    found = _looks_at(connection, source, f"article IN ({', '.join('?' * len(ids))})", ids)
    return {article: looks for article, looks in found.items() if article}


def _looks_at(
    connection: Connection, source: Source, which: str, values: Sequence[object]
) -> dict[str | None, list[Look]]:
    sql = (
        "SELECT article, id, record_id, fetched_at, url, final_url, reading FROM captures"
        f" WHERE {which} AND reading IS NOT NULL ORDER BY fetched_at, record_id"
    )
    found: dict[str | None, list[Look]] = {}
    for article, row, record_id, at, url, final_url, reading in connection.execute(sql, tuple(values)):
        look = Look(
            row=row,
            record_id=record_id,
            at=at,
            asked=url,
            url=final_url,
            address=canonical(final_url, source),
            reading=reading,
        )
        found.setdefault(article, []).append(look)
    return found


def _pages(connection: Connection, articles: Sequence[Known]) -> dict[str, Page]:
    ids = [article.id for article in articles]
    sql = f"SELECT sha256, reading FROM readings WHERE article IN ({', '.join('?' * len(ids))})"
    return {digest: Page(reading=unpack(packed)) for digest, packed in connection.execute(sql, ids)}


def regroup_source(connection: Connection, source: Source) -> None:
    """Part anew whatever keys of the source may lead to several articles, after their readings have changed."""
    for key in _suspects(connection, source.slug):
        reattribute(connection, source, key)


def _suspects(connection: Connection, source: str) -> list[str]:
    """The keys with readings under several titles, or under none: what has one title is one article."""
    sql = (
        "SELECT key FROM articles WHERE source = ?1 AND (instr(key, '#') OR id IN (SELECT r.article FROM revisions r"
        " JOIN articles a ON a.id = r.article WHERE a.source = ?1 GROUP BY r.article HAVING count(*) > 1"
        " AND (count(DISTINCT r.title) > 1 OR count(r.title) < count(*))))"
    )
    return sorted({key.partition("#")[0] for (key,) in connection.execute(sql, (source,))})
