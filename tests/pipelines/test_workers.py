"""Worker processes: what a page can do to one, and what the others notice of it. Real processes, short limits."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.workers import CRASHED, TIMED_OUT, Failure, Workers

LIMIT = 1.0


def work(what: str, value: Any = None) -> Any:
    """The jobs of these tests; module-level, since a spawned process imports it."""
    match what:
        case "echo":
            return value
        case "pid":
            return os.getpid()
        case "sleep":
            time.sleep(value)
        case "spin":
            while True:
                pass
        case "exit":
            os._exit(value)
        case "leave":
            sys.exit(value)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise value
        case "unpicklable":
            return lambda: None
        case "announce":
            Path(value).write_text(str(os.getpid()))
            time.sleep(60)
    return None


def never_starts() -> None:
    raise RuntimeError("no model")


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    workers = Workers(work, count=1, limit=LIMIT)
    yield workers
    workers.close()


def answers(workers: Workers, seconds: float = 60) -> dict[int, Any]:
    found: dict[int, Any] = {}
    end = time.monotonic() + seconds
    while workers.pending:
        assert time.monotonic() < end, "no answer"
        found |= dict(workers.collect(0.5))
    return found


def ended(pid: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_jobs_are_answered_by_their_numbers(pool: Workers) -> None:
    numbers = [pool.submit("echo", n) for n in range(50)]
    assert answers(pool) == dict(zip(numbers, range(50), strict=True))


def test_a_page_over_the_limit_is_killed_and_the_next_goes_on(pool: Workers) -> None:
    slow, busy, good = pool.submit("sleep", 60), pool.submit("spin"), pool.submit("echo", "next")
    assert answers(pool) == {slow: Failure(TIMED_OUT), busy: Failure(TIMED_OUT), good: "next"}


def test_the_time_of_a_page_begins_with_its_turn(pool: Workers) -> None:
    numbers = [pool.submit("sleep", 0.6 * LIMIT) for _ in range(3)]
    assert answers(pool) == dict.fromkeys(numbers)


@pytest.mark.parametrize("job", [("exit", 0), ("exit", 3), ("leave", 1), ("kill",), ("unpicklable",)])
def test_a_worker_that_dies_has_a_successor(pool: Workers, job: tuple[Any, ...]) -> None:
    bad, good = pool.submit(*job), pool.submit("echo", "next")
    assert answers(pool) == {bad: Failure(CRASHED), good: "next"}


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep"), UnicodeError("\ud800"), ValueError("odd")])
def test_an_error_is_a_failure_with_its_name(pool: Workers, error: Exception) -> None:
    bad, good = pool.submit("raise", error), pool.submit("echo", "next")
    found = answers(pool)
    assert found[good] == "next"
    assert found[bad].code == CRASHED
    assert found[bad].detail.startswith(type(error).__name__)


def test_a_worker_killed_while_idle_is_replaced(pool: Workers) -> None:
    asked = pool.submit("pid")
    pid = answers(pool)[asked]
    os.kill(pid, signal.SIGKILL)
    assert ended(pid)
    lost = pool.submit("echo", 1)
    good = pool.submit("echo", 2)
    found = answers(pool)
    assert found[good] == 2
    assert found[lost] in (1, Failure(CRASHED))


def test_a_worker_killed_in_the_middle_of_an_answer(pool: Workers) -> None:
    asked = pool.submit("pid")
    pid = answers(pool)[asked]
    big = pool.submit("echo", b"x" * 50_000_000)
    time.sleep(0.5)  # it has filled the pipe and waits for us to read
    os.kill(pid, signal.SIGKILL)
    assert answers(pool) == {big: Failure(CRASHED)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_to_the_whole_group_end_no_page(pool: Workers, number: signal.Signals) -> None:
    asked = pool.submit("pid")
    pid = answers(pool)[asked]
    page = pool.submit("sleep", 0.5)
    os.kill(pid, number)
    assert answers(pool) == {page: None}


def test_closing_ends_a_busy_worker_at_once() -> None:
    workers = Workers(work, count=1)
    asked = workers.submit("pid")
    pid = answers(workers)[asked]
    workers.submit("spin")
    workers.collect(0.1)
    workers.close()
    assert ended(pid, 2)


UNABLE = """
import sys
sys.path.insert(0, {folder!r})
from test_workers import Workers, answers, never_starts, work
if __name__ == "__main__":
    workers = Workers(work, warm=never_starts, count=1)
    workers.submit("echo", 1)
    answers(workers)
"""


def test_workers_that_cannot_start_are_an_error(tmp_path: Path) -> None:
    script = tmp_path / "unable.py"
    script.write_text(UNABLE.format(folder=str(Path(__file__).parent)))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "RuntimeError: extraction workers do not start" in done.stderr
    assert "RuntimeError: no model" in done.stderr, "what keeps them from it is said"


PARENT = """
import sys, time
sys.path.insert(0, {folder!r})
from test_workers import Workers, work
if __name__ == "__main__":
    workers = Workers(work, count=1)
    workers.submit("announce", {path!r})
    while True:
        workers.collect(0.2)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_killed_parent_takes_its_workers_with_it(tmp_path: Path) -> None:
    script, told = tmp_path / "parent.py", tmp_path / "pid"
    script.write_text(PARENT.format(folder=str(Path(__file__).parent), path=str(told)))
    parent = subprocess.Popen([sys.executable, script], env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    try:
        wait_for(lambda: told.exists() and told.read_text() != "")
    finally:
        parent.kill()
        parent.wait()
    assert ended(int(told.read_text()))
