"""Copies between articles, kept up to date as articles come and change: an edge is a confirmed pair of candidates.

Which pairs are candidates (pipelines/candidates.py) and which of them are confirmed (pipelines/similarity.py) follows
from the articles alone, so that any order of arrival ends in the same edges and stories.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from operator import itemgetter

from pipelines.anchors import SHARED, overlap
from pipelines.article import Fingerprint
from pipelines.candidates import AT_ONCE, Pair, enter, leave, signatures, unfounded
from pipelines.comparing import TEXTS
from pipelines.fingerprint import anchors_of, estimates, have_other_figures
from pipelines.similarity import likeness
from pipelines.sqlite import Connection
from pipelines.stories.telling import tell_lone
from pipelines.stories.telling import tell_stories as tell_stories
from pipelines.versions.conflicts import are_apart

# Estimated Jaccard of 2-shingles below which a candidate is not worth confirming (measured: .25, less one and a half
# standard errors of the estimate).
WORTH_CONFIRMING = 0.18
# From here on two texts are of like length, and what has other figures is a template's: an excerpt has few of the many
# figures of what it is from.
ALIKE = 0.4


def forget(connection: Connection, article: str, n: int) -> None:
    """Take an article's signature and edges out, before its text is replaced. Its story is the caller's to tell anew;
    others that are candidates of one another without it are seen to.
    """
    row = connection.execute("SELECT signature FROM signatures WHERE article = ?", (n,)).fetchone()
    if row is None:
        return
    pairs = leave(connection, n, row[0])
    connection.execute("DELETE FROM signatures WHERE article = ?", (n,))
    connection.execute("DELETE FROM copies WHERE a = ? OR b = ?", (article, article))
    if pairs:
        tell_stories(connection, _compare(connection, sorted(pairs)))


def relate(connection: Connection, article: str, n: int, fingerprint: Fingerprint) -> None:
    """Find the copies of an article among those known, note the edges, and bring the stories concerned up to date.

    Its row shows its words already, of which *fingerprint* is.
    """
    affected = {article}
    if connection.execute("SELECT 1 FROM signatures WHERE article = ?", (n,)).fetchone():  # else it has had no edge
        affected |= _story_members(connection, article)
        forget(connection, article, n)
    if fingerprint.bands:
        connection.execute("INSERT INTO signatures VALUES (?, ?, ?)", (n, fingerprint.signature, fingerprint.figures))
        entered = enter(connection, n, fingerprint.signature, fingerprint.bands)
        if entered.parted:
            affected |= _part(connection, entered.parted)
        affected |= _compare(connection, [(n, other) for other in sorted(entered.found)])
    if affected == {article}:
        tell_lone(connection, article)
    else:
        tell_stories(connection, affected, changed=frozenset([article]))


def _compare(connection: Connection, pairs: Sequence[Pair]) -> set[str]:
    """Note the edges that *pairs* of articles' numbers make; the ids of those that have one."""
    united: set[str] = set()
    text = lru_cache(maxsize=2)(partial(TEXTS.of, connection))  # one article is in pair after pair
    for pair in _worth_confirming(connection, pairs):
        (a, one), (b, other) = sorted(map(text, pair), key=itemgetter(0))
        like = likeness(one, other)
        if like.kind is not None and not _are_translations(connection, pair):
            values = (a, b, like.jaccard, like.containment, like.kind, like.aligned)
            sql = "INSERT OR REPLACE INTO copies (a, b, jaccard, containment, kind, aligned) VALUES (?, ?, ?, ?, ?, ?)"
            connection.execute(sql, values)
            united.update((a, b))
    return united


def _are_translations(connection: Connection, pair: Pair) -> bool:
    """A table of prices is the same in two languages, to a figure: its translation is a story of its own, linked by
    ``translation_of``.
    """
    sql = "SELECT language FROM articles WHERE n IN (?, ?)"
    return are_apart(*(language for (language,) in connection.execute(sql, pair)))


def is_worth_confirming(share: float, one: bytes, other: bytes) -> bool:
    """Whether two signatures, of which *share* is the estimate, may be of a copy, or of an excerpt and its whole."""
    return share >= WORTH_CONFIRMING or overlap(anchors_of(one), anchors_of(other)) >= SHARED


def _worth_confirming(connection: Connection, pairs: Sequence[Pair]) -> list[Pair]:
    if not pairs:
        return []
    known = signatures(connection, sorted({n for pair in pairs for n in pair}))
    shares = estimates([known[n] for n, _ in pairs], [known[n] for _, n in pairs])
    likely = {
        pair: share
        for pair, share in zip(pairs, shares, strict=True)
        if is_worth_confirming(share, *(known[n] for n in pair))
    }
    figures = _figures(connection, sorted({n for pair, share in likely.items() if share >= ALIKE for n in pair}))
    return [
        pair
        for pair, share in likely.items()
        if share < ALIKE or not have_other_figures(*(figures.get(n) for n in pair))
    ]


def _figures(connection: Connection, articles: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for at in range(0, len(articles), AT_ONCE):
        some = articles[at : at + AT_ONCE]
        sql = f"SELECT article, figures FROM signatures WHERE article IN ({', '.join('?' * len(some))})"
        found |= dict(connection.execute(sql, some))
    return found


def _part(connection: Connection, articles: Iterable[int]) -> set[str]:
    """Delete the edges of *articles* whose ends are no candidates any more; the ids of those ends."""
    pairs: set[Pair] = set()
    for n in articles:
        sql = (
            "SELECT x.n, y.n FROM articles o JOIN copies c ON c.a = o.id OR c.b = o.id"
            " JOIN articles x ON x.id = c.a JOIN articles y ON y.id = c.b WHERE o.n = ?"
        )
        pairs.update(connection.execute(sql, (n,)))
    parted: set[str] = set()
    for pair in unfounded(connection, sorted(pairs)):
        ids = sorted(connection.execute("SELECT id FROM articles WHERE n = ?", (n,)).fetchone()[0] for n in pair)
        connection.execute("DELETE FROM copies WHERE a = ? AND b = ?", ids)
        parted.update(ids)
    return parted


def _story_members(connection: Connection, article: str) -> set[str]:
    sql = "SELECT id FROM articles WHERE story = (SELECT story FROM articles WHERE id = ?)"
    return {row[0] for row in connection.execute(sql, (article,))}
