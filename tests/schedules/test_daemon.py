"""The daemon as a process: it runs what is due, ends when told to, survives faults and clocks that jump."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from schedules.daemon import Clock, Heart, Runner

SERVE = """
import json, logging, pathlib, sys
from schedules import daemon, logs
logs.configure(logging.INFO)
folder = pathlib.Path(sys.argv[1])
def due_now(archive, now):
    text = (folder / "due").read_text()
    return json.loads(text)
sys.exit(daemon.serve(
    folder / "archive.db", heartbeat=0.1, due_now=due_now, grace=5.0,
    command=[sys.executable, "-c", (folder / "run.py").read_text(), str(folder)],
))
"""
ONE_RUN = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "runs").open("a").write("run\\n")
(folder / "none").write_text("[]")
(folder / "none").rename(folder / "due")  # the daemon reads either, never half a file
"""
LONG_RUN = (
    ONE_RUN
    + """
import signal, time
def end(*_):
    (folder / "runs").open("a").write("ended\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
(folder / "ready").touch()
time.sleep(60)
"""
)
DEAF_RUN = (
    ONE_RUN
    + """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / "ready").touch()
time.sleep(60)
"""
)

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started = []

    def begin(program: str = ONE_RUN, due: str = '["hourly"]') -> subprocess.Popen[str]:
        (tmp_path / "run.py").write_text(program)
        (tmp_path / "due").write_text(due)
        with (tmp_path / f"log{len(started)}").open("w") as log:
            process = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stderr=log, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def log_of(folder: Path, number: int = 0) -> list[str]:
    """What a daemon logged, without times and levels."""
    return [line.split(maxsplit=2)[-1] for line in (folder / f"log{number}").read_text().splitlines()]


def ended(folder: Path, number: int = 0) -> bool:
    return any(line.startswith("run ended") for line in log_of(folder, number))


def runs(folder: Path) -> list[str]:
    path = folder / "runs"
    return path.read_text().split() if path.exists() else []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_what_is_due_once_and_ends_when_told(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = start()
    wait_for(lambda: ended(tmp_path))
    time.sleep(0.5)  # several beats, in which nothing is due
    process.send_signal(number)
    assert process.wait(20) == 0, log_of(tmp_path)
    assert runs(tmp_path) == ["run"]
    assert [line.split(" after")[0] for line in log_of(tmp_path)] == [
        "daemon started; a look at what is due every 0.1 s",
        "due: hourly",
        "run ended with 0",
        "daemon ended",
    ]


def test_it_runs_again_when_it_is_due_again(start: Start, tmp_path: Path) -> None:
    start()
    wait_for(lambda: ended(tmp_path))
    (tmp_path / "due").write_text('["daily"]')
    wait_for(lambda: len(runs(tmp_path)) >= 2)
    assert runs(tmp_path) == ["run", "run"]


def test_a_run_at_work_is_told_to_end(start: Start, tmp_path: Path) -> None:
    process = start(LONG_RUN)
    wait_for((tmp_path / "ready").exists)
    process.terminate()
    assert process.wait(20) == 0
    assert runs(tmp_path) == ["run", "ended"]


def test_a_run_that_will_not_end_is_killed(start: Start, tmp_path: Path) -> None:
    process = start(DEAF_RUN)
    wait_for((tmp_path / "ready").exists)
    (child,) = psutil.Process(process.pid).children()
    process.terminate()
    assert process.wait(20) == 0
    assert "the run did not end within 5 s: killed" in log_of(tmp_path)
    assert not child.is_running()


def test_a_second_daemon_says_who_is_there(start: Start, tmp_path: Path) -> None:
    first = start()
    wait_for(lambda: runs(tmp_path) == ["run"])
    second = start()
    assert second.wait(20) != 0
    last = (tmp_path / "log1").read_text().splitlines()[-1]
    assert "LockedError: cannot start the daemon" in last
    assert f"{tmp_path / 'daemon.lock'} is held by process {first.pid} " in last


def test_after_a_kill_the_next_daemon_starts(start: Start, tmp_path: Path) -> None:
    first = start()
    wait_for(lambda: runs(tmp_path) == ["run"])
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    start()
    wait_for(lambda: len(runs(tmp_path)) >= 2)
    assert runs(tmp_path) == ["run", "run"]


def test_a_fault_is_told_once_and_outlived(start: Start, tmp_path: Path) -> None:
    process = start(due="not json")
    wait_for(lambda: "cannot tell what is due" in "".join(log_of(tmp_path)))
    time.sleep(0.5)  # several beats, all with the same fault
    (tmp_path / "mended").write_text(json.dumps(["hourly"]))
    (tmp_path / "mended").rename(tmp_path / "due")
    wait_for(lambda: runs(tmp_path) == ["run"])
    process.terminate()
    assert process.wait(20) == 0
    assert len([line for line in log_of(tmp_path) if "cannot tell what is due: JSONDecodeError" in line]) == 1


class Always:
    """An archive in which something is always due, and runs that change nothing."""

    def __init__(self) -> None:
        self.names: Sequence[str] = ["hourly"]
        self.looks = 0

    def __call__(self, archive: Path, now: datetime) -> Sequence[str]:
        self.looks += 1
        return self.names


def test_a_run_that_changes_nothing_is_tried_ever_more_rarely(tmp_path: Path) -> None:
    due = Always()
    heart = Heart(tmp_path / "archive.db", due, Runner([sys.executable, "-c", "raise SystemExit(75)"]))
    looked = []
    for _ in range(20):
        before = due.looks
        heart.beat()
        looked.append(due.looks - before)
    assert [number for number, look in enumerate(looked) if look] == [0, 1, 3, 7, 15]


def test_a_run_that_served_its_slot_leaves_no_pause(tmp_path: Path) -> None:
    due = Always()
    heart = Heart(tmp_path / "archive.db", due, Runner([sys.executable, "-c", ""]))
    for names in (["hourly"], [], ["hourly"], [], ["hourly"]):
        due.names = names
        heart.beat()
    assert due.looks == 5


def test_nothing_starts_once_it_is_ending(tmp_path: Path) -> None:
    runner = Runner([sys.executable, "-c", "raise SystemExit('must not run')"])
    runner.stop()
    assert runner.run() is None


def test_a_program_that_cannot_start_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heart = Heart(tmp_path / "archive.db", Always(), Runner([str(tmp_path / "no-such-program")]))
    with caplog.at_level(logging.ERROR, "schedules.daemon"):
        heart.beat()
    assert "FileNotFoundError" in caplog.text


@pytest.mark.parametrize(("wall", "noticed"), [(60.0, 0), (75.0, 0), (3660.0, 3600), (-7140.0, -7200)])
def test_a_clock_that_jumps_is_noticed(wall: float, noticed: float) -> None:
    """In a minute of steady time the wall clock went on by *wall* seconds."""
    walls, steadies = iter([1000.0, 1000.0 + wall, 1060.0 + wall]), iter([5.0, 65.0, 125.0])
    clock = Clock(lambda: next(walls), lambda: next(steadies))
    assert clock.jump() == noticed
    assert clock.jump() == 0
