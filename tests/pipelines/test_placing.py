"""article_places: rows that follow the newest version, whoever published it and however it came."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from record_side import START, Shot, one, open_memory, take
from test_rebuild import visit
from warc_samples import ours

from pipelines.archive import Archive, create, open_archive
from pipelines.catalogue import Catalogue
from pipelines.geography.placing import day_of
from pipelines.ingest import Ingest
from pipelines.rebuild import rebuild
from pipelines.recover import recover
from pipelines.reextract import reextract

LINES = ("Nông dân Bắc Ninh vào vụ, chợ phiên họp sớm hơn mọi năm.", "Ai cũng mong một mùa được giá.")
PLACES = (
    "SELECT group_concat(place || ' ' || coalesce(method, ''), ', ') FROM (SELECT * FROM article_places ORDER BY 2)"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.close()


def test_places_follow_the_newest_version(archive: Archive) -> None:
    shot = Shot(lines=LINES, title="Chợ Huế", published="2025-06-30")
    take(archive, [shot])
    assert one(archive, PLACES) == "bac-ninh text, hue title"
    take(archive, [replace(shot, hour=-2, title="Chợ Hà Nội")])  # an older one says nothing
    assert one(archive, PLACES) == "bac-ninh text, hue title"
    take(archive, [replace(shot, hour=2, title="Chợ Hà Nội")])
    assert one(archive, PLACES) == "bac-ninh text, ha-noi title"
    take(archive, [replace(shot, hour=3, title="Chợ Hà Nội", published="2025-07-01")])
    assert one(archive, PLACES) == "bac-ninh-2025 text, ha-noi title"  # another stated date is a version
    take(archive, [replace(shot, hour=4, title="Chợ xuân", published="2025-07-01")])
    assert one(archive, PLACES) == "bac-ninh-2025 text"


@pytest.mark.parametrize(
    ("published", "day"),
    [(None, None), ("2025", None), ("2025-07", "2025-07-01"), ("2025-06-30T23:59+07:00", "2025-06-30")],
)
def test_the_day_of_a_stated_time(published: str | None, day: str | None) -> None:
    assert day_of(published) == (day and START.fromisoformat(day).date())


SOURCE = """
name = "Toàn quốc"
homepage = "http://toanquoc.test/"
keep = [{keep}]
"""


def page(title: str, *lines: str) -> bytes:
    said = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html lang='vi'><title>{title}</title><article><h1>{title}</h1>{said}</article></html>".encode()


def test_what_was_off_topic_can_be_taken_in_later(tmp_path: Path) -> None:
    long = "Chợ phiên họp mỗi tháng sáu lần, hàng hóa đầy sạp, người mua kẻ bán từ sáng sớm đến trưa mới vãn."
    said = "Bắc Ninh được mùa, Bắc Ninh thêm chợ mới."
    pages = [page("Chợ phiên", long, said), page("Chợ Lào Cai", "Sạp nào cũng đông khách.", long.upper())]
    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources/toanquoc.toml"
    file.write_text(SOURCE.format(keep='"Bắc Ninh"'), encoding="utf-8")
    archive = create(tmp_path / "archive.db")
    archive.warc_folder.mkdir(exist_ok=True)
    ours(archive.warc_folder, [visit("toanquoc", n, n, body) for n, body in enumerate(pages)])
    with Ingest(archive, Catalogue.beside(archive.path), workers=1) as ingest:
        recover(archive, ingest)
    outcomes = "SELECT group_concat(outcome) FROM (SELECT outcome FROM captures WHERE kind = 'page' ORDER BY url)"
    assert one(archive, outcomes) == "article,rejected:off-topic"
    assert one(archive, PLACES) == "bac-ninh-2025 text"
    assert reextract(archive, (), dry_run=False).overruled == 0
    file.write_text(SOURCE.format(keep='"Bắc Ninh", "Lào Cai"'), encoding="utf-8")
    assert reextract(archive, ("toanquoc",), dry_run=True).overruled == 1
    assert one(archive, outcomes) == "article,rejected:off-topic"
    found = reextract(archive, ("toanquoc",), dry_run=False)
    assert (found.read, found.overruled, found.failed) == (1, 1, 0)
    assert one(archive, outcomes) == "article,article"
    assert one(archive, "SELECT count(*) FROM search_docs") == 2
    assert one(archive, "SELECT count(*) FROM events WHERE kind = 'overruled'") == 1
    with archive.transaction() as connection:
        connection.execute("DELETE FROM article_places")  # as an archive from before there were any
    file.write_text(SOURCE.format(keep='"Lào Cai"'), encoding="utf-8")  # a narrower one takes nothing out
    found = reextract(archive, (), dry_run=False)
    assert ([outcome for _, _, outcome in found.refusals], found.failed) == (["rejected:off-topic"], 0)
    assert one(archive, "SELECT count(*) FROM articles WHERE state = 'live'") == 2
    places = one(archive, PLACES)
    assert places == "bac-ninh-2025 text, lao-cai-2025 title"
    archive.close()
    file.write_text(SOURCE.format(keep='"Bắc Ninh", "Lào Cai"'), encoding="utf-8")
    archive.path.rename(tmp_path / "old.db")
    rebuild(archive.path, Catalogue.beside(archive.path))
    archive = open_archive(archive.path)
    assert one(archive, PLACES) == places
    archive.close()
