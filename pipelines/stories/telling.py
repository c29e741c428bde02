"""Stories as rows: the connected components over ``copy`` edges, each called by its smallest id."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pipelines.copies.comparing import AT_ONCE, TEXTS
from pipelines.copies.similarity import likeness
from pipelines.sqlite import Connection, select_in
from pipelines.stories.additions import added
from pipelines.stories.origin import Member, Origin, origin
from pipelines.stories.outlets import Outlet, own_agency

_KNOWN = "SELECT id, first_article, articles, sources, agency FROM stories WHERE id IN ({})"
_STILL = "SELECT DISTINCT story FROM articles WHERE story IN ({})"
_REPRINT = "UPDATE articles SET story = ?, relation = 'reprint', reprint_of = ?, similarity = ?, added = ? WHERE id = ?"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """As it is to be told."""

    id: str
    rows: Sequence[_Row]
    found: Origin

    @property
    def values(self) -> tuple[object, ...]:
        sources = len({row.member.outlet.slug for row in self.rows})
        return (self.id, self.found.article, len(self.rows), sources, self.found.agency)

    @property
    def original(self) -> _Row:
        return next(row for row in self.rows if row.member.id == self.found.article)


def tell_stories(connection: Connection, articles: Iterable[str], changed: Collection[str] = ()) -> None:
    """Bring the stories of *articles*, and of whatever is connected with them, in line with the edges.

    *changed* are those whose text is another now.
    """
    likenesses, components = _connected(connection, {*articles})
    rows = {row.member.id: row for row in _rows(connection, "id", sorted(chain.from_iterable(components)))}
    stories = list[_Story]()
    for component in components:
        members = [rows[article] for article in sorted(component) if article in rows]
        if members:  # the article may be no more
            found = origin([row.member for row in members])
            stories.append(_Story(id=members[0].member.id, rows=members, found=found))
    known = {row[0]: row for row in select_in(connection, _KNOWN, [story.id for story in stories])}
    connection.executemany(_STORY, [story.values for story in stories if known.get(story.id) != story.values])
    _place(connection, stories, likenesses, changed)
    former = {row.story for row in rows.values()} - {story.id for story in stories} - {None}
    left = former - {id_ for (id_,) in select_in(connection, _STILL, sorted(filter(None, former)))}
    connection.executemany("DELETE FROM stories WHERE id = ?", [(story,) for story in left])


def tell_lone(connection: Connection, articles: Sequence[int]) -> None:
    """``tell_stories`` of articles, by their numbers, that have no copy and never had one, as most: in a tenth of the
    time.
    """
    sql = "SELECT n, id, story, relation, source, agency IS NULL FROM articles WHERE n IN ({})"
    stories, told = list[tuple[object, ...]](), list[tuple[str, str]]()
    credited, agencies = list[int](), _Agencies(connection)
    for n, id_, story, relation, slug, is_own in select_in(connection, sql, articles):
        if is_own:
            stories.append((id_, id_, 1, 1, agencies[slug]))
        else:
            credited.append(n)
        if (story, relation) != (id_, "original"):
            told.append((id_, id_))
    for row in _rows(connection, "n", credited):
        stories.append((row.member.id, row.member.id, 1, 1, origin([row.member]).agency))
    connection.executemany(_STORY, stories)
    connection.executemany(_ORIGINAL, told)


def _connected(
    connection: Connection, articles: Collection[str]
) -> tuple[dict[tuple[str, str], float], list[set[str]]]:
    """The ``copy`` edges by which *articles* are connected with others, and whoever is connected, together."""
    found, likenesses, ahead = {*articles}, dict[tuple[str, str], float](), sorted(articles)
    while ahead:
        for end in ("a", "b"):
            sql = f"SELECT a, b, jaccard FROM copies WHERE {end} IN ({{}}) AND kind = 'copy'"
            likenesses |= {(a, b): jaccard for a, b, jaccard in select_in(connection, sql, ahead)}
        reached = {*chain.from_iterable(likenesses)}
        ahead = sorted(reached - found)
        found |= reached
    of = {article: {article} for article in found}
    for one, other in likenesses:
        if of[one] is not of[other]:
            smaller, larger = sorted((of[one], of[other]), key=len)
            larger |= smaller
            of |= dict.fromkeys(smaller, larger)
    return likenesses, [*{id(component): component for component in of.values()}.values()]


class _Agencies(dict[str, str | None]):
    """The agency that a source is, by its slug: see ``own_agency``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __missing__(self, slug: str) -> str | None:
        sql = "SELECT name, homepage FROM sources WHERE slug = ?"
        name, homepage = self._connection.execute(sql, (slug,)).fetchone()
        found = self[slug] = own_agency(Outlet(slug=slug, name=name, homepage=homepage))
        return found


def _rows(connection: Connection, column: str, articles: Sequence[str | int]) -> list[_Row]:
    rows, outlets = [], dict[str, Outlet]()
    sql = (
        "SELECT a.n, a.story, a.relation, a.reprint_of, s.slug, s.name, s.homepage, a.id, a.agency, a.credit,"
        " a.published_at, a.date_conflict, a.first_seen_at FROM articles a JOIN sources s ON s.slug = a.source"
        f" WHERE a.{column} IN ({{}})"
    )
    for n, story, relation, reprint_of, *rest in select_in(connection, sql, articles):
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


def _place(
    connection: Connection,
    stories: Iterable[_Story],
    likenesses: Mapping[tuple[str, str], float],
    changed: Collection[str],
) -> None:
    """What the rows of *stories* say of them, where that is something else now."""
    originals, moved, anew = list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[_Story, int, _Row]]()
    for story in stories:
        first, original = story.found.article, story.original.n
        for row in story.rows:
            article = row.member.id
            if article == first:
                if (row.story, row.relation) != (story.id, "original"):
                    originals.append((story.id, article))
            elif row.reprint_of != first or article in changed or first in changed:
                anew.append((story, original, row))
            elif row.story != story.id:
                moved.append((story.id, article))
    connection.executemany(_ORIGINAL, originals)
    connection.executemany("UPDATE articles SET story = ? WHERE id = ?", moved)
    for at in range(0, len(anew), AT_ONCE):
        connection.executemany(_REPRINT, [*_reprints(connection, anew[at : at + AT_ONCE], likenesses)])


def _reprints(
    connection: Connection, anew: Sequence[tuple[_Story, int, _Row]], likenesses: Mapping[tuple[str, str], float]
) -> Iterator[tuple[object, ...]]:
    prepared = TEXTS.of(connection, {n for _, original, row in anew for n in (original, row.n)})
    texts = dict(select_in(connection, "SELECT n, text FROM articles WHERE n IN ({})", [row.n for *_, row in anew]))
    for story, original, row in anew:
        (first, _, other), (article, _, own) = prepared[original], prepared[row.n]
        low, high = sorted((article, first))
        similarity = likenesses.get((low, high)) or _similarity(connection, low, high)
        if similarity is None:  # a reprint of a reprint: no edge to the first one
            similarity = likeness(own, other).jaccard
        yield story.id, first, similarity, added(texts[row.n] or "", own, other), article


def _similarity(connection: Connection, low: str, high: str) -> float | None:
    """Of an excerpt that is in the story by another member."""
    row = connection.execute("SELECT jaccard FROM copies WHERE a = ? AND b = ?", (low, high)).fetchone()
    return None if row is None else row[0]
