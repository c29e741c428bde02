"""Copies between articles, kept up to date as articles come and change: an edge is a confirmed pair of candidates.

Which pairs are candidates (candidates.py), which of them are worth confirming (worth.py, screening.py) and which are
confirmed (similarity.py) follows from the articles alone, so that any order of arrival ends in the same edges and
stories.
"""

from collections.abc import Iterable, Sequence
from itertools import compress, groupby
from operator import itemgetter

from pipelines.article import Fingerprint
from pipelines.copies.candidates import Pair, enter, leave, marks, unfounded
from pipelines.copies.comparing import TEXTS
from pipelines.copies.screening import possible
from pipelines.copies.similarity import likeness
from pipelines.copies.worth import worth_confirming
from pipelines.sqlite import Connection
from pipelines.stories.telling import tell_lone
from pipelines.stories.telling import tell_stories as tell_stories
from pipelines.versions.conflicts import are_apart

_SIGNATURE = "INSERT OR IGNORE INTO signatures (article, signature, figures, shingles) VALUES (?, ?, ?, ?)"
_EDGE = "INSERT OR REPLACE INTO copies (a, b, jaccard, containment, kind, aligned) VALUES (?, ?, ?, ?, ?, ?)"


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
        tell_stories(connection, _compare(connection, pairs))


def relate(connection: Connection, article: str, n: int, fingerprint: Fingerprint) -> None:
    """Find the copies of an article among those known, note the edges, and bring the stories concerned up to date.

    Its row shows its words already, of which *fingerprint* is.
    """
    affected = {article}
    values = (n, fingerprint.signature, fingerprint.figures, fingerprint.shingles)
    is_new = bool(fingerprint.bands) and connection.execute(_SIGNATURE, values).rowcount > 0
    if not is_new and connection.execute("SELECT 1 FROM signatures WHERE article = ?", (n,)).fetchone():
        affected |= _story_members(connection, article)
        forget(connection, article, n)
        if fingerprint.bands:
            connection.execute(_SIGNATURE, values)
    if fingerprint.bands:
        entered = enter(connection, n, fingerprint.signature, fingerprint.bands)
        if entered.parted:
            affected |= _part(connection, entered.parted)
        affected |= _compare(connection, [(n, other) for other in entered.found])
    if affected == {article}:
        tell_lone(connection, n)
    else:
        tell_stories(connection, affected, changed=frozenset([article]))


def _compare(connection: Connection, pairs: Iterable[Pair]) -> set[str]:
    """Note the edges that *pairs* of articles' numbers make; the ids of those that have one."""
    united: set[str] = set()
    for n, some in groupby(sorted(pairs), key=itemgetter(0)):
        others = _worth_confirming(connection, n, [other for _, other in some])
        if not others:
            continue
        (article, text), *found = TEXTS.of(connection, [n, *others])
        can_be = possible(text, [words for _, words in found])
        for (id_, words), other in compress(zip(found, others, strict=True), can_be):
            like = likeness(text, words) if article < id_ else likeness(words, text)
            if like.kind is not None and not _are_translations(connection, (n, other)):
                ends = sorted((article, id_))
                values = (*ends, like.jaccard, like.containment, like.kind, like.aligned)
                connection.execute(_EDGE, values)
                united.update(ends)
    return united


def _are_translations(connection: Connection, pair: Pair) -> bool:
    """A table of prices is the same in two languages, to a figure: its translation is a story of its own, linked by
    ``translation_of``.
    """
    sql = "SELECT language FROM articles WHERE n IN (?, ?)"
    return are_apart(*(language for (language,) in connection.execute(sql, pair)))


def _worth_confirming(connection: Connection, n: int, others: Sequence[int]) -> list[int]:
    known = marks(connection, [n, *others])
    worth = worth_confirming(known[n], [known[other] for other in others])
    return [other for other, is_worth in zip(others, worth, strict=True) if is_worth]


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
