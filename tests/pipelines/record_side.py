"""For tests of the one writer: an archive in memory, pages that need no extractor, all that the record says of them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlite_utils

from crawler.capture import Capture, Kind
from crawler.identity import key as identity_key
from crawler.source import Source
from pipelines import search, sqlite, store
from pipelines.archive import Archive, fill_provinces
from pipelines.article import Block, Image, Metadata, Published, Reading
from pipelines.catalogue import Catalogue
from pipelines.chain import Result
from pipelines.clean import clean
from pipelines.decisions import Decision
from pipelines.fingerprint import fingerprint
from pipelines.keep import Kept, keep
from pipelines.schema import migrate
from pipelines.siterules import relearn, unlearned
from pipelines.versions.readings import prepare
from pipelines.withholding.decisions.tombstones import tombstone_of
from pipelines.withholding.decisions.withdrawing import decision_on
from pipelines.withholding.rows.entombing import entomb, part_again
from pipelines.withholding.rows.lifting import lift

START = datetime(2026, 3, 1, tzinfo=UTC)
SOURCES = {
    slug: Source(slug=slug, name=f"Báo {slug}", homepage=f"http://{slug}.test/") for slug in ("song", "nui", "bien")
}
# A site whose ids are no ids: /7/any-slug.
SOURCES["chung"] = Source(
    slug="chung", name="Cổng chung", homepage="http://chung.test/", article=re.compile(r"^/(?P<id>\d+)/")
)
# Editions: on a host of its own, whose addresses nobody has described, and in a folder, where both show the number.
EDITION = re.compile(r"^/en/.*-(?P<id>\d+)\.html$")
SOURCES["song-en"] = Source(slug="song-en", name="Song News", homepage="http://en.song.test/", language="en")
SOURCES["hai"] = Source(
    slug="hai", name="Báo Hai", homepage="http://hai.test/", article=re.compile(r"-(?P<id>\d+)\.html$")
)
SOURCES["hai-en"] = Source(
    slug="hai-en", name="Hai News", homepage="http://hai.test/en/", language="en", edition="en", article=EDITION
)
CATALOGUE = Catalogue(SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One capture of the page *page* of *source*, *hour* hours after the start. No *lines*: the page was not there.
    *again*: it was answered with 304, or with the same bytes as that other one.
    """

    source: str = "song"
    page: str = "a"
    hour: float = 0
    lines: tuple[str, ...] = ()
    title: str | None = "Tiêu đề"
    published: str | None = None
    updated: str | None = None
    captions: tuple[str, ...] = ()
    agency: str | None = None
    credit: str | None = None
    outcome: str = "missing"
    number: int = 0  # tells apart captures that are alike in all else
    again: "Shot | None" = None
    language: str = "vi"
    stated: tuple[str, ...] = ()  # where the page says that it stands in another language
    asked: str | None = field(default=None, repr=False)  # the page that led there

    @property
    def capture(self) -> Capture:
        home = SOURCES[self.source].homepage if self.source in SOURCES else f"http://{self.source}.test/"
        url = f"{home}{self.page}"
        return Capture(
            record_id=f"<urn:{hashlib.sha256(repr(self).encode('utf-8', 'replace')).hexdigest()}>",
            source=self.source,
            kind=Kind.PAGE,
            url=f"{home}{self.asked}" if self.asked else url,
            final_url=url,
            fetched_at=START + timedelta(hours=self.hour),
            status=304 if self.again else 200 if self.lines else 404,
            headers=(("Location", "/"),),
            body=b"" if self.again else b"<html>",
            refers_to=self.again.capture.record_id if self.again else None,
            payload_digest=self._digest,
        )

    @property
    def _digest(self) -> str | None:
        if self.again or not self.lines:
            return self.again._digest if self.again else None
        said = (self.source, self.page, self.lines, self.title, self.published, self.agency, self.stated)
        return f"sha1:{hashlib.sha1(repr(said).encode('utf-8', 'replace')).hexdigest()}"

    @property
    def reading(self) -> Reading:
        return Reading(
            extractor="test-1",
            metadata=Metadata(
                title=self.title,
                agency=self.agency,
                credit=self.credit,
                alternates=tuple(("xx", url, "hreflang") for url in self.stated),
                images=tuple(Image(url=f"/{n}.jpg", caption=caption) for n, caption in enumerate(self.captions)),
            ),
            published=Published(at=self.published, method="meta" if self.published else None, updated_at=self.updated),
            language=self.language,
            machine_translated=False,
            blocks=tuple(Block(text=line) for line in self.lines),
        )


def open_memory(folder: Path) -> Archive:
    connection = sqlite.connect(Path(":memory:"))
    _empty_archive().backup(connection)
    return Archive(folder / "archive.db", connection)


@cache
def _empty_archive() -> sqlite.Connection:
    """Made once: properties open hundreds."""
    connection = sqlite.connect(Path(":memory:"))
    migrate(sqlite_utils.Database(connection))
    fill_provinces(connection)
    connection.execute("INSERT INTO warc_files (name, location) VALUES ('w', 'local')")
    for source in SOURCES.values():
        store.ensure_source(connection, source)
    return connection


def result_of(connection: sqlite.Connection, shot: Shot) -> Result:
    source, capture = SOURCES[shot.source], shot.capture
    key = identity_key(capture.final_url, source)
    if shot.again:
        return Result(outcome="not-modified", key=key)
    if not shot.lines:
        return Result(outcome=shot.outcome, key=key)
    rules = store.rules_of(connection, source.slug)
    article = clean(shot.reading, rules, source=source.slug, key=key, url=capture.final_url)
    return Result(
        outcome="article",
        key=key,
        article=article,
        fingerprint=fingerprint(article.compared),
        packed=prepare(shot.reading),
    )


def take(archive: Archive, shots: Iterable[Shot], *, learn: bool = True, at_once: int = 1) -> list[Kept]:
    """One run: the shots kept, so many in a transaction, then the rules learned."""
    kept: list[Kept] = []
    shots = list(shots)
    results = [result_of(archive.connection, shot) for shot in shots]
    place = store.Place(file="w", offset=0, length=1)
    taken = list(zip(shots, results, strict=True))
    for start in range(0, len(taken), at_once):
        with archive.transaction() as connection:
            for shot, result in taken[start : start + at_once]:
                found = keep(connection, SOURCES[shot.source], shot.capture, place, result)
                if found:
                    kept.append(found)
                    search.replace(connection, [found.document] if found.document else [])
    if learn:
        relearn(archive, unlearned(archive), CATALOGUE)
    return kept


_CAPTURE = "(SELECT record_id FROM captures c WHERE c.id = {})"
QUESTIONS = {
    "articles": "SELECT * FROM articles ORDER BY id",
    "revisions": f"SELECT *, {_CAPTURE.format('capture')} AS record FROM revisions ORDER BY article, number",
    "changes": "SELECT * FROM changes ORDER BY 1, 2, 3, 4",
    "edits": "SELECT * FROM edits ORDER BY 1, 2, 3, 4, 5",
    "observations": "SELECT article, at, state FROM observations ORDER BY 1, 2, 3",
    "captures": "SELECT record_id, article, key, reading, refers_to, outcome = 'withheld' AS is_withheld FROM captures"
    " ORDER BY 1",
    "tombstones": "SELECT * FROM tombstones ORDER BY 1",
    "marks": "SELECT * FROM tombstone_marks ORDER BY 1, 2, 3",
    "readings": "SELECT article, sha256, words, stated, updated FROM readings ORDER BY 1, 2",
    "stories": "SELECT * FROM stories ORDER BY 1",
    "copies": "SELECT * FROM copies ORDER BY 1, 2",
    "images": "SELECT article, position, url FROM images ORDER BY 1, 2",
    "places": "SELECT * FROM article_places ORDER BY 1, 2",
    "addresses": "SELECT * FROM addresses ORDER BY 1, 3",
    "alternates": "SELECT * FROM alternates ORDER BY 1, 2",
    "handles": "SELECT * FROM handles ORDER BY 1, 2",
    "boilerplate": "SELECT * FROM boilerplate ORDER BY source, key",
    "conflicts": "SELECT object, outcome, detail FROM events WHERE kind = 'identity-conflict' ORDER BY 1, 3",
    "search": "SELECT article, title, text FROM search_docs ORDER BY 1",
    "bands": "SELECT b.key, a.id FROM bands b LEFT JOIN articles a ON a.n = b.article ORDER BY 1, 2",
    "crowded": "SELECT key FROM crowded ORDER BY 1",
    "signatures": "SELECT a.id, s.signature, s.words, s.runs FROM signatures s JOIN articles a ON a.n = s.article"
    " ORDER BY 1",
}


def record(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """Everything that the captures decide; row numbers, which depend on the order of arrival, are left out."""
    found = {}
    for name, sql in QUESTIONS.items():
        cursor = archive.connection.execute(sql)
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor]
        found[name] = [{k: v for k, v in row.items() if k not in ("n", "capture")} for row in rows]
    check_index(archive)
    return found


def check_index(archive: Archive) -> None:
    connection = archive.connection
    connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    shown = connection.execute("SELECT count(*) FROM articles WHERE state <> 'withdrawn'").fetchone()
    assert connection.execute("SELECT count(*) FROM search_docs").fetchone() == shown


def one(archive: Archive, sql: str, *values: object) -> Any:
    row: Sequence[Any] = archive.connection.execute(sql, values).fetchone()
    return row[0] if len(row) == 1 else tuple(row)


def withdrawal_of(archive: Archive, article: str) -> Decision:
    return decision_on(archive.connection, article, reason="the person asked for it", at=START)


def reinstate(archive: Archive, shots: Iterable[Shot], *decisions: Decision) -> None:
    """Undo withdrawals: what nothing withholds any more is kept anew, as if its bytes were back."""
    shown = {shot.capture.record_id: shot for shot in shots}
    with archive.transaction() as connection:
        for decision in decisions:
            lift(connection, SOURCES[decision.source], tombstone_of(decision))
    sql = "SELECT id, record_id FROM captures WHERE outcome = 'withheld' ORDER BY fetched_at, record_id"
    for row, record_id in archive.connection.execute(sql).fetchall():
        shot = shown[record_id]
        with archive.transaction() as connection:
            connection.execute("DELETE FROM observations WHERE evidence = ?", (row,))
            connection.execute("DELETE FROM captures WHERE id = ?", (row,))
            place = store.Place(file="w", offset=0, length=1, row=row)
            found = keep(connection, SOURCES[shot.source], shot.capture, place, result_of(connection, shot))
            search.replace(connection, [found.document] if found and found.document else [])
    with archive.transaction() as connection:
        for decision in decisions:
            part_again(connection, tombstone_of(decision))
    relearn(archive, unlearned(archive), CATALOGUE)


def withhold(archive: Archive, *withdrawn: str | Decision) -> None:
    """Carry out withdrawals: of these articles, or as these decisions say."""
    decisions = [each if isinstance(each, Decision) else withdrawal_of(archive, each) for each in withdrawn]
    with archive.transaction() as connection:
        for decision in decisions:
            entomb(connection, tombstone_of(decision))
    relearn(archive, unlearned(archive), CATALOGUE)
