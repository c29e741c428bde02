"""What the page of a story shows: every article that ran it, what stands in it or holds it, its translations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.publish.reading import Rows, rows
from pipelines.sqlite import Connection

# A story that more newspapers ran is an agency's; the table of articles has them all.
MOST = 500

_MEMBERS = """
SELECT articles.id, articles.title, articles.language, articles.state, articles.published_at, articles.relation,
       articles.similarity, articles.word_count, articles.added, articles.credit, articles.agency,
       articles.source, sources.name AS source_name, provinces.name AS province_name,
       CASE WHEN articles.published_precision IN ('minute', 'second')
                 AND first.published_precision IN ('minute', 'second')
            THEN 24 * (julianday(articles.published_at) - julianday(first.published_at)) END AS hours
FROM articles JOIN sources ON sources.slug = articles.source
LEFT JOIN provinces ON provinces.id = articles.province
LEFT JOIN articles AS first ON first.id = ?2
WHERE articles.story = ?1
ORDER BY articles.id = ?2 DESC, articles.published_at NULLS LAST, articles.n LIMIT ?3"""
_EXCERPTS = """
SELECT DISTINCT other.id, other.title, other.language, other.published_at, sources.name AS source_name,
       other.word_count < articles.word_count AS is_part
FROM articles
JOIN (SELECT a, b FROM copies WHERE kind = 'excerpt' UNION ALL SELECT b, a FROM copies WHERE kind = 'excerpt') AS pair
     ON pair.a = articles.id
JOIN articles AS other ON other.id = pair.b
JOIN sources ON sources.slug = other.source
WHERE articles.story = ?1 AND other.story IS NOT ?1 AND other.state <> 'withdrawn'
ORDER BY other.published_at NULLS LAST, other.id LIMIT ?2"""
_TRANSLATIONS = """
SELECT DISTINCT other.id, other.title, other.language, other.machine_translated, sources.name AS source_name
FROM articles
JOIN articles AS other ON other.translation_of = articles.id OR articles.translation_of = other.id
JOIN sources ON sources.slug = other.source
WHERE articles.story = ?1 AND other.state <> 'withdrawn'
ORDER BY other.language, other.id LIMIT ?2"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """*row* is the story's; the first of *members* is the article that the others repeat."""

    row: Mapping[str, Any]
    members: Rows = field(repr=False)
    excerpts: Rows = field(repr=False)
    translations: Rows = field(repr=False)


def story(connection: Connection, id_: str) -> StoryPage | None:
    """The story *id_*, or the one that the article *id_* is in now: so what was a story's id once keeps working."""
    sql = "SELECT * FROM stories WHERE id = ?1 UNION ALL SELECT stories.* FROM stories JOIN articles"
    found = rows(connection, f"{sql} ON articles.story = stories.id WHERE articles.id = ?1 LIMIT 1", id_)
    if not found:
        return None
    row = found[0]
    return StoryPage(
        row=row,
        members=rows(connection, _MEMBERS, row["id"], row["first_article"], MOST),
        excerpts=rows(connection, _EXCERPTS, row["id"], MOST),
        translations=rows(connection, _TRANSLATIONS, row["id"], MOST),
    )
