"""``signatures``: what the index keeps of each article, under the number of its entry. The one place that reads it."""

from collections.abc import Iterable, Iterator, Mapping

from pipelines.article import Fingerprint
from pipelines.copies.worth import Mark
from pipelines.sqlite import VALUES, Connection, select_in

_ENTER = (
    "INSERT INTO signatures (entry, article, signature, figures, shingles, words, runs) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (article) DO NOTHING"
)


def enter(connection: Connection, entry: int, made: Mapping[int, Fingerprint]) -> int:
    """Articles, under *entry* and the numbers behind it; how many of them were not there already."""
    rows = [
        (entry, n, each.signature, each.figures, each.shingles, each.words, each.runs)
        for entry, (n, each) in enumerate(made.items(), entry)
    ]
    entered: int = connection.executemany(_ENTER, rows).rowcount
    return entered


def are_entered(connection: Connection, articles: Iterable[int]) -> frozenset[int]:
    """Those of *articles* that are in the index."""
    sql = "SELECT article FROM signatures WHERE article IN ({})"
    return frozenset(n for (n,) in select_in(connection, sql, [*articles]))


def drop_words(connection: Connection, article: int) -> None:
    """It is screened by its text instead."""
    connection.execute("UPDATE signatures SET words = NULL, runs = NULL WHERE article = ?", (article,))


def signatures(connection: Connection, articles: Iterable[int]) -> dict[int, bytes]:
    return dict(select_in(connection, "SELECT article, signature FROM signatures WHERE article IN ({})", [*articles]))


def live(connection: Connection, entries: Iterable[int], at_once: int = VALUES) -> Iterator[tuple[int, bytes]]:
    """(article, signature) of those of *entries* that are still anybody's: they are asked for *at_once*, as long as
    more are wanted.
    """
    sql = "SELECT article, signature FROM signatures WHERE entry IN ({})"
    yield from select_in(connection, sql, sorted({*entries}), at_once)


def marks(connection: Connection, articles: Iterable[int]) -> dict[int, Mark]:
    sql = "SELECT article, signature, figures, shingles, words, runs FROM signatures WHERE article IN ({})"
    return {n: Mark(*said) for n, *said in select_in(connection, sql, [*articles])}


def marks_of(connection: Connection, entries: Iterable[int]) -> dict[int, tuple[int, Mark]]:
    """The article of each of *entries* that is still anybody's, and what the index keeps of it."""
    sql = "SELECT entry, article, signature, figures, shingles, words, runs FROM signatures WHERE entry IN ({})"
    return {entry: (n, Mark(*said)) for entry, n, *said in select_in(connection, sql, [*entries])}
