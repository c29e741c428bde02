"""Captures that stand for another one: what they say of an article, in any order of arrival."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from record_side import Shot, one, open_memory, record, take, withhold
from test_rebuild import news, rebuilt, visit
from test_reextract import make_old

from crawler.memory import Prior
from crawler.warc import Exchange, WarcWriter, new_record_id, payload_digest
from pipelines.archive import Archive, create
from pipelines.catalogue import Catalogue
from pipelines.ingest import Ingest
from pipelines.recover import recover
from pipelines.reextract import reextract

A = Shot(page="a", hour=0, lines=("Cầu mới nối hai bờ đã thông xe sáng nay.", "Lễ cắt băng có hàng trăm người dự."))
B = replace(A, hour=2, lines=(*A.lines, "Cầu dài 320 m."))


def again(shot: Shot, hour: float, **fields: object) -> Shot:
    return replace(shot, hour=hour, lines=(), again=shot, **fields)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def outcomes(archive: Archive) -> list[tuple[str, str | None]]:
    rows: list[tuple[str, str | None]] = archive.connection.execute(
        "SELECT outcome, detail FROM captures ORDER BY fetched_at, id"
    ).fetchall()
    return rows


def test_an_unmodified_page_is_a_sighting_and_no_version(archive: Archive) -> None:
    take(archive, [A])
    due = one(archive, "SELECT next_visit_at FROM articles")
    (kept,) = take(archive, [again(A, 1)])
    assert (kept.outcome, kept.added, kept.revised, kept.document) == ("not-modified", False, False, None)
    assert one(archive, "SELECT revision, first_seen_at, last_seen_at FROM articles") == (
        1,
        "2026-03-01T00:00:00.000Z",
        "2026-03-01T01:00:00.000Z",
    )
    assert one(archive, "SELECT next_visit_at FROM articles") > due
    assert one(archive, "SELECT group_concat(state) FROM observations") == "live,live"
    assert one(archive, "SELECT count(DISTINCT reading) FROM captures WHERE article IS NOT NULL") == 1
    assert one(archive, "SELECT last_seen_at FROM addresses") == "2026-03-01T01:00:00.000Z"


def test_the_same_bytes_as_an_older_version_are_a_return_to_it(archive: Archive) -> None:
    take(archive, [A, B, again(B, 3)])
    assert one(archive, "SELECT revision FROM articles") == 2
    (kept,) = take(archive, [again(A, 4)])
    assert kept.revised
    assert kept.document is not None
    assert one(archive, "SELECT revision, text FROM articles") == (3, "\n".join(A.lines))
    assert one(archive, "SELECT text FROM search_docs") == "\n".join(A.lines)


def test_one_that_refers_to_nothing_known_waits_for_it(archive: Archive) -> None:
    (kept,) = take(archive, [again(A, 1)])
    assert (kept.outcome, kept.article) == ("not-modified", None)
    assert outcomes(archive) == [("not-modified", "refers to no capture that is kept here")]
    take(archive, [B])
    assert one(archive, "SELECT count(*) FROM observations") == 1
    take(archive, [A])
    assert outcomes(archive)[1] == ("not-modified", None)
    assert (
        one(archive, "SELECT group_concat(substr(at, 12, 2)) FROM (SELECT at FROM observations ORDER BY at)")
        == "00,01,02"
    )
    assert one(archive, "SELECT revision FROM articles") == 2


def test_what_refers_to_a_page_that_says_it_is_gone_is_a_sighting_of_that(archive: Archive) -> None:
    gone = Shot(page="a", hour=1, outcome="rejected:soft-404")
    for order in ([A, gone, again(gone, 2)], [again(gone, 2), gone, A], [again(gone, 2), A, gone]):
        archive = open_memory(Path(tempfile.mkdtemp()))
        take(archive, order)
        assert one(archive, "SELECT state, gone_since FROM articles") == ("gone", "2026-03-01T01:00:00.000Z")
        archive.connection.close()


def test_the_same_bytes_at_another_page_are_an_article_of_its_own(archive: Archive) -> None:
    (_, kept) = take(archive, [A, again(A, 1, page="b")])
    assert (kept.outcome, kept.added) == ("not-modified", True)
    assert one(archive, "SELECT count(DISTINCT text), count(*) FROM articles") == (1, 2)
    late = open_memory(Path(tempfile.mkdtemp()))
    take(late, [again(A, 1, page="b"), A])
    assert record(late) == record(archive)
    late.connection.close()


def test_the_bytes_of_another_source_are_read_by_its_rules_so_not_here(archive: Archive) -> None:
    for order in ([A, again(A, 1, source="nui")], [again(A, 1, source="nui", number=1)]):
        take(archive, order)
    said = one(archive, "SELECT group_concat(DISTINCT detail) FROM captures WHERE source = 'nui'")
    assert said == "refers to a page of another source"
    assert one(archive, "SELECT count(*) FROM articles") == 1


def test_a_tombstone_stays_one(archive: Archive) -> None:
    take(archive, [A])
    withhold(archive, one(archive, "SELECT id FROM articles"))
    (kept,) = take(archive, [again(A, 1)])
    assert kept.outcome == "not-modified"
    assert one(archive, "SELECT state, text FROM articles") == ("withdrawn", None)


@st.composite
def histories(draw: st.DrawFn) -> list[Shot]:
    """Pages as they were read, and captures that stand for some of them, by whatever chain."""
    found: list[Shot] = []
    for number in range(draw(st.integers(1, 8))):
        page, hour = draw(st.sampled_from("aab")), draw(st.integers(0, 20))
        if found and draw(st.booleans()):
            found.append(again(draw(st.sampled_from(found)), hour, number=number, page=page))
        else:
            lines = draw(st.sampled_from((A.lines, B.lines, ())))
            outcome = draw(st.sampled_from(("missing", "rejected:soft-404", "challenge")))
            found.append(Shot(page=page, hour=hour, lines=lines, outcome=outcome, number=number))
    return found


@settings(max_examples=40)
@given(shots=histories(), data=st.data())
def test_order_and_runs_do_not_matter(shots: list[Shot], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(shots))
    cut = data.draw(st.integers(0, len(shots)))
    with tempfile.TemporaryDirectory() as folder:
        at_once, in_runs = open_memory(Path(folder)), open_memory(Path(folder))
        take(at_once, shots)
        take(in_runs, shuffled[:cut])
        take(in_runs, shuffled[cut:])
        assert record(in_runs) == record(at_once)
        for archive in (at_once, in_runs):
            archive.connection.close()


def history() -> list[Exchange]:
    """A page, an edit of it, and looks that found first the one, then the other, at two addresses."""
    first, edit = visit("song", 1, 0, news(1)), visit("song", 1, 5, news(1, 55))
    found = [replace(first, record_id=new_record_id()), replace(edit, record_id=new_record_id())]
    for hours, original in ((1, found[0]), (6, found[1]), (8, found[0])):
        prior = Prior(
            record_id=original.record_id or "",
            url=original.url,
            fetched_at=original.date,
            payload_digest=payload_digest(original.payload),
        )
        look = visit("song", 1, hours, b"")
        found.append(replace(look, record_id=new_record_id(), refers_to=prior, status=304 if hours == 1 else 200))
        other = replace(look, url=look.url.replace("cho-1", "cho-2"), date=look.date.replace(minute=59))
        found.append(replace(other, record_id=new_record_id(), refers_to=prior))
    return found


def write(folder: Path, items: list[Exchange], name: str) -> None:
    writer = WarcWriter(folder, info={}, prefix=name)
    for item in items:
        writer.write(item)
    writer.close()


def test_a_new_reading_goes_to_whatever_stands_for_its_capture_and_a_rebuilt_archive_is_the_same(
    tmp_path: Path,
) -> None:
    items = history()
    with closing(create(tmp_path / "archive.db")) as archive:
        write(archive.warc_folder, items, "b")
        with Ingest(archive, Catalogue({}), workers=1) as ingest:
            recover(archive, ingest)
        fresh = record(archive)
        assert [row["revision"] for row in fresh["articles"]] == [3, 3]
        make_old(archive)
        assert record(archive)["revisions"] != fresh["revisions"]
        found = reextract(archive, (), dry_run=False)
        assert (found.read, found.changed, found.failed) == (2, 2, 0)
        assert record(archive) == fresh
        assert one(archive, "SELECT count(*) FROM renditions") == 6
    other = tmp_path / "other"
    write(other / "archive-warc", items[2:], "a")
    write(other / "archive-warc", items[:2], "b")
    assert rebuilt(other) == fresh
