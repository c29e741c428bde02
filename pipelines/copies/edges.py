"""Copies between articles, kept up to date as articles come and change: an edge is a confirmed pair of candidates.

Which pairs are candidates (candidates.py), which of them are worth confirming (worth.py, screening.py) and which are
confirmed (similarity.py) follows from the articles alone, so that any order of arrival ends in the same edges and
stories.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress
from operator import itemgetter

from pipelines.article import Fingerprint
from pipelines.copies.candidates import Pair, Parted, leave, unfounded
from pipelines.copies.comparing import AT_ONCE, TEXTS
from pipelines.copies.entering import enter_all
from pipelines.copies.screening import WORTH_IT, possible
from pipelines.copies.signatures import are_entered, drop_words, marks
from pipelines.copies.similarity import likeness
from pipelines.copies.worth import Mark, are_worth
from pipelines.sqlite import Connection, is_fault, select_in
from pipelines.stories import telling
from pipelines.versions.conflicts import are_apart

log = logging.getLogger(__name__)

_WAITING = "copies"
_EDGE = "INSERT OR REPLACE INTO copies (a, b, jaccard, containment, kind, aligned) VALUES (?, ?, ?, ?, ?, ?)"

Waiting = dict[int, tuple[str, Fingerprint]]


def relate(connection: Connection, article: str, n: int, fingerprint: Fingerprint) -> None:
    """Have an article's copies among those known found, its edges noted, and the stories concerned brought up to date:
    at the end of the transaction, together with those of all others, or as soon as somebody asks for them here.

    Its row shows its words already, of which *fingerprint* is.
    """
    _waiting(connection)[n] = (article, fingerprint)
    connection.unfinished[_WAITING] = settle


def waiting(connection: Connection) -> Waiting:
    """Who waits to be related, for ``wait_again``."""
    return {**_waiting(connection)}


def wait_again(connection: Connection, before: Waiting) -> None:
    """After a rollback to a savepoint: what was done since is undone, and who waited then waits again."""
    connection.memory[_WAITING] = {**before}
    if before:
        connection.unfinished[_WAITING] = settle


def settle(connection: Connection) -> None:
    """Relate who waits for it. What cannot be compared, for whatever reason in its words, stays without copies."""
    connection.unfinished.pop(_WAITING, None)
    found: Waiting = connection.memory.pop(_WAITING, {})
    if found and not _try(connection, found) and len(found) > 1:
        for n, each in found.items():
            _try(connection, {n: each})


def forget(connection: Connection, article: str, n: int) -> None:
    """Take an article's signature and edges out, before its text is replaced. Its story is the caller's to tell anew;
    others that are candidates of one another without it are seen to.
    """
    settle(connection)
    pairs = leave(connection, n)
    if pairs is None:
        return
    connection.execute("DELETE FROM copies WHERE a = ? OR b = ?", (article, article))
    if pairs:
        telling.tell_stories(connection, _compare(connection, pairs))


def tell_stories(connection: Connection, articles: Iterable[str]) -> None:
    """See ``telling.tell_stories``: when all who wait are related."""
    settle(connection)
    telling.tell_stories(connection, articles)


def _waiting(connection: Connection) -> Waiting:
    waiting: Waiting = connection.memory.setdefault(_WAITING, {})
    return waiting


def _try(connection: Connection, found: Waiting) -> bool:
    connection.execute("SAVEPOINT relating")
    try:
        _relate(connection, found)
    except Exception as error:
        if isinstance(error, MemoryError) or is_fault(error):
            raise
        connection.execute("ROLLBACK TO relating")
        is_done = False
        if len(found) == 1:
            _leave_alone(connection, *found)
    else:
        is_done = True
    connection.execute("RELEASE relating")
    return is_done


def _leave_alone(connection: Connection, n: int) -> None:
    """What was in a story before stays in it, as it was then."""
    (article,) = connection.execute("SELECT id FROM articles WHERE n = ?", (n,)).fetchone()
    log.exception("%s stays without copies", article)
    if are_entered(connection, [n]):
        drop_words(connection, n)  # the former ones, of which a name may have been taken out
    else:
        telling.tell_lone(connection, [n])


def _relate(connection: Connection, found: Waiting) -> None:
    affected, again = set[str](), are_entered(connection, [*found])
    for n in again:
        affected |= _story_members(connection, found[n][0])
        forget(connection, found[n][0], n)
    made = {n: fingerprint for n, (_, fingerprint) in found.items() if fingerprint.bands}
    entered = enter_all(connection, made)
    marks = {n: Mark.of(each) for n, each in made.items()}
    affected |= _compare_all(connection, marks, entered.found)
    affected |= _part(connection, entered.parted)
    lone = [n for n, (article, _) in found.items() if n not in again and article not in affected]
    telling.tell_lone(connection, lone)
    if affected or again:
        changed = frozenset(article for n, (article, _) in found.items() if n in again or article in affected)
        telling.tell_stories(connection, affected | changed, changed=changed)


def _compare(connection: Connection, pairs: Iterable[Pair]) -> set[str]:
    """Note the edges that *pairs* of articles' numbers make; the ids of those that have one."""
    found: dict[int, dict[int, Mark]] = {}
    some = sorted(pairs)
    known = marks(connection, {*chain.from_iterable(some)})
    for n, other in some:
        found.setdefault(n, {})[other] = known[other]
    return _compare_all(connection, known, found)


def _worth(marks: Mapping[int, Mark], found: Mapping[int, Mapping[int, Mark]]) -> dict[int, list[int]]:
    """Of each article's candidates those that are worth confirming."""
    pairs = [(n, other) for n, others in found.items() for other in others]
    worth: dict[int, list[int]] = {}
    are = are_worth([marks[n] for n, _ in pairs], [found[n][other] for n, other in pairs])
    for n, other in compress(pairs, are):
        worth.setdefault(n, []).append(other)
    return worth


def _compare_all(
    connection: Connection, marks: Mapping[int, Mark], found: Mapping[int, Mapping[int, Mark]]
) -> set[str]:
    """Note the edges that articles have with those that were *found*; the ids of their ends."""
    worth = {n: {other: found[n][other] for other in others} for n, others in _worth(marks, found).items()}
    pairs = [(n, other) for n, others in worth.items() for other in _possible(connection, n, marks[n], others)]
    some = (_compare_some(connection, pairs[at : at + AT_ONCE]) for at in range(0, len(pairs), AT_ONCE))
    return {end for ends in some for end in ends}


def _compare_some(connection: Connection, pairs: Sequence[Pair]) -> set[str]:
    texts = TEXTS.of(connection, {*chain.from_iterable(pairs)})
    edges = list[tuple[object, ...]]()
    for pair in pairs:
        low, high = sorted((texts[n] for n in pair), key=itemgetter(0))
        like = likeness(low.words, high.words)
        # A table of prices is the same in two languages, to a figure: its translation is a story of its own, linked by
        # ``translation_of``.
        if like.kind is not None and not are_apart(low.language, high.language):
            edges.append((low.id, high.id, like.jaccard, like.containment, like.kind, like.aligned))
    connection.executemany(_EDGE, edges)
    return {str(end) for low, high, *_ in edges for end in (low, high)}


def _possible(connection: Connection, n: int, mark: Mark, others: Mapping[int, Mark]) -> Iterable[int]:
    """Who has many is compared with those only that can be copies of it."""
    if len(others) < WORTH_IT:
        return others
    one = TEXTS.of(connection, [n])[n].words if mark.outline is None else mark.outline.numbered
    kept = {other: outline for other, each in others.items() if (outline := each.outline) is not None}
    kept |= TEXTS.outlines(connection, [other for other in others if other not in kept])
    return compress(others, possible(one, [kept[other] for other in others]))


def _part(connection: Connection, parted: Parted) -> set[str]:
    """Delete the edges whose ends are no candidates any more, after others came; the ids of those ends."""
    pairs: set[Pair] = set()
    for end, articles in (("a", parted.crowded | parted.demoted), ("b", parted.demoted)):
        sql = (
            f"SELECT x.n, y.n FROM articles o JOIN copies c ON c.{end} = o.id"
            " JOIN articles x ON x.id = c.a JOIN articles y ON y.id = c.b WHERE o.n IN ({})"
        )
        pairs.update(pair for pair in select_in(connection, sql, sorted(articles)) if pair in parted)
    apart = unfounded(connection, sorted(pairs))
    sql = "SELECT n, id FROM articles WHERE n IN ({})"
    ids: dict[int, str] = dict(select_in(connection, sql, sorted({*chain.from_iterable(apart)})))
    ends = [sorted(ids[n] for n in pair) for pair in apart]
    connection.executemany("DELETE FROM copies WHERE a = ? AND b = ?", ends)
    return {*chain.from_iterable(ends)}


def _story_members(connection: Connection, article: str) -> set[str]:
    sql = "SELECT id FROM articles WHERE story = (SELECT story FROM articles WHERE id = ?)"
    return {row[0] for row in connection.execute(sql, (article,))}
