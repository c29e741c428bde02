"""Revisions, changes and edits as rows: brought in line with an article's versions.

What two neighbours differ in is worked out once, and again only where one of them has become another.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipelines import store
from pipelines.article import Article
from pipelines.clean import captions
from pipelines.compare import Version
from pipelines.sqlite import Connection
from pipelines.versions.changes import changes, is_silent

Row = Mapping[str, Any]
# What a row of ``revisions`` says of a version, after its number.
_VERSION = ("captured_at", "sha256", "capture", "stated_at", "updated_at")
# Two neighbours by their numbers and versions, and what was last known of the dates before the second.
_Step = tuple[tuple[Any, ...], tuple[Any, ...], str | None, str | None]


def read(connection: Connection, article: str) -> list[dict[str, Any]]:
    cursor = connection.execute("SELECT * FROM revisions WHERE article = ? ORDER BY number", (article,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def bring_up_to_date(
    connection: Connection,
    article: str,
    found: Sequence[Version],
    old: Sequence[Row],
    content_of: Callable[[str, str], Article],
) -> Sequence[Row]:
    """The rows of ``revisions`` after *found*; *old*: those before. *content_of* a reading at an address."""
    if [_place(row) for row in old] == [
        (v.number, v.captured_at, v.sha256, v.capture, v.stated, v.updated) for v in found
    ]:
        return old
    known = {(row["captured_at"], row["sha256"], row["capture"]): row for row in old}
    rows = []
    for version in found:
        row = known.get((version.captured_at, version.sha256, version.capture))
        if row is None:
            row = _row(article, version, content_of(version.reading, version.url))
        rows.append({**row, "number": version.number, "stated_at": version.stated, "updated_at": version.updated})
    connection.execute("DELETE FROM revisions WHERE article = ?", (article,))
    for row in rows:
        store.insert(connection, "revisions", row)
    _compare(connection, article, old, rows)
    return rows


def _place(row: Row) -> tuple[Any, ...]:
    return (row["number"], *(row[name] for name in _VERSION))


def _row(article: str, version: Version, content: Article) -> dict[str, Any]:
    metadata = content.metadata
    return {
        "article": article,
        "number": version.number,
        "captured_at": version.captured_at,
        "url": version.url,
        "title": metadata.title,
        "summary": metadata.summary,
        "text": content.text,
        "byline": metadata.byline,
        "credit": metadata.credit,
        "captions": captions(metadata),
        "published_at": content.reading.published.at,
        "sha256": version.sha256,
        "capture": version.capture,
        "extractor": content.reading.extractor,
        "rules": content.rules,
    }


def _steps(rows: Sequence[Row]) -> Iterator[tuple[_Step, Row, Row]]:
    """Each two neighbours. A version whose page states no date leaves standing what was stated before."""
    stated = updated = None
    for before, after in pairwise(rows):
        stated, updated = before["stated_at"] or stated, before["updated_at"] or updated
        yield (_place(before), _place(after), stated, updated), before, after


def _compare(connection: Connection, article: str, old: Sequence[Row], new: Sequence[Row]) -> None:
    done = {step for step, _, _ in _steps(old)}
    steps = list(_steps(new))
    kept = [before["number"] for step, before, _ in steps if step in done]
    for table in ("edits", "changes"):
        if old:
            sql = f"DELETE FROM {table} WHERE article = ? AND old_number NOT IN ({', '.join('?' * len(kept))})"
            connection.execute(sql, (article, *kept))
    for step, before, after in steps:
        if step not in done:
            _write(connection, article, {**before, "stated_at": step[2], "updated_at": step[3]}, after)


def _write(connection: Connection, article: str, before: Row, after: Row) -> None:
    silent = int(is_silent(before["updated_at"], after["updated_at"]))
    pair = {"article": article, "old_number": before["number"], "new_number": after["number"]}
    for change in changes(before, after):
        said = {"class": change.kind, "old": change.old, "new": change.new}
        store.insert(connection, "changes", {**pair, "field": change.field, **said, "silent": silent})
        connection.executemany(
            "INSERT INTO edits (article, old_number, new_number, field, position, class, old, new, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*pair.values(), change.field, place, edit.kind, edit.old, edit.new, edit.before, edit.after)
                for place, edit in enumerate(change.edits, 1)
            ],
        )
