"""Locks between real processes: who holds one is named, and a kill -9 releases it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import LockedError, UsageError
from pipelines import locks

HOLD = """
import sys, time, pathlib
from pipelines import locks
with locks.hold(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    {work}
"""


def start(path: Path, work: str = "time.sleep(60)") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(work=work), str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "crawl.lock"


@pytest.fixture
def other(lock: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(lock)
    yield process
    process.kill()
    process.communicate()


def test_the_refused_is_told_who_holds_it(lock: Path, other: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError) as refused, locks.hold(lock, purpose="crawl"):
        pass
    message = str(refused.value)
    assert message.startswith(f"cannot crawl: {lock} is held by process {other.pid} (")
    assert str(lock) in message.partition("(")[2]
    assert "since 20" in message
    assert refused.value.exit_code == 75
    assert "\n" not in message


def test_a_kill_releases_it(lock: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with locks.hold(lock):
        found = locks.holder(lock)
        assert found is not None
        assert found.pid == os.getpid()


def test_a_child_that_outlives_its_parent_does_not_keep_it(lock: Path) -> None:
    work = 'import subprocess; c = subprocess.Popen(["sleep", "30"]); print(c.pid, flush=True); time.sleep(60)'
    parent = start(lock, work)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()  # not read to its end: the child has it open as well
    try:
        with locks.hold(lock):
            os.kill(child, 0)  # it lives
    finally:
        os.kill(child, signal.SIGKILL)


def test_waiting_gets_it_when_it_is_free(lock: Path) -> None:
    process = start(lock, "time.sleep(0.5)")
    began = time.monotonic()
    with locks.hold(lock, wait=20):
        assert time.monotonic() - began < 15
    assert process.wait(10) == 0
    process.communicate()


def test_waiting_ends(lock: Path, other: subprocess.Popen[str]) -> None:
    began = time.monotonic()
    with pytest.raises(LockedError), locks.hold(lock, wait=0.3):
        pass
    assert 0.3 <= time.monotonic() - began < 5


def test_it_is_not_reentrant_and_is_free_afterwards(lock: Path) -> None:
    with locks.hold(lock), pytest.raises(LockedError, match=f"process {os.getpid()}"), locks.hold(lock):
        pass
    assert locks.holder(lock) is None
    with locks.hold(lock):
        pass


def test_an_exception_releases_it(lock: Path) -> None:
    with pytest.raises(ZeroDivisionError), locks.hold(lock):
        raise ZeroDivisionError
    with locks.hold(lock):
        pass


def test_looking_does_not_disturb(lock: Path) -> None:
    """A `status` in a loop must not make a run fail with 75."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            locks.holder(lock)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        held = 0
        for _ in range(200):
            with locks.hold(lock):
                held += 1
        assert held == 200
    finally:
        done.set()
        watcher.join()


def test_the_one_who_looks_sees_the_holder(lock: Path, other: subprocess.Popen[str]) -> None:
    found = locks.holder(lock)
    assert found is not None
    assert found.pid == other.pid


def test_nobody_holds_a_file_that_is_not_there(lock: Path) -> None:
    assert locks.holder(lock) is None
    assert not lock.exists()


@pytest.mark.parametrize("content", ["", "not json", '{"pid": 1}', '{"pid": "x", "command": "c", "since": "s"}'])
def test_what_an_earlier_holder_left_is_harmless(lock: Path, content: str) -> None:
    lock.write_text(content)
    assert locks.holder(lock) is None
    with locks.hold(lock):
        assert locks.holder(lock) is not None


def test_a_lock_file_deleted_while_held_is_locked_anew(lock: Path) -> None:
    with locks.hold(lock):
        lock.unlink()
        with locks.hold(lock), pytest.raises(LockedError), locks.hold(lock):
            pass


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder") as refused, locks.hold(tmp_path / "no" / "crawl.lock"):
        pass
    assert refused.value.exit_code == 2


def test_names_follow_the_file_behind_a_link(tmp_path: Path) -> None:
    real = tmp_path / "disk" / "archive.db"
    real.parent.mkdir()
    real.touch()
    link = tmp_path / "news.db"
    link.symlink_to(real)
    assert locks.write_lock(link) == real.with_name("archive.db.write.lock")
    assert locks.crawl_lock(link) == real.with_name("crawl.lock")
    assert locks.daemon_lock(link) == real.with_name("daemon.lock")


def _count(lock: Path, number: Path, times: int) -> None:
    for _ in range(times):
        with locks.hold(lock, wait=30):
            number.write_text(str(int(number.read_text()) + 1))


def test_no_two_hold_it_at_once(lock: Path, tmp_path: Path) -> None:
    number = tmp_path / "number"
    number.write_text("0")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count, args=(lock, number, 100)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert number.read_text() == "300"
