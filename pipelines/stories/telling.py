"""Stories as rows: the connected components over ``copy`` edges, each called by its smallest id."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.copies.comparing import TEXTS
from pipelines.copies.similarity import likeness
from pipelines.sqlite import Connection
from pipelines.stories.additions import added
from pipelines.stories.origin import Member, Origin, origin
from pipelines.stories.outlets import Outlet

_AT_ONCE = 900  # values in a statement
_STORY = (
    "INSERT INTO stories (id, first_article, articles, sources, agency) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET first_article = excluded.first_article, articles = excluded.articles,"
    " sources = excluded.sources, agency = excluded.agency"
)
_ORIGINAL = (
    "UPDATE articles SET story = ?, relation = 'original', reprint_of = NULL, similarity = NULL, added = NULL"
    " WHERE id = ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A member, and what its row says of its story until now."""

    n: int
    member: Member
    story: str | None
    relation: str
    reprint_of: str | None


def tell_stories(connection: Connection, articles: Iterable[str], changed: Collection[str] = ()) -> None:
    """Bring the stories of *articles*, and of whatever is connected with them, in line with the edges.

    *changed* are those whose text is another now.
    """
    left, former = set(articles), set[str | None]()
    while left:
        component = _component(connection, min(left))
        left -= component
        former |= _tell_one(connection, component, changed)
    for story in former - {None}:
        if connection.execute("SELECT 1 FROM articles WHERE story = ?", (story,)).fetchone() is None:
            connection.execute("DELETE FROM stories WHERE id = ?", (story,))


def tell_lone(connection: Connection, articles: Sequence[int]) -> None:
    """``tell_stories`` of articles, by their numbers, that have no copy and never had one, as most: in a tenth of the
    time.
    """
    rows = _rows(connection, "n", articles)
    stories, told = list[tuple[object, ...]](), list[tuple[str, str]]()
    for row in rows:
        id_ = row.member.id
        found = origin([row.member])
        stories.append((id_, id_, 1, 1, found.agency))
        if (row.story, row.relation) != (id_, "original"):
            told.append((id_, id_))
    connection.executemany(_STORY, stories)
    connection.executemany(_ORIGINAL, told)


def _tell_one(connection: Connection, component: Collection[str], changed: Collection[str]) -> set[str | None]:
    """The stories that these articles, which are all of one, were of until now."""
    rows = _rows(connection, "id", sorted(component))
    if rows:  # the article may be no more
        _tell(connection, rows, changed)
    return {row.story for row in rows}


def _component(connection: Connection, article: str) -> set[str]:
    found, ahead = {article}, [article]
    while ahead:
        reached: set[str] = set()
        for some in _chunks(ahead):
            marks = ", ".join("?" * len(some))
            for this, other in (("a", "b"), ("b", "a")):
                sql = f"SELECT {other} FROM copies WHERE {this} IN ({marks}) AND kind = 'copy'"
                reached.update(id_ for (id_,) in connection.execute(sql, some))
        ahead = sorted(reached - found)
        found |= reached
    return found


def _rows(connection: Connection, column: str, articles: Sequence[str | int]) -> list[_Row]:
    rows, outlets = [], dict[str, Outlet]()
    for some in _chunks(articles):
        sql = (
            "SELECT a.n, a.story, a.relation, a.reprint_of, s.slug, s.name, s.homepage, a.id, a.agency, a.credit,"
            " a.published_at, a.date_conflict, a.first_seen_at FROM articles a JOIN sources s ON s.slug = a.source"
            f" WHERE a.{column} IN ({', '.join('?' * len(some))})"
        )
        for n, story, relation, reprint_of, *rest in connection.execute(sql, some):
            slug = rest[0]
            if slug not in outlets:
                outlets[slug] = Outlet(slug=slug, name=rest[1], homepage=rest[2])
            member = _member(outlets[slug], *rest[3:])
            rows.append(_Row(n=n, member=member, story=story, relation=relation, reprint_of=reprint_of))
    return rows


def _member(outlet: Outlet, id_: str, *said: Any) -> Member:
    agency, credit, published_at, conflict, seen = said
    return Member(
        id=id_,
        outlet=outlet,
        agency=agency,
        credit=credit,
        published_at=published_at,
        conflict=bool(conflict),
        first_seen_at=seen,
    )


def _tell(connection: Connection, rows: Sequence[_Row], changed: Collection[str]) -> None:
    found = origin([row.member for row in rows])
    story = min(row.member.id for row in rows)
    sources = len({row.member.outlet.slug for row in rows})
    values = (story, found.article, len(rows), sources, found.agency)
    sql = "SELECT id, first_article, articles, sources, agency FROM stories WHERE id = ?"
    if connection.execute(sql, (story,)).fetchone() != values:
        connection.execute(_STORY, values)
    original = next(row.n for row in rows if row.member.id == found.article)
    for row in rows:
        _place(connection, row, story, found, original, changed)


def _place(
    connection: Connection, row: _Row, story: str, found: Origin, original: int, changed: Collection[str]
) -> None:
    """What *row* says of its story, where that is something else now. *original* is the number of the story's first."""
    article = row.member.id
    if article == found.article:
        if (row.story, row.relation) != (story, "original"):
            connection.execute(_ORIGINAL, (story, article))
        return
    if row.reprint_of != found.article or article in changed or found.article in changed:
        (text,) = connection.execute("SELECT text FROM articles WHERE n = ?", (row.n,)).fetchone()
        (_, own), (_, other) = TEXTS.of(connection, [row.n, original])
        similarity = _similarity(connection, article, found.article)
        if similarity is None:  # a reprint of a reprint: no edge to the first one
            similarity = likeness(own, other).jaccard
        more = added(text or "", own.numbers, other.numbers)
        connection.execute(
            "UPDATE articles SET story = ?, relation = 'reprint', reprint_of = ?, similarity = ?, added = ?"
            " WHERE id = ?",
            (story, found.article, similarity, more, article),
        )
    elif row.story != story:
        connection.execute("UPDATE articles SET story = ? WHERE id = ?", (story, article))


def _similarity(connection: Connection, *pair: str) -> float | None:
    row = connection.execute("SELECT jaccard FROM copies WHERE a = ? AND b = ?", sorted(pair)).fetchone()
    return None if row is None else row[0]


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
