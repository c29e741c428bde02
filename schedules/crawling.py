"""The crawl as a child process with the ingest at its heels: started, followed, ended if it doesn't end by itself.

Two processes, since Scrapy's reactor starts once and a hung spider obeys no timeout: the parent is the one writer of
the archive and can end the child. Either may be killed at any moment; what reached the WARC becomes articles at the
next start.
"""

import json
import logging
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipelines.archive import Archive
from pipelines.ingest import Ingest, seal
from schedules.interrupts import Interrupts, heard
from schedules.order import Order

log = logging.getLogger(__name__)

# Waited for the child's events while the workers have nothing to hand over either.
TICK_SECONDS = 0.05
# Beyond the plan's own end: first SIGTERM, then SIGTERM again (Scrapy's "at once"), then SIGKILL to the whole group.
GRACE_SECONDS, SECOND_SECONDS, KILL_SECONDS = 60.0, 30.0, 10.0


@dataclass(slots=True)
class Crawled:
    """*reports*: the child's words per source (crawler.ledger.SourceReport as a dict); *trouble*: what went wrong."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: str | None = None
    interrupted: bool = False


def crawl_and_ingest(
    archive: Archive, ingest: Ingest, order: Order, on_source: Callable[[dict[str, Any]], None] = lambda report: None
) -> Crawled:
    """Run the crawl that *order* describes and keep what it fetches. Returns when the child has ended."""
    crawled = Crawled()
    with heard() as told:
        child = _Child(order, told)
        try:
            while (line := child.line(ingest)) is not None:
                _heed(line, archive, ingest, crawled, on_source)
        finally:
            code = child.close()
    crawled.interrupted = told.count > 0
    if code != 0 and crawled.trouble is None and not crawled.interrupted:
        crawled.trouble = f"the crawl ended with {_why(code)}"
    return crawled


def _heed(
    event: dict[str, Any],
    archive: Archive,
    ingest: Ingest,
    crawled: Crawled,
    on_source: Callable[[dict[str, Any]], None],
) -> None:
    match event.pop("event"):
        case "durable":
            ingest.follow(event["file"], event["offset"])
        case "sealed":
            seal(archive, event["file"], event["bytes"], event["sha256"])
        case "note":
            ingest.note(pickle.loads(b64decode(event["data"])))
        case "source":
            crawled.reports[event["slug"]] = event
            on_source(event)
        case "failed":
            crawled.trouble = event["message"]


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class _Child:
    def __init__(self, order: Order, told: Interrupts) -> None:
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "schedules.crawl_child", str(writing)]
        # A session of its own: Ctrl-C is for the parent to hear, and SIGKILL can go to the group.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(writing,), start_new_session=True)
        os.close(writing)
        self._reading, self._rest, self._lines = reading, b"", []  # type: int, bytes, list[bytes]
        self._told, self._obeyed = told, 0
        self._deadlines = _deadlines(time.monotonic() + order.plan.pace.max_seconds + GRACE_SECONDS)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            pickle.dump(order, self._process.stdin)
            self._process.stdin.flush()

    def line(self, ingest: Ingest) -> dict[str, Any] | None:
        """The next event; None at the end. Meanwhile what the workers finish is kept."""
        while not self._lines:
            ready, _, _ = select.select([self._reading], [], [], 0 if ingest.busy else TICK_SECONDS)
            if ready:
                data = os.read(self._reading, 1 << 16)
                if not data:
                    return None
                *self._lines, self._rest = (self._rest + data).split(b"\n")
            else:
                ingest.pump(TICK_SECONDS)
            self._obey()
            self._hold_to_deadline()
        event: dict[str, Any] = json.loads(self._lines.pop(0))
        return event

    def _obey(self) -> None:
        """Told to end: the child is, and closes its WARC file first. Told again: it is to end at once."""
        while self._obeyed < self._told.count:
            now = time.monotonic()
            if not self._obeyed:
                self._deadlines = _deadlines(now)
            elif self._deadlines:
                self._deadlines[0] = now, self._deadlines[0][1]
            self._obeyed += 1

    def close(self) -> int:
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            code = self._process.wait()
        os.close(self._reading)
        return code

    def _hold_to_deadline(self) -> None:
        while self._deadlines and time.monotonic() >= self._deadlines[0][0]:
            _, number = self._deadlines.pop(0)
            log.warning("the crawl is told to end: %s", number.name)
            self._signal(number)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _deadlines(first: float) -> list[tuple[float, signal.Signals]]:
    second = first + SECOND_SECONDS
    return [(first, signal.SIGTERM), (second, signal.SIGTERM), (second + KILL_SECONDS, signal.SIGKILL)]
