"""What the archive answers the crawl."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from record_side import CATALOGUE, SOURCES, START, Shot, result_of

from crawler.memory import Prior
from pipelines import store
from pipelines.archive import Archive, create
from pipelines.decisions import Decision, Kind, Verdict
from pipelines.keep import keep
from pipelines.state.memory import ArchiveMemory
from pipelines.withholding.decisions import tombstones

LINES = ("Một bài viết ngắn.",)
HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = create(tmp_path / "archive.db")
    yield archive
    archive.close()


def take(archive: Archive, *shots: Shot) -> None:
    with archive.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO warc_files (name) VALUES ('w')")
        for source in SOURCES.values():
            store.ensure_source(connection, source)
        for shot in shots:
            place = store.Place(file="w", offset=0, length=1)
            keep(connection, CATALOGUE.sources[shot.source], shot.capture, place, result_of(connection, shot))


@pytest.fixture
def memory(archive: Archive) -> Iterator[ArchiveMemory]:
    memory = ArchiveMemory(archive.path)
    yield memory
    memory.close()


@pytest.mark.parametrize(
    ("outcome", "known"),
    [
        ("missing", True),
        ("rejected:too-short", True),
        ("failed:timeout", False),
        ("challenge", False),
        ("redirect", False),
        ("not-modified", False),  # one that refers to nothing here
    ],
)
def test_a_lasting_outcome_is_known(archive: Archive, memory: ArchiveMemory, outcome: str, known: bool) -> None:
    key = "url:http://song.test/a"
    assert memory.unknown("song", [key], put_off=True) == {key}
    take(archive, Shot(page="a", outcome=outcome))
    assert memory.unknown("song", [key, "url:http://song.test/b"], put_off=True) - {key} == {"url:http://song.test/b"}
    assert (key not in memory.unknown("song", [key], put_off=True)) is known
    assert memory.unknown("nui", [key], put_off=True) == {key}


def test_revisits_fall_due_those_missing_first(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Shot(page="a", lines=LINES), Shot(page="b", lines=LINES), Shot(page="b", hour=0.5))
    assert memory.due("song", START + 0.9 * HOUR, 10) == ()
    found = memory.due("song", START + 2 * HOUR, 10)
    assert [(visit.url[-1], visit.missing) for visit in found] == [("b", True), ("a", False)]
    assert len(memory.due("song", START + 2 * HOUR, 1)) == 1
    assert memory.due("nui", START + 2 * HOUR, 10) == ()


ETAG = 'W/"7-a"'
HEADERS = (("ETag", ETAG), ("Last-Modified", "Sat, 28 Feb 2026 08:00:00 GMT"))


def keep_captures(archive: Archive, *captures: tuple[Shot, dict[str, object]]) -> None:
    """Shots whose captures have other fields than a Shot says."""
    with archive.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO warc_files (name) VALUES ('w')")
        store.ensure_source(connection, SOURCES["song"])
        for shot, fields in captures:
            capture = replace(shot.capture, **fields)  # type: ignore[arg-type]
            place = store.Place(file="w", offset=0, length=1)
            keep(connection, SOURCES["song"], capture, place, result_of(connection, shot))


def prior(memory: ArchiveMemory) -> Prior | None:
    (found,) = memory.due("song", START + 9000 * HOUR, 10)
    assert not found.missing
    return found.prior


A = Shot(page="a", lines=LINES)


def again(hour: float, **fields: object) -> tuple[Shot, dict[str, object]]:
    return Shot(page="a", hour=hour, again=A), fields


def test_a_revisit_knows_the_last_full_answer(archive: Archive, memory: ArchiveMemory) -> None:
    keep_captures(archive, (A, {"headers": HEADERS, "payload_digest": "sha1:X"}))
    record_id, url = A.capture.record_id, A.capture.url
    expected = Prior(
        record_id=record_id,
        url=url,
        fetched_at=START,
        payload_digest="sha1:X",
        etag=ETAG,
        last_modified=HEADERS[1][1],
    )
    assert prior(memory) == expected
    keep_captures(archive, again(1))
    assert prior(memory) == expected, "a 304 may leave the names out"
    keep_captures(archive, again(2, headers=(("ETag", '"8"'),)))
    assert prior(memory) == replace(expected, etag='"8"')
    keep_captures(archive, again(3, status=200, headers=(("ETag", '"9"'),)))
    assert prior(memory) == replace(expected, etag='"9"', last_modified=None)


def test_after_three_answers_of_304_the_page_itself_is_asked_for(archive: Archive, memory: ArchiveMemory) -> None:
    keep_captures(archive, (A, {"headers": HEADERS, "payload_digest": "sha1:X"}), again(1), again(2))
    assert getattr(prior(memory), "etag", None) == ETAG
    keep_captures(archive, again(3))
    found = prior(memory)
    assert found is not None
    assert (found.etag, found.last_modified, found.payload_digest) == (None, None, "sha1:X")
    keep_captures(archive, again(4, status=200, headers=HEADERS))
    assert getattr(prior(memory), "etag", None) == ETAG


def test_of_two_versions_the_one_that_is_there_is_meant(archive: Archive, memory: ArchiveMemory) -> None:
    edited = Shot(page="a", hour=1, lines=(*LINES, "Thêm một dòng."))
    keep_captures(archive, (A, {"headers": HEADERS}), (edited, {"headers": (("ETag", '"8"'),)}))
    assert getattr(prior(memory), "record_id", None) == edited.capture.record_id
    keep_captures(archive, again(2))
    found = prior(memory)
    assert found is not None
    assert (found.record_id, found.etag) == (A.capture.record_id, ETAG)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("ETag", '""'), ("Last-Modified", "yesterday")),
        (("ETag", "abc"), ("Last-Modified", "Sat, 28 Feb 2099 08:00:00 GMT")),
        (("ETag", '"a"'), ("ETag", '"b"')),
        (("ETag", '"' + "a" * 300 + '"'),),
    ],
)
def test_a_name_that_names_no_version_is_not_asked_with(
    archive: Archive, memory: ArchiveMemory, headers: tuple[tuple[str, str], ...]
) -> None:
    keep_captures(archive, (A, {"headers": headers, "payload_digest": None}))
    assert prior(memory) is None


def test_what_was_missing_is_asked_for_without_conditions(archive: Archive, memory: ArchiveMemory) -> None:
    keep_captures(archive, (A, {"headers": HEADERS}), (Shot(page="a", hour=0.5), {}))
    (found,) = memory.due("song", START + 2 * HOUR, 10)
    assert (found.missing, found.prior) == (True, None)


def test_a_withdrawn_article_is_not_asked_for(archive: Archive, memory: ArchiveMemory) -> None:
    take(archive, Shot(page="a", lines=LINES))
    with archive.transaction() as connection:
        connection.execute("UPDATE articles SET state = 'withdrawn'")
    assert memory.due("song", START + 9 * HOUR, 10) == ()


def test_what_is_withheld_is_not_asked_for_either_where_nothing_of_it_was_kept(
    archive: Archive, memory: ArchiveMemory
) -> None:
    key = "url:http://song.test/a"
    assert memory.unknown("song", [key], put_off=False) == {key}
    withdrawn = Decision(
        kind=Kind.ARTICLE, source="song", object=key, verdict=Verdict.WITHDRAW, addresses=("http://www.nui.test/b",)
    )
    with archive.transaction() as connection:
        tombstones.put(connection, tombstones.tombstone_of(withdrawn))
    keys = {name: f"url:http://{name}" for name in ("song.test/a", "nui.test/b", "song.test/c")}
    assert memory.unknown("song", list(keys.values()), put_off=False) == {keys["song.test/c"]}


def test_looking_ahead(archive: Archive) -> None:
    take(archive, Shot(page="a", lines=LINES))
    ahead = ArchiveMemory(archive.path, ahead=365 * 24 * HOUR)
    assert len(ahead.due("song", START, 10)) == 1
    ahead.close()
