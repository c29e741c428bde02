"""Copies between articles, and the stories they make, kept up to date as articles come and change.

An edge is a confirmed pair; a story is a connected component over the ``copy`` edges, called by its smallest id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.article import Fingerprint
from pipelines.fingerprint import bands_of, estimate
from pipelines.similarity import Likeness, likeness
from pipelines.sqlite import Connection

# Estimated Jaccard of 2-shingles below which a candidate is not worth confirming (measured: .25, less one and a half
# standard errors of the estimate).
WORTH_CONFIRMING = 0.18


@dataclass(frozen=True, slots=True)
class Member:
    """An article as its story sees it."""

    id: str
    n: int
    source: str
    agency: str | None
    date: str


def forget(connection: Connection, article: str, n: int) -> None:
    """Take an article's signature and edges out, before its text is replaced."""
    row = connection.execute("SELECT signature FROM signatures WHERE article = ?", (n,)).fetchone()
    if row is None:
        return
    keys = [(key, n) for key in bands_of(row[0])]  # a search for the article would look at every band there is
    connection.executemany("DELETE FROM bands WHERE key = ? AND article = ?", keys)
    connection.execute("DELETE FROM signatures WHERE article = ?", (n,))
    connection.execute("DELETE FROM copies WHERE a = ? OR b = ?", (article, article))


def relate(connection: Connection, article: str, n: int, text: str, fingerprint: Fingerprint) -> None:
    """Find the copies of an article among those known, note the edges, and bring the stories concerned up to date."""
    before = _story_members(connection, article)
    forget(connection, article, n)
    for other, like in _copies(connection, n, text, fingerprint):
        pair = sorted((article, other))
        connection.execute(
            "INSERT OR REPLACE INTO copies (a, b, jaccard, containment, kind) VALUES (?, ?, ?, ?, ?)",
            (*pair, like.jaccard, like.containment, like.kind),
        )
    if fingerprint.bands:
        connection.execute("INSERT INTO signatures VALUES (?, ?)", (n, fingerprint.signature))
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, n) for key in fingerprint.bands])
    tell_stories(connection, {article, *before})


def _copies(connection: Connection, n: int, text: str, fingerprint: Fingerprint) -> Iterable[tuple[str, Likeness]]:
    for other in _candidates(connection, n, fingerprint.bands):
        row = connection.execute(
            "SELECT a.id, a.text, s.signature FROM signatures s JOIN articles a ON a.n = s.article WHERE s.article = ?",
            (other,),
        ).fetchone()
        if row is None or estimate(fingerprint.signature, row[2]) < WORTH_CONFIRMING:
            continue
        like = likeness(text, row[1] or "")
        if like.kind is not None:
            yield row[0], like


def _candidates(connection: Connection, n: int, bands: Sequence[int]) -> list[int]:
    if not bands:
        return []
    marks = ", ".join("?" * len(bands))
    sql = f"SELECT DISTINCT article FROM bands WHERE key IN ({marks}) AND article <> ? ORDER BY article"
    return [row[0] for row in connection.execute(sql, (*bands, n))]


def _story_members(connection: Connection, article: str) -> set[str]:
    sql = "SELECT id FROM articles WHERE story = (SELECT story FROM articles WHERE id = ?)"
    return {row[0] for row in connection.execute(sql, (article,))}


def tell_stories(connection: Connection, articles: Iterable[str]) -> None:
    """Recompute the stories of *articles* and of whatever is connected with them."""
    left = set(articles)
    old = {story for a in left for (story,) in connection.execute("SELECT story FROM articles WHERE id = ?", (a,))}
    while left:
        component = _component(connection, left.pop())
        left -= component
        old |= {s for a in component for (s,) in connection.execute("SELECT story FROM articles WHERE id = ?", (a,))}
        _tell(connection, component)
    for story in filter(None, old):
        if connection.execute("SELECT 1 FROM articles WHERE story = ?", (story,)).fetchone() is None:
            connection.execute("DELETE FROM stories WHERE id = ?", (story,))


def _component(connection: Connection, article: str) -> set[str]:
    found, ahead = {article}, [article]
    sql = (
        "SELECT b FROM copies WHERE a = ?1 AND kind = 'copy' UNION SELECT a FROM copies WHERE b = ?1 AND kind = 'copy'"
    )
    while ahead:
        for (other,) in connection.execute(sql, (ahead.pop(),)):
            if other not in found:
                found.add(other)
                ahead.append(other)
    return found


def _tell(connection: Connection, component: set[str]) -> None:
    marks = ", ".join("?" * len(component))
    sql = f"SELECT id, n, source, agency, coalesce(published_at, first_seen_at) FROM articles WHERE id IN ({marks})"
    members = [Member(*row) for row in connection.execute(sql, sorted(component))]
    story, original = min(component), min(members, key=_originality)
    sources = len({member.source for member in members})
    connection.execute(
        "INSERT INTO stories VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET first_article = excluded.first_article, articles = excluded.articles, sources = excluded.sources",
        (story, original.id, len(members), sources),
    )
    for member in members:
        reprint = member.id != original.id
        similarity = _similarity(connection, member.id, original.id) if reprint else None
        connection.execute(
            "UPDATE articles SET story = ?, relation = ?, reprint_of = ?, similarity = ? WHERE id = ?",
            (story, "reprint" if reprint else "original", original.id if reprint else None, similarity, member.id),
        )


def _originality(member: Member) -> tuple[bool, str, str]:
    """Whoever credits nobody wrote it; among equals the earliest, by the paper's own day."""
    return (member.agency is not None, member.date, member.id)


def _similarity(connection: Connection, article: str, original: str) -> float | None:
    row = connection.execute("SELECT jaccard FROM copies WHERE a = ? AND b = ?", sorted((article, original))).fetchone()
    return None if row is None else row[0]
