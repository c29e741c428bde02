"""Versions and what changed between them, as rows, whenever captures arrive."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import Shot, one, open_memory, record, take

from pipelines.archive import Archive
from pipelines.compare import Sighting, versions

LINES = (
    "Chiều 3/9, hồ chứa Khe Đá mở hai cửa xả để hạ mực nước trước khi bão số 4 vào bờ.",
    "Nước lũ làm {} người chết, {} người mất tích và {} ngôi nhà bị cuốn trôi.",
    "Người dân thôn Bãi Cát được báo trước qua loa truyền thanh từ sáng sớm.",
)
SEEN = "2026-02-27T08:00+07:00"


def text(*figures: int) -> tuple[str, ...]:
    return LINES[0], LINES[1].format(*figures), LINES[2]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_memory(tmp_path)
    yield opened
    opened.connection.close()


def rows(archive: Archive, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in archive.connection.execute(sql)]


CHANGES = "SELECT old_number, new_number, field, class, silent FROM changes ORDER BY 1, 3"
EDITS = "SELECT old_number, position, old, new FROM edits ORDER BY 1, field, 2"


def test_three_figures_are_a_revision_with_a_passage_each(archive: Archive) -> None:
    take(archive, [Shot(lines=text(3, 7, 12)), Shot(hour=1, lines=text(5, 5, 14))])
    assert rows(archive, CHANGES) == [(1, 2, "text", "numbers", 1)]
    assert rows(archive, EDITS) == [(1, 1, "3", "5"), (1, 2, "7", "5"), (1, 3, "12", "14")]


def test_an_older_capture_takes_its_place_and_no_permalink_moves(archive: Archive) -> None:
    take(archive, [Shot(hour=5, lines=text(3, 7, 12)), Shot(hour=9, lines=text(5, 5, 14))])
    id_, first = one(archive, "SELECT id, captured_at FROM articles JOIN revisions ON article = id WHERE number = 1")
    (kept,) = take(archive, [Shot(hour=1, lines=text(1, 7, 12), title="Tiêu đê")])
    assert kept.revised
    assert rows(archive, CHANGES) == [
        (1, 2, "text", "numbers", 1),
        (1, 2, "title", "typo", 1),
        (2, 3, "text", "numbers", 1),
    ]
    assert rows(archive, EDITS)[:2] == [(1, 1, "1", "3"), (1, 1, "đê", "đề")]
    assert one(archive, "SELECT id FROM articles") == id_
    assert one(archive, "SELECT number FROM revisions WHERE captured_at = ?", first) == 2


def test_between_two_versions_comes_a_third(archive: Archive) -> None:
    take(archive, [Shot(hour=1, lines=text(1, 1, 1)), Shot(hour=9, lines=text(3, 3, 3))])
    take(archive, [Shot(hour=5, lines=text(2, 1, 1))])
    assert [row[:2] for row in rows(archive, CHANGES)] == [(1, 2), (2, 3)]
    assert rows(archive, EDITS) == [(1, 1, "1", "2"), (2, 1, "2", "3"), (2, 2, "1", "3"), (2, 3, "1", "3")]


@pytest.mark.parametrize(
    ("stamps", "silent"),
    [
        ((None, None), 1),
        ((SEEN, SEEN), 1),
        ((SEEN, "2026-02-28T09:00+07:00"), 0),
        ((None, "2026-02-28T09:00+07:00"), 0),
        (("2026-02-28T09:00+07:00", None), 1),
    ],
)
def test_an_edit_is_silent_where_the_page_tells_of_none(
    archive: Archive, stamps: tuple[str | None, str | None], silent: int
) -> None:
    before, after = stamps
    take(archive, [Shot(lines=text(1, 1, 1), updated=before), Shot(hour=1, lines=text(2, 1, 1), updated=after)])
    assert one(archive, "SELECT silent FROM changes") == silent


def test_a_stamp_that_moves_alone_is_no_edit_and_tells_of_none_afterwards(archive: Archive) -> None:
    later = "2026-02-28T09:00+07:00"
    first = Shot(lines=text(1, 1, 1), updated=SEEN)
    take(archive, [first, replace(first, hour=1, updated=later), Shot(hour=2, lines=text(2, 1, 1), updated=later)])
    assert rows(archive, "SELECT number, updated_at FROM revisions") == [(1, later), (2, later)]
    assert one(archive, "SELECT silent FROM changes") == 1


def test_a_caption_that_changes_is_a_revision_and_one_that_moves_is_none(archive: Archive) -> None:
    first = Shot(lines=text(1, 1, 1), captions=("Hồ Khe Đá mở 2 cửa xả", "Đò ngang ngừng chạy"))
    other = replace(first, hour=1, captions=first.captions[::-1])
    take(archive, [first, other])
    assert one(archive, "SELECT revision FROM articles") == 1
    take(archive, [replace(first, hour=2, captions=("Hồ Khe Đá mở 3 cửa xả", "Đò ngang ngừng chạy"))])
    assert rows(archive, CHANGES) == [(1, 2, "captions", "numbers", 1)]
    assert one(archive, "SELECT captions FROM revisions WHERE number = 2").split("\n")[0] == "Hồ Khe Đá mở 3 cửa xả"


def test_an_article_dated_otherwise_is_another_version(archive: Archive) -> None:
    first = Shot(lines=text(1, 1, 1), published="2026-02-27T08:00+07:00")
    take(archive, [first, replace(first, hour=2, published="2026-02-25T08:00+07:00")])
    assert rows(archive, CHANGES) == [(1, 2, "published_at", "numbers", 1)]


def test_a_date_as_fresh_as_the_page_may_be_a_clock(archive: Archive) -> None:
    shots = [
        Shot(hour=hour, lines=text(1, 1, 1), published=f"2026-03-01T{hour + 6:02}:40+07:00") for hour in range(1, 9, 3)
    ]
    take(archive, shots)
    assert one(archive, "SELECT revision FROM articles") == 1


DATES = st.sampled_from((None, "2026-02-20", "2026-02-20T08:00+07:00", "2026-02-21", "2026-02-21T10:00+07:00"))
SIGHTINGS = st.lists(
    st.builds(
        Sighting,
        at=st.sampled_from([f"2026-03-0{day}T00:00:00.000Z" for day in range(1, 9)]),
        sha256=st.sampled_from("AB"),
        capture=st.just(0),
        reading=st.sampled_from("xyz"),
        stated=DATES,
        updated=DATES,
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda seen: (seen.at, seen.reading),
)


@given(seen=SIGHTINGS, data=st.data())
def test_dates_part_versions_whatever_the_order(seen: list[Sighting], data: st.DataObject) -> None:
    found = versions(seen)
    assert versions(data.draw(st.permutations(seen))) == found
    assert len(versions([replace(each, stated=None) for each in seen])) <= len(found)


FIGURES = st.lists(st.tuples(*[st.integers(1, 3)] * 3), min_size=2, max_size=5)


@settings(max_examples=25)
@given(figures=FIGURES, data=st.data())
def test_changes_and_edits_are_the_same_in_any_order(
    figures: list[tuple[int, int, int]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shots = [
        Shot(
            hour=hour,
            lines=text(*each),
            published=data.draw(DATES),
            updated=data.draw(DATES),
            captions=data.draw(st.sampled_from(((), ("Cầu 2 nhịp",), ("Đò", "Cầu 2 nhịp")))),
        )
        for hour, each in enumerate(figures)
    ]
    folder = tmp_path_factory.mktemp("orders")
    found = []
    for order in (shots, data.draw(st.permutations(shots))):
        archive = open_memory(folder)
        for shot in order:
            take(archive, [shot], learn=False)
        found.append(record(archive))
        archive.connection.close()
    assert found[0] == found[1]
