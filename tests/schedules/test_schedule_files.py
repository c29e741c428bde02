"""Schedules as files: the shipped ones, the operator's, and mistakes in them."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from crawler.errors import ConfigError
from schedules import files
from schedules.plan import Schedule


def test_the_shipped_ones_are_whole() -> None:
    shipped = files.load()
    assert {"hourly", "daily", "weekly"} <= set(shipped)
    assert all(schedule.description for schedule in shipped.values())


def test_the_operators_override_by_name(tmp_path: Path) -> None:
    (tmp_path / "hourly.toml").write_text('every = "2h"')
    (tmp_path / "tet.toml").write_text(
        'at = ["18:00", "06:30"]\ntimezone = "Asia/Ho_Chi_Minh"\ndays = ["sat"]\njitter = "5m"'
    )
    found = files.load(tmp_path)
    assert found["hourly"] == Schedule(name="hourly", every=timedelta(hours=2))
    assert found["tet"] == Schedule(
        name="tet",
        at=(time(6, 30), time(18)),
        timezone="Asia/Ho_Chi_Minh",
        days=frozenset({5}),
        jitter=timedelta(minutes=5),
    )
    assert found["daily"] == files.load()["daily"]


def test_a_missing_folder_is_no_mistake(tmp_path: Path) -> None:
    assert files.load(tmp_path / "none") == files.load()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('evry = "1h"', "unknown key 'evry' (did you mean \"every\"?)"),
        ("", 'needs one of every = "1h" and at = ["06:30"]'),
        ('every = "1h"\nat = ["06:30"]', "needs one of"),
        ("at = []", "needs one of"),
        ('every = "1 hour"', "not '1 hour'"),
        ("every = 60", "not 60"),
        ('every = "0h"', "longer than 0"),
        ('every = "10m"\njitter = "10m"', "shorter than the time between two runs"),
        ('at = ["6:30"]', "not '6:30'"),
        ('at = ["24:00"]', "not '24:00'"),
        ('at = "06:30"', "list of strings"),
        ('every = "1h"\ndays = ["Mon"]', "unknown day 'Mon'"),
        ('every = "1h"\ndays = ["tues"]', '(did you mean "tue"?)'),
        ('every = "1h"\ndays = []', "at least one"),
        ('every = "1h"\ntimezone = "Asia/Hanoi"', "unknown timezone 'Asia/Hanoi'"),
        ('every = "1h"\ntimezone = "../../etc/passwd"', "unknown timezone"),
        ('every = "1h"\ntimezone = ""', "unknown timezone"),
        ('every = "1h"\ndescription = 3', "must be a string"),
        ("every = ", "not TOML"),
    ],
)
def test_a_mistake_says_where_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as found:
        files.load(tmp_path)
    assert str(found.value).startswith(f"{path}: ")
    assert message in str(found.value)
    assert "\n" not in str(found.value)
    assert found.value.exit_code == 78


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not TOML"):
        files.load(tmp_path)


def test_a_name_that_would_not_do(tmp_path: Path) -> None:
    (tmp_path / "My Schedule.toml").write_text('every = "1h"')
    with pytest.raises(ConfigError, match="lower-case letters"):
        files.load(tmp_path)
