"""The crontab line, run as cron would: an empty environment, from /, its % unescaped."""

import re
import subprocess
from pathlib import Path

import pytest

from crawler.errors import UsageError
from schedules.cli import run
from schedules.cron import cron_line

LINE = re.compile(r"(?P<when>\S+ \S+ \S+ \S+ \S+) (?P<command>.+)")
# Signs that a shell or a crontab would take for something else, and letters that no ASCII locale has.
AWKWARD = '100% of Mai\'s "news" $HOME; Bắc Ninh'


def as_cron_does(line: str) -> subprocess.CompletedProcess[str]:
    found = LINE.fullmatch(line)
    assert found
    command = found["command"]
    assert not re.search(r"(?<!\\)%", command), "a bare % ends the command"
    return subprocess.run(
        ["env", "-i", "/bin/sh", "-c", command.replace("\\%", "%")],
        cwd="/", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["plain", AWKWARD])
def test_the_line_works_from_nowhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    assert run(["--archive", str(folder / "archive.db"), "init", "--contact", "ops@example.org"]) == 0
    line = cron_line(folder / "archive.db")
    for _ in range(2):
        done = as_cron_does(line)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = (folder / "newsarchive.log").read_text()
    assert log.count("nothing is due") == 2, log


def test_the_printed_line_is_that_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "archive.db"
    assert run(["--archive", str(archive), "init", "--contact", "ops@example.org"]) == 0
    capsys.readouterr()
    assert run(["--archive", str(archive), "cron"]) == 0
    assert capsys.readouterr().out == cron_line(archive) + "\n"


def test_a_failure_reaches_the_log(tmp_path: Path) -> None:
    done = as_cron_does(cron_line(tmp_path / "archive.db"))
    assert done.returncode == 2
    assert f"no archive at {tmp_path / 'archive.db'}" in (tmp_path / "newsarchive.log").read_text()


def test_a_relative_archive_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = cron_line(Path("archive.db"), log=Path("my.log"))
    assert f" {tmp_path / 'archive.db'} " in line
    assert f">> {tmp_path / 'my.log'} " in line


@pytest.mark.parametrize("name", ["two\nlines", "back\\slash", "carriage\rreturn"])
def test_what_a_crontab_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot hold"):
        cron_line(tmp_path / name / "archive.db")
