"""An article's versions, as rows: worked out anew from all its captures, so that their order of arrival has no say.

Each capture points at a reading (the page as the extractor read it); each reading has the digest of its words under the
site's present rules. Captures in the order of time make the versions; the newest is what the article's row shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.requisites import address
from crawler.source import Source
from pipelines import store
from pipelines.article import Article, Fingerprint, Published
from pipelines.belongings import requisite_rows
from pipelines.boilerplate import PageBlocks, Rules, page_blocks
from pipelines.clean import clean
from pipelines.compare import Sighting, versions
from pipelines.copies.edges import relate, tell_stories
from pipelines.fingerprint import fingerprint
from pipelines.geography.placing import place, province
from pipelines.search import Document
from pipelines.sqlite import Connection
from pipelines.versions import history, translations
from pipelines.versions.readings import Packed, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """*document* is to be indexed: there if the article shows something else now. *first_captures* begin a version."""

    versions: int
    first_captures: frozenset[int]
    document: Document | None


@dataclass(slots=True, kw_only=True)
class _Contents:
    """The articles that readings are under *rules* (default: the site's present ones), made when they are asked for."""

    connection: Connection
    article: str
    source: Source
    key: str
    rules: Rules | None
    known: dict[str, Article]

    def of(self, reading: str, url: str) -> Article:
        if reading not in self.known:
            self.rules = self.rules or store.rules_of(self.connection, self.source.slug)
            sql = "SELECT reading FROM readings WHERE article = ? AND sha256 = ?"
            packed = self.connection.execute(sql, (self.article, reading)).fetchone()[0]
            self.known[reading] = clean(unpack(packed), self.rules, source=self.source.slug, key=self.key, url=url)
        return replace(self.known[reading], url=url)


def add_reading(connection: Connection, source: str, article: str, words: str, packed: Packed) -> str:
    """Store a reading, of which *words* is the digest under the present rules, and its blocks. The reading's digest."""
    sql = "SELECT 1 FROM readings WHERE article = ? AND sha256 = ?"
    if connection.execute(sql, (article, packed.sha256)).fetchone() is None:
        row = {"article": article, "sha256": packed.sha256, "words": words, "reading": packed.data}
        store.insert(connection, "readings", row | {"stated": packed.stated, "updated": packed.updated})
        _remember_blocks(connection, source, article, packed.blocks)
        translations.state(connection, article, packed.alternates)
    return packed.sha256


def _remember_blocks(connection: Connection, source: str, article: str, blocks: PageBlocks) -> None:
    """The blocks and places as read, before any rule; those of the article's other readings stay."""
    store.leave_unlearned(connection, source)
    keys = blocks.removable | blocks.telling
    rows = [
        (source, article, key, int(key in blocks.removable), int(key in blocks.telling), int(key in blocks.sure))
        for key in keys
    ]
    connection.executemany(
        "INSERT INTO site_blocks VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET removable = max(removable, excluded.removable),"
        " telling = max(telling, excluded.telling), sure = max(sure, excluded.sure)",
        rows,
    )
    connection.executemany(
        "INSERT INTO site_places VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kept = kept + excluded.kept,"
        " words = words + excluded.words, open = max(open, excluded.open)",
        [(source, article, place, *told) for place, told in blocks.places.items()],
    )


def forget_readings(connection: Connection, source: str, article: str) -> None:
    """Drop the readings that no capture has any more, and what was learned from them."""
    connection.execute(
        "DELETE FROM readings WHERE article = ?1 AND sha256 NOT IN"
        " (SELECT reading FROM captures WHERE article = ?1 AND reading IS NOT NULL)",
        (article,),
    )
    for table in ("site_blocks", "site_places"):
        connection.execute(f"DELETE FROM {table} WHERE source = ? AND article = ?", (source, article))
    store.leave_unlearned(connection, source)
    stated: list[tuple[str, str, str]] = []
    for (packed,) in connection.execute("SELECT reading FROM readings WHERE article = ?", (article,)).fetchall():
        reading = unpack(packed)
        stated += reading.metadata.alternates
        _remember_blocks(connection, source, article, page_blocks(reading.blocks))
    translations.restate(connection, article, stated)


def sightings(connection: Connection, article: str) -> tuple[Sighting, ...]:
    rows = connection.execute(
        "SELECT c.fetched_at, r.words, c.id, c.reading, c.final_url, r.stated, r.updated FROM captures c"
        " JOIN readings r ON r.article = c.article AND r.sha256 = c.reading WHERE c.article = ?"
        " ORDER BY c.record_id",  # who comes first of two that are alike to the millisecond
        (article,),
    )
    return tuple(Sighting(*row) for row in rows)


def revise(
    connection: Connection,
    source: Source,
    article: str,
    *,
    key: str,
    n: int,
    rules: Rules | None = None,
    fresh: Mapping[str, Article] | None = None,
    marks: Fingerprint | None = None,
) -> Revised:
    """Bring revisions, changes and the article's row in line with its captures. Its captures and readings are there.

    *fresh*: articles at hand, by their reading's digest; *marks*: the fingerprint of the only one of them.
    """
    fresh = fresh or {}
    contents = _Contents(connection=connection, article=article, source=source, key=key, rules=rules, known={**fresh})
    seen = sightings(connection, article)
    found = versions(seen)
    old = history.read(connection, article)
    rows = history.bring_up_to_date(connection, article, found, old, contents.of)
    newest = found[-1]
    document = None
    undated = rows[-1]["published_at"] is None and any(c.reading.published.at for c in fresh.values())
    if not old or (old[-1]["sha256"], old[-1]["capture"]) != (newest.sha256, newest.capture) or undated:
        content = contents.of(newest.reading, newest.url)
        _show(connection, source, article, content, _published(content, seen, contents))
        if old and old[-1]["sha256"] == newest.sha256:
            tell_stories(connection, [article])  # the words are the same, but perhaps not the date
        else:
            at_hand = marks is not None and newest.reading in fresh
            relate(connection, article, n, marks if marks and at_hand else fingerprint(content.compared))
        document = (n, article, content.metadata.title, content.text)
    store.update(connection, article, {"revision": len(found), "province": province(connection, source, article, rows)})
    translations.tell(connection, source, article)
    return Revised(versions=len(found), first_captures=frozenset(v.capture for v in found), document=document)


def _published(content: Article, seen: Sequence[Sighting], contents: _Contents) -> Published:
    """The newest version's date; where it has none, the latest that a capture of the article gave: a revisit brings no
    feed, and what the feed said once stays true.
    """
    if content.reading.published.at is not None:
        return content.reading.published
    for sighting in sorted(seen, key=lambda s: (s.at, s.sha256, s.reading), reverse=True):
        published = contents.of(sighting.reading, sighting.url).reading.published
        if published.at is not None:
            return published
    return content.reading.published


def _show(connection: Connection, source: Source, article: str, content: Article, published: Published) -> None:
    """Make *content* what the article's row and images show."""
    dated = replace(content, reading=replace(content.reading, published=published))
    store.update(connection, article, store.columns_of(dated))
    connection.execute("DELETE FROM images WHERE article = ?", (article,))
    for position, image in enumerate(content.metadata.images):
        url = address(image.url) or image.url  # as it is asked for, so that its captures are found
        row = (article, position, url, image.caption, image.credit, requisite_rows.capture_of(connection, url))
        connection.execute("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)", row)
    place(connection, source, article)
