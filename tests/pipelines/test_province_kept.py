"""``articles.province`` is that of the day of publication, whatever comes later: a new date, address or reading."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
import record_side
from record_side import Shot, one, open_memory, take

from crawler.source import Host, Source
from pipelines import store
from pipelines.archive import Archive

LINES = tuple(
    f"Cầu Bến Vọng hợp long sau hai mươi tháng, nhịp thứ {n} dài {n}20 m, theo ban quản lý." for n in (3, 5, 7)
)
BEFORE, AFTER = "2025-06-20T08:00+07:00", "2025-07-15T08:00+07:00"
MERGED = Source(
    slug="song",
    name="Báo Sông",
    homepage="http://song.test/",
    province="bac-ninh-2025",
    article=record_side.SOURCES["hai"].article,
    hosts=(Host(host="giang.test", until=date(2025, 6, 30), same_ids=True, province="bac-giang"),),
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setitem(record_side.SOURCES, "song", MERGED)
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def shot(hour: float, published: str | None, more: str = "") -> Shot:
    return Shot(
        page="cau-ben-vong-410632.html", hour=hour, lines=(*LINES, more) if more else LINES, published=published
    )


def provinces(archive: Archive, shots: Sequence[Shot]) -> list[str]:
    take(archive, shots)
    return [row[0] for row in archive.connection.execute("SELECT province FROM articles")]


def test_a_date_that_the_newspaper_moves_over_the_merger_moves_nothing(archive: Archive) -> None:
    first, second = shot(0, BEFORE), shot(1, AFTER, "Bổ sung: cầu thông xe ngày 10-7.")
    assert provinces(archive, [first]) == ["bac-giang"]
    assert provinces(archive, [second]) == ["bac-giang"]
    assert one(archive, "SELECT published_at FROM articles") == AFTER
    assert one(archive, "SELECT revision FROM articles") == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order(archive: Archive, order: tuple[int, ...]) -> None:
    shots = [
        shot(0, BEFORE),
        shot(1, AFTER, "Bổ sung: cầu thông xe ngày 10-7."),
        shot(2, AFTER, "Bổ sung: thông xe ngày 12-7."),
    ]
    assert provinces(archive, [shots[n] for n in order]) == ["bac-giang"]


def test_an_older_capture_that_comes_later_tells_the_day(archive: Archive) -> None:
    assert provinces(archive, [shot(5, AFTER)]) == ["bac-ninh-2025"]
    assert provinces(archive, [shot(0, BEFORE, "Tin ban đầu.")]) == ["bac-giang"]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, "bac-ninh-2025"),
        ("2019", "bac-giang"),
        ("2025", "bac-ninh-2025"),
        ("2025-06", "bac-giang"),
        ("2025-07", "bac-ninh-2025"),
    ],
)
def test_a_day_that_is_half_known(archive: Archive, published: str | None, expected: str) -> None:
    assert provinces(archive, [shot(0, published)]) == [expected]


def test_undated_it_is_of_the_province_that_was_there_when_it_was_seen(archive: Archive) -> None:
    years = replace(shot(0, None), hour=-2 * 366 * 24)  # the test's captures begin in March 2026
    assert provinces(archive, [years]) == ["bac-giang"]


@pytest.mark.parametrize(
    ("at", "expected"), [("2025-06-30T16:59:59Z", "bac-giang"), ("2025-06-30T17:00:00Z", "bac-ninh-2025")]
)
def test_the_day_on_which_it_was_seen_is_the_newspapers(archive: Archive, at: str, expected: str) -> None:
    hours = (datetime.fromisoformat(at) - record_side.START) / timedelta(hours=1)
    assert provinces(archive, [replace(shot(0, None), hour=hours)]) == [expected]


def test_a_source_file_that_names_todays_province_changes_nothing(archive: Archive) -> None:
    """The former hosts say whose newspaper it was; the table of sources says what it is today."""
    assert provinces(archive, [shot(0, BEFORE)]) == ["bac-giang"]
    store.ensure_source(archive.connection, MERGED)
    assert one(archive, "SELECT province FROM sources WHERE slug = 'song'") == "bac-ninh-2025"
    assert provinces(archive, [shot(3, BEFORE, "Thêm một đoạn.")]) == ["bac-giang"]
