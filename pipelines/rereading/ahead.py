"""Captures read again by worker processes, so many ahead that none of them waits for the one writer.

A worker takes its page from the WARC file itself: the parent only names the place. So reading, unpacking and extracting
are done by all cores, and no bodies wait in memory.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.capture import Capture
from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.warcfile import locate
from crawler.source import Source
from pipelines.boilerplate import Rules
from pipelines.chain import Result, run_chain
from pipelines.rereading.jobs import Job, Unit
from pipelines.withholding.records.lit import lit
from pipelines.withholding.words.redacting import ByKey
from pipelines.workers import Failure, Workers

# Places handed out ahead: past a slow page the other workers go on. A job is some hundred bytes until it is sent.
WINDOW = 64
# Answers written in one transaction: it is committed (30 ms of fsync) once a second or so, as ingest does.
BATCH = 50
GATHER_SECONDS = 1.0
# What a worker is asked with: the WARC folder, file and offset, the source, its rules, what the operator decided.
Question = tuple[Path, str, int, Source, Rules, bool | None, ByKey]
# What the captures of a unit read like now, in whatever order.
Answers = list[tuple[Job, Result | Failure]]


@dataclass(slots=True)
class _Pending:
    size: int
    answers: Answers = field(default_factory=list)


def read_at(folder: Path, file: str, offset: int) -> Capture | None:
    """The capture whose answer lies at *offset*; None where the bytes are no longer readable."""
    for found in exchanges(locate(folder, file), offset, ours=True):
        return capture_of(found) if isinstance(found, Stored) else None
    return None


def read_again(
    folder: Path, file: str, offset: int, source: Source, rules: Rules, accepted: bool | None, names: ByKey
) -> Result | Failure:
    """A worker's work."""
    try:
        capture = read_at(folder, file, offset)
    except OSError as error:
        return Failure("unreadable-file", f"{file}: {(error.strerror or str(error)).lower()}")
    if capture is None:
        return Failure("unreadable-record", f"{file} has no whole record at offset {offset}")
    return run_chain(lit(folder, file, offset, capture, source, names), source, rules, accepted, names)


class Ahead:
    """Sends the captures of *units*, each asked as *ask* says, to *workers*; gives whole units back."""

    def __init__(self, workers: Workers, units: Iterator[Unit], ask: Callable[[Job], Question]) -> None:
        self._workers, self._units, self._ask = workers, units, ask
        self._asked: dict[int, tuple[_Pending, Job]] = {}
        self._whole: deque[Answers] = deque()
        self._given = time.monotonic()

    def pump(self, timeout: float = 0.0) -> None:
        """Take what is finished and hand out more: called between two articles that are written, too."""
        while len(self._asked) < WINDOW and (unit := next(self._units, None)):
            pending = _Pending(len(unit))
            for job in unit:
                self._asked[self._workers.submit(*self._ask(job))] = (pending, job)
        if not self._asked:
            return
        for ticket, given in self._workers.collect(timeout):
            pending, job = self._asked.pop(ticket)
            pending.answers.append((job, given))
            if len(pending.answers) == pending.size:
                self._whole.append(pending.answers)

    def batch(self) -> list[Answers]:
        """What is to be written next; empty at the end."""
        self.pump()
        while self._asked and len(self._whole) < BATCH:
            if self._whole and time.monotonic() - self._given >= GATHER_SECONDS:
                break
            self.pump(GATHER_SECONDS)
        self._given = time.monotonic()
        return [self._whole.popleft() for _ in range(min(BATCH, len(self._whole)))]
