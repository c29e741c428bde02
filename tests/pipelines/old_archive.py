"""For tests of reading again: an archive on disk of real pages, as another program would have read them."""

import json
import random
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from record_side import record
from test_rebuild import MOMENT, visit

from crawler.warc import Exchange, WarcWriter
from pipelines.archive import Archive, create
from pipelines.article import Reading
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.siterules import relearn
from pipelines.sqlite import Connection
from pipelines.versions.readings import digest, pack, unpack
from pipelines.versions.revise import forget_readings

# Pages of the archive, and who of them was fetched a second time after an edit.
PAGES, EDITED = 24, 6
WORDS = """
    rau cá vải gốm chiếu nón măng trà gạo nếp bánh tương sạp bến đò phiên sáng chiều làng xã huyện núi sông đồi ruộng
    bản mường lúa ngô khoai sắn mía cam quýt bưởi hồng mận đào lê táo
""".split()  # noqa: SIM905 forty strings would be read by nobody
FOOTER = "Tòa soạn đặt tại phố Chợ Cũ, thị xã Sơn Hà, cạnh bến đò ngang."


def history() -> list[Exchange]:
    first = [visit("song" if n % 2 else "nui", n, n, page(n)) for n in range(PAGES)]
    return first + [visit("song" if n % 2 else "nui", n, 100 + n, page(n, 55)) for n in range(EDITED)]


def some(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 9))


def page(number: int, stalls: int = 40) -> bytes:
    """An article like no other, with a last line that the site repeats."""
    chance = random.Random(number)
    lines = [f"Ngày mùng {line}, chợ {some(chance)} có {stalls + line} sạp, {some(chance)}." for line in range(1, 8)]
    title = f"Chợ {' '.join(chance.sample(WORDS, 4))} mở lại"
    said = "".join(f"<p>{line}</p>" for line in (*lines, FOOTER))
    return f"<html lang='vi'><title>{title}</title><article><h1>{title}</h1>{said}</article></html>".encode()


def write(folder: Path, items: Iterable[Exchange]) -> Path:
    ids = iter(range(10_000))
    writer = WarcWriter(
        folder,
        info={"software": "newsarchive/test"},
        prefix="pages",
        clock=lambda: MOMENT,
        new_id=lambda: f"<urn:uuid:00000000-0000-4000-8000-{next(ids):012d}>",
    )
    for item in items:
        writer.write(item)
    writer.close()
    return next(folder.glob("pages-*.warc.gz"))


def make(folder: Path, items: Iterable[Exchange]) -> Archive:
    """An archive in *folder*, of *items*, as this program reads them."""
    archive = create(folder / "archive.db")
    write(archive.warc_folder, items)
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
        recover(archive, ingest)
    return archive


def without_end(reading: Reading) -> Reading:
    body = reading.body
    assert len(body) > 2, "the page is read as no article"
    return replace(reading, extractor="old", blocks=body[:-2])


def pack_as_before(reading: Reading) -> bytes:
    """As it was packed when a reading was its text, before blocks had a place and a sureness."""
    fields = json.loads(zlib.decompress(pack(reading)))
    del fields["paths"]
    fields["blocks"] = [(block.kind, block.text) for block in reading.body]
    return zlib.compress(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())


def put_readings(
    connection: Connection,
    article: str,
    how: Callable[[Reading], Reading],
    packed_as: Callable[[Reading], bytes] = pack,
) -> None:
    """What *how* makes of the readings of *article*, in their place."""
    sql = "SELECT sha256, reading FROM readings WHERE article = ?"
    for sha256, packed in connection.execute(sql, (article,)).fetchall():
        data = packed_as(how(unpack(packed)))
        sql = "UPDATE readings SET sha256 = ?, reading = ? WHERE article = ? AND sha256 = ?"
        connection.execute(sql, (digest(data), data, article, sha256))
        sql = "UPDATE captures SET reading = ? WHERE article = ? AND reading = ?"
        connection.execute(sql, (digest(data), article, sha256))


def make_old(archive: Archive, how: Callable[[Reading], Reading] = without_end) -> None:
    """As if an extractor had read every page that reads as *how* says: one that misses the last two paragraphs."""
    connection = archive.connection
    with archive.transaction():
        for (article,) in connection.execute("SELECT id FROM articles").fetchall():
            put_readings(connection, article, how)
        for table in ("revisions", "changes", "edits"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE articles SET rules = NULL")
        connection.execute("UPDATE captures SET read_by = 'old' WHERE reading IS NOT NULL")
        for source, article in connection.execute("SELECT source, id FROM articles").fetchall():
            forget_readings(connection, source, article)
    sources = [slug for (slug,) in connection.execute("SELECT slug FROM sources")]
    relearn(archive, sources, Catalogue.beside(archive.path))


def content(archive: Archive) -> dict[str, Any]:
    """All that reading again decides."""
    sql = "SELECT article, number, extractor, rules, text, sha256, capture FROM renditions ORDER BY 1, 2, 3, 4"
    return record(archive) | {
        "renditions": archive.connection.execute(sql).fetchall(),
        "read by": archive.connection.execute("SELECT record_id, read_by FROM captures ORDER BY 1").fetchall(),
    }
