"""What is overdue: nothing in a new archive, whatever nobody ran in one that has waited."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import config
from pipelines.archive import create
from schedules.due import overdue


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    create(path).close()
    (tmp_path / config.FILE).write_text(config.default_text("me@example.org"), encoding="utf-8")
    config.set_enabled(tmp_path, ["baohatinh"], config.State.ENABLED)
    return path


def test_a_new_archive_is_not_late(archive: Path) -> None:
    assert list(overdue(archive, datetime.now(UTC) + timedelta(minutes=5))) == []


def test_what_nobody_ran_is_overdue(archive: Path) -> None:
    assert list(overdue(archive, datetime.now(UTC) + timedelta(days=1))) == ["hourly"]
