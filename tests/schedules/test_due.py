"""What is overdue: nothing in a new archive, whatever nobody ran in one that has waited."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from schedules.due import overdue


def test_a_new_archive_is_not_late(archive: Path) -> None:
    assert list(overdue(archive, datetime.now(UTC) + timedelta(minutes=5))) == []


def test_what_nobody_ran_is_overdue(archive: Path) -> None:
    assert list(overdue(archive, datetime.now(UTC) + timedelta(days=1))) == ["hourly"]
