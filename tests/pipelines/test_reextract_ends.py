"""Reading again, ended at any moment: the archive is whole, and the next call goes on to the same end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from old_archive import content, history, make, make_old
from record_side import check_index, one

from pipelines.archive import open_archive, open_readonly
from pipelines.reextract import reextract

DONE = "SELECT count(*) FROM captures WHERE reading IS NOT NULL AND read_by <> 'old'"
ALL = 30


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive that another program read."""
    folder = tmp_path_factory.mktemp("old")
    with closing(make(folder, history())) as archive:
        make_old(archive)
    return folder


@pytest.fixture(scope="module")
def expected(old: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("expected") / "a"
    shutil.copytree(old, folder)
    with closing(open_archive(folder / "archive.db")) as archive:
        found = reextract(archive, (), dry_run=False)
        assert (found.read, found.changed, found.skipped) == (ALL, ALL, 0)
        return content(archive)


@pytest.fixture
def folder(old: Path, tmp_path: Path) -> Path:
    shutil.copytree(old, tmp_path / "a")
    return tmp_path / "a"


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    """The command, which commits every third article."""
    program = "import pipelines.rereading.ahead as a; a.BATCH = 3; from schedules.cli import main; main()"
    command = [sys.executable, "-c", program, "--archive", str(folder / "archive.db"), "reextract", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    process = start(folder, *more)
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def wait_for(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and not reached() and time.monotonic() < until:
        time.sleep(0.005)


def count(folder: Path) -> int:
    with closing(open_readonly(folder / "archive.db")) as connection:
        return int(connection.execute(DONE).fetchone()[0])


@pytest.fixture
def kill() -> Iterator[Callable[[subprocess.Popen[str]], None]]:
    def killed(process: subprocess.Popen[str]) -> None:
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]

    yield killed


def check_whole(folder: Path) -> None:
    with closing(open_archive(folder / "archive.db")) as archive:
        assert one(archive, "PRAGMA integrity_check") == "ok"
        assert archive.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        check_index(archive)
        # No article is half of one program and half of another.
        mixed = "SELECT count(*) FROM (SELECT 1 FROM captures WHERE reading IS NOT NULL GROUP BY article"
        assert one(archive, mixed + " HAVING count(DISTINCT read_by) > 1)") == 0
        lost = "SELECT count(*) FROM captures c WHERE c.reading IS NOT NULL AND NOT EXISTS"
        lost += " (SELECT 1 FROM readings r WHERE r.article = c.article AND r.sha256 = c.reading)"
        assert one(archive, lost) == 0


@pytest.mark.timeout(180)
def test_killed_again_and_again_it_ends_as_if_it_had_not_been(
    folder: Path, expected: dict[str, Any], kill: Callable[[subprocess.Popen[str]], None]
) -> None:
    seen = []
    for _ in range(2):
        process, before = start(folder, "--workers", "1"), count(folder)
        wait_for(process, lambda before=before: count(folder) > before)  # type: ignore[misc]
        if process.poll() is None:
            kill(process)
        check_whole(folder)
        seen.append(count(folder))
    assert 0 < seen[0] < seen[1] < ALL
    last = run(folder, "--json")
    assert last.returncode == 0, last.stderr
    told = json.loads(last.stdout)
    assert told["skipped"] == seen[-1]
    assert told["todo"] == ALL - seen[-1]
    with closing(open_archive(folder / "archive.db")) as archive:
        assert content(archive) == expected


@pytest.mark.timeout(120)
def test_interrupted_it_says_how_far_it_came_and_goes_on(folder: Path, expected: dict[str, Any]) -> None:
    process = start(folder, "--workers", "1")
    wait_for(process, lambda: count(folder) > 0)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "goes on" in stderr
    assert "read again" in stdout
    assert 0 < count(folder) < ALL
    check_whole(folder)
    assert run(folder).returncode == 0
    with closing(open_archive(folder / "archive.db")) as archive:
        assert content(archive) == expected


def test_what_follows_from_all_pages_is_made_up_for(
    folder: Path, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when everything was read and nothing learned yet."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with closing(open_archive(folder / "archive.db")) as archive:
        with monkeypatch.context() as patch:
            patch.setattr("pipelines.reextract.relearn", stop)
            with pytest.raises(KeyboardInterrupt):
                reextract(archive, (), dry_run=False)
        assert content(archive) != expected
        found = reextract(archive, (), dry_run=False)
        assert (found.todo, found.skipped) == (0, ALL)
        assert content(archive) == expected
