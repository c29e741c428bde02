"""Full-text search: what goes into the index, and what a query asks of it. The one place, for command and pages alike.

The exact columns (``title``, ``text``) hold words as written, the folded ones (``title_f``, ``text_f``) without marks.
A query without marks, or partly marked, asks the folded columns; a fully marked one the exact ones, so that "Bắc Ninh"
is not "Bạc Ninh". Several syllables are a phrase; only if no article has the phrase, all of them anywhere.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.snippet import WORD, snippet
from pipelines.sqlite import Connection
from pipelines.vietnamese import FOLD_VERSION, Marks, clean, fold, index_form, mark_state

# docid (articles.n), articles.id, title, text
Document = tuple[int, str, str | None, str | None]

EXACT, FOLDED = "{title text}", "{title_f text_f}"
# FTS5 answers no row and no error to a phrase without a word.
NOTHING = '""'
# Nobody types more; FTS5's parser gives up on a few thousand terms.
MAX_WORDS = 64

# Looking up a date costs some 5 µs an article, walking the whole index of dates 0.1 µs.
FEW = 2000

_MATCHING = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
_QUOTED = re.compile(r'"([^"]*)"?')
_TYPOGRAPHIC_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that was found. *snippet* shows the place, with the match between the marks that were asked for."""

    id: str
    title: str | None
    url: str
    source: str
    published_at: str | None
    snippet: str


@dataclass(frozen=True, slots=True)
class Query:
    """*parts* are what the person wrote, as words: one per quoted string and per run between them."""

    parts: tuple[tuple[str, ...], ...]
    loose_parts: tuple[tuple[str, ...], ...]
    folded: bool

    @property
    def strict(self) -> str:
        return _expression(self.parts, self.folded)

    @property
    def loose(self) -> str:
        return _expression(self.loose_parts, self.folded)


def parse(words: str) -> Query:
    """*words* as a person types them. Never raises: anything that isn't a word or a quote only separates words."""
    words = clean(words).translate(_TYPOGRAPHIC_QUOTES)
    folded = mark_state(words) is not Marks.FULLY
    form = fold if folded else index_form
    strict: list[tuple[str, ...]] = []
    loose: list[tuple[str, ...]] = []
    left = MAX_WORDS
    for number, text in enumerate(_QUOTED.split(words)):
        part = tuple(WORD.findall(form(text)))[:left]
        left -= len(part)
        if part:
            is_quoted = number % 2 == 1
            strict.append(part)
            loose.extend([part] if is_quoted else [(word,) for word in part])
    return Query(tuple(strict), tuple(loose), folded)


def _expression(parts: Sequence[Sequence[str]], folded: bool, columns: str | None = None) -> str:
    phrases = " AND ".join(f'"{" ".join(part)}"' for part in parts)
    return f"{columns or (FOLDED if folded else EXACT)} : ({phrases})" if phrases else NOTHING


def match_expression(connection: Connection, query: str) -> str:
    """The FTS5 MATCH expression that *query* stands for in this archive; always a valid one."""
    return _choose(connection, parse(query))[0]


def _choose(connection: Connection, query: Query) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The expression to ask, and the parts that it is made of."""
    if query.strict == query.loose or _finds(connection, query.strict):
        return query.strict, query.parts
    return query.loose, query.loose_parts


def _finds(connection: Connection, expression: str) -> bool:
    return _count(connection, expression, at_most=1) > 0


def register(connection: Connection) -> None:
    """Make SQL's ``escape_fts(words)`` ours, for Datasette's ``_search=`` and for queries."""
    connection.create_function("escape_fts", 1, lambda words: match_expression(connection, str(words or "")))


def search(
    connection: Connection, words: str, limit: int = 20, *, offset: int = 0, marks: tuple[str, str] = ("[", "]")
) -> list[Hit]:
    """The articles that *words* find: those that have them exactly as typed first, then the newest first."""
    query = parse(words)
    expression, parts = _choose(connection, query)
    found = _page(connection, _as_typed(words, parts), expression, limit, offset)
    rows = connection.execute(
        """SELECT articles.id, title, url, source, published_at, text FROM json_each(?) JOIN articles ON n = value
           ORDER BY json_each.key""",
        (json.dumps(found),),
    )
    return [
        Hit(
            id=id_,
            title=title,
            url=url,
            source=source,
            published_at=published_at,
            snippet=snippet(text or "", parts, folded=query.folded, marks=marks),
        )
        for id_, title, url, source, published_at, text in rows
    ]


def _page(connection: Connection, as_typed: str, expression: str, limit: int, offset: int) -> list[int]:
    """The numbers of the articles on one page. What is as typed is a part of what *expression* finds."""
    if as_typed == expression:
        return _newest(connection, (expression,), "", limit, offset)
    found = _newest(connection, (as_typed,), "", limit, offset)
    if len(found) < limit:
        exclusion = f"AND n NOT IN ({_MATCHING})"
        left = max(0, offset - _count(connection, as_typed))
        found += _newest(connection, (expression, as_typed), exclusion, limit - len(found), left)
    return found


def _newest(connection: Connection, expressions: tuple[str, ...], exclusion: str, limit: int, offset: int) -> list[int]:
    # Of few hits the dates are looked up; of many, the index of dates is walked until the page is full. Undated ones
    # come last: to SQLite NULL is the smallest value.
    few = _count(connection, expressions[0], at_most=FEW + 1) <= FEW
    sql = f"""SELECT n FROM articles WHERE {"" if few else "+"}n IN ({_MATCHING}) {exclusion}
              ORDER BY published_at DESC, n DESC LIMIT ? OFFSET ?"""
    return [n for (n,) in connection.execute(sql, (*expressions, limit, offset))]


def _as_typed(words: str, parts: Sequence[Sequence[str]]) -> str:
    """*parts* once more with the marks that *words* has, for the exact columns."""
    typed = iter(WORD.findall(index_form(words)))
    return _expression([[next(typed, word) for word in part] for part in parts], False, EXACT)


def count(connection: Connection, words: str) -> int:
    return _count(connection, match_expression(connection, words))


def _count(connection: Connection, expression: str, at_most: int = -1) -> int:
    sql = f"SELECT count(*) FROM ({_MATCHING} LIMIT ?)"
    return int(connection.execute(sql, (expression, at_most)).fetchone()[0])


def add(connection: Connection, documents: Sequence[Document]) -> None:
    """Index articles that aren't yet: one FTS insert for all (a trigger per row costs more than twice as much)."""
    connection.executemany(
        """INSERT INTO search_docs (docid, article, title, text, title_f, text_f, fold_version)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [_row(*document) for document in documents],
    )
    connection.execute(
        """INSERT INTO articles_fts (rowid, title, text, title_f, text_f)
           SELECT docid, title, text, title_f, text_f FROM search_docs
           WHERE docid IN (SELECT value FROM json_each(?))""",
        (json.dumps([document[0] for document in documents]),),
    )


def _row(docid: int, article: str, title: str | None, text: str | None) -> tuple[int, str, str, str, str, str, int]:
    title, text = index_form(title or ""), index_form(text or "")
    return docid, article, title, text, fold(title), fold(text), FOLD_VERSION


def remove(connection: Connection, docids: Iterable[int]) -> None:
    """Take articles out of the index; those that aren't in it don't matter."""
    numbers = json.dumps(list(docids))
    # FTS5 with external content must be told the old values, or the words stay findable.
    connection.execute(
        """INSERT INTO articles_fts (articles_fts, rowid, title, text, title_f, text_f)
           SELECT 'delete', docid, title, text, title_f, text_f FROM search_docs
           WHERE docid IN (SELECT value FROM json_each(?))""",
        (numbers,),
    )
    connection.execute("DELETE FROM search_docs WHERE docid IN (SELECT value FROM json_each(?))", (numbers,))


def replace(connection: Connection, documents: Sequence[Document]) -> None:
    """Index articles whose text is another one now, or that may not be indexed yet."""
    remove(connection, [document[0] for document in documents])
    add(connection, documents)


def refresh(connection: Connection, numbers: Iterable[int]) -> None:
    """Index the articles with these ``n`` as their rows are now; those that are no more go out of the index."""
    numbers = list(numbers)
    remove(connection, numbers)
    sql = "SELECT n, id, title, text FROM articles WHERE n IN (SELECT value FROM json_each(?))"
    add(connection, connection.execute(sql, (json.dumps(numbers),)).fetchall())
