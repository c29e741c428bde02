"""Rows in: sources, captures, articles and addresses. Every function works inside the caller's transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.capture import Capture
from crawler.engine.validators import etag_of, last_modified_of
from crawler.identity import article_id
from crawler.records.recorded import to_json
from crawler.source import Source
from pipelines.archive import stamp
from pipelines.article import Article
from pipelines.boilerplate import Rules
from pipelines.sqlite import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an exchange's answer lies: a file of the WARC folder, and bytes. *row*: the id that its capture had before,
    where it is kept anew.
    """

    file: str
    offset: int
    length: int
    row: int | None = None


def insert(connection: Connection, table: str, row: Mapping[str, Any], *, verb: str = "INSERT") -> int:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = connection.execute(f"{verb} INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
    return int(cursor.lastrowid or 0)


def ensure_source(connection: Connection, source: Source, status: str = "unverified") -> None:
    """The source's row, as its file describes it today; live state (status, started) stays."""
    row = {
        "slug": source.slug,
        "name": source.name,
        "province": source.province,
        "language": source.language,
        "homepage": source.homepage,
        "kind": source.kind,
        "collection": source.collection,
        "reason": source.reason,
        "rights": source.rights,
        "definition": to_json(source),
    }
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "slug")
    columns, marks = ", ".join((*row, "status")), ", ".join("?" * (len(row) + 1))
    sql = f"INSERT INTO sources ({columns}) VALUES ({marks}) ON CONFLICT (slug) DO UPDATE SET {updates}"
    connection.execute(sql, (*row.values(), status))


def add_capture(connection: Connection, capture: Capture, place: Place, **more: Any) -> int | None:
    """The capture's row id; None where its record was kept before."""
    row = {
        "id": place.row,
        "record_id": capture.record_id,
        "kind": capture.kind,
        "source": capture.source,
        "url": capture.url,
        "final_url": capture.final_url,
        "fetched_at": stamp(capture.fetched_at),
        "status": capture.status,
        "sha256": hashlib.sha256(capture.body).hexdigest() if capture.body else None,
        "warc_file": place.file,
        "warc_offset": place.offset,
        "warc_length": place.length,
        "tls_verified": None if capture.tls_verified is None else int(capture.tls_verified),
        "run": capture.run,
        "etag": etag_of(capture.values("etag")),
        "last_modified": last_modified_of(capture.values("last-modified"), capture.fetched_at),
        "payload_digest": capture.payload_digest,
        "refers_to": capture.refers_to,
        **more,
    }
    if connection.execute("SELECT 1 FROM captures WHERE record_id = ?", (capture.record_id,)).fetchone():
        return None
    return insert(connection, "captures", row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article's row as keeping needs it. *key* is its own: where several share one, it has more than theirs."""

    id: str
    n: int
    key: str
    title: str | None
    language: str | None
    state: str
    revision: int
    first_seen_at: str
    rules: str | None


def known(connection: Connection, source: str, key: str) -> list[Known]:
    """The articles with this identity key; the one with the plain key first (on the others: versions/conflicts.py)."""
    rows = connection.execute(
        "SELECT id, n, key, title, language, state, revision, first_seen_at, rules FROM articles"
        " WHERE source = ?1 AND (key = ?2 OR (key > ?2 || '#' AND key < ?2 || '$')) ORDER BY key",  # "$" is next to "#"
        (source, key),
    )
    names = Known.__slots__
    return [Known(**dict(zip(names, row, strict=True))) for row in rows]


def add_article(connection: Connection, source: Source, moment: str, article: Article) -> tuple[str, int]:
    """A new article's row, its text still to come with its first version. (id, n)."""
    id_ = mint_id(connection, source.slug, article.key)
    row = {
        "id": id_,
        "story": id_,  # alone until it is related (pipelines/copies/edges.py); most stay so
        "source": source.slug,
        "key": article.key,
        "first_seen_at": moment,
        "last_seen_at": moment,
        **columns_of(article),
    }
    return id_, insert(connection, "articles", row)


def mint_id(connection: Connection, source: str, key: str) -> str:
    """The id that the identity key has always and everywhere; in the one case in 2^50 of a collision the next one."""
    candidate, suffix = article_id(source, key), 0
    while connection.execute("SELECT 1 FROM articles WHERE id = ?", (candidate,)).fetchone():
        suffix += 1
        candidate = article_id(source, f"{key}#{suffix}")
    return candidate


def columns_of(article: Article) -> dict[str, Any]:
    """What an article's row says of its newest version."""
    reading, metadata, published = article.reading, article.metadata, article.reading.published
    day = published.at
    return {
        "url": article.url,
        "title": metadata.title,
        "summary": metadata.summary,
        "text": article.text,
        "markdown": article.markdown,
        "byline": metadata.byline,
        "byline_role": metadata.byline_role,
        "agency": metadata.agency,
        "credit": metadata.credit,
        "dateline": metadata.dateline,
        "published_at": day,
        "published_raw": published.raw,
        "published_precision": published.precision,
        "published_method": published.method,
        "date_conflict": int(published.conflict),
        "updated_at": published.updated_at,
        "year": int(day[:4]) if day else None,
        "month": day[:7] if day and len(day) >= 7 else None,
        "section": metadata.section,
        "keywords": "; ".join(metadata.keywords) or None,
        "language": reading.language,
        "machine_translated": int(reading.machine_translated),
        "word_count": article.word_count,
        "extractor": reading.extractor,
        "rules": article.rules,
        "sha256": article.sha256,
        "repaired": reading.repaired,
        "flags": " ".join(reading.flags) or None,
    }


def update(connection: Connection, article: str, values: Mapping[str, Any]) -> None:
    settings = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE articles SET {settings} WHERE id = ?", (*values.values(), article))


def add_address(connection: Connection, url: str, key: str, article: str, moment: str) -> None:
    connection.execute(
        "INSERT INTO addresses VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (url, article) DO UPDATE"
        " SET first_seen_at = min(first_seen_at, ?4), last_seen_at = max(last_seen_at, ?4)",
        (url, key, article, moment),
    )


def leave_unlearned(connection: Connection, source: str) -> None:
    """What was learned of *source* no longer follows from its articles (pipelines/siterules.py)."""
    connection.execute("INSERT OR IGNORE INTO unlearned VALUES (?)", (source,))


# What `boilerplate.decision` says, in the order of Rules.parts: a block is taken out of texts, a place is trusted to
# hold the article or doubted, a block or a place is kept by the operator (who may remove a place too).
DECISIONS = ("remove", "trust", "doubt", "keep")


def rules_of(connection: Connection, source: str) -> Rules:
    """What the archive has learned of the source's pages, and what the operator decided."""
    keys: dict[str, set[int]] = {decision: set() for decision in DECISIONS}
    for decision, key in connection.execute("SELECT decision, key FROM boilerplate WHERE source = ?", (source,)):
        keys[decision].add(key)
    return Rules(*(frozenset(keys[decision]) for decision in DECISIONS))
