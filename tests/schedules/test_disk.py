"""As the disk runs out, second looks thin out, and only then no run is begun."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import ArchiveError
from pipelines.archive import Archive, create, stamp
from pipelines.state import habits
from pipelines.state.revisits import Thinning
from schedules import disk
from schedules.disk import GIGABYTE, demand_room, thin_out

NOW = datetime.now(UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Two gigabytes of WARC, one of them of the last two days."""
    archive = create(tmp_path / "archive.db")
    with archive.transaction() as connection:
        for name, age in (("old", 30), ("new", 2)):
            row = (name, GIGABYTE, stamp(NOW - timedelta(days=age)))
            connection.execute("INSERT INTO warc_files (name, bytes, closed_at) VALUES (?, ?, ?)", row)
    yield archive
    archive.close()


def test_bytes_a_day_are_the_last_week_s(archive: Archive) -> None:
    assert habits.bytes_a_day(archive.connection, NOW) == pytest.approx(GIGABYTE / 2, rel=0.01)


@pytest.mark.parametrize(
    ("allowed", "level"), [(3, Thinning.ALL_BUT_LAST), (10, Thinning.MOST), (50, Thinning.SOME), (200, Thinning.NONE)]
)
def test_revisits_are_thinned_out_by_the_days_that_are_left(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, allowed: float, level: Thinning
) -> None:
    monkeypatch.setattr(disk, "MIN_FREE_BYTES", -1000 * GIGABYTE)  # whatever this machine's own disk has
    said: list[str] = []
    thin_out(archive, Config(disk_gb=allowed), said.append)
    assert habits.level(archive.connection) is level
    assert bool(said) is (level is not Thinning.NONE)
    thin_out(archive, Config(disk_gb=allowed), said.append)
    assert len(said) <= 1, "said once"
    events = archive.connection.execute("SELECT outcome FROM events WHERE kind = 'thinning'").fetchall()
    assert events == [(level.name,)] * len(said)


def test_what_was_thinned_out_comes_back_with_room(archive: Archive) -> None:
    said: list[str] = []
    thin_out(archive, Config(disk_gb=3), said.append)
    with archive.transaction() as connection:
        connection.execute("DELETE FROM warc_files")
    thin_out(archive, Config(disk_gb=3), said.append)
    assert habits.level(archive.connection) is Thinning.NONE
    assert "as usual again" in said[-1]


def test_no_run_is_begun_without_room(archive: Archive) -> None:
    demand_room(archive, Config(disk_gb=3))
    with pytest.raises(ArchiveError, match=r"the archive takes 2\.0 GB, and disk_gb allows 1"):
        demand_room(archive, Config(disk_gb=1))
