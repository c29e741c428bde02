"""What a withdrawal leaves to decide on: the same words in other articles, and what was given out with them."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import search
from pipelines.archive import open_readonly
from pipelines.sqlite import Connection

# What a question may cost that is asked again to see whether the article answers it, in SQLite's steps (some seconds).
STEPS = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Another article with the same words, or a translation of them: *how* is copy, excerpt, story or translation."""

    id: str
    source: str
    url: str
    title: str | None
    how: str
    similarity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A file that was given out. *contains*: whether its question answers with the article today; None: not known."""

    file: str
    at: str
    sha256: str
    query: str
    contains: bool | None


_KIN = """
WITH kin (id, how, similarity, rank) AS (
    SELECT b, kind, max(jaccard, coalesce(aligned, 0)), 0 FROM copies WHERE a = ?1
    UNION ALL SELECT a, kind, max(jaccard, coalesce(aligned, 0)), 0 FROM copies WHERE b = ?1
    UNION ALL SELECT o.id, 'story', NULL, 1 FROM articles o JOIN articles m ON m.story = o.story WHERE m.id = ?1
    UNION ALL SELECT o.id, 'translation', NULL, 1 FROM articles o JOIN articles m ON m.id = ?1
        WHERE o.translation_of = m.id OR m.translation_of = o.id OR o.translation_of = m.translation_of
)
SELECT a.id, a.source, a.url, a.title, k.how, k.similarity FROM kin k JOIN articles a ON a.id = k.id
WHERE a.id <> ?1 AND a.state <> 'withdrawn' GROUP BY a.id ORDER BY k.rank, k.similarity DESC, a.id
"""


def kin(connection: Connection, article: str) -> tuple[Kin, ...]:
    """To be asked before the words are taken out: afterwards nothing tells of it."""

    names = ("id", "source", "url", "title", "how", "similarity")
    return tuple(Kin(**dict(zip(names, row, strict=True))) for row in connection.execute(_KIN, (article,)))


def kin_of_all(connection: Connection, articles: Sequence[str]) -> tuple[Kin, ...]:
    """As ``kin``, without those that go themselves."""
    found = {each.id: each for article in reversed(articles) for each in reversed(kin(connection, article))}
    return tuple(each for each in reversed(found.values()) if each.id not in articles)


def releases_of_all(archive: Path, articles: Sequence[str]) -> tuple[Release, ...]:
    """As ``releases``: *contains* is of any of *articles*."""
    found: dict[tuple[str, str], Release] = {}
    for each in (each for article in articles for each in releases(archive, article)):
        before = found.get((each.at, each.file))
        if before is None or each.contains or (each.contains is None and not before.contains):
            found[each.at, each.file] = each
    return tuple(found[name] for name in sorted(found))


def releases(archive: Path, article: str) -> tuple[Release, ...]:
    """The exports since the article was first seen, the oldest first; to be asked before it is taken out."""
    sql = (
        "SELECT object, at, detail FROM events WHERE kind = 'export'"
        " AND at >= (SELECT min(at) FROM observations WHERE article = ?1)"
        " UNION SELECT object, at, detail FROM events WHERE kind = 'export'"
        " AND at >= (SELECT first_seen_at FROM articles WHERE id = ?1) ORDER BY at"
    )
    with contextlib.closing(open_readonly(archive)) as connection:  # a question that was logged must not write
        search.register(connection)
        return tuple(_releases(connection, article, connection.execute(sql, (article,)).fetchall()))


def _releases(connection: Connection, article: str, rows: list[tuple[str, str, str]]) -> Iterator[Release]:
    known: dict[str, bool | None] = {}
    for file, at, detail in rows:
        said = json.loads(detail)
        asked = json.dumps([said["query"], said["parameters"]])
        if asked not in known:
            known[asked] = answers_with(connection, article, said["query"], said["parameters"])
        yield Release(file=file, at=at, sha256=said["sha256"], query=said["query"], contains=known[asked])


def answers_with(connection: Connection, article: str, query: str, parameters: dict[str, str]) -> bool | None:
    """Whether a row of the answer has the article's id, address, title or text; None where that takes too long."""
    sql = "SELECT id, url, title, text FROM articles WHERE id = ?"
    marks = {value for value in connection.execute(sql, (article,)).fetchone() if value}
    left = STEPS

    def is_too_long() -> int:
        nonlocal left
        left -= 10_000
        return int(left < 0)

    connection.set_progress_handler(is_too_long, 10_000)
    try:
        return any(not marks.isdisjoint(_texts(row)) for row in connection.execute(query, parameters))
    except connection.Error:
        return None
    finally:
        connection.set_progress_handler(None, 0)


def _texts(row: tuple[object, ...]) -> list[str]:
    return [value for value in row if isinstance(value, str)]
