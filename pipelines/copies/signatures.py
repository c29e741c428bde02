"""``signatures``: what the index keeps of each article, under the number of its entry. The one place that reads it."""

from collections.abc import Iterable, Iterator

from pipelines.copies.worth import Mark
from pipelines.sqlite import Connection, select_in

ENTER = (
    "INSERT INTO signatures (entry, article, signature, figures, shingles) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (article) DO NOTHING"
)


def are_entered(connection: Connection, articles: Iterable[int]) -> frozenset[int]:
    """Those of *articles* that are in the index."""
    sql = "SELECT article FROM signatures WHERE article IN ({})"
    return frozenset(n for (n,) in select_in(connection, sql, [*articles]))


def signatures(connection: Connection, articles: Iterable[int]) -> dict[int, bytes]:
    return dict(select_in(connection, "SELECT article, signature FROM signatures WHERE article IN ({})", [*articles]))


def live(connection: Connection, entries: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """(article, signature) of those of *entries* that are still anybody's."""
    sql = "SELECT article, signature FROM signatures WHERE entry IN ({})"
    yield from select_in(connection, sql, sorted({*entries}))


def marks(connection: Connection, articles: Iterable[int]) -> dict[int, Mark]:
    sql = "SELECT article, signature, figures, shingles FROM signatures WHERE article IN ({})"
    return {n: Mark(*said) for n, *said in select_in(connection, sql, [*articles])}


def marks_of(connection: Connection, entries: Iterable[int]) -> dict[int, tuple[int, Mark]]:
    """The article of each of *entries* that is still anybody's, and what the index keeps of it."""
    sql = "SELECT entry, article, signature, figures, shingles FROM signatures WHERE entry IN ({})"
    return {entry: (n, Mark(*said)) for entry, n, *said in select_in(connection, sql, [*entries])}
