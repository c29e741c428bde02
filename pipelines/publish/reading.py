"""What the pages show, asked of the archive on a connection of Datasette's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.sqlite import Connection

NEWEST, OTHERS = 12, 50
# Of one field between two versions: more were not edited but rewritten, and stand in the table.
MOST_EDITS = 40

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article to be read. *shown* is the revision whose words stand on the page, *row* the article as it is now."""

    row: Mapping[str, Any] = field(repr=False)
    shown: Mapping[str, Any] = field(repr=False)
    is_older: bool
    revisions: Rows
    elsewhere: Rows
    translations: Rows
    images: Rows
    addresses: Rows
    capture: Mapping[str, Any]

    @property
    def shown_since(self) -> str:
        """When the version that is shown was first seen: with the id, its permalink."""
        return str(self.shown["captured_at"] if self.is_older else self.revisions[0]["captured_at"])

    @property
    def text(self) -> str:
        return self.shown["text"] or ""


def rows(connection: Connection, sql: str, *parameters: Any) -> Rows:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def home(connection: Connection) -> dict[str, Any]:
    sources = rows(
        connection,
        """SELECT sources.slug, sources.name, sources.homepage, sources.language, sources.status,
                  provinces.name AS province, counted.articles, counted.newest
           FROM sources LEFT JOIN provinces ON provinces.id = sources.province
           LEFT JOIN (SELECT source, count(*) AS articles, max(published_at) AS newest FROM articles GROUP BY source)
                  AS counted ON counted.source = sources.slug
           ORDER BY counted.articles DESC NULLS LAST, sources.name""",
    )
    newest = rows(
        connection,
        """SELECT articles.id, title, summary, substr(text, 1, 240) AS opening, published_at, articles.language,
                  articles.state, sources.name AS source_name
           FROM articles JOIN sources ON sources.slug = articles.source WHERE articles.text IS NOT NULL
           ORDER BY published_at DESC NULLS LAST, n DESC LIMIT ?""",
        NEWEST,
    )
    return {"sources": sources, "newest": newest, "articles": sum(source["articles"] or 0 for source in sources)}


def source_names(connection: Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT slug, name FROM sources").fetchall())


def article(connection: Connection, id_: str, captured_at: str | None) -> ArticlePage | None:
    """The article, as of *captured_at* if given: the version that was the latest then. None where there is none."""
    found = rows(
        connection,
        """SELECT articles.*, sources.name AS source_name, sources.homepage, provinces.name AS province_name
           FROM articles JOIN sources ON sources.slug = articles.source
           LEFT JOIN provinces ON provinces.id = articles.province WHERE articles.id = ?""",
        id_,
    )
    if not found:
        return None
    row, revisions = found[0], _revisions(connection, id_)
    as_of = [revision for revision in revisions if captured_at is None or revision["captured_at"] <= captured_at]
    if captured_at and not as_of:
        return None
    is_older = bool(as_of) and as_of[0] is not revisions[0]
    shown = _revision(connection, id_, as_of[0]["number"]) if is_older else row
    return ArticlePage(
        row=row,
        shown=shown,
        is_older=is_older,
        revisions=revisions,
        elsewhere=_elsewhere(connection, id_, row["story"]),
        translations=_translations(connection, id_, row["translation_of"]),
        images=rows(connection, "SELECT * FROM images WHERE article = ? ORDER BY position", id_),
        addresses=rows(connection, "SELECT url FROM addresses WHERE article = ? AND url != ?", id_, row["url"]),
        capture=_capture(connection, as_of[0]["capture"]) if as_of else {},
    )


def _revisions(connection: Connection, id_: str) -> Rows:
    """Newest first, each with its changes from the one before, and those with their passages."""
    revisions = rows(
        connection,
        "SELECT number, captured_at, title, capture, updated_at FROM revisions WHERE article = ? ORDER BY number DESC",
        id_,
    )
    changes = _changes(connection, id_)
    for revision in revisions:
        revision["changes"] = [change for change in changes if change["new_number"] == revision["number"]]
        told = {change["silent"] for change in revision["changes"]}
        revision["is_silent"] = bool(told.pop()) if len(told) == 1 and None not in told else None
    return revisions


def _changes(connection: Connection, id_: str) -> Rows:
    """What has no passages, in an archive that this version has not yet written to, is one passage."""
    edits = rows(
        connection,
        "SELECT * FROM edits WHERE article = ? AND position <= ? ORDER BY new_number, field, position",
        id_,
        MOST_EDITS,
    )
    changes = rows(
        connection,
        """SELECT *, (SELECT count(*) FROM edits e WHERE e.article = c.article AND e.old_number = c.old_number
                      AND e.new_number = c.new_number AND e.field = c.field) AS count
           FROM changes c WHERE article = ? ORDER BY new_number, field""",
        id_,
    )
    for change in changes:
        whole = {"before": "", "old": change["old"] or "", "new": change["new"] or "", "after": ""}
        of = change["new_number"], change["field"]
        change["edits"] = [edit for edit in edits if (edit["new_number"], edit["field"]) == of] or [whole]
        change["more"] = max(0, change["count"] - MOST_EDITS)
    return changes


def _revision(connection: Connection, id_: str, number: int) -> dict[str, Any]:
    columns = "number, captured_at, url, title, summary, text, byline, credit, published_at"
    return rows(connection, f"SELECT {columns} FROM revisions WHERE article = ? AND number = ?", id_, number)[0]


def _elsewhere(connection: Connection, id_: str, story: str | None) -> Rows:
    """Articles of the same story, and those that are copies or excerpts without being of it; the oldest first."""
    return rows(
        connection,
        """WITH others (id) AS (SELECT id FROM articles WHERE story = ?2 AND story IS NOT NULL
                                UNION SELECT b FROM copies WHERE a = ?1 UNION SELECT a FROM copies WHERE b = ?1)
           SELECT articles.id, articles.title, articles.published_at, articles.relation, articles.language,
                  sources.name AS source_name, coalesce(c1.kind, c2.kind) AS kind,
                  coalesce(c1.containment, c2.containment) AS containment,
                  coalesce(c1.jaccard, c2.jaccard) AS jaccard
           FROM others JOIN articles ON articles.id = others.id JOIN sources ON sources.slug = articles.source
           LEFT JOIN copies AS c1 ON c1.a = ?1 AND c1.b = others.id
           LEFT JOIN copies AS c2 ON c2.b = ?1 AND c2.a = others.id
           WHERE others.id != ?1 ORDER BY articles.published_at NULLS LAST, articles.n LIMIT ?3""",
        id_,
        story,
        OTHERS,
    )


def _translations(connection: Connection, id_: str, translation_of: str | None) -> Rows:
    """What it translates, its translations, and the others of the same article: in French it may follow the English."""
    return rows(
        connection,
        """WITH RECURSIVE above (id) AS (
               SELECT ?1 UNION
               SELECT translation_of FROM articles JOIN above USING (id) WHERE translation_of IS NOT NULL),
           kin (id) AS (
               SELECT id FROM above UNION SELECT articles.id FROM articles JOIN kin ON translation_of = kin.id)
           SELECT articles.id, title, language, machine_translated, articles.id = ?2 AS is_original
           FROM kin JOIN articles USING (id) WHERE articles.id <> ?1 AND state <> 'withdrawn'
           ORDER BY articles.id = ?2 DESC, translation_of IS NOT NULL, language, n""",
        id_,
        translation_of,
    )


def _capture(connection: Connection, number: int) -> dict[str, Any]:
    # The page lies where the capture that a revisit record refers to does.
    sql = (
        "SELECT c.id, c.fetched_at, coalesce(r.warc_file, c.warc_file) AS warc_file,"
        " coalesce(r.warc_offset, c.warc_offset) AS warc_offset"
        " FROM captures c LEFT JOIN captures r ON r.record_id = c.refers_to WHERE c.id = ?"
    )
    found = rows(connection, sql, number)
    return found[0] if found else {}


# What hangs on an article, and the column that names it.
PARTS = (
    ("revisions", "article"), ("changes", "article"), ("edits", "article"), ("captures", "article"),
    ("observations", "article"),
    ("addresses", "article"), ("images", "article"), ("renditions", "article"), ("copies", "a"), ("copies", "b"),
    ("article_places", "article"), ("requisites", "article"),
)  # fmt: skip


def parts(connection: Connection, number: str) -> tuple[str | None, Rows]:
    """The id of article *number*, and which tables hold how many rows of it."""
    found = connection.execute("SELECT id FROM articles WHERE n = ?", (number,)).fetchone()
    if not found:
        return None, []
    counts = (
        (
            table,
            column,
            connection.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (found[0],)).fetchone()[0],
        )
        for table, column in PARTS
    )
    return found[0], [{"table": table, "column": column, "rows": count} for table, column, count in counts if count]
