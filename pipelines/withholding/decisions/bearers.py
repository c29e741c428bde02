"""Where names stand: in an article, field by field, and in what is not the article's."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pipelines.sqlite import Connection
from pipelines.withholding.words.redacting import occurs

# What an article says, and the column that names it.
_OWN = ("title", "summary", "text", "byline", "byline_role", "agency", "credit", "dateline", "section", "keywords")
FIELDS = (
    ("articles", "id", _OWN),
    ("revisions", "article", ("title", "summary", "text", "byline", "credit", "captions")),
    ("renditions", "article", ("text",)),
    ("changes", "article", ("old", "new")),
    ("images", "article", ("caption", "credit")),
)  # fmt: skip
ADDRESSES = (("articles", "id", "url"), ("addresses", "article", "url"), ("images", "article", "url"))


@dataclass(frozen=True, slots=True)
class Bearer:
    """Another article that still has the name; *how* it is related: copy, excerpt, story, translation."""

    article: str
    source: str
    title: str | None
    url: str
    how: str


def fields(connection: Connection, articles: Sequence[str], names: Iterable[str]) -> dict[str, int]:
    """In how many rows of each ``table.column`` of *articles* one of *names* stands."""
    found: Counter[str] = Counter()
    for table, key, columns in FIELDS:
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"
        for row in connection.execute(sql, (json.dumps(list(articles)),)):
            found.update(f"{table}.{name}" for name, value in zip(columns, row, strict=True) if occurs(value, names))
    return dict(found)


def addresses(connection: Connection, articles: Sequence[str], names: Iterable[str]) -> list[str]:
    """The addresses of *articles* and their images that spell one of *names*: they stay as the newspaper gave them."""
    names = tuple(names)
    found: set[str] = set()
    for table, key, column in ADDRESSES:
        sql = f"SELECT {column} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"
        found |= {url for (url,) in connection.execute(sql, (json.dumps(list(articles)),))}
    return sorted(url for url in found if occurs(unquote(url), names))


def others(connection: Connection, articles: Sequence[str], names: Iterable[str]) -> list[Bearer]:
    """The reprints, excerpts and translations of *articles* that still have one of *names*."""
    names = tuple(names)
    sql = """
        WITH mine (id) AS (SELECT value FROM json_each(?1)),
        kin (id, how) AS (
            SELECT b, kind FROM copies WHERE a IN mine UNION SELECT a, kind FROM copies WHERE b IN mine
            UNION SELECT id, 'story' FROM articles
                WHERE story IN (SELECT story FROM articles WHERE id IN mine AND story IS NOT NULL)
            UNION SELECT translation_of, 'translation' FROM articles WHERE id IN mine
            UNION SELECT id, 'translation' FROM articles WHERE translation_of IN mine OR translation_of IN
                (SELECT translation_of FROM articles WHERE id IN mine AND translation_of IS NOT NULL))
        SELECT a.id, a.source, a.title, a.url, min(k.how),
               concat_ws(char(10), a.title, a.summary, a.text, a.byline, a.credit)
        FROM kin k JOIN articles a ON a.id = k.id WHERE a.id NOT IN mine AND a.state <> 'withdrawn'
        GROUP BY a.id ORDER BY a.source, a.id"""
    rows = connection.execute(sql, (json.dumps(list(articles)),))
    return [Bearer(*row) for *row, said in rows if occurs(said, names)]
