"""The daemon: a heartbeat that asks what is due and starts the very command that cron would start.

Each run is a process of its own: nothing that a run leaks or breaks stays in a daemon that lives for years, and an
upgraded program is used from the next run on. APScheduler gives the heartbeat and nothing else: no job store, since
what is due and what was missed follow from the schedules and from the archive's runs (schedules/plan.py).
"""

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from pipelines import locks
from schedules import due
from schedules.cron import run_due

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 60.0
# A run ends its crawl and commits what it has within this time of a SIGTERM; else it is killed, and the next recovers.
GRACE_SECONDS = 90.0
# NTP's slow corrections stay far below this; a suspend or a clock that was set does not.
JUMP_SECONDS = 30.0
# A run that ends before it is recorded leaves its schedules due: tried again after 1, 2, 4, … beats, at most this many.
LONGEST_PAUSE_BEATS = 16

DueNow = Callable[[Path, datetime], Sequence[str]]


class Clock:
    """Notices that the wall clock and the monotonic one disagree on how much time has passed."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._difference = wall() - steady()

    def jump(self) -> float:
        """Seconds by which the wall clock has jumped since the last look (also: the machine slept), else 0."""
        before, self._difference = self._difference, self._wall() - self._steady()
        change = self._difference - before
        return change if abs(change) > JUMP_SECONDS else 0.0


class Runner:
    """Starts *command* as a process of its own, one at a time, and can end it."""

    def __init__(self, command: Sequence[str], grace: float = GRACE_SECONDS) -> None:
        self._command, self._grace = command, grace
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self) -> int | None:
        """The command's exit code, or None where the daemon is ending."""
        with self._guard:
            if self._stopped:
                return None
            # A session of its own: Ctrl-C in a terminal reaches the daemon alone, which passes it on once.
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, start_new_session=True)
        return self._process.wait()

    def stop(self) -> None:
        """End what runs: SIGTERM, and after the grace SIGKILL. Nothing is started afterwards."""
        with self._guard:
            self._stopped = True
            process = self._process
        if process is None or process.poll() is not None:
            return
        log.info("ending the run, process %d", process.pid)
        process.terminate()
        try:
            process.wait(self._grace)
        except subprocess.TimeoutExpired:
            log.warning("the run did not end within %.0f s: killed", self._grace)
            os.killpg(process.pid, signal.SIGKILL)  # its crawling child as well


class Heart:
    """One beat: asks what is due and runs it. A beat never raises, since the daemon must outlive any fault."""

    def __init__(self, archive: Path, due_now: DueNow, runner: Runner) -> None:
        self._archive, self._due_now, self._runner = archive, due_now, runner
        self._last: Sequence[str] = ()
        self._repeats = 0  # runs in a row that left the same schedules due
        self._pause = 0  # beats to let pass
        self._complaint = ""

    def beat(self) -> None:
        if self._pause:
            self._pause -= 1
            return
        try:
            names = self._due_now(self._archive, datetime.now(UTC))
            if names:
                self._serve(names)
            else:
                self._last, self._repeats = (), 0
            self._complaint = ""
        except Exception as error:  # whatever it is, the next beat may find it mended
            self._complain(error)

    def _serve(self, names: Sequence[str]) -> None:
        self._repeats = self._repeats + 1 if names == self._last else 0
        self._last, self._pause = names, min(2**self._repeats, LONGEST_PAUSE_BEATS) - 1
        log.info("due: %s", ", ".join(names))
        started = time.monotonic()
        code = self._runner.run()
        if code is not None:
            level = logging.INFO if code == 0 else logging.WARNING
            log.log(level, "run ended with %d after %.0f s", code, time.monotonic() - started)

    def _complain(self, error: Exception) -> None:
        """Once per cause: a mistake in a file would otherwise fill the log, a line a minute."""
        text = f"{type(error).__name__}: {error}"
        if text != self._complaint:
            log.error("cannot tell what is due: %s", text)
        self._complaint = text


def serve(
    archive: Path,
    *,
    heartbeat: float = HEARTBEAT_SECONDS,
    due_now: DueNow | None = None,
    command: Sequence[str] | None = None,
    grace: float = GRACE_SECONDS,
) -> int:
    """Run what is due until SIGTERM or SIGINT; holds the archive's ``daemon.lock``. To be called in the main thread."""
    # While a run takes longer than a beat it would say so every minute.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    runner = Runner(command or run_due(archive), grace)
    with locks.hold(locks.daemon_lock(archive), purpose="start the daemon"), _signals() as stop:
        _beat_until(stop, Heart(archive, due_now or due.due_now, runner), runner, heartbeat)
    log.info("daemon ended")
    return 0


def _beat_until(stop: threading.Event, heart: Heart, runner: Runner, heartbeat: float) -> None:
    # misfire_grace_time=None: with the default of 1 s on a busy machine a beat that is late would never happen.
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.add_job(heart.beat, "interval", seconds=heartbeat, id="beat", next_run_time=datetime.now(UTC))
    clock = Clock()
    log.info("daemon started; a look at what is due every %g s", heartbeat)
    scheduler.start()
    while not stop.wait(heartbeat):
        if jump := clock.jump():
            log.warning("the clock jumped by %+.0f s (set, or the machine slept)", jump)
            # The next beat stands in the calendar at its old time, which may now be hours away.
            scheduler.modify_job("beat", next_run_time=datetime.now(UTC) + timedelta(seconds=heartbeat))
    runner.stop()
    scheduler.shutdown(wait=True)


@contextlib.contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
