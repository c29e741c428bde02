"""Worker processes that a page can be taken away from: long-lived, warmed, each behind a pipe.

They are forked from a process that has loaded the extractor and nothing else (multiprocessing's fork server): one
start of 3 CPU seconds for all of them, and those to come, whose models then lie in memory once.

A ProcessPoolExecutor can't kill one of its processes, and trafilatura needs over a minute on some inputs. Here the
page that exceeds its time takes its worker with it, ends as ``failed:extraction-timeout``, and a fresh worker takes
the next.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

# Twice the slowest real page seen (p95 is 0.4 s); hostile ones take minutes.
LIMIT_SECONDS = 20.0
# Starting a worker imports the extractor and its models: several seconds on a slow box, and no page's fault.
START_SECONDS = 120.0
# A worker may fall to the kernel's memory killer while it starts; one that falls so often in a row can't start at all.
FAILED_STARTS = 3

# What the chain needs, for the server to load.
PRELOAD = "pipelines.preloaded"

TIMED_OUT, CRASHED = "extraction-timeout", "extraction-crash"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has no result: *code* is ``extraction-timeout`` or ``extraction-crash``; *detail* the error, if any."""

    code: str
    detail: str = ""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    ready: bool = False
    ticket: int | None = None
    deadline: float = field(default_factory=lambda: time.monotonic() + START_SECONDS)


def _serve(pipe: Connection, work: Callable[..., Any], warm: Callable[[], None]) -> None:
    # Ctrl-C reaches the whole foreground group, systemd's SIGTERM the whole service: the parent ends its workers.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warm()
    pipe.send(None)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Any = work(*job)
        except Exception as error:
            answer = Failure(CRASHED, f"{type(error).__name__}: {error}")
        pipe.send(answer)


def _ready() -> None:
    """Nothing to warm up."""


def _end_with_parent() -> None:
    """A parent that was killed closes nothing: its death ends this process in the middle of whatever page."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class Workers:
    """Runs ``work(*job)`` in *count* processes; *work* and *warm* are module-level functions. *preload* is the module
    that the server imports; it starts with the first worker of the program, and is not asked again.

    ``submit`` numbers a job; ``collect`` gives finished ``(number, result or Failure)``. Closing kills the workers.
    """

    def __init__(
        self,
        work: Callable[..., Any],
        *,
        warm: Callable[[], None] = _ready,
        count: int | None = None,
        limit: float = LIMIT_SECONDS,
        preload: str | None = None,
    ) -> None:
        self._work, self._warm, self._limit = work, warm, limit
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([preload] if preload else [])
        self._waiting: deque[tuple[int, tuple[Any, ...]]] = deque()
        self._next = 0
        self._failed_starts = 0
        self._workers = [self._start() for _ in range(count or os.cpu_count() or 1)]

    @property
    def pending(self) -> int:
        """Jobs submitted and not yet collected."""
        return len(self._waiting) + sum(worker.ticket is not None for worker in self._workers)

    def submit(self, *job: Any) -> int:
        ticket, self._next = self._next, self._next + 1
        self._waiting.append((ticket, job))
        self._assign()
        return ticket

    def answer(self, *job: Any) -> Any:
        """The result (or Failure) of one job, waited for."""
        ticket = self.submit(*job)
        while True:
            for number, answer in self.collect(1.0):
                if number == ticket:
                    return answer

    def collect(self, timeout: float) -> list[tuple[int, Any]]:
        """What has finished, waiting up to *timeout* seconds for the first of it."""
        now = time.monotonic()
        nearest = min((w.deadline for w in self._workers if w.ticket is not None or not w.ready), default=now + timeout)
        ready = wait([worker.pipe for worker in self._workers], max(0.0, min(timeout, nearest - now)))
        finished = [item for worker in list(self._workers) for item in self._check(worker, worker.pipe in ready)]
        self._assign()
        return finished

    def close(self) -> None:
        for worker in self._workers:
            self._end(worker)
        self._workers = []

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._work, self._warm), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _assign(self) -> None:
        for worker in self._workers:
            if self._waiting and worker.ready and worker.ticket is None:
                worker.ticket, job = self._waiting.popleft()
                worker.deadline = time.monotonic() + self._limit
                try:
                    worker.pipe.send(job)
                except OSError:
                    worker.deadline = 0.0  # it died while idle: the next collect replaces it

    def _check(self, worker: _Worker, readable: bool) -> Iterator[tuple[int, Any]]:
        if readable:
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):  # OSError: it died in the middle of an answer
                yield from self._replace(worker, CRASHED)
                return
            if not worker.ready:
                worker.ready, self._failed_starts = True, 0
            elif worker.ticket is not None:
                ticket, worker.ticket = worker.ticket, None
                yield ticket, answer
        elif (worker.ticket is not None or not worker.ready) and time.monotonic() >= worker.deadline:
            yield from self._replace(worker, TIMED_OUT)

    def _replace(self, worker: _Worker, code: str) -> Iterator[tuple[int, Any]]:
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts == FAILED_STARTS:
                self.close()
                raise RuntimeError("extraction workers do not start; run `newsarchive extract FILE` to see why")
        self._end(worker)
        self._workers[self._workers.index(worker)] = self._start()
        if worker.ticket is not None:
            yield worker.ticket, Failure(code)

    @staticmethod
    def _end(worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
